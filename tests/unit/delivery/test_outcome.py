"""Which outcome code may be recorded, since when, and what the national return calls it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.delivery.national import national_return, row_on
from app.delivery.outcome import Decided, Ended, OutcomeState, police_outcome
from app.delivery.words import Result
from app.law.book import LawBook
from app.law.model import DisposalCode

DECIDED_ON, ENDED_ON = date(2026, 11, 2), date(2026, 11, 20)
LATER = Decided("OUTCOME_22", "22", "ON_COMPLETION", DECIDED_ON)
AT_ONCE = Decided("COMMUNITY_RESOLUTION", "8", "NOW", DECIDED_ON)


def test_code_of_completion_waits_for_it() -> None:
    """Until the activity is completed the crime stays open (O22-05)."""
    outcome = police_outcome(LATER, None)

    assert (outcome.state, outcome.code, outcome.expected) == (OutcomeState.AWAITING_COMPLETION, None, "22")


def test_code_of_completion_is_recorded_on_its_day() -> None:
    """Not on the day of the decision."""
    outcome = police_outcome(LATER, Ended(Result.COMPLETED, ENDED_ON, returned=False))

    assert (outcome.code, outcome.recorded_on) == ("22", ENDED_ON)


@pytest.mark.parametrize("decided", [LATER, AT_ONCE], ids=["later", "at once"])
def test_case_that_is_decided_anew_has_no_outcome(decided: Decided) -> None:
    """Whatever was decided before, the new decision will bring the outcome."""
    outcome = police_outcome(decided, Ended(Result.NOT_COMPLETED, ENDED_ON, returned=True))

    assert (outcome.state, outcome.code, outcome.national) == (OutcomeState.DECIDED_ANEW, None, None)


def test_code_of_a_decision_is_recorded_on_its_day() -> None:
    """A community resolution is recorded when it is decided, completed or not."""
    outcome = police_outcome(AT_ONCE, Ended(Result.NOT_COMPLETED, ENDED_ON, returned=False))

    assert (outcome.code, outcome.recorded_on) == ("8", DECIDED_ON)


@pytest.mark.parametrize(
    ("code", "day", "send"),
    [
        ("22", date(2026, 2, 11), None),
        ("23", date(2026, 2, 12), "Reprimand"),
        ("23", date(2027, 3, 31), "Reprimand"),
        ("23", date(2027, 4, 1), None),
    ],
)
def test_deferred_prosecution_is_returned_by_the_day_of_its_outcome(code: str, day: date, send: str | None) -> None:
    """Under a legacy name until the schema of 2027/28; before and after it, unmapped on purpose."""
    row = row_on(national_return().rows, "DEFERRED_PROSECUTION", code, day)

    assert row is not None
    assert row.send == send


def test_windows_of_the_national_return_leave_no_gap_and_no_overlap() -> None:
    """Each disposal has exactly one row on each day from its first."""
    for disposal in {row.disposal for row in national_return().rows}:
        rows = sorted((row for row in national_return().rows if row.disposal == disposal), key=lambda row: row.from_)

        assert rows[-1].until is None
        for row, following in pairwise(rows):
            assert row.until is not None
            assert following.from_ == row.until + timedelta(days=1)


def test_national_return_cites_rules_that_the_law_book_has(law_book: LawBook) -> None:
    """A row can be looked up."""
    assert {row.rule for row in national_return().rows} <= set(law_book.rules)


def test_national_return_maps_every_disposal_that_is_delivered() -> None:
    """No outcome is silently left out: unmapped is said."""
    told = {row.disposal for row in national_return().rows}

    assert told == set(DisposalCode) - {DisposalCode.NO_FURTHER_ACTION, DisposalCode.OUTCOME_21, DisposalCode.CHARGE}
