"""Routes of panel meetings, their pack, and contributions. None takes or counts a vote."""

from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi import Query as QueryParameters

from app.cases.finding import find_case
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router, read_id
from app.http.negotiation import prefers_html
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.http.schema import Code
from app.identity.call import Call
from app.identity.caller import Role
from app.panels.packing import PackService
from app.panels.page import CONTENT_SECURITY_POLICY, as_html
from app.panels.schemas import ContributionAnswer, ContributionIn, MeetingAnswer, MeetingIn, MeetingPack
from app.panels.service import PanelService

router = guarded_router()
_TAGS: list[Any] = ["Panels"]
_MEETINGS = "/v1/panel-meetings"
_MEETING = "/v1/panel-meetings/{meetingId}"
_CONTRIBUTIONS = "/v1/cases/{caseId}/contributions"
MeetingId = Annotated[str, Path(alias="meetingId", description="The id of a panel meeting.")]


async def find_meeting(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a meeting of one of the caller's areas."""
    await PanelService(call).require(read_id(path["meetingId"]))


class MeetingQuery(ListQuery):
    """Which meetings are asked for."""

    area: Code | None = None


@router.post(_MEETINGS, status_code=201, summary="Add a panel meeting", tags=_TAGS, response_model=MeetingAnswer)
@guarded(Role.PANELS_RW, creates=True)
async def post_meeting(call: CurrentCall, body: MeetingIn, response: Response) -> MeetingAnswer:
    """Add a meeting: members, agenda, who is there, who has a conflict of interest."""
    answer, response.headers["ETag"] = await PanelService(call).add(body)
    response.headers["Location"] = f"{_MEETINGS}/{answer.meeting_id}"
    return answer


@router.get(_MEETINGS, summary="List panel meetings", tags=_TAGS, response_model=Page[MeetingAnswer])
@guarded(Role.PANELS_RW, Role.CASES_RO)
async def list_meetings(call: CurrentCall, wanted: Annotated[MeetingQuery, QueryParameters()]) -> Page[MeetingAnswer]:
    """List the meetings of the caller's areas, oldest first."""
    found = await PanelService(call).list_meetings(wanted.area, id_after(wanted.cursor), wanted.limit)
    items, cursor = page(found, wanted.limit, lambda one: one.meeting_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.get(_MEETING, summary="Read a panel meeting", tags=_TAGS, response_model=MeetingAnswer)
@guarded(Role.PANELS_RW, Role.CASES_RO, finds=find_meeting)
async def get_meeting(call: CurrentCall, meeting_id: MeetingId, response: Response) -> MeetingAnswer:
    """Read a meeting as it stands."""
    answer, response.headers["ETag"] = await PanelService(call).read(meeting_id)
    return answer


@router.put(_MEETING, summary="Change a panel meeting", tags=_TAGS, response_model=MeetingAnswer)
@guarded(Role.PANELS_RW, needs_match=True, finds=find_meeting)
async def put_meeting(call: CurrentCall, meeting_id: MeetingId, body: MeetingIn, response: Response) -> MeetingAnswer:
    """Replace a meeting by a new version; what was before is kept."""
    answer, response.headers["ETag"] = await PanelService(call).change(meeting_id, body)
    return answer


@router.get(
    f"{_MEETING}/pack",
    summary="Take the pack of a panel meeting",
    tags=_TAGS,
    response_model=MeetingPack,
    responses={200: {"description": "The pack.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
@guarded(Role.CASES_RO, human=True, finds=find_meeting, produces=("application/json", "text/html"))
async def get_pack(call: CurrentCall, meeting_id: MeetingId, request: Request) -> Response:
    """Take everything that the panel reads in one call, as JSON or as a page to print."""
    pack = await PackService(call).pack(meeting_id)
    headers = {"Vary": "Accept"}
    if prefers_html(request.headers.get("accept")):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return Response(as_html(pack, call.law_book.area_names(call.today)), media_type="text/html", headers=headers)
    return Response(pack.model_dump_json(), media_type="application/json", headers=headers)


@router.post(
    _CONTRIBUTIONS, status_code=201, summary="Contribute to a case", tags=_TAGS, response_model=ContributionAnswer
)
@guarded(Role.PANELS_RW, creates=True, finds=find_case)
async def post_contribution(call: CurrentCall, case_id: CaseId, body: ContributionIn) -> ContributionAnswer:
    """Add what a panel member says of a case: it informs the two agencies, and never counts."""
    return await PanelService(call).contribute(case_id, body)


@router.get(_CONTRIBUTIONS, summary="Read the contributions", tags=_TAGS, response_model=Page[ContributionAnswer])
@guarded(Role.CASES_RO, finds=find_case)
async def list_contributions(call: CurrentCall, case_id: CaseId) -> Page[ContributionAnswer]:
    """Read what panel members said of a case in its present round."""
    return Page(items=await PanelService(call).contributions(case_id))
