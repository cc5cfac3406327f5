"""The outermost layer: names each request, bounds its headers, and puts on every answer what every answer carries."""

from collections.abc import Mapping
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
_log = structlog.get_logger("oocd.http")


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, standing_headers: Mapping[str, str]) -> None:
        self._app = app
        self._standing = dict(standing_headers)

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
                self._dress(MutableHeaders(scope=message), names)
                _log.info(
                    "answered",
                    method=scope["method"],
                    status=message["status"],
                    trace=names.trace_id,
                    route=route_of(scope),
                )
            await send(message)

        try:
            if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
                await problems.respond(errors.HeadersTooLarge(), request)(scope, receive, sending)
            else:
                await self._app(scope, receive, sending)
        except Exception as fault:  # noqa: BLE001  (the last line: nothing leaves as a traceback)
            # The kind and the place, not the message: a driver's message quotes what was in the row.
            _log.error(
                "fault", kind=type(fault).__name__, place=_place(fault), trace=names.trace_id, route=route_of(scope)
            )
            if not started:
                await problems.respond(_as_error(fault), request)(scope, receive, sending)

    def _dress(self, headers: MutableHeaders, names: trace.Trace) -> None:
        headers["X-Request-ID"] = names.request_id
        headers["traceparent"] = names.traceparent
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Content-Type-Options"] = "nosniff"
        for name, value in self._standing.items():
            headers[name] = value


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, which names no one; a path might."""
    return str(getattr(scope.get("route"), "path", "none"))


def _as_error(fault: Exception) -> errors.DomainError:
    return (
        errors.Unavailable()
        if isinstance(fault, OperationalError | InterfaceError | PoolTimeout | OSError)
        else errors.InternalError()
    )


def _place(fault: Exception) -> str:
    trail = fault.__traceback__
    while trail is not None and trail.tb_next is not None:
        trail = trail.tb_next
    return "" if trail is None else f"{Path(trail.tb_frame.f_code.co_filename).name}:{trail.tb_lineno}"
