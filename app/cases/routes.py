"""Routes of referrals and cases."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Request, Response

from app.cases.filters import CaseFilter, CaseView
from app.cases.finding import find_case, find_referral, find_told_case
from app.cases.list_service import ListService
from app.cases.schemas import (
    CaseAnswer,
    CaseCounts,
    CaseSummary,
    CharacteristicsAnswer,
    CharacteristicsIn,
    ReferralAnswer,
    ReferralIn,
    ReferralReceived,
    Timeline,
)
from app.cases.service import CaseService
from app.cases.states import CaseStatus, Route
from app.cases.views import page_of_cases
from app.http.guard import CaseId, CurrentCall, ReferralId, guarded, guarded_router
from app.http.openapi import first_made
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.http.schema import Code, Day, Instant, Word
from app.identity.caller import Role

router = guarded_router()
_REFERRALS: list[Any] = ["Referrals"]
_CASES: list[Any] = ["Cases"]
_CHARACTERISTICS = "/v1/cases/{caseId}/characteristics"


class CaseQuery(ListQuery):
    """Which cases are asked for."""

    area: Code | None = None
    status: Word[CaseStatus] | None = None
    route: Word[Route] | None = None
    updated_since: Instant | None = None
    due_before: Day | None = None
    view: Word[CaseView] | None = None


@router.post(
    "/v1/referrals", status_code=201, summary="Refer a child", tags=_REFERRALS, response_model=ReferralReceived
)
@guarded(Role.REFERRALS_RW, creates=True)
async def post_referral(call: CurrentCall, request: Request, body: ReferralIn, response: Response) -> ReferralReceived:
    """Refer a child to the youth justice service; a case begins, with its clocks. The same source twice is 409."""
    answer = await CaseService(call).receive(body, await request.body())
    response.headers["Location"] = f"/v1/referrals/{answer.referral_id}"
    return answer


@router.get("/v1/referrals/{referralId}", summary="Read a referral", tags=_REFERRALS, response_model=ReferralAnswer)
@guarded(Role.REFERRALS_RW, finds=find_referral)
async def get_referral(call: CurrentCall, referral_id: ReferralId, response: Response) -> ReferralAnswer:
    """Read what the caller's client referred, as received, with the case's status and the decision."""
    answer, response.headers["ETag"] = await CaseService(call).referral(referral_id)
    return answer


@router.get("/v1/cases", summary="List cases", tags=_CASES, response_model=Page[CaseSummary])
@guarded(Role.CASES_RO)
async def list_cases(call: CurrentCall, wanted: Annotated[CaseQuery, QueryParameters()]) -> Response:
    """List the cases of the caller's areas, oldest first; `view` shows those that wait for somebody or something."""
    asked = wanted.model_dump(exclude={"limit", "cursor"})
    rows = await ListService(call).cases(CaseFilter(**asked, after=id_after(wanted.cursor)), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda case: case.case_id)
    return Response(page_of_cases(items, cursor), media_type="application/json")


@router.get("/v1/cases/counts", summary="Count cases", tags=_CASES, response_model=CaseCounts)
@guarded(Role.CASES_RO)
async def get_case_counts(call: CurrentCall) -> CaseCounts:
    """Count the cases of the caller's areas by view and by status."""
    return await ListService(call).counts()


@router.get("/v1/cases/{caseId}", summary="Read a case", tags=_CASES, response_model=CaseAnswer)
@guarded(Role.CASES_RO, finds=find_told_case)
async def get_case(call: CurrentCall, case_id: CaseId, response: Response) -> CaseAnswer:
    """Read a case with its child and its newest facts."""
    answer, response.headers["ETag"] = await CaseService(call).case(case_id)
    return answer


@router.get("/v1/cases/{caseId}/timeline", summary="Read a case's timeline", tags=_CASES, response_model=Timeline)
@guarded(Role.CASES_RO, finds=find_case)
async def get_timeline(call: CurrentCall, case_id: CaseId) -> Timeline:
    """Read everything that happened to a case, in order, with who; sealed opinions are not in it."""
    return Timeline(items=await CaseService(call).timeline(case_id))


@router.put(
    _CHARACTERISTICS,
    summary="Record characteristics",
    tags=_CASES,
    response_model=CharacteristicsAnswer,
    responses=first_made(CharacteristicsAnswer),
)
@guarded(Role.PRE_ASSESSMENTS_RW, needs_match=True, finds=find_case)
async def put_characteristics(
    call: CurrentCall, case_id: CaseId, body: CharacteristicsIn, response: Response
) -> CharacteristicsAnswer:
    """Record protected and further characteristics; the first PUT needs no If-Match and answers 201."""
    answer, response.headers["ETag"], first = await CaseService(call).put_characteristics(case_id, body)
    response.status_code = 201 if first else 200
    return answer


@router.get(_CHARACTERISTICS, summary="Read characteristics", tags=_CASES, response_model=CharacteristicsAnswer)
@guarded(Role.PRE_ASSESSMENTS_RW, finds=find_case)
async def get_characteristics(call: CurrentCall, case_id: CaseId, response: Response) -> CharacteristicsAnswer:
    """Read the newest version of the child's characteristics."""
    answer, response.headers["ETag"] = await CaseService(call).characteristics(case_id)
    return answer
