"""The unit of work: what is added is written once, in order, before anything is read, or not at all."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import bindparam, literal, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.audit.models import audit_log
from app.cases.models import case_timeline, cases, children
from app.clock import SystemClock
from app.db.ready import Ready
from app.db.work import ALL_AREAS, Database, Expected, Otherwise, Scope, connect
from app.errors import Unavailable
from app.http.idempotency import idempotency_keys
from app.launch.urls import DatabaseUrls, text_of

pytestmark = pytest.mark.anyio
AREA = "E09000019"
UUID_A, UUID_B = str(UUID(int=7)), str(UUID(int=8))
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


async def test_rows_are_read_in_parts_each_once_and_in_order(pool: Database) -> None:
    """What was added is among them; the last part holds what is left, and nothing asks for a part of nothing."""
    async with pool.work(SCOPE) as work:
        await work.add(case_timeline, *(_entry(f"act-{number}") for number in range(5)))
        await work.add(cases, _case())
        parts = [[row.act for row in part] async for part in work.in_parts(ACTS, 2)]
        nothing = [part async for part in work.in_parts(CHILD, 2, case_id=UUID_A)]

    await pool.close()
    assert parts == [["act-0", "act-1"], ["act-2", "act-3"], ["act-4"]]
    assert nothing == []


async def test_trouble_in_the_middle_of_parts_is_told_without_values(pool: Database) -> None:
    """As with any other statement: nobody who reads a log may see what was asked."""
    troubled = Ready(select((literal(7) / bindparam("by")).label("share")))

    with pytest.raises(DBAPIError) as told:
        async with pool.work(SCOPE) as work:
            [part async for part in work.in_parts(troubled, 2, by=0)]

    await pool.close()
    assert told.value.params is None


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


@pytest.mark.parametrize("many", [3, 30])
async def test_lists_are_written_beside_rows_that_have_none(pool: Database, many: int) -> None:
    """Entries of the log that name several cases, and such as name none, in one act."""
    now, words = SystemClock().now(), ("event", "act", "issuer", "client_id", "request_id", "trace_id", "route")
    entries = [
        dict.fromkeys(words, "a") | {"event": "CONSULTATION", "log_id": str(UUID(int=number)), "occurred_at": now}
        | {"fields": ('a "b"',), "row_count": 1, "case_ids": (UUID_A, UUID_B) if number % 2 else None}
        for number in range(many)
    ]  # fmt: skip
    async with pool.work(SCOPE) as work:
        await work.add(audit_log, *entries)
        rows = await work.many(select(audit_log.c.case_ids, audit_log.c.fields).order_by(audit_log.c.log_id))

    await pool.close()
    assert [row.case_ids for row in rows] == [[UUID_A, UUID_B] if number % 2 else None for number in range(many)]
    assert {row.fields[0] for row in rows} == {'a "b"'}


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


# ── taking something for granted ─────────────────────────────────────────────

NEW = Expected(0, 0, "POST /somewhere", "a-key")


def _answer(key: str = "a-key") -> dict[str, Any]:
    told = {"client_id": "c", "route": "POST /somewhere", "key": key, "fingerprint": "0" * 64, "status": 201}
    return told | {"etag": None, "location": None, "body": b"{}", "kept_at": SystemClock().now()}


async def _at_once(pool: Database, expected: Expected, *rows: dict[str, Any], answer: bool = False) -> None:
    async with pool.work(SCOPE, expected) as work:
        await work.add(case_timeline, *(_entry(f"act-{number}") for number in range(len(rows))))
        await work.add(cases, *rows)
        if answer:
            await work.add(idempotency_keys, _answer())


async def _asking(pool: Database) -> None:
    async with pool.work(SCOPE, NEW) as work:
        await work.fetch(ACTS)


async def _acts(pool: Database) -> list[str]:
    async with pool.work(SCOPE) as work:
        return [row.act for row in await work.fetch(ACTS)]


@pytest.mark.parametrize("many", [1, 3, 30])
async def test_act_that_asks_nothing_is_written_in_order_with_one_statement(pool: Database, many: int) -> None:
    """One row, a few and many; whoever reads afterwards sees them all."""
    await _at_once(pool, NEW, *(_case(number) for number in range(1, many + 1)), answer=True)

    found = await _acts(pool)
    await pool.close()
    assert found == [f"act-{number}" for number in range(many)]


async def test_scope_holds_for_one_statement_and_for_no_other(pool: Database) -> None:
    """A row of another area takes the others with it, and the connection carries nobody's areas afterwards."""
    with pytest.raises(Otherwise):
        await _at_once(pool, NEW, _case(), _case(2, area="E09000007"))
    await _at_once(pool, NEW, _case())

    async with pool.engine.connect() as connection:
        left = (await connection.execute(text("SELECT current_setting('oocd.areas', true)"))).scalar_one()
    found = await _acts(pool)
    await pool.close()
    assert (left or "", found) == ("", ["act-0"])


