"""Route of the management figures."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.openapi import problem
from app.identity.caller import Role
from app.management.schemas import FiguresQuery, ManagementFigures
from app.management.service import ManagementService

router = guarded_router()
_TAGS: list[Any] = ["Statistics"]


@router.get(
    "/v1/management/figures",
    summary="Read the management figures",
    tags=_TAGS,
    response_model=ManagementFigures,
    responses={404: problem(404)},
)
@guarded(Role.STATISTICS_RO)
async def get_figures(call: CurrentCall, wanted: Annotated[FiguresQuery, QueryParameters()]) -> ManagementFigures:
    """Read the out-of-court indicator, first-time entrants, serious violence, and volumes by route and disposal."""
    return await ManagementService(call).figures(wanted)
