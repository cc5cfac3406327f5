"""The unit of work: what is added is written once, in order, before anything is read, or not at all."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.cases.models import case_timeline, cases, children
from app.clock import SystemClock
from app.db.ready import Ready
from app.db.work import Database, Scope, connect
from app.errors import Unavailable
from app.launch.urls import DatabaseUrls, text_of

pytestmark = pytest.mark.anyio
AREA = "E09000019"
SCOPE = Scope(frozenset({AREA}), "c")
ACTS = Ready(select(case_timeline.c.act, case_timeline.c.case_id).order_by(case_timeline.c.entry))
CHILD = Ready(select(children.c.identifiers).where(children.c.case_id == bindparam("case_id")))


@pytest.fixture
def pool(database: DatabaseUrls) -> Database:
    """Reach the test's database as the application does."""
    return connect(text_of(database.app), pool_size=1, pool_timeout=5)


def _case(number: int = 1, area: str = AREA) -> dict[str, Any]:
    now = SystemClock().now()
    counters = dict.fromkeys(("version", "facts_version", "round", "level"), 1)
    words = {"case_id": str(UUID(int=number)), "area": area, "status": "RECEIVED", "route": "COURT", "due_on": None}
    return words | counters | {"received_at": now, "updated_at": now}


def _entry(act: str, number: int = 1) -> dict[str, Any]:
    told = {"act": act, "status": None, "agency": None, "by": "somebody"}
    return {"case_id": str(UUID(int=number)), "area": AREA, "occurred_at": SystemClock().now(), **told}


async def _add(pool: Database, *rows: dict[str, Any]) -> None:
    async with pool.work(SCOPE) as work:
        await work.add(case_timeline, _entry("act"))
        await work.add(cases, *rows)


@pytest.mark.parametrize("many", [3, 30])
async def test_rows_are_written_in_the_order_in_which_they_were_added(pool: Database, many: int) -> None:
    """Few as values of their own, many as arrays; and whoever reads in the same act sees them."""
    async with pool.work(SCOPE) as work:
        await work.add(case_timeline, *(_entry(f"act-{number}") for number in range(many)))
        await work.add(cases, _case())
        found = [row.act for row in await work.fetch(ACTS)]

    await pool.close()
    assert found == [f"act-{number}" for number in range(many)]


async def test_documents_and_nothing_at_all_are_written_as_they_are(pool: Database) -> None:
    """A list of objects stays one, alone and among many."""
    names = {"given_names": 'Sam "S"', "family_name": "O'Example \\ Ünal", "date_of_birth": SystemClock().now().date()}
    identifiers = [{"scheme": "PNC", "value": 'a"b\\c'}]
    async with pool.work(SCOPE) as work:
        await work.add(cases, *(_case(number) for number in range(1, 8)))
        for number in range(1, 8):
            own = {"child_id": str(UUID(int=100 + number)), "case_id": str(UUID(int=number)), "area": AREA}
            await work.add(children, own | names | {"identifiers": identifiers})
        row = await work.first(CHILD, case_id=str(UUID(int=7)))

    await pool.close()
    assert row is not None
    assert row.identifiers == identifiers


async def test_savepoint_takes_back_what_was_added_in_it(pool: Database) -> None:
    """And nothing of what was added before and after it."""
    async with pool.work(SCOPE) as work:
        await work.add(cases, _case())
        await work.add(case_timeline, _entry("before"))
        with suppress(KeyError):
            async with work.savepoint():
                await work.add(case_timeline, _entry("within"))
                raise KeyError
        await work.add(case_timeline, _entry("after"))
        found = [row.act for row in await work.fetch(ACTS)]

    await pool.close()
    assert found == ["before", "after"]


async def test_what_is_there_already_is_told_as_that(pool: Database) -> None:
    """Whoever adds it can see that it is no trouble of the database."""
    await _add(pool, _case())

    with pytest.raises(IntegrityError):
        await _add(pool, _case())
    await pool.close()


async def test_what_cannot_be_written_leaves_nothing_behind(pool: Database) -> None:
    """A row that the policies refuse takes the rest of the act with it, and says that nothing was done."""
    with pytest.raises(Unavailable):
        await _add(pool, _case(), _case(2, area="E09000007"))

    async with pool.work(SCOPE) as work:
        found = await work.fetch(ACTS)
    await pool.close()
    assert found == []


async def test_commit_that_the_database_turns_into_a_rollback_is_an_error(pool: Database) -> None:
    """Whoever swallows a failed statement cannot make a success of it."""

    async def swallow() -> None:
        async with pool.work(SCOPE) as work:
            with suppress(DBAPIError):
                await work.one(text("SELECT 1 / 0"))

    with pytest.raises(OperationalError) as told:
        await swallow()

    await pool.close()
    assert isinstance(told.value.orig, asyncpg.InFailedSQLTransactionError)


async def test_connection_that_died_in_the_pool_is_left_behind(pool: Database, database: DatabaseUrls) -> None:
    """The next act is done on another, and nobody is told."""
    async with pool.work(SCOPE) as work:
        row = await work.one(text("SELECT pg_backend_pid() AS pid"))
    owner = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    assert row is not None
    await owner.execute("SELECT pg_terminate_backend($1, 5000)", row.pid)
    await owner.close()

    async with pool.work(SCOPE) as work:
        again = await work.one(text("SELECT pg_backend_pid() AS pid"))

    await pool.close()
    assert again is not None
    assert again.pid != row.pid
