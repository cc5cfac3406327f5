"""What goes round beside the requests, sealing or sending, until it is told to end.

It is told by an event. A cancellation alone would not do: one that comes in the instant in which something else ends
may be lost (asyncio's `wait_for` before Python 3.12), and the service would then never end.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

PATIENCE = 20.0  # seconds in which what was begun may be finished; then it is cancelled, until it has ended
_AGAIN = 1.0


async def go_round(once: Callable[[], Awaitable[object]], *, every: float, ending: asyncio.Event) -> None:
    """Do something again and again, with `every` seconds between, until told to end; a round that began is finished."""
    while not ending.is_set():
        await once()
        with suppress(TimeoutError):
            async with asyncio.timeout(every):
                await ending.wait()


@asynccontextmanager
async def beside(
    run: Callable[[asyncio.Event], Coroutine[Any, Any, None]], *, patience: float = PATIENCE
) -> AsyncIterator[None]:
    """Run something while the block lasts; then tell it to end, and wait until it has."""
    ending = asyncio.Event()
    task = asyncio.create_task(run(ending))
    try:
        yield
    finally:
        ending.set()
        await asyncio.wait({task}, timeout=patience)
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_AGAIN)
        if not task.cancelled():
            task.result()
