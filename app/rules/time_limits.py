"""Time: the limit of summary-only offences, its longer form for domestic abuse, and what still fits before it.

Decides the last day for proceedings. A limit can have two ends while a fact is missing: `earliest` on the reading that
closes first, `latest` on the one that closes last. Deferred work goes by the local safety margin before the limit.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.law.dates import months_after, years_after
from app.law.model import DisposalCode as D
from app.rules.facts import Circumstance, Unknown, YesNo
from app.rules.findings import Answer, Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_applicable, not_met, requirement, unknown

SUMMARY_MONTHS = "summary_time_limit_months"
ABUSE_OFFENCES = "domestic_assault_limit_offences"
ABUSE_CAP_YEARS = "domestic_assault_limit_years"


@dataclass(frozen=True)
class TimeLimit:
    """The last day on which proceedings can begin, on the strictest and on the widest reading of the facts."""

    rule: str
    earliest: date
    latest: date
    saw: tuple[str, ...]

    def allows(self, day: date) -> Answer:
        """Whether `day` is in time; UNKNOWN between the two readings."""
        if day <= self.earliest:
            return Answer.MET
        return Answer.NOT_MET if day > self.latest else Answer.UNKNOWN

    def less(self, days: int) -> "TimeLimit":
        """The same limit with a margin of safety before it."""
        margin = timedelta(days=days)
        return TimeLimit(self.rule, self.earliest - margin, self.latest - margin, self.saw)


def time_limit(matter: Matter) -> TimeLimit | None:
    """The limit of the offence at hand; None where there is none (either-way and indictable offences)."""
    if not matter.in_law.summary_only:
        return None
    abuse = _domestic_abuse(matter)
    plain = _from_offence(matter)
    if abuse is YesNo.NO:
        return plain
    extended = _from_report(matter)
    if abuse is YesNo.YES:
        return extended
    saw = (*plain.saw, *extended.saw)
    return TimeLimit(plain.rule, min(plain.earliest, extended.earliest), max(plain.latest, extended.latest), saw)


def _domestic_abuse(matter: Matter) -> YesNo:
    """Whether the longer limit for common assault in domestic abuse applies."""
    if not matter.law.in_force("TIM-03") or not matter.law.value(ABUSE_OFFENCES).in_force:
        return YesNo.NO
    named = matter.law.value(ABUSE_OFFENCES).value
    if not isinstance(named, tuple) or matter.in_law.key not in named:
        return YesNo.NO
    return matter.flagged(Circumstance.DOMESTIC_ABUSE)


def _from_offence(matter: Matter) -> TimeLimit:
    """Six months from the offence; from its first day on the strict reading, its last on the wide one."""
    months = matter.number(SUMMARY_MONTHS)
    offence = matter.offence
    return TimeLimit(
        "TIM-01",
        months_after(offence.committed_on, months),
        months_after(offence.committed_to, months),
        ("/offence", "/committedOn", "/committedTo"),
    )


def _from_report(matter: Matter) -> TimeLimit:
    """Six months from the report to the police, two years from the offence at most."""
    months, years = matter.number(SUMMARY_MONTHS), matter.number(ABUSE_CAP_YEARS)
    offence, saw = matter.offence, ("/offence", "/committedOn", "/reportedOn", "/circumstances")
    cap = years_after(offence.committed_on, years)
    reported = offence.reported_on
    if isinstance(reported, Unknown):
        return TimeLimit("TIM-03", months_after(offence.committed_on, months), cap, saw)
    end = min(months_after(reported, months), cap)
    return TimeLimit("TIM-03", end, end, saw)


_NO_LIMIT = "No time limit of months: the offence is not summary-only."


@requirement(
    "in_time",
    Effect.EXCLUDES,
    {
        **dict.fromkeys(
            (D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION), "TIM-06"
        ),
        D.CHARGE: "TIM-01",
    },
)
def in_time(matter: Matter) -> Ruling:
    """Proceedings for a summary-only offence can still begin; if they cannot, nothing that rests on them is offered."""
    limit = time_limit(matter)
    if limit is None:
        weapon = matter.in_law.category == "weapons"
        return not_applicable(_NO_LIMIT, "/offence", rule="KNF-11" if weapon else "TIM-02")
    saw = (*limit.saw, "/asAt")
    match limit.allows(matter.as_at):
        case Answer.MET:
            return met(f"Proceedings can begin until {limit.earliest.isoformat()}.", *saw)
        case Answer.NOT_MET:
            return not_met(f"The time limit for proceedings passed on {limit.latest.isoformat()}.", *saw)
        case _:
            return unknown("Whether the time limit has passed turns on a fact that nobody has said.", *saw)


_DEFERRED = dict.fromkeys((D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CONDITIONAL_CAUTION), "TIM-04")


@requirement("time_left", Effect.BLOCKS, _DEFERRED)
def time_left(matter: Matter) -> Ruling:
    """The latest safe day for completion, the local margin before the time limit, has not passed."""
    limit = time_limit(matter)
    if limit is None:
        return not_applicable(_NO_LIMIT, "/offence")
    safe, saw = limit.less(matter.protocol.safety_days), (*limit.saw, "/asAt")
    match safe.allows(matter.as_at):
        case Answer.MET:
            return met(f"The latest safe day for completion is {safe.earliest.isoformat()}.", *saw)
        case Answer.NOT_MET:
            return not_met(f"The latest safe day for completion was {safe.latest.isoformat()}.", *saw)
        case _:
            return unknown("The latest safe day for completion turns on a fact that nobody has said.", *saw)


@requirement("time_for_the_plan", Effect.DISCOURAGES, _DEFERRED, of_disposal=True)
def time_for_the_plan(matter: Matter) -> Ruling:
    """A plan of the local length ends before the latest safe day for completion."""
    limit = time_limit(matter)
    weeks = matter.protocol.plan_weeks.get(matter.disposal.code)
    if limit is None or weeks is None:
        return not_applicable("No time limit presses on the plan.", "/offence")
    ends = matter.as_at + timedelta(weeks=weeks)
    safe, saw = limit.less(matter.protocol.safety_days), (*limit.saw, "/asAt")
    if safe.allows(matter.as_at) is Answer.NOT_MET:
        return not_applicable("The latest safe day has passed, which blocks the option by itself.", *saw)
    match safe.allows(ends):
        case Answer.MET:
            return met(f"A plan of {weeks} weeks ends in time.", *saw)
        case Answer.NOT_MET:
            return not_met(f"A plan of {weeks} weeks would end after the latest safe day for completion.", *saw)
        case _:
            return unknown("Whether the plan ends in time turns on a fact that nobody has said.", *saw)
