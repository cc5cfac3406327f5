"""Erasing a case from the command line, as the owner of the database: the controller's act, and no caller's of the API.

All is done by one function of the database (`oocd_erase`), in one transaction: tombstone, erasure, entry of the log.
"""

import json
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import URL

from app.clock import Clock
from app.launch.errors import LaunchError
from app.launch.urls import connect

NAME = "DATABASE_OWNER_URL"
LONGEST = 200  # characters of a rule, and of a name: neither is the place for what is erased
_ERASE = "SELECT oocd_erase($1, $2, $3, $4)"


async def erase(owner: URL, case: str, *, rule: str, by: str, clock: Clock) -> dict[str, Any]:
    """Erase a case; return its tombstone's id, and how many records of each kind went.

    `rule` is what the controller erases by (a retention schedule, or the Act), `by` who of the controller says so.
    `meetingsWithNotes` are the panel meetings whose notes a person is to look at: they tell of other children too.

    Raises:
        LaunchError: there is no such case, the role is not the owner's, or the database does not answer.

    """
    case_id, told = _case_id(case), [_line(rule, "--rule"), _line(by, "--by")]
    connection = await connect(owner, NAME)
    try:
        found = await connection.fetchval(_ERASE, case_id, *told, clock.now())
    except asyncpg.NoDataFoundError:
        raise LaunchError("There is no such case") from None
    except asyncpg.InsufficientPrivilegeError:
        raise LaunchError(f"{NAME}: this role may not erase; the owner of the tables may") from None
    except asyncpg.UndefinedFunctionError:
        raise LaunchError("The schema is not up to date: run `python -m app migrate`") from None
    finally:
        await connection.close()
    answer: dict[str, Any] = json.loads(found)
    return answer


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
