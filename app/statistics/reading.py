"""Reads what is counted, and the periods that were told before. Decides nothing.

A decision is counted by its figures, which are kept beside it (`kept`). Where none are kept that still hold, they are
worked out from the papers of the case, as they would be for the first time, and kept. Names are not selected.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select, text
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
from app.statistics.figures import Figures, figures_of
from app.statistics.models import statistics_told

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def decisions_of(
    work: Work, *, areas: Sequence[str], first: date, last: date, lists: Lists, protocol: Protocol
) -> tuple[list[Decision], dict[str, list[date]]]:
    """Return the decisions of some areas between two London days, and the days of those left out, by reason."""
    left_out: dict[str, list[date]] = {}
    counted: list[Row[Any]] = []
    for row in await kept.standing(work, areas=areas, first=first, last=last):
        if row.status in NOT_COUNTED:
            left_out.setdefault(row.status, []).append(row.decided_on or london_day(row.decided_at))
        else:
            counted.append(row)
    worked_out = await _worked_out(work, [row for row in counted if row.shared is None], areas, first, last)
    return await asyncio.to_thread(_decisions, counted, worked_out, Reckoner(lists, protocol)), left_out


async def _worked_out(
    work: Work, stood: Sequence[Row[Any]], areas: Sequence[str], first: date, last: date
) -> dict[str, Figures]:
    """Return the figures of cases from their papers, and keep them.

    The versions are read before the papers: what changes in between is kept under a version that is over already.
    """
    if not stood:
        return {}
    ids, found = [row.case_id for row in stood], dict[str, Figures]()
    versions = await kept.versions_of(work, ids)
    async for cases in in_batches(work, areas=areas, first=first, last=last, only=ids):
        part = [case.case_id for case in cases]
        forces, known = await kept.forces_of(work, part), await kept.known_by_of(work, part)
        for case in cases:
            found[case.case_id] = figures_of(case, force=forces[case.case_id], known_by=known[case.case_id])
    await kept.keep(work, [row for row in stood if row.case_id in found], versions, found)
    return found


def _decisions(counted: Sequence[Row[Any]], worked_out: Mapping[str, Figures], reckoner: Reckoner) -> list[Decision]:
    """Return decisions with their children; a case that went before its papers were read is none any more."""
    told: Iterator[tuple[str, Any]] = ((row.case_id, worked_out.get(row.case_id, row)) for row in counted)
    found = [(case_id, figures) for case_id, figures in told if figures.shared is not None]
    who = first_cases((case_id, digests_in(figures.known_by)) for case_id, figures in found)
    return [reckoner.decision(who[case_id], figures) for case_id, figures in found]


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
