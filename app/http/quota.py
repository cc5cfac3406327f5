"""How much one client may ask: a bucket of tokens for each, so that one force's loop takes nothing from another.

Counted in this process alone: there is no shared store whose failure could take the service down. With several
processes behind a balancer each allows the whole, so the limit is divided by whoever sets it.
"""

from collections.abc import Callable
from datetime import datetime

from app.errors import TooManyRequests

_CLIENTS = 10_000  # buckets held; a full bucket is forgotten first, and loses nothing by it


class Quotas:
    """A bucket for each client: `per_minute` requests in a minute, and a tenth of that at once; None sets no limit."""

    def __init__(self, per_minute: int | None, now: Callable[[], datetime]) -> None:
        self._rate = None if per_minute is None else per_minute / 60
        self._depth = 0.0 if per_minute is None else max(1.0, per_minute / 10)
        self._now = now
        self._left: dict[str, tuple[float, datetime]] = {}

    def take(self, client_id: str) -> None:
        """Take one request out of a client's bucket; raise `TooManyRequests` if it is empty."""
        if self._rate is None:
            return
        now = self._now()
        left = self._level(client_id, now)
        if left < 1:
            raise TooManyRequests
        if len(self._left) >= _CLIENTS:
            self._left = {one: self._left[one] for one in self._left if self._level(one, now) < self._depth}
        self._left[client_id] = (left - 1, now)

    def _level(self, client_id: str, now: datetime) -> float:
        left, since = self._left.get(client_id, (self._depth, now))
        return min(self._depth, left + max(0.0, (now - since).total_seconds()) * (self._rate or 0))
