"""Live mode: the service alone, on a database that others have prepared and migrated, with another's tokens."""

import asyncio
import os

from app.launch.errors import LaunchError
from app.launch.lean import lean
from app.launch.logs import configure
from app.launch.server import serve, take_port
from app.launch.settings import live_settings
from app.launch.urls import probe, read_url

PATIENCE = 25  # seconds that running requests are given at the end; orchestrators kill after 30


def run_live() -> None:
    """Serve until a signal ends it.

    Raises:
        LaunchError: the settings, the database or the port will not do.

    """
    given = os.environ.get("DATABASE_URL")
    if not given:
        raise LaunchError("DATABASE_URL must name the database, with the application's role")
    url = read_url(given, "DATABASE_URL")
    settings = live_settings(url)
    configure(settings.mode)
    with take_port(settings.host, settings.port) as address:
        asyncio.run(probe(url, "DATABASE_URL"))
        with lean():
            from app.launch.service import build  # noqa: PLC0415 - late, so that a wrong setting is told at once

            app = build(settings)
        serve(app, address, patience=PATIENCE)
