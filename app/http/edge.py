"""The outermost layer: names each request, bounds its headers, and puts on every answer what every answer carries."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import errors
from app.http import problems, trace

MAX_HEADERS = 16 * 1024
MAX_TARGET = 8 * 1024  # bytes of path and query
_ESCAPED = re.compile(rb"%(?:2[fF5]|5[cC]|[01][0-9A-Fa-f]|7[fF])")
_log = structlog.get_logger("oocd.http")


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, standing_headers: Mapping[str, str], marking: str, hosts: Collection[str] = ()
    ) -> None:
        self._app = app
        self._standing = dict(standing_headers)
        self._marking = marking
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        names = trace.begin(scope, request.headers)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._dress(MutableHeaders(scope=message), names, personal=_is_personal(scope))
                _log.info(
                    "answered",
                    method=scope["method"],
                    status=message["status"],
                    trace=names.trace_id,
                    route=route_of(scope),
                )
            await send(message)

        try:
            if (refusal := _oversized(scope) or self._refusal(scope, request)) is not None:
                await problems.respond(refusal, request)(scope, receive, sending)
            else:
                await self._app(scope, receive, sending)
        except Exception as fault:  # noqa: BLE001  (the last line: nothing leaves as a traceback)
            # The kind and the place, not the message: a driver's message quotes what was in the row.
            _log.error(
                "fault", kind=type(fault).__name__, place=_place(fault), trace=names.trace_id, route=route_of(scope)
            )
            if not started:
                await problems.respond(as_error(fault), request)(scope, receive, sending)

    def _refusal(self, scope: Scope, request: Request) -> errors.DomainError | None:
        """Return what is wrong with a request as a message, whatever it asks for; None if nothing is."""
        hosts = request.headers.getlist("host")
        expected = request.headers.get("expect")
        if len(hosts) > 1 or (not hosts and scope.get("http_version") != "1.0"):
            return errors.HostRefused()
        if self._hosts and (not hosts or hosts[0].rsplit(":", 1)[0].lower() not in self._hosts):
            return errors.HostRefused()
        if expected is not None and expected.lower() != "100-continue":
            return errors.ExpectationFailed()
        if _ESCAPED.search(scope.get("raw_path") or b""):
            return errors.NotFound()  # one resource has one spelling: no escaped slash, backslash, percent or control
        return None

    def _dress(self, headers: MutableHeaders, names: trace.Trace, *, personal: bool) -> None:
        headers["X-Request-ID"] = names.request_id
        headers["traceparent"] = names.traceparent
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "no-referrer")
        if personal:
            headers.setdefault("X-Protective-Marking", self._marking)
        for name, value in self._standing.items():
            headers[name] = value


def _oversized(scope: Scope) -> errors.DomainError | None:
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        return errors.HeadersTooLarge()
    if len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"") > MAX_TARGET:
        return errors.UriTooLong()
    return None


def _is_personal(scope: Scope) -> bool:
    """Return whether the route that answers is one of personal data: whatever it answers is marked, refusals too."""
    guard = getattr(scope.get("route"), "guard", None)
    return guard is not None and bool(guard.purpose)


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, which names no one; a path might."""
    return str(getattr(scope.get("route"), "path", "none"))


# PostgreSQL's classes of trouble that passes: connection lost, rolled back by contention, out of a resource, locked,
# shutting down, and a database that can only be read just now.
_PASSING = ("08", "40", "53", "55P03", "57", "25006")


def as_error(fault: Exception) -> errors.DomainError:
    """Return what is answered to a fault: that it passes, where it does, so that a client tries again."""
    state = str(getattr(getattr(fault, "orig", None), "sqlstate", None) or "")
    if getattr(fault, "connection_invalidated", False):  # the database went away in the middle of something
        return errors.Unavailable()
    if isinstance(fault, OperationalError | InterfaceError | PoolTimeout | OSError) or state.startswith(_PASSING):
        return errors.Unavailable()
    return errors.InternalError()


def _place(fault: Exception) -> str:
    trail = fault.__traceback__
    while trail is not None and trail.tb_next is not None:
        trail = trail.tb_next
    return "" if trail is None else f"{Path(trail.tb_frame.f_code.co_filename).name}:{trail.tb_lineno}"
