"""Every route's guard, and the order in which a request is checked (contract, section 1).

    401 → 403 → 404 → missing headers (400) → 415 → 413 → 400 → 422 → 428 → 412 → 409

The order is `answer` and `_act` of `GuardedRoute`, read from top to bottom. The first five stand here; 422 and what
follows are the schemas' and the services'. A route without a guard cannot be registered.

The transaction opens before the object is looked for and commits before the answer leaves: whoever reads 2xx can rely
on it being on disk. At first it is taken for granted that the law is as it was and that a key is new; if the database
says otherwise, or anything is to be refused under a key, all is done again with looking.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import Response

from app.clock import Clock, today
from app.db.work import EVERYBODY, Database, Expected, Otherwise, Scope, Work
from app.errors import REFUSALS, BreakGlassRefused, DomainError, HumanRequired, NotFound, RoleMissing, WrongAgency
from app.http import idempotency
from app.http.checks import (
    JSON,
    check_accept,
    check_media,
    check_purpose,
    check_query,
    purpose_given,
    query_names,
    read_if_match,
    receive_body,
)
from app.http.openapi import describe
from app.http.query import canonical_id
from app.http.strict_json import MAX_BODY, read_object
from app.http.trace import trace_of
from app.identity.call import Call
from app.identity.caller import Agency, Caller, Role
from app.identity.presented import Presented
from app.identity.tokens import TokenReader
from app.law.book import LawBook

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Finder = Callable[[Call, dict[str, str]], Awaitable[None]]
"""Looks for what a path names; raises `NotFound` if it is absent or outside the caller's areas."""


KnownLaw = tuple[Expected, LawBook]
"""A law book, and the approvals for which it is the law in force."""

GLASS = "X-Break-Glass"
_BEYOND_LIMITS = frozenset(
    {
        Role.STATISTICS_RO,
        Role.SCRUTINY_RO,
        Role.SCRUTINY_SAMPLES_RW,
        Role.SCRUTINY_FINDINGS_RW,
        Role.SAR_DATA_ACCESS,
    }
)


@dataclass(frozen=True)
class Guard:
    """Who may use a route, and what the request must carry.

    `roles`: one of these is needed, or with `all_roles` each; empty means that any valid token will do. `agencies`: and
    one of these, if any.
    `public`: no token at all. `purpose`: personal data are read or written. `creates`: needs an Idempotency-Key.
    `needs_match`: answers 428 without If-Match (checked by the service, after 422). `produces`: media types answered.
    `consumes`: media types taken; a body that is not JSON is the endpoint's to read. `largest`: bytes of a body.
    `streams`: the endpoint reads the body as it comes, and opens one unit of work after another for it.
    `shown_once`: members of the answer that are not kept with it, so that no retry shows them again.
    """

    roles: frozenset[Role] = frozenset()
    all_roles: bool = False
    agencies: frozenset[Agency] = frozenset()
    human: bool = False
    public: bool = False
    purpose: bool = True
    creates: bool = False
    needs_match: bool = False
    finds: Finder | None = None
    produces: tuple[str, ...] = (JSON,)
    consumes: tuple[str, ...] = (JSON,)
    largest: int = MAX_BODY
    streams: bool = False
    shown_once: tuple[str, ...] = ()

    def scope_of(self, caller: Caller) -> Scope:
        """Return the rows that the route may read for a caller.

        What only counts, or samples without names, or tells children of themselves, takes in cases for named people.
        """
        beyond = bool(self.roles) and self.roles <= _BEYOND_LIMITS
        return replace(caller.scope, person=EVERYBODY) if beyond else caller.scope

    def admit(self, caller: Caller) -> None:
        """Raise unless the caller may use the route at all."""
        held = self.roles & caller.roles
        if self.roles and (not held or (self.all_roles and held != self.roles)):
            raise RoleMissing
        if self.agencies and caller.agency not in self.agencies:
            raise WrongAgency
        if self.human and not caller.is_person:
            raise HumanRequired


@dataclass(frozen=True)
class Services:
    """What the application is made of, once for a process.

    `law_book` is the book that ships; `law_in_force` puts what is approved into it, for one unit of work; `known_law`
    is what it came to the last time, to be taken for granted. `break_glass` lets a call read the one case of a grant
    that it names; `overdue_reviews` counts the grants that nobody looked at.
    """

    database: Database
    law_book: LawBook
    law_in_force: Callable[[Work], Awaitable[LawBook]]
    known_law: Callable[[], KnownLaw]
    clock: Clock
    tokens: TokenReader
    break_glass: Callable[[Call, str, str, dict[str, str]], Awaitable[None]]
    overdue_reviews: Callable[[], Awaitable[float]]

    def followed(self, caller: Caller) -> Caller:
        """Return a caller with the areas that have ended and that those of the token follow today."""
        followed = self.law_book.areas.reach(caller.areas, today(self.clock)) - caller.areas
        return replace(caller, followed=followed) if followed else caller


