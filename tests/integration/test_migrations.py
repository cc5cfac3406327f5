"""The migrations: model and database agree, the way down is a way back up, and no way down destroys the audit log."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.launch.urls import DatabaseUrls, connect, text_of

ROOT = Path(__file__).resolve().parents[2]


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
