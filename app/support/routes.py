"""Routes of the offer of support."""

from typing import Any

from fastapi import Response

from app.cases.finding import find_case
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router
from app.http.openapi import problem
from app.identity.caller import Role
from app.support.schemas import SupportAnswer, SupportIn
from app.support.service import SupportService

router = guarded_router()
_TAGS: list[Any] = ["Support"]
_PATH = "/v1/cases/{caseId}/support-offer"


@router.post(
    _PATH, status_code=201, summary="Record a step of an offer of support", tags=_TAGS, response_model=SupportAnswer
)
@guarded(Role.PRE_ASSESSMENTS_RW, human=True, creates=True, finds=find_case)
async def post_support_offer(call: CurrentCall, case_id: CaseId, body: SupportIn, response: Response) -> SupportAnswer:
    """Record that support was considered, offered, accepted or declined: always voluntary, never a disposal."""
    answer, case = await SupportService(call).record(case_id, body)
    response.headers["ETag"] = case.etag
    return answer


@router.get(
    _PATH,
    summary="Read the offer of support",
    tags=_TAGS,
    response_model=SupportAnswer,
    responses={409: problem(409)},
)
@guarded(Role.CASES_RO, Role.PRE_ASSESSMENTS_RW, finds=find_case)
async def get_support_offer(call: CurrentCall, case_id: CaseId) -> SupportAnswer:
    """Read how far the offer has come, what may follow, and what the criteria of Turnaround say."""
    return await SupportService(call).read(case_id)
