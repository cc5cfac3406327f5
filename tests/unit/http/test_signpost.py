"""The route of a path is found word by word, as if each had been tried."""

from typing import Any

import pytest
from fastapi import APIRouter
from starlette.routing import Match

from app.http.signpost import Signpost, walk


def _router(*routes: str) -> APIRouter:
    router = APIRouter()
    for told in routes:
        method, path = told.split()

        @router.api_route(path, methods=[method], name=told)
        async def _answer() -> None: ...

    return router


def _found(signpost: Signpost, method: str, path: str, **scope: Any) -> tuple[Match, str | None]:
    match, told = signpost.matches({"type": "http", "method": method, "path": path, **scope})
    return match, told["route"].name if told else None


SIGNPOST = Signpost(
    [
        _router("GET /cases", "POST /cases", "GET /cases/{id}", "GET /cases/{id}/advice"),
        _router("POST /cases/search", "GET /cases/{id}/advice/{number}", "GET /other/{id}/advice"),
    ]
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("GET /cases", "GET /cases"),
        ("POST /cases", "POST /cases"),
        ("GET /cases/7", "GET /cases/{id}"),
        ("GET /cases/7/advice", "GET /cases/{id}/advice"),
        ("GET /cases/7/advice/2", "GET /cases/{id}/advice/{number}"),
        ("POST /cases/search", "POST /cases/search"),
        ("GET /cases/search", "GET /cases/{id}"),
        ("GET /other/advice/advice", "GET /other/{id}/advice"),
    ],
)
def test_route_is_found_by_words_and_method(asked: str, found: str) -> None:
    """What is written out goes before what is left open, unless only the latter takes the method."""
    assert _found(SIGNPOST, *asked.split()) == (Match.FULL, found)


@pytest.mark.parametrize("path", ["/", "", "/cases/", "/cases//advice", "/case", "/cases/7/advice/2/3", "cases"])
def test_path_that_leads_nowhere_is_not_found(path: str) -> None:
    """A segment that is missing, empty or one too many is another path."""
    assert _found(SIGNPOST, "GET", path) == (Match.NONE, None)


def test_method_that_no_route_takes_finds_the_first_by_its_path_alone() -> None:
    """So that 405 is answered, and not 404."""
    assert _found(SIGNPOST, "DELETE", "/cases") == (Match.PARTIAL, "GET /cases")


def test_what_a_path_names_is_told_to_the_endpoint() -> None:
    """The route itself says what its open words were."""
    _, told = SIGNPOST.matches({"type": "http", "method": "GET", "path": "/cases/7/advice/2"})

    assert told["path_params"] == {"id": "7", "number": "2"}


def test_path_is_read_behind_the_place_where_a_proxy_puts_the_service() -> None:
    """As the routes read it themselves."""
    assert _found(SIGNPOST, "GET", "/oocd/cases", root_path="/oocd") == (Match.FULL, "GET /cases")


def test_other_traffic_than_http_leads_nowhere() -> None:
    """No route of ours speaks anything else."""
    assert SIGNPOST.matches({"type": "websocket", "path": "/cases"})[0] is Match.NONE


def test_every_route_is_walked_past_once() -> None:
    """Those of a signpost in their order, beside those that stand alone."""
    alone = _router("GET /alone").routes

    assert [route.name for route in walk([*alone, SIGNPOST])] == [  # type: ignore[attr-defined]
        "GET /alone",
        *(route.name for route in SIGNPOST.routes),
    ]


def test_router_within_a_router_is_refused() -> None:
    """Its routes would be served nowhere."""
    outer = APIRouter()
    outer.include_router(_router("GET /cases"))

    with pytest.raises(TypeError):
        Signpost([outer])
