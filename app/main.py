"""Wires the application: the only file that knows everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from math import nan
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware.cors import CORSMiddleware

from app import __version__
from app.access.glass_service import GlassService
from app.access.repository import count_overdue
from app.access.routes import router as access_router
from app.advice.batch import router as advice_batch_router
from app.advice.routes import router as advice_router
from app.assessments.routes import router as assessments_router
from app.audit.routes import router as audit_router
from app.audit.sealer import Sealer
from app.audit.signing import KEY_FILE, key_id, signer_from
from app.cases.batch_routes import router as referrals_batch_router
from app.cases.facts_routes import router as facts_router
from app.cases.moves_routes import router as moves_router
from app.cases.routes import router as cases_router
from app.clock import Clock, SystemClock, today
from app.db.revision import newest_revision
from app.db.role import refuse_unsafe_role
from app.db.work import ALL_AREAS, Database, Scope, connect
from app.decisions.routes import router as decisions_router
from app.delivery.routes import router as delivery_router
from app.errors import DomainError
from app.events.routes import router as events_router
from app.explanation.routes import router as explanation_router
from app.http import problems
from app.http.docs import mount_docs
from app.http.edge import Edge
from app.http.forgetting import keep_forgetting
from app.http.guard import Services
from app.http.issuer_routes import issuer_router
from app.http.law_routes import router as law_router
from app.http.metrics import Measured, Metrics
from app.http.openapi import complete
from app.http.operation_routes import router as operation_router
from app.http.quota import Quotas
from app.http.quota_store import SharedWindows
from app.http.signpost import Signpost, walk
from app.identity.binding import Binding
from app.identity.call import Call
from app.identity.keys import FixedKeys, RemoteKeys
from app.identity.local_issuer import LocalIssuer, local_issuer
from app.identity.tokens import Expected, KeySource, TokenReader
from app.law.book import LawBook
from app.management.routes import router as management_router
from app.panels.routes import router as panels_router
from app.policy.in_force import Policies
from app.policy.matrix_routes import router as matrix_router
from app.policy.routes import router as policy_router
from app.policy.simulation_routes import router as simulation_router
from app.profile import UnsafeSettings, area_changes, refuse_unsafe_settings
from app.rights.routes import router as rights_router
from app.rounds import beside
from app.rules.advise import ENGINE_VERSION
from app.scrutiny.annual_routes import router as annual_router
from app.scrutiny.identification_routes import router as identification_router
from app.scrutiny.learning_routes import router as learning_router
from app.scrutiny.pack_routes import router as pack_router
from app.scrutiny.panel_routes import router as scrutiny_panel_router
from app.scrutiny.routes import router as scrutiny_router
from app.scrutiny.text_routes import router as text_router
from app.settings import Mode, Settings
from app.statistics.routes import router as statistics_router
from app.support.routes import router as support_router
from app.transparency.routes import router as transparency_router
from app.webhooks.keys import keyring_of
from app.webhooks.posting import Poster
from app.webhooks.routes import router as webhooks_router
from app.webhooks.sender import Sender
from app.webhooks.service import WebhookTerms
from app.webhooks.targets import TargetRules

__all__ = ["UnsafeSettings", "create_app"]

DESCRIPTION = """
Decision support for out-of-court disposals of children aged 10 to 17 in England and Wales. It **advises** and never
decides: police and youth justice service decide jointly, and the decision of record is a person's.

