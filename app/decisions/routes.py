"""Routes of opinions, escalation and decision."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Response

from app.cases.finding import find_case
from app.decisions.authority_service import AuthorityService
from app.decisions.opinion_service import OpinionService
from app.decisions.schemas import (
    Authorities,
    AuthorityAnswer,
    AuthorityIn,
    DecisionAnswer,
    DecisionIn,
    EscalationAnswer,
    OpinionIn,
    OpinionRecorded,
    OpinionsAnswer,
    OverdueEscalation,
)
from app.decisions.service import DecisionService
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.identity.caller import Agency, Role

router = guarded_router()
_TAGS: list[Any] = ["Joint decision"]
_OPINIONS = "/v1/cases/{caseId}/opinions"
_DECISION = "/v1/cases/{caseId}/decision"
_AUTHORITY = "/v1/cases/{caseId}/authority"


@router.post(_OPINIONS, status_code=201, summary="Record an opinion", tags=_TAGS, response_model=OpinionRecorded)
@guarded(
    Role.OPINIONS_RW,
    agencies=frozenset({Agency.POLICE, Agency.YJS}),
    human=True,
    creates=True,
    needs_match=True,
    finds=find_case,
)
async def post_opinion(call: CurrentCall, case_id: CaseId, body: OpinionIn) -> OpinionRecorded:
    """Record the caller's agency's opinion; it stays sealed until both agencies have spoken."""
    return await OpinionService(call).record_opinion(case_id, body)


@router.get(_OPINIONS, summary="Read the opinions", tags=_TAGS, response_model=OpinionsAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_opinions(call: CurrentCall, case_id: CaseId) -> OpinionsAnswer:
    """Read the opinions that the caller may see; the other agency's is not told of while it is sealed."""
    return await OpinionService(call).opinions(case_id)


@router.get("/v1/cases/{caseId}/escalation", summary="Read the escalation", tags=_TAGS, response_model=EscalationAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_escalation(call: CurrentCall, case_id: CaseId) -> EscalationAnswer:
    """Read the level that a disagreement has reached, who must now speak and by when; 404 when there is none."""
    return await OpinionService(call).escalation(case_id)


@router.get(
    "/v1/escalations/overdue",
    summary="List overdue escalations",
    tags=_TAGS,
    response_model=Page[OverdueEscalation],
)
@guarded(Role.CASES_RO)
async def list_overdue_escalations(
    call: CurrentCall, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[OverdueEscalation]:
    """List the open escalations of the caller's areas whose day has passed."""
    rows = await OpinionService(call).overdue(id_after(wanted.cursor), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda escalation: escalation.case_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.post(_AUTHORITY, status_code=201, summary="Record an authority", tags=_TAGS, response_model=AuthorityAnswer)
@guarded(
    Role.DECISIONS_RW,
    agencies=frozenset({Agency.POLICE, Agency.CPS}),
    human=True,
    creates=True,
    finds=find_case,
)
async def post_authority(call: CurrentCall, case_id: CaseId, body: AuthorityIn, response: Response) -> AuthorityAnswer:
    """Record what the CPS or a senior officer decided on a disposal, with its reference and day."""
    answer, case = await AuthorityService(call).record(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_AUTHORITY, summary="Read the authorities", tags=_TAGS, response_model=Authorities)
@guarded(Role.CASES_RO, finds=find_case)
async def get_authority(call: CurrentCall, case_id: CaseId) -> Authorities:
    """Read what authorities decided on the case's disposals, oldest first."""
    return await AuthorityService(call).recorded(case_id)


@router.post(_DECISION, status_code=201, summary="Make the decision", tags=_TAGS, response_model=DecisionAnswer)
@guarded(
    Role.DECISIONS_RW,
    agencies=frozenset({Agency.POLICE, Agency.CPS}),
    human=True,
    creates=True,
    needs_match=True,
    finds=find_case,
)
async def post_decision(call: CurrentCall, case_id: CaseId, body: DecisionIn, response: Response) -> DecisionAnswer:
    """Make the decision of record on what both agencies agreed, or as the last level allows; dissent is kept."""
    answer, case = await DecisionService(call).decide(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_DECISION, summary="Read the decision", tags=_TAGS, response_model=DecisionAnswer)
@guarded(Role.CASES_RO, finds=find_case)
async def get_decision(call: CurrentCall, case_id: CaseId) -> DecisionAnswer:
    """Read the newest decision of record; 404 when there is none."""
    return await DecisionService(call).decision(case_id)
