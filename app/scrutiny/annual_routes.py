"""The route of the annual report: for the panels, for both agencies, and for whoever reads statistics."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Request, Response

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.negotiation import prefers_html
from app.identity.caller import Role
from app.scrutiny import report_page
from app.scrutiny.annual_schemas import AnnualAnswer, AnnualQuery
from app.scrutiny.annual_service import AnnualService

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]
_READING = (Role.SCRUTINY_RO, Role.STATISTICS_RO, Role.OPINIONS_RW)
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}


@router.get(
    "/v1/scrutiny/annual-report",
    summary="Read the annual report",
    tags=_TAGS,
    response_model=AnnualAnswer,
    responses=_PAGE,
)
@guarded(*_READING, human=True, produces=("application/json", "text/html"))
async def read_annual_report(
    request: Request, call: CurrentCall, asked: Annotated[AnnualQuery, QueryParameters()]
) -> Any:  # noqa: ANN401
    """Read what the panels of an area found in a year, weighted and by stratum, and what the agencies answered."""
    found = await AnnualService(call).report(asked)
    if prefers_html(request.headers.get("accept")):
        html = report_page.of_year(found, call.law_book.area_names(call.today))
        return Response(html, media_type="text/html", headers=report_page.HEADERS)
    return found
