"""Routes of statistics: each an answer in JSON, or a page for whoever asks for `text/html`."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters
from fastapi import Request, Response

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.negotiation import prefers_html
from app.http.openapi import problem
from app.identity.call import Call
from app.identity.caller import Role
from app.statistics import page
from app.statistics.schemas import StatisticAnswer, StatisticQuery
from app.statistics.service import StatisticsService
from app.statistics.words import Statistic

router = guarded_router()
_TAGS: list[Any] = ["Statistics"]
_KINDS = ("application/json", "text/html")
Asked = Annotated[StatisticQuery, QueryParameters()]
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}, 404: problem(404)}
_TERMS: dict[str, Any] = {"tags": _TAGS, "response_model": StatisticAnswer, "responses": _PAGE}


async def _answer(statistic: Statistic, request: Request, call: Call, asked: StatisticQuery) -> Any:  # noqa: ANN401
    found = await StatisticsService(call).answer(statistic, asked)
    if prefers_html(request.headers.get("accept")):
        html = page.as_html(found, call.law_book.area_names(call.today))
        return Response(html, media_type="text/html", headers=page.HEADERS)
    return found


@router.get("/v1/statistics/disproportionality", summary="Compare groups of children", **_TERMS)
@guarded(Role.STATISTICS_RO, produces=_KINDS)
async def read_disproportionality(request: Request, call: CurrentCall, asked: Asked) -> Any:  # noqa: ANN401
    """Compare groups stage by stage: relative rate index and disproportionality ratio, the reference named."""
    return await _answer(Statistic.DISPROPORTIONALITY, request, call, asked)


@router.get("/v1/statistics/engagement", summary="Hold engagement against disposal", **_TERMS)
@guarded(Role.STATISTICS_RO, produces=_KINDS)
async def read_engagement(request: Request, call: CurrentCall, asked: Asked) -> Any:  # noqa: ANN401
    """Say whether children who engaged were diverted more often, among those alike in gravity and history."""
    return await _answer(Statistic.ENGAGEMENT, request, call, asked)


@router.get("/v1/statistics/timeliness", summary="Hold decisions against their clocks", **_TERMS)
@guarded(Role.STATISTICS_RO, produces=_KINDS)
async def read_timeliness(request: Request, call: CurrentCall, asked: Asked) -> Any:  # noqa: ANN401
    """Say how often each clock was kept, and how many days decisions took."""
    return await _answer(Statistic.TIMELINESS, request, call, asked)


@router.get("/v1/statistics/departures", summary="Count departures from the advice", **_TERMS)
@guarded(Role.STATISTICS_RO, produces=_KINDS)
async def read_departures(request: Request, call: CurrentCall, asked: Asked) -> Any:  # noqa: ANN401
    """Say how often decisions are more or less restrictive than the advice, of those on which it indicated any."""
    return await _answer(Statistic.DEPARTURES, request, call, asked)


@router.get("/v1/statistics/completeness", summary="Count what is recorded", **_TERMS)
@guarded(Role.STATISTICS_RO, produces=_KINDS)
async def read_completeness(request: Request, call: CurrentCall, asked: Asked) -> Any:  # noqa: ANN401
    """Say which fields were answered, by the force that referred."""
    return await _answer(Statistic.COMPLETENESS, request, call, asked)


@router.get("/v1/statistics/volumes", summary="Count children, decisions and offences", **_TERMS)
@guarded(Role.STATISTICS_RO, produces=_KINDS)
async def read_volumes(request: Request, call: CurrentCall, asked: Asked) -> Any:  # noqa: ANN401
    """Count children by disposal, decisions by quarter and level; offences apart."""
    return await _answer(Statistic.VOLUMES, request, call, asked)
