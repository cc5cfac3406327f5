"""The traps of row-level security, each tried: what the database lets through must not rest on anybody's memory."""

import re
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from app.db.role import UnsafeRole, refuse_unsafe_role
from app.db.work import Database, Scope, connect
from app.launch.embedded import EmbeddedServer
from app.launch.urls import Connection, DatabaseUrls, text_of
from app.launch.urls import connect as connect_as

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
OWN, FOREIGN = "E09000019", "E09000007"
CASE = """INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level,
                             received_at, updated_at)
          VALUES (gen_random_uuid(), $1, 'RECEIVED', 'COURT', 1, 1, 1, 1, now(), now())"""
COUNT = text("SELECT count(*) FROM cases")


async def _see(connection: Connection, areas: str, *, local: bool = True) -> None:
    await connection.execute("SELECT set_config('oocd.areas', $1, $2)", areas, local)


@pytest.fixture
async def seeded(database: DatabaseUrls) -> DatabaseUrls:
    """Hold a case of each of two areas."""
    connection = await connect_as(database.app, "the application")
    async with connection.transaction():
        await _see(connection, f"{OWN},{FOREIGN}")
        await connection.execute(CASE, OWN)
        await connection.execute(CASE, FOREIGN)
    await connection.close()
    return database


async def _count(pool: Database, *areas: str) -> int:
    async with pool.work(Scope(frozenset(areas), "c")) as work:
        row = await work.one(COUNT)
    assert row is not None
    return int(row[0])


async def test_owner_of_the_tables_sees_nothing_without_an_area(seeded: DatabaseUrls) -> None:
    """Row-level security is forced, so it binds the owner too."""
    connection = await connect_as(seeded.owner, "the owner")

    seen = await connection.fetchval("SELECT count(*) FROM cases")

    await connection.close()
    assert seen == 0


async def test_caller_without_areas_sees_nothing(seeded: DatabaseUrls) -> None:
    """An empty list is not every area; nor is an area that looks like a pattern."""
    pool = connect(text_of(seeded.app), pool_size=1, pool_timeout=5)

    seen = [await _count(pool), await _count(pool, "%"), await _count(pool, "E0900001_"), await _count(pool, OWN)]

    await pool.close()
    assert seen == [0, 0, 0, 1]


async def test_area_is_gone_with_its_transaction(seeded: DatabaseUrls) -> None:
    """On one pooled connection, what follows a request sees nothing of what the request saw."""
    pool = connect(text_of(seeded.app), pool_size=1, pool_timeout=5)
    during = await _count(pool, OWN, FOREIGN)

    async with pool.engine.connect() as connection:
        after = (await connection.execute(COUNT)).scalar()

    await pool.close()
    assert (during, after) == (2, 0)


async def test_area_is_gone_after_a_failure(seeded: DatabaseUrls) -> None:
    """A request that breaks leaves nothing set either."""
    pool = connect(text_of(seeded.app), pool_size=1, pool_timeout=5)
    with pytest.raises(RuntimeError):
        async with pool.work(Scope(frozenset({"*"}), "c")):
            raise RuntimeError

    async with pool.engine.connect() as connection:
        after = (await connection.execute(COUNT)).scalar()

    await pool.close()
    assert after == 0


async def test_setting_that_outlived_its_transaction_is_overruled(seeded: DatabaseUrls) -> None:
    """Were a connection ever left with every area set, the next request still sees its own alone."""
    pool = connect(text_of(seeded.app), pool_size=1, pool_timeout=5)
    async with pool.engine.begin() as connection:
        await connection.execute(text("SELECT set_config('oocd.areas', '*', false)"))

    seen = await _count(pool, OWN)

    await pool.close()
    assert seen == 1


async def test_widened_view_ends_with_its_block(seeded: DatabaseUrls) -> None:
    """What counts all rows shows none of them afterwards."""
    pool = connect(text_of(seeded.app), pool_size=1, pool_timeout=5)
    async with pool.work(Scope(frozenset({OWN}), "c")) as work:
        async with work.widened():
            inside = await work.one(COUNT)
        after = await work.one(COUNT)

    await pool.close()
    assert (inside, after) == ((2,), (1,))


