"""Reads what is counted, and the periods that were told before. Decides nothing.

Names are not selected. Birth dates and identifiers are read for one thing alone, to count a child once; what stands for
the child afterwards is a number that holds for one answer.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app.cases.matching import identifier_keys
from app.cases.models import children, referrals
from app.db.work import Work
from app.identity.call import Call
from app.law.model import Protocol
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import Lists
from app.scrutiny.reading import decided_cases
from app.statistics.decision import NOT_COUNTED, Decision, decision_of
from app.statistics.differencing import Period
from app.statistics.models import statistics_told

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_NO_FORCE = "unknown"


async def decisions_of(
    work: Work, *, areas: Sequence[str], first: date, last: date, lists: Lists, protocol: Protocol
) -> tuple[list[Decision], dict[str, list[date]]]:
    """Return the decisions of some areas between two London days, and the days of those left out, by reason."""
    cases = await decided_cases(work, areas=areas, first=first, last=last)
    counted = [case for case in cases if case.status not in NOT_COUNTED]
    ids = [case.case_id for case in counted]
    who, forces = await _children(work, ids), await _forces(work, ids)
    left_out: dict[str, list[date]] = {}
    for case in cases:
        if case.status in NOT_COUNTED:
            left_out.setdefault(case.status.value, []).append(case.decided_on)
    return [_decision(case, who, forces, lists, protocol) for case in counted], left_out


def _decision(
    case: DecidedCase, who: dict[str, str], forces: dict[str, str], lists: Lists, protocol: Protocol
) -> Decision:
    child, force = who.get(case.case_id, case.case_id), forces.get(case.case_id, _NO_FORCE)
    return decision_of(case, child=child, force=force, lists=lists, protocol=protocol)


async def _children(work: Work, ids: Sequence[str]) -> dict[str, str]:
    """Return for each case the first case of the same child: one that shares an identifier and the birth date."""
    kept = children.c
    rows = await work.many(
        select(kept.case_id, kept.date_of_birth, kept.identifiers).where(kept.case_id.in_(ids)).order_by(kept.case_id)
    )
    seen: dict[tuple[date, tuple[str, str]], str] = {}
    found: dict[str, str] = {}
    for row in rows:
        keys = [(row.date_of_birth, key) for key in identifier_keys(row.identifiers)]
        first = min((seen[key] for key in keys if key in seen), default=row.case_id)
        seen |= dict.fromkeys(keys, first)
        found[row.case_id] = first
    return found


async def _forces(work: Work, ids: Sequence[str]) -> dict[str, str]:
    kept = referrals.c
    rows = await work.many(select(kept.case_id, kept.force).where(kept.case_id.in_(ids)).order_by(kept.received_at))
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