Every rule is dated, cited and marked with its certainty. Advice reads no protected characteristic but age, and nothing
about engagement.
"""
CORS: dict[str, Any] = {
    "allow_methods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
    "allow_headers": [
        "Authorization",
        "Content-Type",
        "DPoP",
        "Idempotency-Key",
        "If-Match",
        "X-Break-Glass",
        "X-Purpose",
    ],
    "expose_headers": ["ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Request-ID"],
}
_ROUTERS = (
    cases_router,
    referrals_batch_router,
    facts_router,
    moves_router,
    support_router,
    assessments_router,
    advice_router,
    advice_batch_router,
    decisions_router,
    delivery_router,
    explanation_router,
    events_router,
    webhooks_router,
    panels_router,
    management_router,
    scrutiny_panel_router,
    learning_router,
    annual_router,
    pack_router,
    text_router,
    identification_router,
    scrutiny_router,
    statistics_router,
    audit_router,
    access_router,
    law_router,
    matrix_router,
    policy_router,
    simulation_router,
    rights_router,
    transparency_router,
    operation_router,
)


def create_app(settings: Settings, *, clock: Clock | None = None, law_book: LawBook | None = None) -> FastAPI:
    """Return the application for these settings; no connection is opened until it starts.

    Raises:
        UnsafeSettings: a live service with settings of a demonstration.

    """
    clock = clock or SystemClock()
    law_book = law_book or LawBook.load()
    refuse_unsafe_settings(settings, law_book)
    law_book = law_book.with_areas(area_changes(settings))
    if settings.mode is Mode.LIVE:
        law_book = law_book.without_illustrations()
    policies = Policies(law_book)
    database = connect(
        settings.database_url.get_secret_value(),
        pool_size=settings.pool_size,
        pool_timeout=settings.pool_timeout_seconds,
    )
    issuer = _issuer(settings, clock)
    keys = _keys(settings, issuer, clock)
    tokens = token_reader(settings, keys, clock)

    limit = (settings.mode is Mode.LIVE and settings.requests_per_minute) or None
    windows = SharedWindows(settings.database_url.get_secret_value()) if limit and settings.shared_quotas else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await refuse_unsafe_role(database)
            if settings.mode is Mode.LIVE:
                await policies.refuse_illustrations(database)
            async with (
                _sealing(app, database, settings, clock),
                _sending(app, database, settings, clock),
                _forgetting(database, clock),
            ):
                yield
        finally:
            await keys.close()
            await database.close()
            if windows is not None:
                await windows.close()

    app = FastAPI(
        title="Out-of-court disposals for children: decision support",
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.state.services = Services(
        database=database,
        law_book=law_book,
        law_in_force=policies.law_book,
        known_law=policies.known,
        clock=clock,
        tokens=tokens,
        break_glass=_break_glass,
        overdue_reviews=partial(_overdue_reviews, database, clock),
    )
    app.state.settings = settings
    app.state.revision = newest_revision()
    app.state.metrics = Metrics(
        version=__version__, engine=ENGINE_VERSION, law_digest=law_book.digest, database=database
    )
    app.state.webhooks = _webhook_terms(settings)
    app.state.quotas = Quotas(limit, windows)
    routers = _ROUTERS if issuer is None else (*_ROUTERS, issuer_router(issuer))
    app.router.routes.append(Signpost(routers))
    if issuer is not None:
        app.state.issuer = issuer
    if settings.docs if settings.docs is not None else settings.mode is Mode.LOCAL:
        mount_docs(app)
    problems.install(app)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, **CORS)
    standing = {"Law-Digest": law_book.digest, "Engine-Version": ENGINE_VERSION}
    if settings.mode is Mode.LIVE:
        standing["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    app.add_middleware(Edge, standing_headers=standing, marking=settings.protective_marking, hosts=settings.hosts)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign] # FastAPI's own way to extend it
    return app


async def _overdue_reviews(database: Database, clock: Clock) -> float:
    """Return how many break-glass grants wait too long for their review; NaN while the database does not answer."""
    try:
        async with database.work(Scope(frozenset({ALL_AREAS}), "oocd-metrics")) as work:
            return await count_overdue(work, clock.now(), today(clock))
    except (DomainError, SQLAlchemyError, OSError):
        return nan


async def _break_glass(call: Call, grant_id: str, method: str, path: dict[str, str]) -> None:
    await GlassService(call).use(grant_id, method, path)


@asynccontextmanager
async def _sealing(app: FastAPI, database: Database, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    """Seal the audit log behind the requests while the service runs; not under a clock that a test or a demo moves."""
    place = settings.audit_key_file or settings.data_dir / KEY_FILE
    signer = signer_from(place, make=settings.mode is Mode.LOCAL)
    app.state.audit_keys = {key_id(key): key for key in (*settings.audit_former_keys, signer.public_key)}
    app.state.sealer = Sealer(database, signer, clock, witness=settings.audit_witness_dir)
    if not isinstance(clock, SystemClock):
        yield
        return
    async with beside(partial(app.state.sealer.run, settings.audit_seal_seconds)):
        yield


@asynccontextmanager
async def _forgetting(database: Database, clock: Clock) -> AsyncIterator[None]:
    """Forget kept answers whose time is over while the service runs; not under a clock that a test or a demo moves."""
    if not isinstance(clock, SystemClock):
        yield
        return
    async with beside(partial(keep_forgetting, database, clock)):
        yield


@asynccontextmanager
async def _sending(app: FastAPI, database: Database, settings: Settings, clock: Clock) -> AsyncIterator[None]:
    """Send webhooks beside the requests in local mode; a live service leaves that to a process of its own."""
    terms: WebhookTerms = app.state.webhooks
    if settings.mode is Mode.LIVE or terms.keyring is None or not isinstance(clock, SystemClock):
        yield
        return
    async with Poster(terms.rules) as poster:
        sender = Sender(database, clock, terms.keyring, poster)
        async with beside(partial(sender.run, settings.webhook_seconds)):
            yield


def _webhook_terms(settings: Settings) -> WebhookTerms:
    try:
        keyring = keyring_of(settings)
    except (OSError, ValueError) as error:
        raise UnsafeSettings(f"OOCD_WEBHOOK_KEY_FILE does not hold a key for webhooks: {error}") from None
    return WebhookTerms(keyring, TargetRules(settings.webhook_loopback, settings.webhook_hosts))


def token_reader(settings: Settings, keys: KeySource, clock: Clock) -> TokenReader:
    skew = timedelta(seconds=settings.clock_skew_seconds)
    expected = Expected(
        issuer=settings.issuer,
        audience=settings.audience,
        skew=skew,
        claims=settings.claims,
        lifetime=timedelta(seconds=settings.token_lifetime_seconds),
        types=frozenset(settings.token_types),
        clients=frozenset(settings.clients),
        barred=frozenset(settings.clients_barred),
        person_required=settings.person_required,
        same_person=tuple(frozenset(names) for names in settings.same_person),
    )
    binding = Binding(
        required=settings.sender_constrained,
        public_url=settings.public_url or settings.issuer,
        proxies=settings.trusted_proxies,
        skew=skew,
        now=clock.now,
    )
    return TokenReader(keys, expected, binding, now=clock.now)


def _issuer(settings: Settings, clock: Clock) -> LocalIssuer | None:
    if settings.mode is not Mode.LOCAL:
        return None
    return local_issuer(settings.data_dir, issuer=settings.issuer, audience=settings.audience, now=clock.now)


def _keys(settings: Settings, issuer: LocalIssuer | None, clock: Clock) -> KeySource:
    if issuer is not None:
        return FixedKeys(issuer.keys)
    assert settings.jwks_url is not None, "refuse_unsafe_settings lets no live service come here without"
    return RemoteKeys(settings.jwks_url, now=clock.now, client=httpx.AsyncClient())


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=[*walk(app.routes)],
            tags=app.openapi_tags,
        )
        complete(document)
        app.openapi_schema = document
    return app.openapi_schema
