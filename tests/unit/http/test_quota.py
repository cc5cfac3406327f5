"""Quotas of one process: each client has its own share."""

import pytest

from app.errors import TooManyRequests
from app.http.quota import Quotas

pytestmark = pytest.mark.anyio
LONG = 3600  # seconds, so that no window ends within a test


async def _taken(quotas: Quotas, client: str, tries: int) -> int:
    taken = 0
    for _ in range(tries):
        try:
            await quotas.take(client)
        except TooManyRequests:
            continue
        taken += 1
    return taken


async def test_surge_of_one_client_takes_nothing_from_another() -> None:
    """However much one asks, it gets a tenth of a minute's share at once, and the other's share is whole."""
    quotas = Quotas(60, window=LONG)

    assert await _taken(quotas, "loop", 1000) == 6
    assert await _taken(quotas, "calm", 10) == 6


async def test_smallest_share_is_one_request() -> None:
    """A limit below ten a minute still lets somebody in."""
    assert await _taken(Quotas(3, window=LONG), "c", 10) == 1


async def test_no_limit_is_no_limit() -> None:
    """Local mode has none."""
    assert await _taken(Quotas(None), "c", 1000) == 1000
