"""The route by which a system refers many children in one stream."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.cases.batch import receive_line
from app.http.duplex import answer_stream
from app.http.guard import ManyCalls, guarded, guarded_router
from app.http.ndjson import NDJSON
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Referrals"]
_SENT = "A referral to a line, each with its `idempotencyKey`."
_TOLD = "A line for each, in order: `line`, `status`, and `referralId` and `caseId`, or `problem`."


def _lines(says: str) -> dict[str, Any]:
    return {NDJSON: {"schema": {"type": "string", "description": says}}}


@router.post(
    "/v1/referrals/batch",
    summary="Refer many children",
    tags=_TAGS,
    openapi_extra={"requestBody": {"required": True, "content": _lines(_SENT)}},
    responses={200: {"description": _TOLD, "content": _lines(_TOLD)}},
    response_class=Response,
)
@guarded(Role.REFERRALS_RW, consumes=(NDJSON,), produces=(NDJSON,), streams=True)
async def post_referrals(calls: ManyCalls, request: Request) -> Response:
    """Receive each line as `POST /v1/referrals` would, and answer it: 201 made, 200 made before, else its problem.

    Lines are answered while others are still being sent. A stream that was cut is sent again, whole or from any line.
    """
    return await answer_stream(calls, request, receive_line)
