"""Routes of the pre-assessment."""

from typing import Any

from fastapi import Response

from app.assessments.schemas import PreAssessmentAnswer, PreAssessmentIn
from app.assessments.service import AssessmentService
from app.cases.finding import find_case
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router
from app.http.openapi import first_made
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Pre-assessment"]
_PATH = "/v1/cases/{caseId}/pre-assessment"


@router.put(
    _PATH,
    summary="Record the pre-assessment",
    tags=_TAGS,
    response_model=PreAssessmentAnswer,
    responses=first_made(PreAssessmentAnswer),
)
@guarded(Role.PRE_ASSESSMENTS_RW, needs_match=True, finds=find_case)
async def put_pre_assessment(
    call: CurrentCall, case_id: CaseId, body: PreAssessmentIn, response: Response
) -> PreAssessmentAnswer:
    """Record a new version of the pre-assessment; the first needs no If-Match and answers 201."""
    answer, response.headers["ETag"], first = await AssessmentService(call).put(case_id, body)
    response.status_code = 201 if first else 200
    return answer


@router.get(_PATH, summary="Read the pre-assessment", tags=_TAGS, response_model=PreAssessmentAnswer)
@guarded(Role.CASES_RO, Role.PRE_ASSESSMENTS_RW, finds=find_case)
async def get_pre_assessment(call: CurrentCall, case_id: CaseId, response: Response) -> PreAssessmentAnswer:
    """Read the newest version, with what it lacks and who could supply it."""
    answer, response.headers["ETag"] = await AssessmentService(call).read(case_id)
    return answer
