"""Where a disagreement goes, by when, and who must speak there (CFG-13, PRC-10)."""

from datetime import date

import pytest

from app.decisions.escalation import escalate, grade_needed
from app.law.book import LawBook
from app.law.model import Protocol


@pytest.fixture
def protocol(law_book: LawBook) -> Protocol:
    """Take the example area's protocol, which is the defaults."""
    found = law_book.protocol("E99999901", date(2026, 11, 20))
    assert found is not None
    return found


def test_first_conflict_goes_to_managers_within_two_working_days(protocol: Protocol) -> None:
    """From a Friday, two working days end on Tuesday."""
    escalation = escalate(protocol, 1, date(2026, 11, 20))

    assert escalation is not None
    assert (escalation.level, escalation.due_on) == (2, date(2026, 11, 24))
    assert (escalation.police_grade, escalation.yjs_grade) == ("MANAGER", "MANAGER")


def test_second_conflict_goes_to_seniors_within_five_working_days(protocol: Protocol) -> None:
    """Over Christmas and New Year, bank holidays do not count."""
    escalation = escalate(protocol, 2, date(2026, 12, 23))

    assert escalation is not None
    assert (escalation.level, escalation.due_on) == (3, date(2027, 1, 4))


def test_third_conflict_goes_nowhere(protocol: Protocol) -> None:
    """At the last level somebody decides."""
    assert escalate(protocol, 3, date(2026, 11, 20)) is None


@pytest.mark.parametrize(("level", "grade"), [(1, None), (2, "MANAGER"), (3, "SENIOR")])
def test_grade_follows_level(protocol: Protocol, level: int, grade: str | None) -> None:
    """Anyone speaks at the first level; above it the grade of the level."""
    assert grade_needed(protocol, level, "POLICE") == grade == grade_needed(protocol, level, "YJS")
