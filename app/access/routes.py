"""Routes of break-glass, of limits to named people, and of alerts."""

from typing import Annotated, Any

from fastapi import Path, Response
from fastapi import Query as QueryParameters

from app.access.glass_service import GlassService
from app.access.limit_service import LimitService
from app.access.schemas import (
    AlertAnswer,
    AlertQuery,
    BreakGlassIn,
    GrantAnswer,
    GrantGiven,
    GrantQuery,
    LimitAnswer,
    LimitIn,
    Limits,
    ReviewIn,
)
from app.cases.finding import find_case
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router, read_id
from app.http.pages import Page, id_after, page
from app.identity.call import Call
from app.identity.caller import Agency, Role

router = guarded_router()
_TAGS: list[Any] = ["Unusual access"]
_GLASS = "/v1/break-glass"
_LIMITS = "/v1/cases/{caseId}/limits"
_BOTH = frozenset({Agency.POLICE, Agency.YJS})
GrantId = Annotated[str, Path(alias="grantId", description="The id of a grant.")]


async def find_grant(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a grant of the caller's own, or on a case of its areas."""
    await GlassService(call).require(read_id(path["grantId"]))


@router.post(_GLASS, status_code=201, summary="Break the glass", tags=_TAGS, response_model=GrantGiven)
@guarded(Role.BREAK_GLASS_RW, Role.CASES_RO, all_roles=True, human=True, creates=True)
async def post_grant(call: CurrentCall, body: BreakGlassIn, response: Response) -> GrantGiven:
    """Ask to read one case that one does not reach, for thirty minutes, with a reason.

    It raises an alert, and somebody of another agency reviews it. The grant is named in `X-Break-Glass` on GET requests
    below `/v1/cases/{caseId}`; it opens nothing else and lets nothing be written.
    """
    given = await GlassService(call).give(body)
    response.headers["Location"] = f"{_GLASS}/{given.grant_id}"
    return given


@router.get(_GLASS, summary="List break-glass grants", tags=_TAGS, response_model=Page[GrantAnswer])
@guarded(Role.AUDIT_RO)
async def list_grants(call: CurrentCall, wanted: Annotated[GrantQuery, QueryParameters()]) -> Page[GrantAnswer]:
    """List grants on cases of the caller's areas, oldest first; `OVERDUE` are those not reviewed in time."""
    rows = await GlassService(call).grants(wanted.state, id_after(wanted.cursor), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda one: one.grant_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.get(f"{_GLASS}/{{grantId}}", summary="Read a grant", tags=_TAGS, response_model=GrantAnswer)
@guarded(Role.AUDIT_RO, finds=find_grant)
async def get_grant(call: CurrentCall, grant_id: GrantId) -> GrantAnswer:
    """Read a grant with its review; what was read under it stands in the log, under its case and its person."""
    return await GlassService(call).grant(grant_id)


@router.post(
    f"{_GLASS}/{{grantId}}/review", status_code=201, summary="Review a grant", tags=_TAGS, response_model=GrantAnswer
)
@guarded(Role.AUDIT_RO, human=True, creates=True, finds=find_grant)
async def post_review(call: CurrentCall, grant_id: GrantId, body: ReviewIn) -> GrantAnswer:
    """Close a grant with what was found: never one's own, nor one of one's own agency."""
    return await GlassService(call).review(grant_id, body)


@router.post(_LIMITS, status_code=201, summary="Limit a case to named people", tags=_TAGS, response_model=LimitAnswer)
@guarded(Role.OPINIONS_RW, agencies=_BOTH, human=True, creates=True, finds=find_case)
async def post_limit(call: CurrentCall, case_id: CaseId, body: LimitIn) -> LimitAnswer:
    """Propose that a case be for named people alone, or no longer; a manager of the other agency confirms."""
    return await LimitService(call).step(case_id, body)


@router.get(_LIMITS, summary="Read to whom a case is limited", tags=_TAGS, response_model=Limits)
@guarded(Role.CASES_RO, finds=find_case)
async def get_limits(call: CurrentCall, case_id: CaseId) -> Limits:
    """Read every step of the limits of a case, with whom they name."""
    return await LimitService(call).limits(case_id)


@router.get("/v1/alerts", summary="Read alerts", tags=_TAGS, response_model=Page[AlertAnswer])
@guarded(Role.AUDIT_RO)
async def list_alerts(call: CurrentCall, wanted: Annotated[AlertQuery, QueryParameters()]) -> Page[AlertAnswer]:
    """Read what unusual access there was, oldest first, without names: the entry of the log says whose and of whom."""
    rows = await LimitService(call).alerts(wanted.kind, id_after(wanted.cursor), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda one: one.log_id)
    return Page(items=tuple(items), next_cursor=cursor)
