"""The service as local mode serves it, on a database and a socket that are there: `python -m benchmarks.service`."""

import os
import socket

from app.launch.server import serve
from app.launch.service import build
from app.settings import Mode, Settings


def main() -> None:
    """Serve until a signal ends it."""
    with socket.socket(fileno=int(os.environ["LISTENING"])) as address:
        settings = Settings(mode=Mode.LOCAL, issuer=os.environ["OOCD_ISSUER"])
        serve(build(settings), address, patience=5)


if __name__ == "__main__":
    main()
