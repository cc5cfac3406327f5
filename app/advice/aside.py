"""Heavy work beside the event loop: advice on many offences takes long enough to keep every other request waiting."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
FEW = 2
"""Offences on which advice takes a few milliseconds at most; a thread of its own would cost more than it spares."""


async def aside(work: Callable[[], T], *, offences: int) -> T:
    """Return what a piece of work on so many offences returns: done in a thread where they are more than a few."""
    return work() if offences <= FEW else await asyncio.to_thread(work)
