"""Route of the explanation: JSON, or a page to print, by `Accept`."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Request, Response

from app.cases.finding import find_case
from app.explanation.page import CONTENT_SECURITY_POLICY, as_html
from app.explanation.schemas import ExplanationAnswer
from app.explanation.service import ExplanationService
from app.explanation.wording import Audience, Language
from app.http.guard import CaseId, CurrentCall, guarded, guarded_router
from app.http.negotiation import prefers_html
from app.http.query import Query
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Explanation"]
KINDS = ("application/json", "text/html")


class ExplanationQuery(Query):
    """For whom it is explained, and in which language it is wanted."""

    audience: Audience
    language: Language = Language.EN


@router.get(
    "/v1/cases/{caseId}/explanation",
    summary="Explain the decided disposal",
    tags=_TAGS,
    response_model=ExplanationAnswer,
    responses={200: {"description": "The explanation.", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
@guarded(Role.CASES_RO, finds=find_case, produces=KINDS)
async def get_explanation(
    call: CurrentCall, case_id: CaseId, wanted: Annotated[ExplanationQuery, QueryParameters()], request: Request
) -> Response:
    """Say in plain words what the disposal means, what is voluntary, what is recorded and what follows."""
    answer = await ExplanationService(call).explanation(case_id, wanted.audience, wanted.language)
    headers = {"Vary": "Accept"}
    if prefers_html(request.headers.get("accept")):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return Response(as_html(answer), media_type="text/html", headers=headers)
    return Response(answer.model_dump_json(), media_type="application/json", headers=headers)
