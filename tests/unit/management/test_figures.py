"""What the management figures count: one record for each child in each quarter, and nothing twice."""

from dataclasses import replace
from datetime import date

import pytest

from app.law.book import LawBook
from app.law.model import DisposalCode
from app.management.definitions import definitions
from app.management.figures import (
    Decision,
    Delivered,
    first_time_entrants,
    indicator,
    quarter_of,
    serious_violence,
    volumes,
)

KPI = definitions().kpi
ONE = Delivered("a", date(2011, 3, 2), "TRIAGE", date(2026, 5, 4), "COMPLETED")
DECIDED = Decision("POLICE_INVESTIGATION", "YOUTH_CAUTION", 3, "OFFICER", first_time=True, given=True)


def test_most_serious_disposal_of_a_quarter_counts() -> None:
    """A youth caution goes before triage, whichever came later."""
    later = replace(ONE, disposal="YOUTH_CAUTION", starts_on=date(2026, 4, 1))

    assert indicator([ONE, later], KPI).cells == {("YOUTH_CAUTION", "COMPLETED"): 1}


def test_latest_counts_among_equals() -> None:
    """The second triage of a quarter counts, with its own ending."""
    later = replace(ONE, starts_on=date(2026, 6, 30), result="NOT_COMPLETED")

    assert indicator([later, ONE], KPI).cells == {("NON_SUBSTANTIVE", "NOT_COMPLETED"): 1}


def test_each_quarter_and_each_child_has_a_record() -> None:
    """The same child in the next quarter, another child in this one."""
    next_quarter, another = replace(ONE, starts_on=date(2026, 7, 1)), replace(ONE, child="b", result=None)

    table = indicator([ONE, next_quarter, another], KPI)

    assert table.cells == {("NON_SUBSTANTIVE", "COMPLETED"): 2, ("NON_SUBSTANTIVE", "UNDER_WAY"): 1}


@pytest.mark.parametrize(
    ("starts_on", "counted"),
    [(date(2021, 3, 1), 0), (date(2021, 3, 2), 1), (date(2029, 3, 1), 1), (date(2029, 3, 2), 0)],
    ids=["the last day of nine", "the tenth birthday", "the last day of 17", "the eighteenth birthday"],
)
def test_children_of_ten_to_seventeen_are_counted(starts_on: date, counted: int) -> None:
    """By the age on the day on which the intervention starts."""
    assert indicator([replace(ONE, starts_on=starts_on)], KPI).total == counted


@pytest.mark.parametrize("disposal", ["NO_FURTHER_ACTION", "OUTCOME_21", "CHARGE"])
def test_what_is_not_delivered_is_not_in_the_indicator(disposal: str) -> None:
    """It has no category."""
    assert KPI.category_of(disposal) is None


def test_caution_makes_a_first_time_entrant_once_it_is_given() -> None:
    """One that was only decided does not; a charge does at once."""
    undelivered, charge = replace(DECIDED, given=False), replace(DECIDED, disposal="CHARGE", given=False)
    again = replace(DECIDED, first_time=False)

    table = first_time_entrants([DECIDED, undelivered, charge, again])

    assert table.cells == {("YOUTH_CAUTION", "COUNTED"): 1, ("CHARGE", "COUNTED"): 1}


def test_serious_violence_is_a_score_of_five_and_over_by_its_status() -> None:
    """Four is not, and neither is no score at all."""
    rows = [replace(DECIDED, score=score) for score in (4, 5, None)]
    licensed = replace(DECIDED, score=5, score_status="LICENSED")

    table = serious_violence([*rows, licensed], definitions().serious_violence.minimum_score)

    assert table.cells == {("OFFICER", "COUNTED"): 1, ("LICENSED", "COUNTED"): 1}


def test_volumes_are_counted_by_route_and_disposal() -> None:
    """Each decision in one cell."""
    table = volumes([DECIDED, DECIDED, replace(DECIDED, route="COURT", disposal="TRIAGE")])

    assert table.cells == {("POLICE_INVESTIGATION", "YOUTH_CAUTION"): 2, ("COURT", "TRIAGE"): 1}


@pytest.mark.parametrize(
    ("day", "quarter"), [(date(2026, 3, 31), "2026-Q1"), (date(2026, 4, 1), "2026-Q2"), (date(2026, 12, 31), "2026-Q4")]
)
def test_quarters_are_of_the_calendar_year(day: date, quarter: str) -> None:
    """Three months each."""
    assert quarter_of(day) == quarter


def test_definitions_cite_rules_and_know_every_delivered_disposal(law_book: LawBook) -> None:
    """A figure can be looked up, and no delivered disposal is in two categories."""
    what = definitions()
    listed = [disposal for category in what.kpi.categories for disposal in category.disposals]

    assert len(listed) == len(set(listed))
    assert set(DisposalCode) - set(listed) == {"NO_FURTHER_ACTION", "OUTCOME_21", "CHARGE"}
    parts = (what.kpi, what.first_time_entrants, what.serious_violence, what.volumes)
    assert {part.rule for part in parts} <= set(law_book.rules)
