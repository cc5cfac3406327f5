"""The unit of work: one transaction, in which the database itself knows whose areas may be seen.

Row-level security reads `oocd.areas` and `oocd.client`. They are set for the transaction alone (`set_config(…, true)`),
so that a pooled connection never carries one caller's areas into another's request; where they are not set, no row is
seen.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, Executable, Row, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.errors import Unavailable

ALL_AREAS = "*"
EVERYBODY = "*"
_SET_SCOPE = text(
    "SELECT set_config('oocd.areas', :areas, true), set_config('oocd.client', :client, true), "
    "set_config('oocd.person', :person, true)"
)
_REACH = text("SELECT set_config('oocd.case', :case, true)")


@dataclass(frozen=True)
class Scope:
    """Whose rows a transaction may see.

    GSS codes of areas (or `*`); the client, for what only it may see; and the account of the person, for cases that are
    for named people alone (`*` reads them as everybody else's: for what counts rows and shows none).
    """

    areas: frozenset[str]
    client_id: str
    person: str = ""

    def as_setting(self) -> str:
        """Return the areas as the row-level security policies read them."""
        return ALL_AREAS if ALL_AREAS in self.areas else ",".join(sorted(self.areas))

    def as_settings(self) -> dict[str, str]:
        """Return all of it as the policies read it."""
        return {"areas": self.as_setting(), "client": self.client_id, "person": self.person}


class Work:
    """One open transaction."""

    def __init__(self, connection: AsyncConnection, scope: Scope) -> None:
        self._connection = connection
        self._scope = scope

    async def run(self, statement: Executable, values: Any = None) -> CursorResult[Any]:  # noqa: ANN401
        """Execute a statement, with the values or list of values it takes."""
        return await self._connection.execute(statement, values)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what the block did, and no more, when it raises: for many acts in one unit of work."""
        async with self._connection.begin_nested():
            yield

    @asynccontextmanager
    async def widened(self) -> AsyncIterator[None]:
        """See every row while the block lasts: for what counts or proves all rows and shows none of them."""
        await self._see(Scope(frozenset({ALL_AREAS}), self._scope.client_id, EVERYBODY))
        try:
            yield
        finally:
            with suppress(DBAPIError):  # a transaction that has failed sees nothing any more, and is rolled back
                await self._see(self._scope)

    async def _see(self, scope: Scope) -> None:
        await self._connection.execute(_SET_SCOPE, scope.as_settings())

    async def reach(self, case_id: str) -> None:
        """See one case, whosever it is, until the transaction ends: read, and never written."""
        await self._connection.execute(_REACH, {"case": case_id})

    async def one(self, statement: Executable, values: Any = None) -> Row[Any] | None:  # noqa: ANN401
        """Return the first row, or None."""
        return (await self.run(statement, values)).first()

    async def many(self, statement: Executable, values: Any = None) -> Sequence[Row[Any]]:  # noqa: ANN401
        """Return every row."""
        return (await self.run(statement, values)).all()


class Database:
    """The pool, and the one way to open a unit of work."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def work(self, scope: Scope) -> AsyncIterator[Work]:
        """Open a transaction that sees the scope's rows; commit when the block ends, roll back when it raises."""
        try:
            connection = await self.engine.connect()
        except (PoolTimeout, OSError, InterfaceError) as trouble:
            raise Unavailable from trouble
        try:
            async with connection.begin():
                await connection.execute(_SET_SCOPE, scope.as_settings())
                yield Work(connection, scope)
        finally:
            await connection.close()

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


def connect(url: str, *, pool_size: int, pool_timeout: float) -> Database:
    """Return the database behind a `postgresql+asyncpg` URL; no connection is opened yet."""
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=pool_timeout, pool_pre_ping=True, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "handle_error")
    def _forget_values(context: Any) -> None:  # noqa: ANN401
        # The driver's message quotes the row that offended; nobody who reads a log may see that.
        if isinstance(context.sqlalchemy_exception, DBAPIError):
            context.sqlalchemy_exception.params = None

    return Database(engine)


class UnsafeRole(Exception):
    """The database role could see around row-level security."""


_ROLE = text(
    """
    SELECT r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
           EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v')
                      AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns,
           EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'public' AND c.relname = 'cases') AS migrated
      FROM pg_roles r WHERE r.rolname = current_user
    """
)


async def refuse_unsafe_role(database: Database) -> None:
    """Raise `UnsafeRole` if the application's role is a superuser, owns a table, or bypasses row-level security.

    Row-level security does not bind such roles, so the service does not start as one.
    """
    async with database.engine.connect() as connection:
        role = (await connection.execute(_ROLE)).one()
    if role.superuser:
        raise UnsafeRole("The database role is a superuser; the service needs the application role.")
    if role.bypasses:
        raise UnsafeRole("The database role bypasses row-level security; the service needs the application role.")
    if role.owns:
        raise UnsafeRole("The database role owns tables; the service needs the application role, not the owner.")
    if not role.migrated:
        raise UnsafeRole("The database holds no tables of this service; run the migrations first.")
