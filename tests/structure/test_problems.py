"""Every error of the domain has its status, its code is its own, and no route is without a guard."""

from collections.abc import Iterator

from fastapi.routing import APIRoute

from app.errors import (
    DomainError,
    FactsError,
    IdentityError,
    PreconditionError,
    RequestError,
    ServiceError,
    StateError,
)
from app.http.guard import Guard, GuardedRoute
from app.http.problems import STATUSES

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


def _routes(app: object) -> Iterator[object]:
    yield from getattr(app, "routes")  # noqa: B009  (the fixture is of no one type)


PUBLIC = {
    "/health", "/health/ping", "/health/liveness", "/health/readiness", "/info", "/problems/{code}",
    "/oauth2/token", "/.well-known/jwks.json",
}  # fmt: skip


def test_every_api_route_has_a_guard(app: object) -> None:
    """No route of the API is served without one; those that need no token are listed here by hand."""
    api = [route for route in _routes(app) if isinstance(route, APIRoute)]

    assert len(api) > 30
    assert all(isinstance(route, GuardedRoute) and isinstance(route.guard, Guard) for route in api)
    assert {route.path for route in api if isinstance(route, GuardedRoute) and route.guard.public} == PUBLIC


def test_no_guard_lets_every_role_write(app: object) -> None:
    """Whatever changes something asks for a role, and a POST that creates for a key."""
    for route in _routes(app):
        if isinstance(route, GuardedRoute) and route.methods & {"PUT", "PATCH"}:
            assert route.guard.roles
            assert route.guard.needs_match
