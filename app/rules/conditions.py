"""The conditions proposed for a youth conditional caution, held against the law: every fault at once, with its rule.

Decides whether a set of conditions may stand. Does not decide whether a youth conditional caution is right for the
child, and does not say whether a condition is proportionate: people do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.law.book import Law
from app.law.model import DisposalCode, ModeOfTrial, PenaltyCap, Protocol

DAYS_IN_WEEK = 7


class ConditionType(StrEnum):
    """What a condition is for (YCC-11); restrictive ones only support another object (YCC-15)."""

    REHABILITATION = "REHABILITATION"
    REPARATION = "REPARATION"
    PUNITIVE = "PUNITIVE"
    RESTRICTIVE = "RESTRICTIVE"


class Setter(StrEnum):
    """Who sets the conditions."""

    CONSTABLE = "CONSTABLE"
    SERGEANT_OR_ABOVE = "SERGEANT_OR_ABOVE"
    QUALIFIED_OFFICER = "QUALIFIED_OFFICER"
    AUTHORISED_BY_DPP = "AUTHORISED_BY_DPP"
    PROSECUTOR = "PROSECUTOR"
    YJS = "YJS"
    UNKNOWN = "UNKNOWN"


_AUTHORISED = frozenset(
    {Setter.SERGEANT_OR_ABOVE, Setter.QUALIFIED_OFFICER, Setter.AUTHORISED_BY_DPP, Setter.PROSECUTOR}
)


@dataclass(frozen=True)
class Condition:
    """One proposed condition.

    `penalty_pence` is a financial penalty, never compensation to a victim. `attendance_hours` is attendance at a place;
    `rehabilitative` says that it is imposed to rehabilitate, so that the cap does not count it. `why` is a person's
    reason why nothing less would do.
    """

    type: ConditionType
    what: str
    due_on: date | None = None
    penalty_pence: int | None = None
    attendance_hours: int | None = None
    rehabilitative: bool = False
    why: str | None = None


@dataclass(frozen=True)
class Circumstances:
    """What the check must know of the case.

    `age` is the child's on the day the caution is given, `limit_on` the last day for a prosecution (None when there is
    none), `cps_case` whether the decision is the CPS's (YCC-07).
    """

    age: int
    mode_of_trial: ModeOfTrial
    given_on: date
    limit_on: date | None
    cps_case: bool
    set_by: Setter = Setter.UNKNOWN


@dataclass(frozen=True)
class ConditionFault:
    """What is wrong: where in the document, under which rule, and a sentence that says so."""

    pointer: str
    code: str
    rule: str
    message: str


def check_conditions(
    conditions: Sequence[Condition], case: Circumstances, law: Law, protocol: Protocol
) -> tuple[ConditionFault, ...]:
    """Every fault of a proposed set of conditions, in a reader's order; empty when the set may stand."""
    return (
        *_there_are_some(conditions),
        *_kinds(conditions),
        *_penalties(conditions, case, law),
        *_attendance(conditions, law),
        *_dates(conditions, case, protocol),
        *_setter(case),
    )


def _there_are_some(conditions: Sequence[Condition]) -> Iterator[ConditionFault]:
    """YCC-02: the signed document holds the conditions, so there must be one."""
    if not conditions:
        yield ConditionFault("/conditions", "no-conditions", "YCC-02", "There must be at least one condition.")


def _kinds(conditions: Sequence[Condition]) -> Iterator[ConditionFault]:
    """YCC-11 and YCC-15: punishment only where nothing less suffices, restriction only beside another object."""
    kinds = {condition.type for condition in conditions}
    if kinds == {ConditionType.RESTRICTIVE}:
        yield ConditionFault(
            "/conditions", "restrictive-alone", "YCC-15", "A restrictive condition must support another object."
        )
    gentler = kinds & {ConditionType.REHABILITATION, ConditionType.REPARATION}
    for n, condition in enumerate(conditions):
        if condition.type is ConditionType.PUNITIVE and not gentler and not condition.why:
            yield ConditionFault(
                f"/conditions/{n}/why",
                "punitive-unexplained",
                "YCC-11",
                "Say why rehabilitation and reparation do not suffice.",
            )
        if condition.penalty_pence is not None and condition.type is not ConditionType.PUNITIVE:
            yield ConditionFault(
                f"/conditions/{n}/type",
                "penalty-not-punitive",
                "YCC-11",
                "A financial penalty is a punitive condition.",
            )


