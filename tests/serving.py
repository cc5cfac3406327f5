"""The whole application over real HTTP on a loopback port, inside the loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.lifespan.on import LifespanOn
from uvicorn.server import ServerState

from app.launch.protocol import BoundedHttp

PATIENCE = 30.0  # seconds


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve while the block lasts and yield the base URL: the protocol of the service, without its start-up waits."""
    config = uvicorn.Config(app, http=BoundedHttp, ws="none", lifespan="on", access_log=False, log_config=None)
    config.load()
    lifespan, state = LifespanOn(config), ServerState()
    await lifespan.startup()
    assert not lifespan.should_exit, "the application refused to start; the log says why"
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedHttp(config=config, server_state=state, app_state=lifespan.state), "127.0.0.1", 0
    )
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:  # as the server itself does: what is under way is finished, whether its sender waits or not
            _, unfinished = await asyncio.wait(state.tasks, timeout=PATIENCE)
            assert not unfinished, "a request is still under way"
        await lifespan.shutdown()