@pytest.mark.parametrize("cases_added", [(), (_case(),)])
@pytest.mark.parametrize("expected", [Expected(1, 0), Expected(0, 1)])
async def test_law_that_moved_on_is_told_before_anything_is_written(
    pool: Database, expected: Expected, cases_added: tuple[dict[str, Any], ...]
) -> None:
    """What was approved meanwhile governs this act already; so nothing is done, nor answered, by the law of before."""
    with pytest.raises(Otherwise):
        await _at_once(pool, expected, *cases_added)

    found = await _acts(pool)
    await pool.close()
    assert found == []


async def _refused(pool: Database, expected: Expected, *rows: dict[str, Any]) -> None:
    """Refuse an act that asked nothing, whatever it would have added."""
    async with pool.work(SCOPE, expected) as work:
        await work.add(cases, *rows)
        raise KeyError


async def test_law_that_moved_on_is_told_instead_of_a_refusal(pool: Database) -> None:
    """The refusal would else stand on a law that is no more."""
    with pytest.raises(Otherwise):
        await _refused(pool, Expected(protocols=1, matrices=0))

    await pool.close()


async def test_refusal_under_the_law_in_force_stays_what_it_is(pool: Database) -> None:
    """Looking whether the law is as expected takes the place of no other trouble, and writes nothing."""
    with pytest.raises(KeyError):
        await _refused(pool, NEW, _case())

    found = await _acts(pool)
    await pool.close()
    assert found == []


async def test_key_that_has_had_its_answer_is_told(pool: Database) -> None:
    """At the write, and at the first question of an act that asks."""
    await _at_once(pool, NEW, _case(), answer=True)

    with pytest.raises(Otherwise):
        await _at_once(pool, NEW, _case(2))
    with pytest.raises(Otherwise):
        await _asking(pool)
    await pool.close()


async def test_key_that_another_is_at_work_under_is_told(database: DatabaseUrls) -> None:
    """Whoever asks holds the key to the end; nobody waits for it."""
    pool = connect(text_of(database.app), pool_size=2, pool_timeout=5)
    async with pool.work(SCOPE, NEW) as work:
        await work.fetch(ACTS)
        with pytest.raises(Otherwise):
            await _at_once(pool, NEW, _case())
    await pool.close()


async def test_act_that_asks_something_has_a_transaction(pool: Database) -> None:
    """It sees what it added before, is taken back whole when it fails, and is no longer at once."""
    with suppress(KeyError):
        async with pool.work(SCOPE, NEW) as work:
            before = work.at_once
            await work.add(cases, _case())
            await work.add(case_timeline, _entry("within"))
            seen = [row.act for row in await work.fetch(ACTS)]
            after = work.at_once
            raise KeyError

    found = await _acts(pool)
    await pool.close()
    assert (before, seen, after, found) == (True, ["within"], False, [])


CASE = Ready(select(cases.c.case_id, cases.c.area).where(cases.c.case_id == bindparam("case_id")))
FIRST = Ready(select(cases.c.case_id).where(cases.c.case_id > bindparam("after")).order_by(cases.c.case_id).limit(25))
PLANS = {
    "as it comes": {},
    "no index": {"enable_indexscan": "off", "enable_bitmapscan": "off"},
    "no table": {"enable_seqscan": "off"},
    "no loop": {"enable_nestloop": "off"},
    "one plan for all": {"plan_cache_mode": "force_generic_plan"},
}


async def _only(pool: Database, expected: Expected, number: int = 1) -> str | None:
    async with pool.work(SCOPE, expected) as work:
        row = await work.only(CASE, case_id=str(UUID(int=number)))
        await work.add(case_timeline, _entry("read"))
        assert work.at_once
    return None if row is None else str(row.case_id)


@pytest.mark.parametrize("plan", PLANS)
async def test_only_question_sees_what_its_scope_sees_under_any_plan(
    pool: Database, database: DatabaseUrls, plan: str
) -> None:
    """The row of its area, and none of another's, however PostgreSQL goes about it; and what is added is written."""
    async with pool.work(Scope(frozenset({ALL_AREAS}), "c")) as work:
        await work.add(cases, _case(1), *(_case(number, "E09000007") for number in range(2, 300)))
    owner = await asyncpg.connect(text_of(database.owner.set(drivername="postgresql")))
    for name, value in PLANS[plan].items():
        await owner.execute(f"ALTER DATABASE {database.app.database} SET {name} = {value}")
    await owner.close()
    await pool.close()

    found = [await _only(pool, Expected(0, 0), number) for number in (1, 2, 1, 2, 1, 2, 1, 2, 1000)]

    read = await _acts(pool)
    await pool.close()
    assert found == [str(UUID(int=1)), None] * 4 + [None]
    assert read == ["read"] * 9


