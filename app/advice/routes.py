"""Routes of advice: stateless, on a case, and its receipts."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Response
from starlette.responses import JSONResponse

from app.advice.answer import AdviceAnswer, ReplayAnswer
from app.advice.schemas import AdviceRequest
from app.advice.service import AdviceService
from app.cases.finding import find_advice, find_case
from app.http.guard import AdviceId, CaseId, CurrentCall, guarded, guarded_router
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.http.schema import Day, Schema
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Advice"]
_BOTH = frozenset({Role.CASES_RO, Role.ADVICE_RO})


class AdviceOnCase(Schema):
    """The day that advice is asked for; today in London by default."""

    as_at: Day | None = None


class Nothing(Schema):
    """An empty object."""


@router.post("/v1/advice", summary="Ask for advice that is not stored", tags=_TAGS, response_model=AdviceAnswer)
@guarded(Role.ADVICE_RO, purpose=False)
async def post_stateless_advice(call: CurrentCall, body: AdviceRequest) -> Response:
    """Say for every disposal whether it is open, why, on whose authority, and what is still unknown. Stores nothing."""
    return Response(await AdviceService(call).advise(body), media_type="application/json")


@router.post(
    "/v1/cases/{caseId}/advice",
    status_code=201,
    summary="Take advice on a case",
    tags=_TAGS,
    response_model=AdviceAnswer,
)
@guarded(*_BOTH, all_roles=True, creates=True, finds=find_case)
async def post_case_advice(call: CurrentCall, case_id: CaseId, body: AdviceOnCase) -> Response:
    """Take advice on the case's newest facts and keep it as an immutable receipt."""
    answer = await AdviceService(call).take(case_id, body.as_at)
    return Response(answer, status_code=201, media_type="application/json")


@router.get(
    "/v1/cases/{caseId}/advice", summary="List the advice on a case", tags=_TAGS, response_model=Page[AdviceAnswer]
)
@guarded(Role.CASES_RO, finds=find_case)
async def list_case_advice(
    call: CurrentCall, case_id: CaseId, wanted: Annotated[ListQuery, QueryParameters()]
) -> JSONResponse:
    """List the receipts of advice on a case, oldest first."""
    rows = await AdviceService(call).of_case(case_id, id_after(wanted.cursor), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda row: row[0])
    return JSONResponse({"items": [document for _, document in items], "nextCursor": cursor})


@router.get("/v1/advice/{adviceId}", summary="Read a receipt of advice", tags=_TAGS, response_model=AdviceAnswer)
@guarded(Role.CASES_RO, finds=find_advice)
async def get_advice(call: CurrentCall, advice_id: AdviceId) -> Response:
    """Read advice as it was given, byte for byte."""
    answer, etag = await AdviceService(call).read(advice_id)
    return Response(answer, media_type="application/json", headers={"ETag": etag})


@router.post(
    "/v1/advice/{adviceId}/replay", summary="Evaluate a receipt again", tags=_TAGS, response_model=ReplayAnswer
)
@guarded(*_BOTH, all_roles=True, finds=find_advice)
async def post_replay(call: CurrentCall, advice_id: AdviceId, body: Nothing) -> JSONResponse:
    """Evaluate a receipt's facts again for its day: the same, or what differs and why."""
    assert body == Nothing()
    return JSONResponse(await AdviceService(call).replay(advice_id))
