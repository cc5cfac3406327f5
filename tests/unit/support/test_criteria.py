"""What the criteria of Turnaround say of a child, and how certain they are."""

from datetime import date

import pytest

from app.law.book import LawBook
from app.rules.facts import CareStatus, YesNo
from app.support.criteria import criteria, rule_of

BORN = date(2012, 3, 1)


def answers(book: LawBook, on: date, received: date, care: CareStatus = CareStatus.NONE) -> dict[str, YesNo]:
    """Return the answers by criterion."""
    return {one.criterion: one.met for one in criteria(book.at(on), BORN, received, care)}


@pytest.mark.parametrize(("on", "rule"), [(date(2026, 3, 31), "PRC-21"), (date(2026, 4, 1), "PRC-22")])
def test_rule_changes_after_march_2026(law_book: LawBook, on: date, rule: str) -> None:
    """The criteria that were read end with March 2026."""
    assert rule_of(law_book.at(on)) == rule


@pytest.mark.parametrize(
    ("on", "in_time"),
    [(date(2026, 3, 15), YesNo.YES), (date(2026, 3, 16), YesNo.NO), (date(2026, 4, 1), YesNo.UNKNOWN)],
)
def test_three_months_count_while_they_are_known(law_book: LawBook, on: date, in_time: YesNo) -> None:
    """A case of 15 December: the last day in time, the day after, and the day on which nobody knows."""
    assert answers(law_book, on, date(2025, 12, 15))["WITHIN_TIME"] is in_time


@pytest.mark.parametrize(
    ("on", "of_age"), [(date(2022, 2, 28), YesNo.NO), (date(2022, 3, 1), YesNo.YES), (date(2030, 3, 1), YesNo.NO)]
)
def test_age_runs_from_ten_to_seventeen(law_book: LawBook, on: date, of_age: YesNo) -> None:
    """The tenth birthday is in, the eighteenth is out."""
    assert answers(law_book, on, on)["AGE"] is of_age


@pytest.mark.parametrize(
    ("care", "met"),
    [(CareStatus.NONE, YesNo.YES), (CareStatus.LOOKED_AFTER, YesNo.UNKNOWN), (CareStatus.UNKNOWN, YesNo.UNKNOWN)],
)
def test_care_bars_nobody(law_book: LawBook, care: CareStatus, met: YesNo) -> None:
    """Some areas leave some children out: that is a question, never a no."""
    assert answers(law_book, date(2026, 3, 1), date(2026, 2, 1), care)["NOT_LEFT_OUT_LOCALLY"] is met


@pytest.mark.parametrize(("on", "certainty"), [(date(2026, 3, 1), {"SECONDARY"}), (date(2026, 11, 21), {"UNVERIFIED"})])
def test_certainty_is_that_of_what_was_read(law_book: LawBook, on: date, certainty: set[str]) -> None:
    """What was not read is shown as such."""
    assert {one.certainty for one in criteria(law_book.at(on), BORN, on, CareStatus.NONE)} == certainty