def _penalties(conditions: Sequence[Condition], case: Circumstances, law: Law) -> Iterator[ConditionFault]:
    """YCC-13 and YCC-14: financial penalties together stay under the cap for the child's age and the mode of trial."""
    charged = [(n, c.penalty_pence) for n, c in enumerate(conditions) if c.penalty_pence is not None]
    if not charged:
        return
    cap = _cap(law.value("ycc_penalty_caps").caps, case)
    if cap is None:
        yield ConditionFault(
            "/conditions", "no-penalty-at-this-age", "AGE-03", "No financial penalty is provided for at this age."
        )
    elif sum(pence for _, pence in charged) > cap.pounds * 100:
        rule = "YCC-14" if cap.ages == _youngest(law) else "YCC-13"
        where = f"/conditions/{charged[0][0]}/penaltyPence" if len(charged) == 1 else "/conditions"
        yield ConditionFault(where, "penalty-above-cap", rule, f"The financial penalty may be at most £{cap.pounds}.")


def _cap(caps: Sequence[PenaltyCap], case: Circumstances) -> PenaltyCap | None:
    """Return the cap for the child's age and the offence's mode of trial, or None outside every age band."""
    for cap in caps:
        if cap.ages[0] <= case.age <= cap.ages[1] and cap.mode_of_trial is case.mode_of_trial:
            return cap
    return None


def _youngest(law: Law) -> tuple[int, int]:
    """Return the younger of the age bands for which caps are set."""
    return min(cap.ages for cap in law.value("ycc_penalty_caps").caps)


def _attendance(conditions: Sequence[Condition], law: Law) -> Iterator[ConditionFault]:
    """YCC-12: attendance that is not imposed to rehabilitate is capped in all."""
    counted = [
        (n, c.attendance_hours)
        for n, c in enumerate(conditions)
        if c.attendance_hours is not None and not c.rehabilitative
    ]
    cap = law.value("ycc_attendance_cap_hours").number
    if sum(hours for _, hours in counted) > cap:
        where = f"/conditions/{counted[0][0]}/attendanceHours" if len(counted) == 1 else "/conditions"
        yield ConditionFault(
            where,
            "attendance-above-cap",
            "YCC-12",
            f"Attendance that is not imposed to rehabilitate may be at most {cap} hours in all.",
        )


def _dates(conditions: Sequence[Condition], case: Circumstances, protocol: Protocol) -> Iterator[ConditionFault]:
    """YCC-16 and YCC-17: each condition ends in time, and early enough to prosecute a summary-only offence."""
    weeks = protocol.plan_weeks[DisposalCode.YOUTH_CONDITIONAL_CAUTION]
    window_ends = case.given_on + timedelta(days=weeks * DAYS_IN_WEEK)
    latest_safe = None if case.limit_on is None else case.limit_on - timedelta(days=protocol.safety_days)
    for n, condition in enumerate(conditions):
        where, due = f"/conditions/{n}/dueOn", condition.due_on
        if due is None:
            yield ConditionFault(where, "due-date-missing", "YCC-16", "Say by when the condition must be completed.")
        elif due < case.given_on:
            yield ConditionFault(
                where, "due-before-given", "YCC-16", "The condition would end before the caution begins."
            )
        elif due > window_ends:
            yield ConditionFault(
                where, "due-after-window", "YCC-16", f"The plan must be completed by {window_ends.isoformat()}."
            )
        if due is not None and latest_safe is not None and due > latest_safe:
            yield ConditionFault(
                where,
                "due-too-late-to-prosecute",
                "YCC-17",
                f"To leave time for a prosecution the condition must be completed by {latest_safe.isoformat()}.",
            )


def _setter(case: Circumstances) -> Iterator[ConditionFault]:
    """YCC-01 and YCC-07: an authorised person or a prosecutor sets the conditions, the prosecutor in a CPS case."""
    if case.set_by is Setter.UNKNOWN:
        return
    if case.set_by not in _AUTHORISED:
        yield ConditionFault(
            "/setBy", "setter-not-authorised", "YCC-01", "An authorised person or a prosecutor must set the conditions."
        )
    elif case.cps_case and case.set_by is not Setter.PROSECUTOR:
        yield ConditionFault("/setBy", "setter-must-be-prosecutor", "YCC-07", "The decision in this case is the CPS's.")