@dataclass(frozen=True)
class Calls:
    """One call after another in the name of one request, each with a unit of work of its own."""

    make: Callable[[Work], Awaitable[Call]]
    database: Database
    caller: Caller

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Call]:
        """Open a call; commit what it did when the block ends, undo it when the block raises."""
        async with self.database.work(self.caller.scope) as work:
            yield await self.make(work)


F = TypeVar("F", bound=Callable[..., Any])
_GUARD = "__oocd_guard__"


def guarded(*roles: Role, **terms: Any) -> Callable[[F], F]:  # noqa: ANN401  (the fields of Guard)
    """Put a guard on an endpoint: `@guarded(Role.CASES_RO, finds=case_in_area)`."""

    def put(endpoint: F) -> F:
        setattr(endpoint, _GUARD, Guard(roles=frozenset(roles), **terms))
        return endpoint

    return put


def open_to_all(endpoint: F) -> F:
    """Say that an endpoint needs no token."""
    setattr(endpoint, _GUARD, Guard(public=True, purpose=False, produces=()))
    return endpoint


class StrictRequest(Request):
    """A request whose body has been read and parsed by the strict reader."""

    def __init__(self, request: Request, raw: bytes, parsed: Any) -> None:  # noqa: ANN401  (what JSON holds)
        super().__init__(request.scope, request.receive)
        self._raw = raw
        self._parsed = parsed

    async def body(self) -> bytes:
        """Return the body as it came."""
        return self._raw

    async def json(self) -> Any:  # noqa: ANN401  (what JSON holds)
        """Return what the strict reader made of the body."""
        return self._parsed


@dataclass(frozen=True)
class _Received:
    """A request of a caller who may make it, and its body, or what is wrong with that."""

    request: Request
    services: Services
    caller: Caller
    raw: bytes = b""
    trouble: DomainError | None = None


