"""Days that must not be missed: time limits, and the working-day clocks of a referral.

Decides due days from facts. A clock that runs past the published bank holidays has no due day, not a guessed one, and
whoever shows it says so in a warning that names the calendar and its end.
"""

from collections.abc import Iterable
from datetime import date

from app.law import calendar
from app.law.calendar import CalendarExhausted, working_days_after
from app.law.model import Protocol
from app.rules.case import Case
from app.rules.facts import CaseFacts, Circumstance, Unknown, YesNo, listed
from app.rules.findings import Clock, Warn
from app.rules.matter import Matter
from app.rules.time_limits import TimeLimit, time_limit

GREGORIAN = "CALENDAR_DAYS"
WORKING = calendar.NAME


def due_on(start: date, working_days: int) -> date | None:
    """The day on which a working-day clock ends; None beyond the years whose bank holidays are known."""
    try:
        return working_days_after(start, working_days)
    except CalendarExhausted:
        return None


def beyond_the_calendar(clocks: Iterable[Clock]) -> tuple[Warn, ...]:
    """A warning for every clock that runs past the calendar: a day that nobody can name must not look like none."""
    return tuple(Warn(clock.rule, told_beyond(clock.name)) for clock in clocks if clock.due_on is None)


def told_beyond(name: str) -> str:
    """What is said of a clock of that name when it runs past the calendar."""
    return (
        f"The last day of the clock {name} is not known: the bank holidays of the calendar {WORKING} are published "
        f"from {calendar.FIRST_DAY.isoformat()} to {calendar.LAST_DAY.isoformat()} only. Count it by hand."
    )


def knife_referral_due(matter: Matter) -> date | None:
    """The day by which the police refer a child found with a knife: from the report, else from the offence."""
    reported = matter.offence.reported_on
    found = matter.offence.committed_on if isinstance(reported, Unknown) else reported
    return due_on(found, matter.protocol.knife_referral_wd)


def clocks_of(case: Case) -> tuple[Clock, ...]:
    """The clocks that the facts of the case start, each once."""
    found: dict[Clock, None] = {}
    for matter in case.matters:
        if limit := time_limit(matter):
            found |= dict.fromkeys(_limit_clocks(limit, case.protocol))
        if matter.flagged(Circumstance.KNIFE) is YesNo.YES and case.law.in_force("KNF-01"):
            found[Clock("KNF-01", "KNIFE_REFERRAL", knife_referral_due(matter), WORKING)] = None
    return tuple(found)


def _limit_clocks(limit: TimeLimit, protocol: Protocol) -> tuple[Clock, ...]:
    """The limit of a summary-only offence, and the latest safe day for work that is to end before it."""
    safe = limit.less(protocol.safety_days).earliest
    return (
        Clock(limit.rule, "SUMMARY_TIME_LIMIT", limit.earliest, GREGORIAN),
        Clock("TIM-04", "LATEST_SAFE_COMPLETION", safe, GREGORIAN),
    )


def clocks_for_referral(case: Case, referred_on: date, bail_from: date | None = None) -> tuple[Clock, ...]:
    """The clocks that start with a referral: assessment, notification to the police, knife referral, time limits.

    `referred_on` is the day in London on which the police referred; `bail_from` the day from which the notification
    clock runs, the referral's where there is no bail.
    """
    protocol = case.protocol
    return (
        Clock("PRC-03", "ASSESSMENT", due_on(referred_on, protocol.assess_wd), WORKING),
        Clock("PRC-04", "NOTIFICATION", due_on(bail_from or referred_on, protocol.notify_wd), WORKING),
        *clocks_of(case),
    )


def names_a_knife(facts: CaseFacts) -> bool:
    """Whether any offence is flagged as one with a knife."""
    return any(listed(Circumstance.KNIFE, offence.circumstances) is YesNo.YES for offence in facts.offences)
