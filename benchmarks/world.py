"""What is measured and what it is measured against, started as processes of their own on one embedded database."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
from uuid_utils import uuid7

from app.clock import SystemClock, today
from app.identity.demo_clients import DEMO_CLIENTS
from app.identity.local_issuer import local_issuer
from app.launch.bootstrap import prepare_embedded
from app.launch.embedded import EmbeddedServer, embedded_postgres
from app.launch.migrate import ROOT, upgrade_in_subprocess
from app.launch.urls import DatabaseUrls, text_of

ISSUER = "http://127.0.0.1:8000"
AREA = "E09000019"


@dataclass(frozen=True)
class Served:
    """What serves: where, and in which processes."""

    url: str
    pids: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """A database of its own, and the means to start what uses it."""

    server: EmbeddedServer
    urls: DatabaseUrls
    data_dir: Path

    @property
    def dsn(self) -> str:
        """Return the URL by which the application's role reaches the database, for asyncpg itself."""
        return text_of(self.urls.app.set(drivername="postgresql"))

    @property
    def owner_dsn(self) -> str:
        """Return the URL of a superuser, who makes rows by the million."""
        return text_of(self.server.url().set(drivername="postgresql", database=self.urls.app.database))

    @property
    def today(self) -> date:
        """Return the day that it is in London."""
        return today(SystemClock())

    def headers(self, client_id: str, *, purpose: str = "JOINT_DECISION", creates: bool = False) -> dict[str, str]:
        """Return what a request of a demo client carries."""
        issuer = local_issuer(self.data_dir, issuer=ISSUER, audience="oocd", now=SystemClock().now)
        token = issuer.token_for(DEMO_CLIENTS[client_id])
        key = {"Idempotency-Key": str(uuid7())} if creates else {}
        return {"Authorization": f"Bearer {token}", "X-Purpose": purpose, **key}

    @contextmanager
    def started(self, module: str, **settings: str) -> Iterator[Served]:
        """Serve a module in a process of its own."""
        own = {"DATABASE_URL": text_of(self.urls.app), "DATA_DIR": str(self.data_dir), "OOCD_ISSUER": ISSUER}
        with _served(module, own | settings) as served:
            yield served

    def service(self, **settings: str) -> AbstractContextManager[Served]:
        """Serve the product."""
        return self.started("benchmarks.service", **settings)

    def floor(self) -> AbstractContextManager[Served]:
        """Serve the floors."""
        return self.started("benchmarks.floors", DATABASE_URL=self.dsn)

    async def execute(self, script: str) -> None:
        """Run statements as a superuser."""
        connection = await asyncpg.connect(self.owner_dsn)
        await connection.execute(script)
        await connection.close()


@contextmanager
def a_world() -> Iterator[World]:
    """Make a database that keeps what it is told, migrate it, and take it away again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oocd-bench-")))
        server = stack.enter_context(embedded_postgres(folder / "database"))
        urls = asyncio.run(prepare_embedded(server.url()))
        upgrade_in_subprocess(urls.owner)
        yield World(server, urls, folder / "keys")


@contextmanager
def _served(module: str, environment: dict[str, str]) -> Iterator[Served]:
    with socket.socket() as address, ExitStack() as stack:
        address.bind(("127.0.0.1", 0))
        address.listen(512)  # whoever comes before a process is ready waits for it
        fd = address.fileno()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=os.environ | environment | {"LISTENING": str(fd)},
            stdout=subprocess.DEVNULL,  # the log of a service goes there
            pass_fds=[fd],
        )
        stack.callback(_end, process)
        yield Served(f"http://127.0.0.1:{address.getsockname()[1]}", (process.pid,))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)
