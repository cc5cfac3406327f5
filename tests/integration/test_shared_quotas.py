"""Quotas that several processes share, and what is left of them when the store is down."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.errors import TooManyRequests
from app.http.quota import Quotas
from app.http.quota_store import SharedWindows
from app.launch.urls import DatabaseUrls, connect, text_of

pytestmark = pytest.mark.anyio
LONG = 3600  # seconds, so that no window ends within a test


@pytest.fixture
async def stores(database: DatabaseUrls) -> AsyncIterator[tuple[SharedWindows, SharedWindows]]:
    """Return the stores of two processes on one database."""
    pair = SharedWindows(text_of(database.app)), SharedWindows(text_of(database.app))
    yield pair
    for store in pair:
        await store.close()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer than a service would, so that a busy machine is not taken for a broken store."""
    monkeypatch.setattr("app.http.quota.PATIENCE", 30)


async def _is_let_in(quotas: Quotas, client: str = "loop") -> bool:
    try:
        await quotas.take(client)
    except TooManyRequests:
        return False
    return True


async def test_processes_share_one_quota(stores: tuple[SharedWindows, SharedWindows]) -> None:
    """Two processes asked at once let in as many together as one may alone, and another client all the same."""
    one, two = (Quotas(100, store, window=LONG) for store in stores)

    loop = await asyncio.gather(*(_is_let_in(process) for process in (one, two) for _ in range(15)))
    calm = await asyncio.gather(*(_is_let_in(process, "calm") for process in (one, two) for _ in range(5)))

    assert (sum(loop), sum(calm)) == (10, 10)


async def test_share_is_whole_again_in_the_next_window(
    stores: tuple[SharedWindows, SharedWindows], database: DatabaseUrls
) -> None:
    """What was asked in a window that has ended counts no more."""
    quotas = Quotas(20, stores[0], window=LONG)
    before = [await _is_let_in(quotas) for _ in range(3)]
    owner = await connect(database.owner, "the owner")
    await owner.execute("UPDATE quota_windows SET ends_at = ends_at - interval '1 day'")
    await owner.close()

    assert (before, await _is_let_in(quotas)) == ([True, True, False], True)


async def test_dead_store_leaves_each_process_its_own_limit(
    stores: tuple[SharedWindows, SharedWindows], database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request is refused because the store is gone, none goes without limit, and what returns is used again."""
    monkeypatch.setattr("app.http.quota.RECOVERY", 0)
    one, two = (Quotas(20, store, window=LONG) for store in stores)
    owner = await connect(database.owner, "the owner")
    await owner.execute("ALTER TABLE quota_windows RENAME TO gone")

    alone = [[await _is_let_in(process) for _ in range(3)] for process in (one, two)]

    await owner.execute("ALTER TABLE gone RENAME TO quota_windows")
    await owner.close()
    together = [await _is_let_in(process) for process in (one, two, one, two)]
    assert alone == [[True, True, False]] * 2
    assert together == [True, True, False, False]


async def test_store_that_hangs_is_not_waited_for(
    stores: tuple[SharedWindows, SharedWindows], database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is locked is left alone after a moment; the requests of a client after that do not wait at all."""
    monkeypatch.setattr("app.http.quota.PATIENCE", 0.1)
    quotas = Quotas(20, stores[0], window=LONG)
    owner = await connect(database.owner, "the owner")
    async with owner.transaction():
        await owner.execute("LOCK TABLE quota_windows IN ACCESS EXCLUSIVE MODE")
        let_in = [await _is_let_in(quotas) for _ in range(3)]
        waiting = await owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    await owner.close()

    assert (let_in, waiting) == ([True, True, False], 0)


async def test_store_tells_what_it_holds(stores: tuple[SharedWindows, SharedWindows]) -> None:
    """It is a storage as the library asks for one: counts, ends, forgets, and says whether it is there."""
    store, _ = stores
    counted = [await store.incr("k", LONG), await store.incr("k", LONG, 2), await store.get("k"), await store.get("x")]
    ends = await store.get_expiry("k") > 0, await store.get_expiry("x")
    await store.clear("k")

    assert (counted, ends) == ([1, 3, 3, 0], (True, 0))
    assert (await store.get("k"), await store.reset(), await store.check()) == (0, 0, True)
