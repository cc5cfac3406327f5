"""The migrations: model and database agree, the way down is a way back up, and no way down destroys the audit log."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cases.matching import known_by
from app.launch.urls import DatabaseUrls, connect, text_of

ROOT = Path(__file__).resolve().parents[2]

_NUMBERS = [{"scheme": "PNC", "value": "26/ 123456X"}, {"scheme": "NHS", "value": "4857773456"}]
_A_CHILD = f"""
WITH the_case AS (
    INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
    VALUES ('01900000-0000-7000-8000-000000000001', 'E09000019', 'RECEIVED', 'COURT', 1, 1, 1, 1, now(), now())
)
INSERT INTO children (child_id, case_id, area, given_names, family_name, date_of_birth, identifiers)
VALUES (gen_random_uuid(), '01900000-0000-7000-8000-000000000001', 'E09000019', 'Sam', 'Example', '2012-02-03',
        '{json.dumps(_NUMBERS)}')
"""  # noqa: S608 - a test's own words


def _alembic(database: DatabaseUrls, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (our own migrations)
        [sys.executable, "-m", "alembic", *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_OWNER_URL": text_of(database.owner)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_model_and_database_agree(database: DatabaseUrls) -> None:
    """Nothing is in the tables' description that is not in the schema, and nothing the other way round."""
    done = _alembic(database, "check")

    assert done.returncode == 0, done.stdout + done.stderr


def test_migrations_go_down_and_up_again(database: DatabaseUrls) -> None:
    """From the newest schema to nothing, and back."""
    for words in (("downgrade", "base"), ("upgrade", "head"), ("check",)):
        done = _alembic(database, *words)
        assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_one_newest_revision(database: DatabaseUrls) -> None:
    """The migrations are one line, not a fork."""
    assert len(_alembic(database, "heads").stdout.split("\n")) - 1 == 1


def test_children_from_before_are_known_by_their_numbers_too(database: DatabaseUrls) -> None:
    """What was kept before there were rows of numbers is found by them, as people compare them."""

    async def child() -> None:
        connection = await connect(database.owner, "the owner")
        async with connection.transaction():
            await connection.execute("SELECT set_config('oocd.areas', '*', true)")
            await connection.execute(_A_CHILD)
        await connection.close()

    async def keys() -> list[str]:
        connection = await connect(database.owner, "the owner")
        async with connection.transaction():
            await connection.execute("SELECT set_config('oocd.areas', '*', true)")
            rows = await connection.fetch("SELECT key FROM child_identifiers ORDER BY key")
        await connection.close()
        return [row["key"] for row in rows]

    assert _alembic(database, "downgrade", "0032").returncode == 0
    asyncio.run(child())
    done = _alembic(database, "upgrade", "head")

    assert done.returncode == 0, done.stderr
    assert asyncio.run(keys()) == known_by(_NUMBERS) == ["nhs 4857773456", "pnc 26/123456x"]


@pytest.mark.parametrize("target", ["base", "0007", "0029"])
def test_audit_log_is_never_destroyed_on_the_way_down(database: DatabaseUrls, target: str) -> None:
    """With an entry in the log, the way down stops and says why."""

    async def write() -> None:
        connection = await connect(database.app, "the application")
        async with connection.transaction():
            await connection.execute("SELECT set_config('oocd.areas', '*', true)")
            await connection.execute(
                """INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, area, fields,
                                          row_count, request_id, trace_id, route)
                   VALUES (gen_random_uuid(), now(), 'COLLECTION', 'a', 'i', 'c', 'E09000019', '{}',
                           1, 'r', 't', 'GET /')"""
            )
        await connection.close()

    asyncio.run(write())

    done = _alembic(database, "downgrade", target)

    assert done.returncode != 0
    assert "The audit log is not empty" in done.stderr
