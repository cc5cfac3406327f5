"""What every test may ask for: a database of its own, a clock that stands still, the law, the application over HTTP."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_socket
from pydantic import SecretStr

from app.identity.demo_clients import DEMO_CLIENTS
from app.launch.bootstrap import prepare_embedded
from app.launch.embedded import EmbeddedServer, embedded_postgres
from app.launch.migrate import upgrade_in_subprocess
from app.launch.urls import DatabaseUrls, connect, text_of
from app.law.book import LawBook
from app.settings import Mode, Settings
from tests.frozen_clock import FrozenClock
from tests.serving import serving

_numbers = count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run every asynchronous test and fixture on one asyncio loop."""
    return "asyncio"


def pytest_configure() -> None:
    """Take everything down in order when the session is ended from outside, as at a time limit."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_runtest_setup() -> None:
    """Keep every test on this machine."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


# ── the database ─────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """Run one PostgreSQL for the whole session, in a folder that goes away with it."""
    with (
        tempfile.TemporaryDirectory(prefix="oocd-tests-") as folder,
        embedded_postgres(Path(folder), durable=False) as it,
    ):
        yield it


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> DatabaseUrls:
    """Build the schema once, by the migrations, as the owner; tests get copies."""
    urls = asyncio.run(prepare_embedded(server.url()))
    upgrade_in_subprocess(urls.owner)
    return urls


@pytest.fixture
def database(server: EmbeddedServer, template: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """Copy the template for one test; both roles' URLs."""
    name = f"test_{next(_numbers)}"
    asyncio.run(
        _execute(server, f"CREATE DATABASE {name} TEMPLATE {template.owner.database} OWNER {template.owner.username}")
    )
    yield DatabaseUrls(owner=template.owner.set(database=name), app=template.app.set(database=name))
    asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(server: EmbeddedServer, statement: str) -> None:
    connection = await connect(server.url(), "the server of the tests")
    await connection.execute(statement)
    await connection.close()


# ── the application ──────────────────────────────────────────────────────────


@pytest.fixture
def clock() -> FrozenClock:
    """Stand at noon of 21 November 2026."""
    return FrozenClock()


@pytest.fixture(scope="session")
def law_book() -> LawBook:
    """Open the law that the service ships."""
    return LawBook.load()


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    """Keep the local issuer's key for the session."""
    with tempfile.TemporaryDirectory(prefix="oocd-tests-") as folder:
        yield Path(folder)


@pytest.fixture
def settings(database: DatabaseUrls, data_dir: Path) -> Settings:
    """Set up local mode on the test's own database."""
    return Settings(mode=Mode.LOCAL, database_url=SecretStr(text_of(database.app)), data_dir=data_dir)


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, law_book: LawBook) -> Any:
    """Wire the whole application as the service does."""
    from app.main import create_app  # noqa: PLC0415 - unit tests need none of it

    return create_app(settings, clock=clock, law_book=law_book)


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Speak to the application over HTTP; no token is sent unless a test sends one."""
    transport = httpx.AsyncHTTPTransport(verify=False)  # no TLS here, and no time for certificates
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30, transport=transport) as it:
        yield it


@pytest.fixture
def token_for(app: Any) -> Callable[[str], str]:
    """Return a function that makes a demo client's token as the local issuer does."""
    return lambda client_id: app.state.issuer.token_for(DEMO_CLIENTS[client_id])
