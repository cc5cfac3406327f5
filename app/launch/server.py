"""Serving one ASGI application on one socket until it is told to stop."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from app.launch.errors import LaunchError
from app.launch.protocol import BoundedHttp

BACKLOG = 512


def take_port(host: str, port: int) -> socket.socket:
    """Take the address, without listening on it yet: nobody else can, and callers are refused until we are ready.

    Raises:
        LaunchError: it is in use, or not ours to take.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise LaunchError(f"Port {port} on {host} cannot be used: {error.strerror}. Set PORT to another") from None
    return taken


class _Server(uvicorn.Server):
    """uvicorn's server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def serve(app: ASGIApp, address: socket.socket, *, patience: int, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGINT or SIGTERM; then take no new request, and give running ones `patience` seconds.

    The signal is raised again afterwards, for whoever called to take down the rest.
    """
    config = uvicorn.Config(
        app,
        http=BoundedHttp,
        ws="none",
        lifespan="on",
        backlog=BACKLOG,
        timeout_graceful_shutdown=patience,
        timeout_keep_alive=30,
        access_log=False,  # paths and queries are the application's to log, and it names routes only
        server_header=False,
        proxy_headers=False,
        log_config=None,
        log_level="warning",
    )
    _Server(config, ready).run(sockets=[address])
