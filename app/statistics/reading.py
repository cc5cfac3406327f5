"""Reads what is counted, and the periods that were told before. Decides nothing.

Names are not selected. Birth dates and identifiers are read for one thing alone, to count a child once; what stands for
the child afterwards is a number that holds for one answer.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.cases.matching import identifier_keys
from app.cases.models import children, referrals
from app.db.base import among
from app.db.work import Work
from app.identity.call import Call
from app.law.model import Protocol
from app.scrutiny.groups import Lists
from app.scrutiny.reading import in_batches
from app.statistics.decision import NOT_COUNTED, Decision, decision_of
from app.statistics.differencing import Period
from app.statistics.models import statistics_told

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_NO_FORCE = "unknown"


async def decisions_of(
    work: Work, *, areas: Sequence[str], first: date, last: date, lists: Lists, protocol: Protocol
) -> tuple[list[Decision], dict[str, list[date]]]:
    """Return the decisions of some areas between two London days, and the days of those left out, by reason."""
    found: list[tuple[str, Decision]] = []
    left_out: dict[str, list[date]] = {}
    async for cases in in_batches(work, areas=areas, first=first, last=last):
        counted = [case for case in cases if case.status not in NOT_COUNTED]
        forces = await forces_of(work, [case.case_id for case in counted])
        for case in counted:
            force = forces.get(case.case_id, _NO_FORCE)
            one = decision_of(case, child=case.case_id, force=force, lists=lists, protocol=protocol)
            found.append((case.case_id, one))
        for case in cases:
            if case.status in NOT_COUNTED:
                left_out.setdefault(case.status.value, []).append(case.decided_on)
    who = await children_of(work, [case_id for case_id, _ in found])
    return [replace(one, child=who.get(case_id, case_id)) for case_id, one in found], left_out


async def children_of(work: Work, ids: Collection[str]) -> dict[str, str]:
    """Return for each case the first case of the same child, of those asked for."""
    kept = children.c
    rows = await work.many(
        select(kept.case_id, kept.date_of_birth, kept.identifiers)
        .where(among(kept.case_id, ids))
        .order_by(kept.case_id)
    )
    return first_cases(
        (row.case_id, [(row.date_of_birth, key) for key in identifier_keys(row.identifiers)]) for row in rows
    )


def first_cases(known_by: Iterable[tuple[str, Collection[Hashable]]]) -> dict[str, str]:
    """Return for each case, told with what its child is known by, the first case of the same child.

    Two cases are one child's if they share anything, or if others between them do: whoever was known by one number,
    then by another, and once by both, is one child.
    """
    before: dict[str, str] = {}
    seen: dict[Hashable, str] = {}

    def first(case: str) -> str:
        while before[case] != case:
            before[case] = case = before[before[case]]
        return case

    for case, keys in known_by:
        before[case] = case
        shared = {first(seen[key]) for key in keys if key in seen}
        earliest = min(shared, default=case)
        before |= dict.fromkeys({*shared, case}, earliest)
        seen |= dict.fromkeys(keys, earliest)
    return {case: first(case) for case in before}


async def forces_of(work: Work, ids: Collection[str]) -> dict[str, str]:
    """Return for each case the force that referred it."""
    kept = referrals.c
    rows = await work.many(select(kept.case_id, kept.force).where(among(kept.case_id, ids)).order_by(kept.received_at))
    return {row.case_id: row.force for row in rows}


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
