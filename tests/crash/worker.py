"""One process of the service in local mode, on a database that is there: `python -m tests.crash.worker`."""

import os
import sys

from app.launch.server import serve, take_port
from app.launch.service import build
from app.launch.settings import local_settings, with_database
from app.launch.stopping import Stop, stop_on_signals
from app.launch.urls import read_url

PATIENCE = 25


def main() -> None:
    """Serve on PORT until a signal ends it."""
    settings = with_database(local_settings(), read_url(os.environ["DATABASE_URL"], "DATABASE_URL"))
    with stop_on_signals(), take_port(settings.host, settings.port) as address:
        serve(build(settings), address, patience=PATIENCE)


if __name__ == "__main__":
    try:
        main()
    except Stop:
        sys.exit(0)
