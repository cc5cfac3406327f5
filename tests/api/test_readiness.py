"""Readiness that can fail: a database that is away, a schema or a law that is not the one meant."""

from typing import Any

import httpx
import pytest

from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, connect
from app.settings import Settings
from tests.serving import serving

pytestmark = pytest.mark.anyio


async def _told(http: httpx.AsyncClient) -> tuple[int, set[str]]:
    """Return the status of readiness, and what is said to be down."""
    answer = await http.get("/health/readiness")
    return answer.status_code, {name for name, one in answer.json()["components"].items() if one["status"] == "DOWN"}


async def test_service_on_its_database_and_law_is_ready(client: httpx.AsyncClient) -> None:
    """200, with nothing down."""
    assert await _told(client) == (200, set())


async def test_service_without_its_database_is_not_ready_and_lives(
    client: httpx.AsyncClient, database: DatabaseUrls, server: EmbeddedServer
) -> None:
    """503 while nobody gets in; ready again as soon as somebody does; the process is well all the time."""
    name, administrator = database.app.database, await connect(server.url(), "the server")
    await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)

    away, alive = await _told(client), await client.get("/health/liveness")
    await administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await administrator.close()

    assert away == (503, {"db", "migrations"})
    assert alive.status_code == 200
    assert await _told(client) == (200, set())


@pytest.mark.parametrize("revision", ["0001", "9999"])
async def test_service_on_another_schema_is_not_ready(
    client: httpx.AsyncClient, database: DatabaseUrls, revision: str
) -> None:
    """Whether the database is behind it or ahead of it."""
    owner = await connect(database.owner, "the owner")
    await owner.execute("UPDATE alembic_version SET version_num = $1", revision)
    await owner.close()

    assert await _told(client) == (503, {"migrations"})


async def test_service_under_another_law_than_is_meant_is_not_ready(
    settings: Settings, clock: Any, law_book: Any
) -> None:
    """By the digest that the deployment names."""
    from app.main import create_app  # noqa: PLC0415 - unit tests need none of it

    found = []
    for digest in (law_book.digest, "sha256:" + "0" * 64):
        app = create_app(settings.model_copy(update={"law_digest": digest}), clock=clock, law_book=law_book)
        async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url) as http:
            found.append(await _told(http))

    assert found == [(200, set()), (503, {"law"})]
