"""Erasing a case from the command line, as the owner of the database: the controller's act, and no caller's of the API.

All is done by one function of the database (`oocd_erase`), in one transaction: tombstone, erasure, entry of the log.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import URL

from app.clock import Clock
from app.launch.errors import LaunchError
from app.launch.urls import Connection, connect

NAME = "DATABASE_OWNER_URL"
LONGEST = 200  # characters of a rule, and of a name: neither is the place for what is erased
_ERASE = "SELECT oocd_erase($1, $2, $3, $4)"
_SOURCES = "SELECT client_id, digest FROM erased_sources WHERE case_id = $1"
_BAR = "INSERT INTO erased_sources (client_id, digest, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


class NoSuchCase(LaunchError):
    """No case of that id is there; one that was erased is none."""


async def erase(owner: URL, case: str, *, rule: str, by: str, clock: Clock) -> dict[str, Any]:
    """Erase a case; return what is to be kept of it outside: its tombstone, and how many records of each kind went.

    `rule` is what the controller erases by (a retention schedule, or the Act), `by` who of the controller says so.
    `sources` are the clients and digests by which what was referred is known again.
    `meetingsWithNotes` are the panel meetings whose notes a person is to look at: they tell of other children too.

    Raises:
        NoSuchCase: there is none, or it is erased.
        LaunchError: the role is not the owner's, or the database does not answer.

    """
    case_id, told = _case_id(case), [_line(rule, "--rule"), _line(by, "--by")]
    async with _as_owner(owner) as connection:
        found = await connection.fetchval(_ERASE, case_id, *told, clock.now())
        sources = [list(row.values()) for row in await connection.fetch(_SOURCES, case_id)]
    return {**json.loads(found), "rule": told[0], "by": told[1], "sources": sources}


async def erase_again(owner: URL, kept: Path, clock: Clock) -> AsyncIterator[tuple[str, bool]]:
    """Erase once more what was erased before, as a restored backup needs it; yield each case, and whether it was there.

    `kept` holds what `erase` returned, a JSON object to a line. A file that cannot be read whole erases nothing. Where
    the backup is from before the referral, its source is barred, so that a system that sends again does not bring it.
    """
    for one in _listed(kept):
        try:
            await erase(owner, one.case_id, rule=one.rule, by=one.by, clock=clock)
        except NoSuchCase:
            async with _as_owner(owner) as connection:
                await connection.executemany(_BAR, [(*source, UUID(one.case_id)) for source in one.sources])
            yield one.case_id, False
        else:
            yield one.case_id, True


@asynccontextmanager
async def _as_owner(owner: URL) -> AsyncIterator[Connection]:
    """Open a transaction of the owner; say in one line what goes wrong."""
    connection = await connect(owner, NAME)
    try:
        async with connection.transaction():
            yield connection
    except asyncpg.NoDataFoundError:
        raise NoSuchCase("There is no such case") from None
    except asyncpg.InsufficientPrivilegeError:
        raise LaunchError(f"{NAME}: this role may not erase; the owner of the tables may") from None
    except (asyncpg.UndefinedFunctionError, asyncpg.UndefinedTableError):
        raise LaunchError("The schema is not up to date: run `python -m app migrate`") from None
    finally:
        await connection.close()


@dataclass(frozen=True)
class _Erased:
    """What is kept outside of an erasure: the case, why and by whom it was erased, client and digest of each source."""

    case_id: str
    rule: str
    by: str
    sources: tuple[tuple[str, str], ...]


def _listed(kept: Path) -> list[_Erased]:
    """Return the erasures of a file, a line each; raise for a file in which anything is wrong."""
    try:
        lines = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [
            _Erased(
                str(_case_id(one["caseId"])),
                _line(str(one["rule"]), "rule"),
                _line(str(one["by"]), "by"),
                tuple((str(client), str(digest)) for client, digest in one["sources"]),
            )
            for one in lines
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LaunchError(f"The file is not what `erase` printed: {type(error).__name__}") from None


def _case_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise LaunchError("--case is the id of a case") from None


def _line(text: str, name: str) -> str:
    line = text.strip()
    if not line.isprintable() or not 3 <= len(line) <= LONGEST:  # noqa: PLR2004  (said in the sentence)
        raise LaunchError(f"{name} is a line of 3 to {LONGEST} characters")
    return line
