"""The groups in which children and offences are shown."""

from __future__ import annotations

from datetime import date

import pytest

from app.law.book import LawBook
from app.scrutiny import groups


@pytest.mark.parametrize(
    ("scheme", "code", "expected"),
    [
        ("SDE_16_1", "O1", "ASIAN"),
        ("SDE_18_1", "O1", "UNKNOWN"),
        ("SDE_18_1", "A4", "ASIAN"),
        ("SDE_16_1", "A4", "UNKNOWN"),
        ("SDE_18_1", "W3", "WHITE"),
        ("SDE_16_1", "W3", "UNKNOWN"),
        ("CENSUS_2021", "W4", "WHITE"),
        ("SDE_18_1", "M2", "MIXED"),
        ("SDE_18_1", "B1", "BLACK"),
        ("SDE_18_1", "O2", "OTHER"),
        ("SDE_18_1", "NS", "UNKNOWN"),
        ("PNC_6_1", "3", "UNKNOWN"),
        ("SDE_18_1", "", "UNKNOWN"),
    ],
)
def test_ethnic_group_is_read_by_its_code_list(law_book: LawBook, scheme: str, code: str, expected: str) -> None:
    """One code means different things in different lists, and a code that is not in its list means nothing."""
    assert groups.lists_of(law_book).ethnic_groups.get((scheme, code), "UNKNOWN") == expected


@pytest.mark.parametrize(
    ("age", "band"),
    [(9, "UNKNOWN"), (10, "10-13"), (13, "10-13"), (14, "14-15"), (15, "14-15"), (16, "16-17"), (18, "UNKNOWN")],
)
def test_age_band_changes_at_its_edges(age: int, band: str) -> None:
    """Ten to thirteen, fourteen and fifteen, sixteen and seventeen."""
    assert groups.age_band(age) == band


@pytest.mark.parametrize(("month", "expected"), [(1, "2026-Q1"), (3, "2026-Q1"), (4, "2026-Q2"), (12, "2026-Q4")])
def test_quarter_changes_with_its_month(month: int, expected: str) -> None:
    """Calendar quarters."""
    assert groups.quarter(date(2026, month, 1)) == expected


def test_offence_groups_nest() -> None:
    """A group belongs to one of three; a category nobody listed is OTHER."""
    assert groups.three_offence_groups(groups.offence_group("robbery")) == "AGAINST_A_PERSON"
    assert groups.three_offence_groups(groups.offence_group("vehicle")) == "AGAINST_PROPERTY"
    assert groups.three_offence_groups(groups.offence_group("not listed")) == "NEITHER_PERSON_NOR_PROPERTY"


def test_every_category_of_offence_has_a_group(law_book: LawBook) -> None:
    """No category of the list of offences falls under OTHER for having been forgotten."""
    categories = set(groups.lists_of(law_book).categories.values())

    assert categories <= groups.GROUPED_CATEGORIES
