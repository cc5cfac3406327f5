"""The store in which all processes count together what clients ask: a small table, which a crash may empty.

It has connections of its own, so that a count never waits for a request's, and no request for a count's.
"""

from limits.aio.storage import Storage
from sqlalchemy import BigInteger, Column, DateTime, Table, Text, delete, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from app.db.base import metadata

quota_windows = Table(
    "quota_windows",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    prefixes=["UNLOGGED"],
)
_COUNT = text(
    """
    INSERT INTO quota_windows AS held (key, count, ends_at)
    VALUES (:key, :amount, clock_timestamp() + :seconds * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN held.ends_at > clock_timestamp() THEN held.count ELSE 0 END + excluded.count,
        ends_at = CASE WHEN held.ends_at > clock_timestamp() THEN held.ends_at ELSE excluded.ends_at END
    RETURNING count
    """
)
_OPEN = quota_windows.c.ends_at > func.clock_timestamp()


class SharedWindows(Storage):
    """Windows of time and what was asked in each, in PostgreSQL, by PostgreSQL's clock.

    Whatever goes wrong is raised as the library's `StorageError`.
    """

    STORAGE_SCHEME = None

    def __init__(self, url: str) -> None:
        super().__init__(wrap_exceptions=True)
        self._engine = create_async_engine(
            url, pool_size=2, max_overflow=0, isolation_level="AUTOCOMMIT", hide_parameters=True
        )

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return what may go wrong between here and the table."""
        return (SQLAlchemyError, OSError)

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to what was asked under a key, in a window of `expiry` seconds from its first; return the sum."""
        async with self._engine.connect() as connection:
            found = await connection.execute(_COUNT, {"key": key, "amount": amount, "seconds": expiry})
            return int(found.scalar_one())

    async def get(self, key: str) -> int:
        """Return what was asked under a key in the window that is open."""
        async with self._engine.connect() as connection:
            found = await connection.execute(select(quota_windows.c.count).where(quota_windows.c.key == key, _OPEN))
            return int(found.scalar_one_or_none() or 0)

    async def get_expiry(self, key: str) -> float:
        """Return when the window of a key ends, in seconds since 1970; 0 if none is open."""
        ends_at = func.extract("epoch", quota_windows.c.ends_at)
        async with self._engine.connect() as connection:
            found = await connection.execute(select(ends_at).where(quota_windows.c.key == key, _OPEN))
            return float(found.scalar_one_or_none() or 0)

    async def check(self) -> bool:
        """Return whether the store answers."""
        try:
            await self.get("")
        except Exception:  # noqa: BLE001  (whatever it is, the store does not answer)
            return False
        return True

    async def reset(self) -> int | None:
        """Forget every window; return how many there were."""
        async with self._engine.connect() as connection:
            return int((await connection.execute(delete(quota_windows))).rowcount)

    async def clear(self, key: str) -> None:
        """Forget the window of a key."""
        async with self._engine.connect() as connection:
            await connection.execute(delete(quota_windows).where(quota_windows.c.key == key))

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()
