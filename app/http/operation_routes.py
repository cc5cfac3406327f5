"""Whether the service lives, whether it can serve, what it is, and what its problems mean."""

from html import escape
from secrets import compare_digest
from typing import Any, Literal

from fastapi import Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from app import __version__
from app.db.revision import revision_of
from app.errors import NotFound, Unauthenticated
from app.http.guard import Services, guarded_router, open_to_all
from app.http.openapi import problem
from app.http.problems import FIELD_CODES, STATUSES
from app.http.schema import Answer
from app.law.model import MatrixStatus
from app.settings import Mode

router = guarded_router()
_TAGS: list[Any] = ["Operation"]
_OUT_OF_SERVICE = 503


class StatusAnswer(Answer):
    """Whether something does what it is there for."""

    status: Literal["UP", "DOWN"]


class HealthAnswer(StatusAnswer):
    """Whether requests can be served, and what of it is down."""

    components: dict[str, StatusAnswer]


class BuildAnswer(Answer):
    """What is running."""

    name: str
    version: str


class EditionInUse(Answer):
    """A matrix edition, and whether its scores are a force's own."""

    id: str
    status: MatrixStatus


class LawAnswer(Answer):
    """The law by which it runs."""

    digest: str
    matrix_editions: tuple[EditionInUse, ...]


class InfoAnswer(Answer):
    """What this service is."""

    build: BuildAnswer
    law: LawAnswer
    mode: Mode


def _word(*, well: bool) -> dict[str, str]:
    return {"status": "UP" if well else "DOWN"}


_DOWN: dict[int | str, dict[str, Any]] = {
    _OUT_OF_SERVICE: {"model": HealthAnswer, "description": "Something is down: `components` says what."}
}


async def _health(request: Request) -> JSONResponse:
    """Say whether requests can be served: by a database that answers, at this release's schema, under the law meant."""
    services: Services = request.app.state.services
    at = await revision_of(services.database)
    expected = request.app.state.settings.law_digest
    parts = {
        "db": at is not None,
        "migrations": at == request.app.state.revision,
        "law": expected in {None, services.law_book.digest},
    }
    up = all(parts.values())
    body = _word(well=up) | {"components": {name: _word(well=well) for name, well in parts.items()}}
    return JSONResponse(body, status_code=200 if up else _OUT_OF_SERVICE)


@router.get(
    "/health",
    summary="Read the health of the service and its database",
    tags=_TAGS,
    response_model=HealthAnswer,
    responses=_DOWN,
)
@open_to_all
async def get_health(request: Request) -> JSONResponse:
    """Answer UP, or 503 with what is down."""
    return await _health(request)


@router.get(
    "/health/readiness",
    summary="Read whether the service can serve",
    tags=_TAGS,
    response_model=HealthAnswer,
    responses=_DOWN,
)
@open_to_all
async def get_readiness(request: Request) -> JSONResponse:
    """Answer UP when requests can be served; 503 without a database, or with another schema or law than is meant."""
    return await _health(request)


@router.get("/health/liveness", summary="Read whether the process lives", tags=_TAGS, response_model=StatusAnswer)
@open_to_all
async def get_liveness() -> JSONResponse:
    """Answer UP as long as the process can answer at all."""
    return JSONResponse({"status": "UP"})


@router.get("/health/ping", summary="Ping", tags=_TAGS, response_model=StatusAnswer)
@open_to_all
async def get_ping() -> JSONResponse:
    """Answer UP."""
    return JSONResponse({"status": "UP"})


@router.get("/info", summary="Read what this service is", tags=_TAGS, response_model=InfoAnswer)
@open_to_all
async def get_info(request: Request) -> JSONResponse:
    """Answer the version, the digest of the law, and the matrix edition in force with its status."""
    services: Services = request.app.state.services
    editions = [{"id": edition.id, "status": edition.status} for edition in services.law_book.editions]
    return JSONResponse(
        {
            "build": {"name": "oocd", "version": __version__},
            "law": {"digest": services.law_book.digest, "matrixEditions": editions},
            "mode": request.app.state.settings.mode,
        }
    )


@router.get("/metrics", summary="Read the figures of operation", tags=_TAGS, response_class=PlainTextResponse)
@open_to_all
async def get_metrics(request: Request) -> Response:
    """Answer the figures that Prometheus reads, by route template and law: none tells of a person.

    A live service answers who shows the deployment's own token for this (`Authorization: Bearer`), and nobody else.
    """
    _admit_to_figures(request)
    services: Services = request.app.state.services
    request.app.state.metrics.tell_overdue(await services.overdue_reviews())
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _admit_to_figures(request: Request) -> None:
    settings = request.app.state.settings
    if settings.metrics_token is None:
        if settings.mode is Mode.LIVE:
            raise NotFound
        return
    wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
    if not compare_digest(request.headers.get("authorization", "").encode(), wanted.encode()):
        raise Unauthenticated


PROBLEM_PAGES = {error.code: error for error in STATUSES}


@router.get(
    "/problems/{code}",
    summary="Read what a problem means",
    tags=_TAGS,
    response_class=HTMLResponse,
    responses={404: problem(404)},
)
@open_to_all
async def get_problem(code: str) -> HTMLResponse:
    """Explain the problem that a problem document's `type` points to."""
    if code in PROBLEM_PAGES:
        error = PROBLEM_PAGES[code]
        return HTMLResponse(_page(code, error.title, STATUSES[error], error.__doc__ or ""))
    if code in FIELD_CODES:
        return HTMLResponse(_page(code, "The body is not of the form that is needed", 422, FIELD_CODES[code]))
    raise NotFound


def _page(code: str, title: str, status: int, says: str) -> str:
    title = escape(title)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p><code>{escape(code)}</code>, status {status}</p><p>{escape(says)}</p></main>"
        "</body></html>"
    )
