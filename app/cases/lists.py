"""Which cases a view shows. Conditions on rows alone: a view never tells whether the other agency has spoken.

MINE: cases that the caller has worked on and that have not ended. DUE_SOON, OVERDUE: a clock of the case, or the day
of its escalation, is near or past while it waits for a decision. AWAITING_MY_AGENCY: the caller's agency must act.
ESCALATED_TO_MY_GRADE: a disagreement has reached the level at which the caller's grade speaks. A case whose decision
leaves nothing to give, as a charge does, has ended: it is nobody's to act on.

What a list asks is written out once for each shape of it: which filters, which view for which agency, how many. Who
asks, on which day and for what are its parameters.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from app.cases.filters import CaseView
from app.cases.models import case_timeline, cases
from app.cases.states import BEFORE_DECISION, OPEN, OWNERS, CaseStatus, Owner
from app.db.base import written
from app.db.ready import Ready, Values
from app.decisions.models import case_speakers, decisions, escalations, opinions
from app.delivery.words import DELIVERABLE
from app.identity.caller import Agency, Caller

SOON = timedelta(days=7)
_WAITING = BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW}
_TO_SPEAK = frozenset({CaseStatus.PRE_ASSESSED, CaseStatus.ESCALATED})
_JOINT = frozenset(status for status in CaseStatus if OWNERS[status] is Owner.JOINT) - _TO_SPEAK
_SHAPES = 256  # questions that are kept
_SHOWN = select(
    cast(cases.c.case_id, Text).label("case_id"),  # as it is told
    *(cases.c[name] for name in ("area", "route", "status", "level", "received_at", "updated_at", "due_on")),
).order_by(cases.c.case_id)
_FILTERS: dict[str, ColumnElement[bool]] = {
    "area": cases.c.area == bindparam("area"),
    "status": cases.c.status == bindparam("status"),
    "route": cases.c.route == bindparam("route"),
    "updated_since": cases.c.updated_at >= bindparam("updated_since"),
    "due_before": cases.c.due_on < bindparam("due_before"),
    # Asked as a question of its own. PostgreSQL would see that there is less behind one case than behind another, and
    # plan every page anew, which takes longer than reading it.
    "after": cases.c.case_id > select(bindparam("after", type_=Uuid(as_uuid=False))).scalar_subquery(),
}


@dataclass(frozen=True)
class Looking:
    """Who looks, on which day, and at which level of which area the caller's grade speaks."""

    caller: Caller
    today: date
    speaks_at: Collection[tuple[str, int]] = ()


@lru_cache(maxsize=_SHAPES)
def list_question(filters: frozenset[str], view: CaseView | None, agency: Agency | None, limit: int) -> Ready:
    """Return what asks for at most `limit` cases of a view, by these filters, in the order of their receipt.

    How many stands in the text: PostgreSQL plans once for all who ask so, and goes by the index where they are few.
    """
    wanted = (condition(view, agency), *(_FILTERS[name] for name in sorted(filters)))
    return Ready(_SHOWN.where(*wanted).limit(literal_column(str(limit), Integer)))


@lru_cache(maxsize=_SHAPES)
def count_question(view: CaseView, agency: Agency | None) -> Ready:
    """Return what asks how many cases a view shows."""
    return Ready(select(func.count().label("found")).select_from(cases).where(condition(view, agency)))


def condition(view: CaseView | None, agency: Agency | None) -> ColumnElement[bool]:
    """Return the condition on cases that a view puts to somebody of an agency; its parameters are `values_of` it."""
    match view:
        case None:
            return true()
        case CaseView.MINE:
            return _mine()
        case CaseView.DUE_SOON:
            return _due(lambda day: day.between(bindparam("today"), bindparam("soon")))
        case CaseView.OVERDUE:
            return _due(lambda day: day < bindparam("today"))
        case CaseView.AWAITING_MY_AGENCY:
            return _awaiting(agency)
        case CaseView.ESCALATED_TO_MY_GRADE:
            return and_(_in(CaseStatus.ESCALATED), _at_my_level())


def values_of(looking: Looking) -> Values:
    """Return the parameters of every view: who looks, the days that are meant, and where the caller's grade speaks."""
    caller, speaks_at = looking.caller, looking.speaks_at
    return {
        "who": caller.user_name or caller.client_id,
        "person_keys": list(caller.person_keys),
        "today": looking.today,
        "soon": looking.today + SOON,
        "areas": [area for area, _ in speaks_at],
        "levels": [level for _, level in speaks_at],
    }


def _in(*statuses: CaseStatus) -> ColumnElement[bool]:
    """Return the condition that a case is in one of some statuses; by it PostgreSQL knows the index of open cases."""
    return written(cases.c.status, statuses)


def _mine() -> ColumnElement[bool]:
    acted = _has(case_timeline, case_timeline.c.by == bindparam("who"))
    spoke = _has(case_speakers, case_speakers.c.person_key == any_(bindparam("person_keys", type_=ARRAY(Text))))
    return and_(_in(*OPEN), _not_decided_for_good(), or_(acted, spoke))


def _due(within: Callable[[ColumnElement[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
    escalated = _has(
        escalations,
        escalations.c.round == cases.c.round,
        escalations.c.level == cases.c.level,
        within(escalations.c.due_on),
    )
    return and_(_in(*_WAITING), or_(within(cases.c.due_on), and_(_in(CaseStatus.ESCALATED), escalated)))


def _at_my_level() -> ColumnElement[bool]:
    areas, levels = bindparam("areas", type_=ARRAY(Text)), bindparam("levels", type_=ARRAY(Integer))
    mine = func.unnest(areas, levels).table_valued("area", "level").render_derived(name="mine")
    return select(mine.c.level).where(mine.c.area == cases.c.area, mine.c.level == cases.c.level).exists()


def _awaiting(agency: Agency | None) -> ColumnElement[bool]:
    if agency is Agency.CPS:
        return _in(CaseStatus.AWAITING_AUTHORITY)
    if agency not in {Agency.POLICE, Agency.YJS}:
        return false()
    own = {status for status in CaseStatus if OWNERS[status].value == agency}
    still_silent = and_(_in(*_TO_SPEAK), ~_spoken(agency))
    waits = [and_(_in(*own, *_JOINT), _not_decided_for_good()), still_silent]
    if agency is Agency.POLICE:
        # At the last level both have spoken and disagree: the police decide (PRC-09).
        both = and_(_spoken(Agency.POLICE), _spoken(Agency.YJS))
        waits.append(and_(_in(CaseStatus.ESCALATED), both))
    return and_(_in(*OPEN), or_(*waits))


def _not_decided_for_good() -> ColumnElement[bool]:
    to_give = _has(decisions, decisions.c.round == cases.c.round, written(decisions.c.disposal, DELIVERABLE))
    return or_(~_in(CaseStatus.DECIDED), to_give)


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
