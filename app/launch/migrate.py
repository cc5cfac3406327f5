"""Bringing the schema up to date as the owner of the database.

The server never imports alembic: it calls `upgrade_in_subprocess`, and the process that is started calls `upgrade`.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from app.launch.errors import LaunchError
from app.launch.urls import connect, text_of

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parents[2]


def upgrade_in_subprocess(owner: URL) -> None:
    """Migrate to the newest schema in a process of its own.

    Raises:
        LaunchError: it did not succeed; the schema is as it was.

    """
    run_self_or_fail("migrate", DATABASE_OWNER_URL=text_of(owner))


def is_current_in_subprocess(reader: URL) -> bool:
    """Say whether the schema is the newest, as seen by any role that may read `alembic_version`."""
    return run_self("migrate", "--check", DATABASE_OWNER_URL=text_of(reader)).returncode == 0


def upgrade(owner: URL) -> None:
    """Migrate to the newest schema; for the process that does nothing else.

    Raises:
        LaunchError: the database refused a step; the schema is as it was.

    """
    from alembic import command  # noqa: PLC0415 - not for the server

    try:
        command.upgrade(alembic_config(owner), "head")
    except DBAPIError as error:
        raise LaunchError(f"The migrations were refused by the database: {error.orig}") from None


async def is_current(reader: URL) -> bool:
    """Say whether the database is at the newest revision."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - not for the server

    connection = await connect(reader, "DATABASE_OWNER_URL")
    try:
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        return False
    finally:
        await connection.close()
    return bool(revision == ScriptDirectory.from_config(alembic_config(reader)).get_current_head())


def alembic_config(owner: URL) -> "Config":
    """Say where the migrations are and for which database."""
    from alembic.config import Config  # noqa: PLC0415 - not for the server

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", text_of(owner).replace("%", "%%"))
    return config


def run_self(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m app …` with further environment variables; secrets go that way, never as words."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # Ctrl-C is for the launcher, which then ends this
    )


def run_self_or_fail(*words: str, **environment: str) -> str:
    """Run `python -m app …`; return the last line that it printed, or raise `LaunchError` with its last complaint."""
    done = run_self(*words, **environment)
    if done.returncode:
        fault = _last_line(done.stderr).removeprefix("Error: ")
        raise LaunchError(fault or f"`python -m app {' '.join(words)}` ended with code {done.returncode}")
    return _last_line(done.stdout)


def _last_line(text: str) -> str:
    """Answer the last line that says something."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")
