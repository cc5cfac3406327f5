"""What every test of a scrutiny panel may ask for: one database and one application for all, as new for each."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.db.work import connect
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.law.book import LawBook
from app.scrutiny.decided import DecidedCase
from app.settings import Mode, Settings
from tests.decided_rows import add_decided
from tests.frozen_clock import FrozenClock
from tests.scrutiny_panel import Call, KnownEntropy, thirty_cases

_keys = count(1)
_NAME = "scrutiny_panels"
_TABLES = "table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')"
_EMPTIED = "table_name LIKE 'scrutiny%' OR table_name LIKE 'audit%' OR table_name = 'idempotency_keys'"


@pytest.fixture(scope="session")
def panels_database(server: EmbeddedServer, template: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """Fill one database with thirty decided cases."""
    owner = template.owner
    urls = DatabaseUrls(owner=owner.set(database=_NAME), app=template.app.set(database=_NAME))

    async def fill() -> None:
        work = connect(text_of(urls.app), pool_size=1, pool_timeout=5)
        await add_decided(work, thirty_cases())
        await work.close()

    asyncio.run(_execute(server, f"CREATE DATABASE {_NAME} TEMPLATE {owner.database} OWNER {owner.username}"))
    asyncio.run(fill())
    yield urls
    asyncio.run(_execute(server, f"DROP DATABASE {_NAME} WITH (FORCE)"))


async def _execute(server: EmbeddedServer, *statements: str, database: str = "postgres") -> None:
    connection = await connect_raw(server.url().set(database=database), "the server of the tests")
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.fixture
def database(server: EmbeddedServer, panels_database: DatabaseUrls) -> DatabaseUrls:
    """Return the database with the thirty cases as they were, and nothing of panels: as its superuser alone can."""
    others = "DELETE FROM %I WHERE case_id NOT IN"
    ids = ", ".join(f"'{case.case_id}'" for case in thirty_cases())
    asyncio.run(
        _execute(
            server,
            "SET session_replication_role = replica",
            _for_each(f"{_TABLES} AND ({_EMPTIED})", "TRUNCATE %I CASCADE"),
            _for_each(f"{_TABLES} AND column_name = 'case_id'", f"{others} ({ids})"),
            "UPDATE cases SET status = 'DECIDED' WHERE status <> 'DECIDED'",
            database=_NAME,
        )
    )
    return panels_database


def _for_each(which: str, act: str) -> str:
    """Return a statement that does something to every table that has such a column."""
    quoted = act.replace("'", "''")
    return f"""
        DO $$ DECLARE one record; BEGIN
          FOR one IN SELECT DISTINCT table_name FROM information_schema.columns WHERE {which} LOOP
            EXECUTE format('{quoted}', one.table_name);
          END LOOP;
        END $$
    """  # noqa: S608  (names of our own tables, ids of our own cases)


@pytest.fixture(scope="session")
def panels_clock() -> FrozenClock:
    """Return the clock of the application that is wired once."""
    return FrozenClock()


@pytest.fixture
def clock(panels_clock: FrozenClock) -> FrozenClock:
    """Return the application's clock, at noon again."""
    panels_clock.move(to=FrozenClock().now())
    return panels_clock


@pytest.fixture(scope="session")
def panels_app(panels_database: DatabaseUrls, data_dir: Path, panels_clock: FrozenClock, law_book: LawBook) -> Any:
    """Wire the application once."""
    from app.main import create_app  # noqa: PLC0415 - unit tests need none of it

    url = SecretStr(text_of(panels_database.app))
    settings = Settings(mode=Mode.LOCAL, database_url=url, data_dir=data_dir)
    return create_app(settings, clock=panels_clock, law_book=law_book)


@pytest.fixture
def app(panels_app: Any, database: DatabaseUrls, clock: FrozenClock) -> Any:
    """Return the application at noon, with the system's chance."""
    panels_app.state.entropy = None
    return panels_app


@pytest.fixture
def population(database: DatabaseUrls) -> list[DecidedCase]:
    """Return the thirty decided cases that the database holds."""
    return thirty_cases()


@pytest.fixture
def app_with_known_chance(app: Any) -> Any:
    """Let the test say what chance gives."""
    app.state.entropy = KnownEntropy()
    return app


@pytest.fixture
def call(client: httpx.AsyncClient, token_for: Callable[[str], str]) -> Call:
    """Return a function that calls as a demo client, with purpose and key."""

    async def send(who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {token_for(who)}", "X-Purpose": "SCRUTINY"}
        if method == "POST":
            sent["Idempotency-Key"] = f"key-{next(_keys)}"
        return await client.request(method, path, json=body, headers=sent | headers)

    return send
