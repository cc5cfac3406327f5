"""The routes by which a system refers many children in one stream, and sees whether all of them came."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.cases.batch import read_line, receive_line, receive_lines
from app.cases.reconciliation_schemas import ManifestIn, Reconciliation
from app.cases.reconciliation_service import ReconciliationService
from app.http.duplex import Reader, answer_stream
from app.http.guard import CurrentCall, ManyCalls, guarded, guarded_router
from app.http.ndjson import NDJSON
from app.identity.caller import Role

router = guarded_router()
LARGEST_MANIFEST = 4 * 1024 * 1024
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
    return await answer_stream(calls, request, Reader(read_line, receive_line, receive_lines))


@router.post(
    "/v1/referrals/reconciliation", summary="Reconcile a day's referrals", tags=_TAGS, response_model=Reconciliation
)
@guarded(Role.REFERRALS_RW, largest=LARGEST_MANIFEST)
async def post_reconciliation(call: CurrentCall, body: ManifestIn) -> Reconciliation:
    """Hold what the caller's client sent on a day against what came: each missing, extra or different one is named."""
    return await ReconciliationService(call).reconcile(body)
