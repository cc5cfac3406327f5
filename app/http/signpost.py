"""Finds the route of a path word by word, where the framework tries one route after another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


@dataclass
class _Junction:
    """Where some words of a path have led: the routes that end here, and the ways on by the next word."""

    routes: list[APIRoute] = field(default_factory=list)
    ways: dict[str, "_Junction"] = field(default_factory=dict)
    any_word: "_Junction | None" = None

    def way(self, word: str) -> "_Junction":
        """Return the junction to which a word of a route's own path leads; it is made if there is none."""
        if not word.startswith("{"):
            return self.ways.setdefault(word, _Junction())
        self.any_word = self.any_word or _Junction()
        return self.any_word

    def on(self, word: str) -> Iterator["_Junction"]:
        """Return where a word that was sent leads: what is written out goes before what is left open."""
        if word in self.ways:
            yield self.ways[word]
        if self.any_word is not None:
            yield self.any_word


class Signpost(BaseRoute):
    """All routes of some routers as one: what it costs to find a route does not grow with their number.

    The framework's own `include_router` would add a prefix, tags and dependencies, of which there are none here: for
    that it makes every route a second time when the first request comes, and looks for a path twice in every request.

    Raises:
        TypeError: a router holds what is not a route of its own, such as another router.

    """

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        self.routes: list[APIRoute] = []
        self._begin = _Junction()
        for route in (route for router in routers for route in router.routes):
            if not isinstance(route, APIRoute):
                raise TypeError(f"a {type(route).__name__} is no route that a signpost can lead to")
            self.routes.append(route)
            junction = self._begin
            for word in route.path.split("/"):
                junction = junction.way(word)
            junction.routes.append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return how well the best route fits a request, and what it adds to the scope: itself, too."""
        found: tuple[Match, Scope] = (Match.NONE, {})
        for route in self._at(scope) if scope["type"] == "http" else ():
            fits, told = route.matches(scope)
            if fits is Match.FULL:
                return fits, told
            if fits is Match.PARTIAL and found[0] is Match.NONE:
                found = fits, told
        return found

    def _at(self, scope: Scope) -> list[APIRoute]:
        reached = [self._begin]
        for word in scope["path"].removeprefix(scope.get("root_path", "")).split("/"):
            reached = [further for junction in reached for further in junction.on(word)]
        return [route for junction in reached for route in junction.routes]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request by the route that was found."""
        await scope["route"].handle(scope, receive, send)


def walk(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Return every route there is, those to which a signpost leads too."""
    for route in routes:
        if isinstance(route, Signpost):
            yield from route.routes
        else:
            yield route
