"""Local mode: everything that `make run` promises, in the order in which it happens.

Port, database, roles, schema, demonstration data, service; taken down in the reverse order.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL

from app.launch.banner import banner
from app.launch.bootstrap import prepare_embedded, prepare_given
from app.launch.embedded import embedded_postgres
from app.launch.errors import LaunchError
from app.launch.lean import lean
from app.launch.migrate import is_current_in_subprocess, run_self_or_fail, upgrade_in_subprocess
from app.launch.server import serve, take_port
from app.launch.settings import local_settings, own_issuer, with_database
from app.launch.urls import probe, read_url
from app.settings import Settings

PATIENCE = 5  # seconds that running requests are given at the end


def run_local() -> None:
    """Run the service in local mode until a signal ends it.

    Raises:
        LaunchError: something that it needs cannot be had; what was started is down again.

    """
    settings = local_settings()
    with take_port(settings.host, settings.port) as address:
        settings = own_issuer(settings, address.getsockname()[1])
        with _database(settings) as database:
            settings = with_database(settings, database)
            _load_demonstration(settings)
            with lean():
                from app.launch.service import build  # noqa: PLC0415 - late, so that a wrong setting is told at once

                app = build(settings)
            serve(app, address, patience=PATIENCE, ready=lambda: _say(banner(settings)))


@contextmanager
def _database(settings: Settings) -> Iterator[URL]:
    """Answer the application's URL of a database that is ready: an embedded one, or the one that is set."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield _given_database(read_url(given, "DATABASE_URL"), settings)
        return
    _say(f"Starting the embedded database in {settings.data_dir} ...")
    with embedded_postgres(settings.data_dir) as server:
        urls = asyncio.run(prepare_embedded(server.url()))
        upgrade_in_subprocess(urls.owner)
        yield urls.app


def _given_database(url: URL, settings: Settings) -> URL:
    """Prepare the database that `DATABASE_URL` names, as far as its role may, and answer the application's URL."""
    if asyncio.run(probe(url, "DATABASE_URL")).may_make_roles:
        urls = asyncio.run(prepare_given(url, settings.data_dir))
        upgrade_in_subprocess(urls.owner)
        return urls.app
    owner = os.environ.get("DATABASE_OWNER_URL")
    if owner:
        upgrade_in_subprocess(read_url(owner, "DATABASE_OWNER_URL"))
    elif not is_current_in_subprocess(url):
        raise LaunchError("The schema is not up to date; set DATABASE_OWNER_URL to the owner of the tables as well")
    return url


def _load_demonstration(settings: Settings) -> None:
    """Load the demonstration data in a process of its own; it is for that process to see what is there already."""
    if os.environ.get("OOCD_DEMO_DATA") == "no":
        return
    _say("Seeing to the demonstration data; the first time this takes half a minute ...")
    said = run_self_or_fail(
        "demo-data",
        DATABASE_URL=settings.database_url.get_secret_value(),
        DATA_DIR=str(settings.data_dir.absolute()),
        OOCD_ISSUER=settings.issuer,
    )
    _say(said)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
