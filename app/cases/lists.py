"""Which cases a view shows. Conditions on rows alone: a view never tells whether the other agency has spoken.

MINE: cases that the caller has worked on and that have not ended. DUE_SOON, OVERDUE: a clock of the case, or the day
of its escalation, is near or past while it waits for a decision. AWAITING_MY_AGENCY: the caller's agency must act.
ESCALATED_TO_MY_GRADE: a disagreement has reached the level at which the caller's grade speaks. A case whose decision
leaves nothing to give, as a charge does, has ended: it is nobody's to act on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, or_, select, true, tuple_

from app.cases.filters import CaseView
from app.cases.models import case_timeline, cases
from app.cases.states import BEFORE_DECISION, OPEN, OWNERS, CaseStatus, Owner
from app.decisions.models import case_speakers, decisions, escalations, opinions
from app.delivery.words import DELIVERABLE
from app.identity.caller import Agency, Caller

SOON = timedelta(days=7)
_WAITING = BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW}
_TO_SPEAK = frozenset({CaseStatus.PRE_ASSESSED, CaseStatus.ESCALATED})
_JOINT = frozenset(status for status in CaseStatus if OWNERS[status] is Owner.JOINT) - _TO_SPEAK


@dataclass(frozen=True)
class Looking:
    """Who looks, on which day, and at which level of which area the caller's grade speaks."""

    caller: Caller
    today: date
    speaks_at: Collection[tuple[str, int]] = ()


def condition(view: CaseView | None, looking: Looking) -> ColumnElement[bool]:
    """Return the condition on cases that a view puts."""
    match view:
        case None:
            return true()
        case CaseView.MINE:
            return _mine(looking.caller)
        case CaseView.DUE_SOON:
            return _due(looking.today, looking.today + SOON)
        case CaseView.OVERDUE:
            return _due(None, looking.today - timedelta(days=1))
        case CaseView.AWAITING_MY_AGENCY:
            return _awaiting(looking.caller.agency)
        case CaseView.ESCALATED_TO_MY_GRADE:
            at = tuple_(cases.c.area, cases.c.level)
            return and_(cases.c.status == CaseStatus.ESCALATED, at.in_(list(looking.speaks_at)))


def _mine(caller: Caller) -> ColumnElement[bool]:
    who = caller.user_name or caller.client_id
    acted = _has(case_timeline, case_timeline.c.by == who)
    spoke = _has(case_speakers, case_speakers.c.person_key.in_(caller.person_keys))
    return and_(cases.c.status.in_(OPEN), _not_decided_for_good(), or_(acted, spoke))


def _due(since: date | None, until: date) -> ColumnElement[bool]:
    def within(day: ColumnElement[Any]) -> ColumnElement[bool]:
        return day <= until if since is None else day.between(since, until)

    escalated = _has(
        escalations,
        escalations.c.round == cases.c.round,
        escalations.c.level == cases.c.level,
        within(escalations.c.due_on),
    )
    return and_(
        cases.c.status.in_(_WAITING),
        or_(within(cases.c.due_on), and_(cases.c.status == CaseStatus.ESCALATED, escalated)),
    )


def _awaiting(agency: Agency | None) -> ColumnElement[bool]:
    if agency is Agency.CPS:
        return cases.c.status == CaseStatus.AWAITING_AUTHORITY
    if agency not in {Agency.POLICE, Agency.YJS}:
        return false()
    own = {status for status in CaseStatus if OWNERS[status].value == agency}
    still_silent = and_(cases.c.status.in_(_TO_SPEAK), ~_spoken(agency))
    waits = [and_(cases.c.status.in_(own | _JOINT), _not_decided_for_good()), still_silent]
    if agency is Agency.POLICE:
        # At the last level both have spoken and disagree: the police decide (PRC-09).
        both = and_(_spoken(Agency.POLICE), _spoken(Agency.YJS))
        waits.append(and_(cases.c.status == CaseStatus.ESCALATED, both))
    return and_(cases.c.status.in_(OPEN), or_(*waits))


def _not_decided_for_good() -> ColumnElement[bool]:
    to_give = _has(decisions, decisions.c.round == cases.c.round, decisions.c.disposal.in_(DELIVERABLE))
    return or_(cases.c.status != CaseStatus.DECIDED, to_give)


def _spoken(agency: Agency) -> ColumnElement[bool]:
    return _has(
        opinions, opinions.c.round == cases.c.round, opinions.c.level == cases.c.level, opinions.c.agency == agency
    )


def _has(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a case has a row of a table.

    OFFSET lets PostgreSQL ask that of each open case by itself; else it would go through all rows of all cases first.
    """
    of_case = table.c.case_id == cases.c.case_id
    return select(table.c.case_id).where(of_case, *conditions).correlate(cases).offset(0).exists()


ESCALATED_AT = select(cases.c.area, cases.c.level).where(cases.c.status == CaseStatus.ESCALATED).distinct()
"""At which levels of which areas there are disagreements now."""
