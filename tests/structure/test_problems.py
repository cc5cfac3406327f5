"""Every error of the domain has its status, its code is its own, and no route is without a guard."""

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from app.errors import (
    DomainError,
    FactsError,
    IdentityError,
    PreconditionError,
    RequestError,
    ServiceError,
    StateError,
    WrongState,
)
from app.http.guard import Guard, GuardedRoute
from app.http.problems import STATUSES, document
from app.http.signpost import walk
from app.http.trace import begin

BRANCHES = {DomainError, IdentityError, RequestError, FactsError, PreconditionError, StateError, ServiceError}
KINDS = {FactsError: {422}, StateError: {409}, PreconditionError: {412, 428}, ServiceError: {500, 503}}


def _descendants(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def test_every_error_has_its_status() -> None:
    """The table names each error that can be raised, and no other."""
    assert set(STATUSES) == set(_descendants(DomainError)) - BRANCHES


def test_every_error_has_its_own_code() -> None:
    """A client can branch on a code."""
    codes = [error.code for error in STATUSES]

    assert len(codes) == len(set(codes))


def test_statuses_follow_the_kind_of_error() -> None:
    """Facts are 422, states 409, preconditions 412 or 428."""
    for branch, allowed in KINDS.items():
        assert {STATUSES[error] for error in _descendants(branch)} <= allowed


def test_what_an_error_adds_never_hides_a_member_of_the_document() -> None:
    """`status` is the status of HTTP (RFC 9457), whatever else an error tells."""
    request = Request({"type": "http", "headers": []})
    begin(request.scope, {})

    status, told = document(WrongState(extra={"status": "DECIDED", "caseStatus": "DECIDED"}), request)

    assert (status, told["status"], told["caseStatus"]) == (409, 409, "DECIDED")


PUBLIC = {
    "/health", "/health/ping", "/health/liveness", "/health/readiness", "/info", "/metrics", "/problems/{code}",
    "/oauth2/token", "/.well-known/jwks.json", "/v1/transparency/atrs",
}  # fmt: skip


def test_every_route_has_a_guard(app: Any) -> None:
    """No route is served without one, but the description's own pages."""
    routes = list(walk(app.routes))
    guarded = [route for route in routes if isinstance(route, GuardedRoute) and isinstance(route.guard, Guard)]

    assert len(guarded) > 30
    assert all(route.path.startswith(("/openapi.json", "/docs")) for route in routes if route not in guarded)


def test_routes_without_a_token_are_these(app: Any) -> None:
    """Whoever opens another route to all must write it here."""
    assert {
        route.path for route in walk(app.routes) if isinstance(route, GuardedRoute) and route.guard.public
    } == PUBLIC


def test_no_guard_lets_every_role_write(app: Any) -> None:
    """Whatever changes something asks for a role, and a POST that creates for a key."""
    for route in walk(app.routes):
        if isinstance(route, GuardedRoute) and route.methods & {"PUT", "PATCH"}:
            assert route.guard.roles
            assert route.guard.needs_match
