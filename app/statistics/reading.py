"""Reads what is counted, and the periods that were told before. Decides nothing.

A decision is counted by its figures, which are kept beside it (`kept`). Where none are kept that still hold, they are
worked out from the papers of the case, as they would be for the first time, and kept. Names are not selected.
"""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.clock import london_day
from app.db.work import Work
from app.identity.call import Call
from app.law.model import Protocol
from app.scrutiny.groups import Lists
from app.scrutiny.reading import in_batches
from app.statistics import kept
from app.statistics.children import digests_in, first_cases
from app.statistics.decision import NOT_COUNTED, Decision, Reckoner
from app.statistics.differencing import Period
from app.statistics.figures import figures_of
from app.statistics.models import statistics_told

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def decisions_of(
    work: Work, *, areas: Sequence[str], first: date, last: date, lists: Lists, protocol: Protocol
) -> tuple[list[Decision], dict[str, list[date]]]:
    """Return the decisions of some areas between two London days, and the days of those left out, by reason."""
    left_out: dict[str, list[date]] = {}
    counted: list[Any] = []
    async for rows in kept.standing(work, areas=areas, first=first, last=last):
        for row in rows:
            if row.status in NOT_COUNTED:
                left_out.setdefault(row.status, []).append(row.decided_on or london_day(row.decided_at))
            else:
                counted.append(row)
    if missing := [row for row in counted if row.shared is None]:
        worked_out = await _worked_out(work, missing, areas, first, last)
        told = [row if row.shared is not None else worked_out.get(row.case_id) for row in counted]
        counted = [row for row in told if row is not None]  # without a case that went before its papers were read
    return await asyncio.to_thread(_decisions, counted, Reckoner(lists, protocol)), left_out


async def _worked_out(
    work: Work, missing: Sequence[Any], areas: Sequence[str], first: date, last: date
) -> dict[str, Any]:
    """Return by case the rows without figures, with those that its papers say, and keep them.

    The versions are read before the papers: what changes in between is kept under a version that is over already.
    """
    found, stood = dict[str, Any](), {row.case_id: row for row in missing}
    versions = await kept.versions_of(work, stood)
    async for cases in in_batches(work, areas=areas, first=first, last=last, only=stood):
        part = [case.case_id for case in cases]
        forces, known = await kept.forces_of(work, part), await kept.known_by_of(work, part)
        for case in cases:
            figures = figures_of(case, force=forces[case.case_id], known_by=known[case.case_id])
            found[case.case_id] = stood[case.case_id]._replace(**figures._asdict())
    await kept.keep(work, list(found.values()), versions)
    return found


def _decisions(rows: Sequence[Any], reckoner: Reckoner) -> list[Decision]:
    """Return the decisions of rows with figures, each with the first case of its child."""
    who = first_cases((row.case_id, digests_in(row.known_by)) for row in rows)
    return [reckoner.decision(who[row.case_id], row) for row in rows]


async def told_before(call: Call, area: str) -> list[Period]:
    """Return the periods that the caller's client was told of an area, in that order; hold them until the call ends."""
    told = statistics_told.c
    await call.work.run(_HOLD, {"name": f"statistics\x1f{call.caller.client_id}\x1f{area}"})
    rows = await call.work.many(
        select(statistics_told)
        .where(told.client_id == call.caller.client_id, told.area == area)
        .order_by(told.told_at, told.first_day, told.last_day)
    )
    return [Period(row.first_day, row.last_day) for row in rows]


async def tell(call: Call, area: str, period: Period) -> None:
    """Note that a period was told; once is enough."""
    row = {"first_day": period.first, "last_day": period.last, "told_at": call.clock.now()}
    mine = {"client_id": call.caller.client_id, "area": area}
    await call.work.run(insert(statistics_told).on_conflict_do_nothing(), mine | row)
