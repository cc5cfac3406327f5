"""Which outcome code the police may record, and since when. Pure.

Outcome 22 and 23 are recorded only when the activity is completed; until then the crime stays open (O22-05). A caution
that was never given, and a case that is decided anew, have no outcome yet.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.delivery.national import ReturnRow, national_return, row_on
from app.delivery.words import Result


class OutcomeState(StrEnum):
    """Whether there is an outcome to record."""

    RECORDED = "RECORDED"
    AWAITING_COMPLETION = "AWAITING_COMPLETION"
    DECIDED_ANEW = "DECIDED_ANEW"


@dataclass(frozen=True)
class Decided:
    """What was decided, as far as the outcome turns on it."""

    disposal: str
    outcome_code: str
    when: str
    on: date


@dataclass(frozen=True)
class Ended:
    """How it ended: the result, the day, and whether the case is decided anew."""

    result: Result
    on: date
    returned: bool


@dataclass(frozen=True)
class PoliceOutcome:
    """The outcome for the police system.

    `code` is None until it may be recorded; `expected` is what completion would bring.
    """

    state: OutcomeState
    code: str | None
    expected: str | None
    recorded_on: date | None
    national: ReturnRow | None


def police_outcome(decided: Decided, ended: Ended | None) -> PoliceOutcome:
    """Return the outcome of a decided case."""
    if ended is not None and ended.returned:
        return PoliceOutcome(OutcomeState.DECIDED_ANEW, None, None, None, None)
    if decided.when == "NOW":
        return _recorded(decided, decided.on)
    if ended is None:
        return PoliceOutcome(OutcomeState.AWAITING_COMPLETION, None, decided.outcome_code, None, None)
    return _recorded(decided, ended.on)


def _recorded(decided: Decided, on: date) -> PoliceOutcome:
    row = row_on(national_return().rows, decided.disposal, decided.outcome_code, on)
    return PoliceOutcome(OutcomeState.RECORDED, decided.outcome_code, decided.outcome_code, on, row)
