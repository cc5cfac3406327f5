"""Whether a child could be offered Turnaround, shown with its certainty. Pure: it informs, and bars nobody.

The criteria up to March 2026 were read (PRC-21); those after it were not (PRC-22), so from then on each answer is
shown as what the old criteria would have said, unverified.
"""

from dataclasses import dataclass
from datetime import date

from app.law.book import Law
from app.law.dates import age_on, months_after
from app.rules.facts import CareStatus, YesNo

READ, NOT_READ = "PRC-21", "PRC-22"
MONTHS = "turnaround_referral_months"
_LOCALLY_LEFT_OUT = frozenset({CareStatus.LOOKED_AFTER, CareStatus.CHILD_PROTECTION})


@dataclass(frozen=True)
class Criterion:
    """One criterion, whether it is met as far as is known, and how certain the criterion itself is."""

    criterion: str
    met: YesNo
    certainty: str
    says: str


def rule_of(law: Law) -> str:
    """Return the rule on Turnaround that is in force on the law's day."""
    return READ if law.in_force(READ) else NOT_READ


def criteria(law: Law, born_on: date, received_on: date, care: CareStatus) -> tuple[Criterion, ...]:
    """Return the criteria as they bear on a child whose case came in on a day; route and admission bar nobody here."""
    certainty = law.rule(rule_of(law)).certainty.value if law.in_force(READ) else "UNVERIFIED"
    told = (
        ("AGE", _age(law, born_on), "The child is of an age at which an offence can be charged, and not yet an adult."),
        ("WITHIN_TIME", _in_time(law, received_on), "The referral to Turnaround follows within the programme's time."),
        ("ONCE_ONLY", YesNo.UNKNOWN, "The child has not had Turnaround before; this service does not record that."),
        ("NOT_LEFT_OUT_LOCALLY", _locally(care), "Some areas leave out children in care or on a protection plan."),
    )
    return tuple(Criterion(name, met, certainty, says) for name, met, says in told)


def _age(law: Law, born_on: date) -> YesNo:
    age = age_on(born_on, law.as_at)
    lowest, adult = law.value("age_of_criminal_responsibility").number, law.value("adult_age").number
    return YesNo.YES if lowest <= age < adult else YesNo.NO


def _in_time(law: Law, received_on: date) -> YesNo:
    months = law.value(MONTHS)
    if not months.in_force:
        return YesNo.UNKNOWN
    return YesNo.YES if law.as_at <= months_after(received_on, months.number) else YesNo.NO


def _locally(care: CareStatus) -> YesNo:
    return YesNo.UNKNOWN if care in _LOCALLY_LEFT_OUT or care is CareStatus.UNKNOWN else YesNo.YES
