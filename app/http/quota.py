"""How much one client may ask: a share for each, so that one force's loop takes nothing from another.

Counted for all processes together in a shared store. Should the store not answer in a moment, each process counts for
itself for a while: the limiter never takes the service down, and never lets go of all limits either.
"""

import asyncio

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError

from app.errors import TooManyRequests

WINDOW = 6  # seconds: a tenth of a minute, and with it of a minute's share, may be asked at once
PATIENCE = 0.25  # seconds that a request waits for the shared store
RECOVERY = 5.0  # seconds that the shared store is left alone after it failed
_log = structlog.get_logger("oocd.http")


class Quotas:
    """A share for each client: a tenth of `per_minute` requests in every tenth of a minute; None sets no limit."""

    def __init__(self, per_minute: int | None, shared: Storage | None = None, *, window: int = WINDOW) -> None:
        self._share = None if per_minute is None else RateLimitItemPerSecond(max(1, per_minute // 10), window)
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._shared = None if shared is None else FixedWindowRateLimiter(shared)
        self._left_alone_until = 0.0

    async def take(self, client_id: str) -> None:
        """Take one request out of a client's share; raise `TooManyRequests` if nothing is left of it."""
        if self._share is not None and not await self._is_within(self._share, client_id):
            raise TooManyRequests

    async def _is_within(self, share: RateLimitItemPerSecond, client_id: str) -> bool:
        now = asyncio.get_running_loop().time()
        if self._shared is not None and now >= self._left_alone_until:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await self._shared.hit(share, client_id)
            except (StorageError, TimeoutError) as trouble:
                self._left_alone_until = now + RECOVERY
                _log.warning("quotas are counted by each process", kind=type(trouble).__name__)
        return await self._local.hit(share, client_id)
