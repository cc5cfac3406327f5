"""The service as local mode serves it, with the log of a live one, on a database and a socket that are there."""

import gc
import os
import socket

from app.launch import logs
from app.launch.lean import lean
from app.launch.server import serve
from app.settings import Mode, Settings


def main() -> None:
    """Serve until a signal ends it."""
    gc.set_threshold(50_000)  # as `python -m app` does
    with socket.socket(fileno=int(os.environ["LISTENING"])) as address:
        settings = Settings(mode=Mode.LOCAL, issuer=os.environ["OOCD_ISSUER"])
        logs.configure(Mode.LIVE)
        with lean():
            from app.launch.service import build  # noqa: PLC0415 - as a launch loads it

            app = build(settings)
        serve(app, address, patience=5)


if __name__ == "__main__":
    main()