@pytest.mark.parametrize("plan", PLANS)
async def test_rows_of_an_only_question_keep_its_order_under_any_plan(
    pool: Database, database: DatabaseUrls, plan: str
) -> None:
    """The first of its area in the order that is asked for, though they were written in another."""
    async with pool.work(Scope(frozenset({ALL_AREAS}), "c")) as work:
        await work.add(cases, *(_case(number, AREA if number % 2 else "E09000007") for number in range(300, 0, -1)))
    owner = await asyncpg.connect(text_of(database.owner.set(drivername="postgresql")))
    for name, value in PLANS[plan].items():
        await owner.execute(f"ALTER DATABASE {database.app.database} SET {name} = {value}")
    await owner.close()
    await pool.close()

    pages = []
    for _ in range(7):
        async with pool.work(SCOPE, Expected(0, 0)) as work:
            pages.append([row.case_id for row in await work.alone(FIRST, after=str(UUID(int=10)))])
            assert work.at_once

    await pool.close()
    assert pages == [[str(UUID(int=number)) for number in range(11, 61, 2)]] * 7


@pytest.mark.parametrize("plan", PLANS)
async def test_plan_of_an_only_question_opens_before_it_looks(database: DatabaseUrls, plan: str) -> None:
    """Of a loop the outer side comes first: what opens; the rows are in the inner one, behind a filter that waits."""
    connection = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    for name, value in PLANS[plan].items():
        await connection.execute(f"SET {name} = {value}")
    arguments = (str(UUID(int=1)), AREA, "c", "", 0, 0, None, None)
    lines = [row[0] for row in await connection.fetch(f"EXPLAIN {CASE.opened}", *arguments)]
    await connection.close()

    (loop,) = (at for at, line in enumerate(lines) if "Nested Loop" in line)
    (opens,) = (at for at, line in enumerate(lines) if "CTE Scan on opened" in line)
    (waits,) = (at for at, line in enumerate(lines) if "One-Time Filter: opened.so" in line)
    (looks,) = (at for at, line in enumerate(lines) if " on cases" in line and "Scan" in line)
    assert loop < opens < waits < looks


async def test_only_question_leaves_nobodys_areas_behind(pool: Database) -> None:
    """Its transaction is over with it."""
    await _add(pool, _case())
    async with pool.work(SCOPE, NEW) as work:
        await work.only(CASE, case_id=str(UUID(int=1)))
        left = (await work.one(text("SELECT 1"))) and work.at_once

    async with pool.engine.connect() as connection:
        areas = (await connection.execute(text("SELECT current_setting('oocd.areas', true)"))).scalar_one()
    await pool.close()
    assert (left, areas or "") == (False, "")


async def test_only_question_is_not_answered_under_a_law_that_moved_on(pool: Database) -> None:
    """Nor is anything written of it."""
    await _add(pool, _case())

    with pytest.raises(Otherwise):
        await _only(pool, Expected(protocols=1, matrices=0))

    found = await _acts(pool)
    await pool.close()
    assert found == ["act"]


async def test_only_question_that_turns_out_not_to_be_is_followed_by_others(pool: Database) -> None:
    """They begin as ever, and see what was added between."""
    await _add(pool, _case())
    async with pool.work(SCOPE, NEW) as work:
        first = await work.only(CASE, case_id=str(UUID(int=1)))
        await work.add(case_timeline, _entry("between"))
        second = await work.only(CASE, case_id=str(UUID(int=1)))
        seen = [row.act for row in await work.fetch(ACTS)]

    await pool.close()
    assert (first, seen) == (second, ["act", "between"])


async def test_act_that_asks_and_adds_nothing_leaves_the_connection_free(pool: Database) -> None:
    """Nothing is held for it afterwards."""
    async with pool.work(SCOPE, NEW) as work:
        begun = work.at_once

    async with pool.engine.connect() as connection:
        waiting = (await connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))).scalar()
    await pool.close()
    assert (begun, waiting) == (True, 0)


async def test_connection_that_died_is_looked_for_again_by_who_expected_something(
    pool: Database, database: DatabaseUrls
) -> None:
    """At the write and at the first question; the next act has another connection."""
    owner = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    for asks in (False, True):
        async with pool.work(SCOPE) as work:
            row = await work.one(text("SELECT pg_backend_pid() AS pid"))
        assert row is not None
        await owner.execute("SELECT pg_terminate_backend($1, 5000)", row.pid)
        with pytest.raises(Otherwise):
            await (_asking(pool) if asks else _at_once(pool, NEW, _case()))
    await owner.close()

    found = await _acts(pool)
    await pool.close()
    assert found == []
