"""Counting decisions in tests as the service does, and as if nothing of them had been kept."""

from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import text

from app.advice.evaluate import protocol_of
from app.db.work import Database, Scope
from app.law.book import LawBook
from app.scrutiny.groups import lists_of
from app.statistics import kept, reading
from app.statistics.decision import Decision

ISLINGTON, CAMDEN = "E09000019", "E09000007"
COUNTING = Scope(areas=frozenset({"*"}), client_id="tests", person="*")
YEAR: dict[str, Any] = {"areas": [ISLINGTON], "first": date(2026, 1, 1), "last": date(2026, 12, 31)}
Counted = tuple[list[Decision], dict[str, list[date]]]
_STALE = text("UPDATE decision_figures SET derivation = 0")


class _Undone(Exception):
    """What was done in a transaction is not to last."""


def terms_of(law_book: LawBook, area: str = ISLINGTON) -> dict[str, Any]:
    """Return the lists and the protocol under which an area counts."""
    return {"lists": lists_of(law_book), "protocol": protocol_of(law_book, area, date(2026, 11, 1))}


async def count(pool: Database, **asked: Any) -> Counted:
    """Count as the service does: from kept figures where they hold; what is worked out is kept."""
    async with pool.work(COUNTING) as work:
        return await reading.decisions_of(work, **(YEAR | asked))


async def count_from_papers(pool: Database, **asked: Any) -> Counted:
    """Count as if nothing had been kept, and leave everything as it was."""
    with suppress(_Undone):
        async with pool.work(COUNTING) as work:
            await work.run(_STALE)
            counted = await reading.decisions_of(work, **(YEAR | asked))
            raise _Undone
    return counted


async def held(pool: Database, **asked: Any) -> dict[str, bool]:
    """Return of each case of some areas whether figures of it hold."""
    asked = YEAR | asked
    async with pool.work(COUNTING) as work:
        rows = [row async for part in kept.standing(work, **asked) for row in part]
        return {row.case_id: row.shared is not None for row in rows}
