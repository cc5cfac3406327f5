"""What Prometheus reads: how many requests, how long they took, how many run, and what rules the service runs by.

By the template of a route, the method, the status and the digest of the law alone: no id, no client, no person, nothing
that was sent. Counted
in this process; with several, each is asked by itself.
"""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.work import Database
from app.http.edge import route_of

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_FAULT = 500


class Metrics:
    """The figures of one application."""

    def __init__(self, *, version: str, engine: str, law_digest: str, database: Database) -> None:
        self._registry = CollectorRegistry()
        names = ("method", "route", "status", "law")
        self._law = law_digest
        self._answered = Counter("oocd_http_requests", "Requests that were answered.", names, registry=self._registry)
        self._seconds = Histogram(
            "oocd_http_request_seconds",
            "Seconds from a request's head to its answer's end.",
            ("method", "route", "law"),
            buckets=BOUNDS,
            registry=self._registry,
        )
        self._running = Gauge("oocd_http_requests_running", "Requests being answered.", registry=self._registry)
        rules = Gauge(
            "oocd_rules_info",
            "The release, the engine and the digest of the law that the service runs by; always 1.",
            ("version", "engine", "law_digest"),
            registry=self._registry,
        )
        rules.labels(version, engine, law_digest).set(1)
        used = Gauge("oocd_database_connections_used", "Connections to the database in use.", registry=self._registry)
        used.set_function(lambda: float(getattr(database.engine.pool, "checkedout", int)()))

        self._overdue = Gauge(
            "oocd_break_glass_overdue",
            "Break-glass grants that wait for their review longer than they may.",
            registry=self._registry,
        )

    def tell_overdue(self, count: float) -> None:
        """Say how many grants wait too long for their review; NaN where it cannot be known."""
        self._overdue.set(count)

    def begin(self) -> None:
        """Count a request that begins."""
        self._running.inc()

    def end(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        self._running.dec()
        named = method if method in METHODS else "other"
        self._answered.labels(named, route, str(status), self._law).inc()
        self._seconds.labels(named, route, self._law).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)


class Measured:
    """ASGI middleware around the whole application, its edge included."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = _FAULT, perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.begin()
        try:
            await self._app(scope, receive, sending)
        finally:
            seconds = perf_counter() - begun
            self._metrics.end(method=scope["method"], route=route_of(scope), status=status, seconds=seconds)
