"""Routes of facts established after the referral, of possible matches and of links between cases."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Response

from app.cases.facts_schemas import (
    EstablishedIn,
    FactsQuery,
    FactsVersion,
    LinkAnswer,
    LinkIn,
    Links,
    PossibleMatches,
)
from app.cases.facts_service import FactsService
from app.cases.finding import find_case
from app.cases.links_service import LinkService
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router
from app.http.pages import Page, number_after, page
from app.identity.caller import Agency, Role

router = guarded_router()
_FACTS_TAG: list[Any] = ["Facts"]
_FACTS = "/v1/cases/{caseId}/facts"
_LINKS = "/v1/cases/{caseId}/links"
_BOTH = frozenset({Agency.POLICE, Agency.YJS})


@router.post(_FACTS, status_code=201, summary="Establish facts", tags=_FACTS_TAG, response_model=FactsVersion)
@guarded(Role.OPINIONS_RW, Role.PRE_ASSESSMENTS_RW, agencies=_BOTH, creates=True, finds=find_case)
async def post_facts(call: CurrentCall, case_id: CaseId, body: EstablishedIn, response: Response) -> FactsVersion:
    """Add facts that the caller's agency has established since the referral: a new version; nothing is overwritten."""
    answer, case = await FactsService(call).establish(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(_FACTS, summary="List the versions of the facts", tags=_FACTS_TAG, response_model=Page[FactsVersion])
@guarded(Role.CASES_RO, finds=find_case)
async def get_facts(
    call: CurrentCall, case_id: CaseId, wanted: Annotated[FactsQuery, QueryParameters()]
) -> Page[FactsVersion]:
    """List the versions of a case's facts, oldest first, each with who established it, on which day and from what."""
    rows = await FactsService(call).versions(case_id, number_after(wanted.cursor), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda version: str(version.version))
    return Page(items=tuple(items), next_cursor=cursor)


@router.get(
    "/v1/cases/{caseId}/possible-matches",
    summary="List the cases that may be of the same child",
    tags=_FACTS_TAG,
    response_model=PossibleMatches,
)
@guarded(Role.OPINIONS_RW, Role.PRE_ASSESSMENTS_RW, finds=find_case)
async def get_possible_matches(call: CurrentCall, case_id: CaseId) -> PossibleMatches:
    """List the cases of the caller's areas that may be of the same child; nothing is put together."""
    return await LinkService(call).possible(case_id)


@router.post(_LINKS, status_code=201, summary="Link cases of one child", tags=_FACTS_TAG, response_model=LinkAnswer)
@guarded(Role.OPINIONS_RW, Role.PRE_ASSESSMENTS_RW, agencies=_BOTH, human=True, creates=True, finds=find_case)
async def post_link(call: CurrentCall, case_id: CaseId, body: LinkIn) -> LinkAnswer:
    """Say that a possible match is of the same child, and how that is known; its decisions join the history."""
    return await LinkService(call).link(case_id, body)


@router.get(_LINKS, summary="List the links of a case", tags=_FACTS_TAG, response_model=Links)
@guarded(Role.CASES_RO, finds=find_case)
async def get_links(call: CurrentCall, case_id: CaseId) -> Links:
    """List the cases that people have said are of the same child."""
    return await LinkService(call).links(case_id)
