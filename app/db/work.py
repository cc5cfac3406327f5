"""The unit of work: one transaction, in which the database itself knows whose areas may be seen.

Row-level security reads `oocd.areas` and `oocd.client`. They are set for the transaction alone (`set_config(…, true)`),
so that a pooled connection never carries one caller's areas into another's request; where they are not set, no row is
seen.

What an act adds is gathered and written with one statement: before anything else is asked of the database, and at the
latest before the commit. So whatever is read sees what was added before, and nothing is answered that is not written.

An act that asks nothing is that one statement, which is its own transaction: the scope is set in it, and the database
says if something is other than was taken for granted (`Expected`).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import CursorResult, Executable, Row, Table, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.db.ready import Insertion, Ready, gathered, insertion, opened, prepared
from app.errors import Unavailable

ALL_AREAS = "*"
EVERYBODY = "*"
Driver = Any  # asyncpg's connection
Values = Mapping[str, Any]
_SET_SCOPE = (
    "SELECT set_config('oocd.areas', $1, true), set_config('oocd.client', $2, true), "
    "set_config('oocd.person', $3, true)"
)
_OPEN = "SELECT oocd_open($1, $2, $3, $4, $5, $6, $7)"
_REACH = "SELECT set_config('oocd.case', $1, true)"
_OTHERWISE = "OC001"  # what `oocd_open` raises
# A connection that is cut while an answer is read leaves the driver in a state that it calls its own fault.
_LOST = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    OSError,
)


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


@dataclass(frozen=True)
class Expected:
    """What a unit of work takes for granted instead of asking; the database raises if it is otherwise.

    `protocols` and `matrices`: how many approvals there are of each. `route` and `key`: the Idempotency-Key of the
    scope's client under which no answer is kept and nobody is at work; None without one.
    """

    protocols: int
    matrices: int
    route: str | None = None
    key: str | None = None


class Otherwise(Exception):
    """Something is other than was expected, and nothing was done; or it cannot be known whether it was, and is asked.

    What was tried is to be tried again without expecting anything.
    """


class Work:
    """One unit of work: a transaction, which is open; or, where something is expected, opens when it is needed."""

    def __init__(
        self, connection: AsyncConnection, driver: Driver, scope: Scope, expected: Expected | None = None
    ) -> None:
        self._connection = connection
        self._driver = driver
        self._scope = scope
        self._expected = expected
        self._pending: dict[Table, tuple[Insertion, list[Values]]] = {}

    @property
    def at_once(self) -> bool:
        """Whether nothing is begun so far, so that the keys of what is added say what is there.

        Who would look first whether something is there already need not: if it is, all is tried again with looking.
        """
        return self._expected is not None

    # ── adding ───────────────────────────────────────────────────────────────

    async def add(self, table: Table, *rows: Values) -> None:
        """Add rows to a table, with what else this act adds; rows of one table are written in this order."""
        for row in rows:
            wanted = insertion(table, tuple(row))
            if table in self._pending and self._pending[table][0] is not wanted:
                await self.flush()
            self._pending.setdefault(table, (wanted, []))[1].append(row)

    async def flush(self) -> None:
        """Write what was added; raise `IntegrityError` for what is there already, `Unavailable` if it cannot be."""
        if not self._pending:
            return
        pending = tuple(self._pending.values())
        self._pending = {}
        shape, values = prepared(pending)
        try:
            await self._ask(gathered(shape), *values)
        except (IntegrityError, Otherwise):
            raise
        except DBAPIError as trouble:
            raise Unavailable("What is to be written, and the log of it, cannot be; so nothing is done.") from trouble

    # ── asking ───────────────────────────────────────────────────────────────

    async def fetch(self, statement: Ready, **values: Any) -> list[Row[Any]]:  # noqa: ANN401
        """Return every row of a statement that was built once."""
        await self.flush()
        return statement.rows(await self._ask(statement.sql, *statement.arguments(values)))

    async def in_parts(self, statement: Ready, size: int, **values: Any) -> AsyncIterator[list[Row[Any]]]:  # noqa: ANN401
        """Yield every row of a statement that was built once, so many at a time; others have their turn in between."""
        await self.flush()
        await self._open()
        try:
            cursor = await self._driver.cursor(statement.sql, *statement.arguments(values))
            while records := await cursor.fetch(size):
                yield statement.rows(records)
        except (asyncpg.PostgresError, *_LOST) as trouble:
            raise _known(trouble) from trouble

    async def first(self, statement: Ready, **values: Any) -> Row[Any] | None:  # noqa: ANN401
        """Return the first row of a statement that was built once, or None."""
        rows = await self.fetch(statement, **values)
        return rows[0] if rows else None

    async def only(self, statement: Ready, **values: Any) -> Row[Any] | None:  # noqa: ANN401
        """Return the first row of what is likely the only question of an act, or None; it must hold no row."""
        rows = await self.alone(statement, **values)
        return rows[0] if rows else None

    async def alone(self, statement: Ready, **values: Any) -> list[Row[Any]]:  # noqa: ANN401
        """Return every row of what is likely the only question of an act, in its order; it must hold none.

        Where something is expected, the question is a transaction of its own, and nothing is begun: what is added
        afterwards is written at once. Whatever else is asked begins as ever.
        """
        if self._expected is None or self._pending:
            return await self.fetch(statement, **values)
        try:
            found = await self._send(statement.opened, *statement.arguments(values), *self._opening(self._expected))
        except OperationalError as trouble:  # it had died in the pool
            raise Otherwise from trouble
        return statement.rows(found)

    async def run(self, statement: Executable, values: Any = None) -> CursorResult[Any]:  # noqa: ANN401
        """Execute a statement, with the values or list of values it takes."""
        await self.flush()
        await self._open()
        return await self._connection.execute(statement, values)

    async def one(self, statement: Executable, values: Any = None) -> Row[Any] | None:  # noqa: ANN401
        """Return the first row, or None."""
        return (await self.run(statement, values)).first()

    async def many(self, statement: Executable, values: Any = None) -> Sequence[Row[Any]]:  # noqa: ANN401
        """Return every row."""
        return (await self.run(statement, values)).all()

    # ── parts of the transaction ─────────────────────────────────────────────

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what the block did, and no more, when it raises: for many acts in one unit of work."""
        await self.flush()
        await self._ask("SAVEPOINT act")
        try:
            yield
            await self.flush()
        except Exception:
            self._pending = {}
            await self._ask("ROLLBACK TO SAVEPOINT act")
            await self._ask("RELEASE SAVEPOINT act")
            raise
        await self._ask("RELEASE SAVEPOINT act")

    @asynccontextmanager
    async def widened(self) -> AsyncIterator[None]:
        """See every row while the block lasts: for what counts or proves all rows and shows none of them."""
        await self.flush()
        await self._see(Scope(frozenset({ALL_AREAS}), self._scope.client_id, EVERYBODY))
        try:
            yield
            await self.flush()
        finally:
            with suppress(DBAPIError):  # a transaction that has failed sees nothing any more, and is rolled back
                await self._see(self._scope)

    async def reach(self, case_id: str) -> None:
        """See one case, whosever it is, until the transaction ends: read, and never written."""
        await self.flush()
        await self._ask(_REACH, case_id)

    # ── the transaction ──────────────────────────────────────────────────────

    async def begin(self) -> None:
        """Begin, and see the scope's rows alone."""
        await self._ask("BEGIN")
        await self._see(self._scope)

    async def _open(self) -> None:
        """Begin what takes something for granted, if it has not begun; raise `Otherwise` if it is not so."""
        if self._expected is None:
            return
        opening, self._expected = self._opening(self._expected), None
        try:
            await self._ask("BEGIN")
        except OperationalError as trouble:  # it had died in the pool
            raise Otherwise from trouble
        await self._ask(_OPEN, *opening)

    def _opening(self, expected: Expected) -> tuple[Any, ...]:
        scope = self._scope
        seen = (scope.as_setting(), scope.client_id, scope.person)
        return (*seen, expected.protocols, expected.matrices, expected.route, expected.key)

    async def _write_at_once(self, expected: Expected) -> None:
        """Write what was added with one statement that is its own transaction; raise `Otherwise` for any trouble.

        Where nothing was added, what was expected is held against the database all the same: an answer rests on it.
        """
        pending, self._pending, self._expected = tuple(self._pending.values()), {}, None
        shape, values = prepared(pending)
        try:
            await self._ask(opened(shape) if shape else _OPEN, *self._opening(expected), *values)
        except DBAPIError as trouble:
            raise Otherwise from trouble

    async def confirm(self) -> None:
        """Raise `Otherwise` if an act that asked nothing, and leaves nothing, took for granted what is not so."""
        self._pending = {}
        if self._expected is not None:
            await self._write_at_once(self._expected)

    async def commit(self) -> None:
        """Write what was added, and commit; raise if the database undid it instead."""
        if self._expected is not None:
            await self._write_at_once(self._expected)
            return
        await self.flush()
        try:
            done = await self._driver.execute("COMMIT")
        except (asyncpg.PostgresError, *_LOST) as trouble:
            raise _known(trouble) from trouble
        if done != "COMMIT":
            raise OperationalError("COMMIT", None, asyncpg.InFailedSQLTransactionError("rolled back"))

    async def _see(self, scope: Scope) -> None:
        await self._ask(_SET_SCOPE, scope.as_setting(), scope.client_id, scope.person)

    async def _ask(self, sql: str, *arguments: Any) -> list[Any]:  # noqa: ANN401
        await self._open()
        return await self._send(sql, *arguments)

    async def _send(self, sql: str, *arguments: Any) -> list[Any]:  # noqa: ANN401
        try:
            found: list[Any] = await self._driver.fetch(sql, *arguments)
        except (asyncpg.PostgresError, *_LOST) as trouble:
            if getattr(trouble, "sqlstate", None) == _OTHERWISE:
                raise Otherwise from None
            raise _known(trouble) from trouble
        return found