async def test_row_cannot_be_written_or_moved_into_a_foreign_area(seeded: DatabaseUrls) -> None:
    """The policy checks what is written, not only what is read."""
    connection = await connect_as(seeded.app, "the application")
    await _see(connection, OWN, local=False)
    for statement in (CASE, "UPDATE cases SET area = $1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement, FOREIGN)

    await connection.close()


async def test_no_view_sees_around_the_policies(database: DatabaseUrls) -> None:
    """A view that belongs to the owner would, unless it asks in the caller's name."""
    connection = await connect_as(database.owner, "the owner")

    views = await connection.fetch(
        """SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
              AND NOT coalesce(reloptions @> '{security_invoker=true}', false)"""
    )

    await connection.close()
    assert views == []


async def test_no_function_runs_with_its_owners_rights(database: DatabaseUrls) -> None:
    """Unless it pins the path on which it finds its names, and nobody but the application may call it."""
    connection = await connect_as(database.owner, "the owner")

    loose = await connection.fetch(
        """SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
              AND (NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%', false)
                   OR has_function_privilege('public', oid, 'EXECUTE'))"""
    )

    await connection.close()
    assert [row["proname"] for row in loose] == []


async def test_uniqueness_tells_nobody_of_foreign_rows(database: DatabaseUrls) -> None:
    """Every unique key of a table by area holds an id of ours, a case, or a client; none is shared by areas."""
    connection = await connect_as(database.owner, "the owner")

    keys = await connection.fetch(
        """SELECT c.relname AS table, i.indexrelid::regclass::text AS key,
                  array_agg(a.attname::text ORDER BY a.attnum) AS columns
             FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
            WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace
              AND EXISTS (SELECT FROM pg_attribute p WHERE p.attrelid = c.oid AND p.attname = 'area')
            GROUP BY 1, 2"""
    )

    await connection.close()
    own = ("_id", "area", "entry")
    shared = [row["key"] for row in keys if not any(column.endswith(own) for column in row["columns"])]
    assert len(keys) > 20
    assert shared == []


async def test_service_does_not_start_as_superuser_or_owner(server: EmbeddedServer, database: DatabaseUrls) -> None:
    """Neither is bound by row-level security as the application is."""
    for url in (server.url(database=database.app.database), database.owner):
        pool = connect(text_of(url), pool_size=1, pool_timeout=5)
        with pytest.raises(UnsafeRole):
            await refuse_unsafe_role(pool)
        await pool.close()


async def test_service_does_not_start_as_a_role_that_bypasses(server: EmbeddedServer, database: DatabaseUrls) -> None:
    """`BYPASSRLS` alone is enough to see everything, without owning anything."""
    name = f"bypasses_{database.app.database}"
    superuser = await connect_as(server.url(), "the server")
    await superuser.execute(f"CREATE ROLE {name} LOGIN BYPASSRLS")
    try:
        pool = connect(text_of(database.app.set(username=name)), pool_size=1, pool_timeout=5)
        with pytest.raises(UnsafeRole, match="bypasses"):
            await refuse_unsafe_role(pool)
        await pool.close()
    finally:
        await superuser.execute(f"DROP ROLE {name}")
        await superuser.close()


async def test_case_moved_to_a_foreign_area_takes_nothing_of_another_along(seeded: DatabaseUrls) -> None:
    """An UPDATE without a WHERE touches what the transaction sees, and no row beside it."""
    connection = await connect_as(seeded.app, "the application")
    async with connection.transaction():
        await _see(connection, OWN)
        touched = await connection.execute("UPDATE cases SET version = version + 1")

    await connection.close()
    assert touched == "UPDATE 1"


def test_nothing_is_set_for_longer_than_a_transaction() -> None:
    """No statement of the service sets anything for a whole session, which the next request would inherit."""
    sources = {place: place.read_text(encoding="utf-8") for place in (ROOT / "app").rglob("*.py")}

    lasting = [
        str(place)
        for place, source in sources.items()
        if re.search(r"(?i)\bset\s+session\b|[\"\x27]\s*set\s+oocd\.|set_config\([^)]*,\s*false", source)
    ]

    assert len(sources) > 150
    assert lasting == []