class GuardedRoute(APIRoute):
    """A route that checks in the contract's order, works in one transaction, and commits before it answers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **terms: Any) -> None:  # noqa: ANN401
        guard = getattr(endpoint, _GUARD, None)
        if not isinstance(guard, Guard):
            raise TypeError(f"the endpoint of {path} has no guard")
        self.guard = guard
        terms = describe(guard, path, terms)
        super().__init__(path, endpoint, **terms)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what serves a request: the checks around FastAPI's own handler."""
        inner = super().get_route_handler()
        known = query_names(self)

        async def public(request: Request) -> Response:
            check_query(request, known)
            return await inner(request)

        async def answer(request: Request) -> Response:
            services: Services = request.app.state.services
            caller = services.followed(await services.tokens.read(presented(request)))
            await request.app.state.quotas.take(caller.client_id)
            self.guard.admit(caller)
            if self.guard.streams:
                request.state.calls = await self._check_stream(request, services, caller, known)
                return await inner(request)
            act = partial(self._act, await self._received(request, services, caller), inner, known)
            try:
                return await act(services.known_law())
            except Otherwise:
                return await act(None)
            except (IntegrityError, RequestValidationError, *REFUSALS):
                if not self.guard.creates:
                    raise
                return await act(None)  # a key that has had its answer is given that answer, and no refusal

        return public if self.guard.public else answer

    async def _received(self, request: Request, services: Services, caller: Caller) -> _Received:
        if not self._takes_body:
            return _Received(request, services, caller)
        seconds = request.app.state.settings.body_timeout_seconds
        raw, trouble = await receive_body(request, seconds=seconds, limit=self.guard.largest)
        return _Received(request, services, caller, raw, trouble)

    async def _act(self, one: _Received, inner: Handler, known: frozenset[str], known_law: KnownLaw | None) -> Response:
        """Do what is asked in one unit of work; `known_law` and all else that is expected is looked up without it."""
        request, guard = one.request, self.guard
        expected = None if known_law is None else self._expected(request, known_law)
        async with one.services.database.work(guard.scope_of(one.caller), expected) as work:
            call = await self._call(request, one.services, one.caller, work, known_law)
            await self._break_glass(request, one.services, call)
            attempt = await self._check_headers(request, call, one.raw)
            kind = check_media(request, guard.consumes) if self._takes_body else ""
            if one.trouble is not None:
                raise one.trouble
            check_query(request, known)
            parsed = read_object(one.raw) if kind == JSON else None
            if attempt is not None and expected is None:
                first = await idempotency.first_answer(call, attempt)
                if first is not None:
                    return first
            request.state.call = call
            response = await inner(StrictRequest(request, one.raw, parsed))
            if attempt is not None and response.status_code < 300:  # noqa: PLR2004  (an effect took place)
                await idempotency.keep(call, attempt, response, without=guard.shown_once)
        return response

    @property
    def _takes_body(self) -> bool:
        return self.body_field is not None or self.guard.consumes != (JSON,)

    def _expected(self, request: Request, known_law: KnownLaw) -> Expected:
        """Return what a request takes for granted: the law as it was last known, and that its key is new."""
        expected, _ = known_law
        if not self.guard.creates:
            return expected
        return replace(expected, route=self._name_of(request), key=idempotency.key_of(request))

    def _name_of(self, request: Request) -> str:
        return f"{request.method} {self.path_format}"

    async def _break_glass(self, request: Request, services: Services, call: Call) -> None:
        named = request.headers.getlist(GLASS)
        if len(named) > 1:
            raise BreakGlassRefused
        if named:
            await services.break_glass(call, named[0], request.method, request.path_params)

    async def _check_stream(self, request: Request, services: Services, caller: Caller, known: frozenset[str]) -> Calls:
        calls = Calls(partial(self._call, request, services, caller, known_law=None), services.database, caller)
        async with calls.open() as call:
            await self._check_headers(request, call, b"")
        check_media(request, self.guard.consumes)
        check_query(request, known)
        return calls

    async def _call(
        self, request: Request, services: Services, caller: Caller, work: Work, known_law: KnownLaw | None
    ) -> Call:
        names = trace_of(request.scope)
        return Call(
            caller=caller,
            purpose=purpose_given(request),
            work=work,
            clock=services.clock,
            law_book=await services.law_in_force(work) if known_law is None else known_law[1],
            request_id=names.request_id,
            trace_id=names.trace_id,
            route=self._name_of(request),
            if_match=read_if_match(request),
            sensitive_processing=request.app.state.settings.sensitive_processing,
        )

    async def _check_headers(self, request: Request, call: Call, raw: bytes) -> idempotency.Attempt | None:
        """Check 404, the headers that are needed, and `Accept`; return the attempt under an Idempotency-Key, if any."""
        if self.guard.finds is not None:
            await self.guard.finds(call, request.path_params)
        if self.guard.purpose:
            check_purpose(request)
        attempt = None
        if self.guard.creates:
            attempt = idempotency.read_attempt(request, caller=call.caller, route=call.route, body=raw)
        check_accept(request, self.guard.produces)
        return attempt


def guarded_router(*tags: str) -> APIRouter:
    """Return a router whose every route has a guard, and is called in the description what its endpoint is called."""
    return APIRouter(
        route_class=GuardedRoute,
        redirect_slashes=False,
        tags=[*tags],
        generate_unique_id_function=lambda route: route.name,
    )


async def _current(request: Request) -> Call:
    call = request.state.call
    assert isinstance(call, Call)
    return call


CurrentCall = Annotated[Call, Depends(_current)]
"""The call that a route serves."""


async def _calls(request: Request) -> Calls:
    calls = request.state.calls
    assert isinstance(calls, Calls)
    return calls


ManyCalls = Annotated[Calls, Depends(_calls)]
"""The calls of a route that reads its body as it comes."""


def presented(request: Request) -> Presented:
    """Return what a request presents of its sender: token, proof, certificate."""
    return Presented(
        authorization=tuple(request.headers.getlist("authorization")),
        proofs=tuple(request.headers.getlist("dpop")),
        certificates=tuple(request.headers.getlist(request.app.state.settings.client_certificate_header)),
        peer=request.client.host if request.client else "",
        method=request.method,
        path=request.scope["path"],
    )


def read_id(text: str) -> str:
    """Return an id in the one spelling that ids have; any other spelling names nothing."""
    if canonical_id(text) is None:
        raise NotFound
    return text


CaseId = Annotated[str, Path(alias="caseId", description="The id of a case.")]
ReferralId = Annotated[str, Path(alias="referralId", description="The id of a referral.")]
AdviceId = Annotated[str, Path(alias="adviceId", description="The id of a piece of advice.")]