def _known(trouble: Exception) -> DBAPIError:
    """Return trouble of the driver as SQLAlchemy would tell it, without the values that were sent."""
    kind: type[DBAPIError] = DBAPIError
    if isinstance(trouble, asyncpg.IntegrityConstraintViolationError):
        kind = IntegrityError
    elif isinstance(trouble, _LOST):
        kind = OperationalError
    return kind(None, None, trouble, hide_parameters=True)


class Database:
    """The pool, and the one way to open a unit of work."""

    def __init__(self, engine: AsyncEngine, pool_size: int) -> None:
        self.engine = engine
        self._most = pool_size + 1

    @asynccontextmanager
    async def work(self, scope: Scope, expected: Expected | None = None) -> AsyncIterator[Work]:
        """Open a unit of work that sees the scope's rows; commit when the block ends, roll back when it raises.

        Raises:
            Otherwise: something is other than was expected.
            Unavailable: no connection is free in time, or none can be had.

        """
        work, connection, driver = await self._begin(scope, expected)
        try:
            yield work
            await work.commit()
        except Exception:
            if driver.is_in_transaction():
                with suppress(asyncpg.PostgresError, *_LOST):
                    await driver.execute("ROLLBACK")
            await work.confirm()  # a refusal under a law that has moved on is none
            raise
        except BaseException:  # cancelled, perhaps in the middle of a statement
            driver.terminate()
            raise
        finally:
            if driver.is_closed() or driver.is_in_transaction():  # nothing goes back with anything open in it
                await connection.invalidate()
            await connection.close()

    async def _begin(self, scope: Scope, expected: Expected | None) -> tuple[Work, AsyncConnection, Driver]:
        """Begin on a connection that answers; one that has died in the pool is left behind, and another tried.

        Where something is expected nothing is begun yet: a connection that has died is `Otherwise` when it is used.
        """
        for _ in range(self._most):
            try:
                connection = await self.engine.connect()
            except (PoolTimeout, OSError, DBAPIError) as trouble:
                raise Unavailable from trouble
            driver = _driver_of(connection)
            work = Work(connection, driver, scope, expected)
            if expected is not None:
                return work, connection, driver
            try:
                await work.begin()
            except BaseException as trouble:
                await connection.invalidate()
                await connection.close()
                if not isinstance(trouble, OperationalError):
                    raise
            else:
                return work, connection, driver
        raise Unavailable

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


def _driver_of(connection: AsyncConnection) -> Driver:
    opened = connection.sync_connection
    assert opened is not None
    return opened.connection.driver_connection


def connect(url: str, *, pool_size: int, pool_timeout: float) -> Database:
    """Return the database behind a `postgresql+asyncpg` URL; no connection is opened yet.

    Transactions are the unit of work's own: SQLAlchemy opens none.
    """
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_reset_on_return=None,
        pool_use_lifo=True,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "handle_error")
    def _forget_values(context: Any) -> None:  # noqa: ANN401
        # The driver's message quotes the row that offended; nobody who reads a log may see that.
        if isinstance(context.sqlalchemy_exception, DBAPIError):
            context.sqlalchemy_exception.params = None

    return Database(engine, pool_size)
