"""Nobody in a frame stands alone."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scrutiny.anonymity import (
    WITHHELD,
    Coarsening,
    NotReleasableError,
    Quasi,
    QuasiIdentifiers,
    ladder_for,
    release,
)
from app.scrutiny.groups import LADDER

rows = st.builds(
    QuasiIdentifiers,
    age_band=st.sampled_from(["10-13", "14-15", "16-17"]),
    sex=st.sampled_from(["MALE", "MALE", "MALE", "FEMALE"]),
    ethnic_group=st.sampled_from(["WHITE", "WHITE", "BLACK", "BLACK", "MIXED", "ASIAN", "OTHER", "UNKNOWN"]),
    area=st.sampled_from(["E09000019", "E09000007"]),
    quarter=st.sampled_from(["2026-Q1", "2026-Q2"]),
    offence_group=st.sampled_from(["VIOLENCE", "DRUGS", "WEAPONS", "DAMAGE"]),
)


def a_row(**changes: str) -> QuasiIdentifiers:
    """Return a row that is like the others but for the changes."""
    values = {
        "age_band": "14-15",
        "sex": "MALE",
        "ethnic_group": "WHITE",
        "area": "E09000019",
        "quarter": "2026-Q1",
        "offence_group": "VIOLENCE",
    }
    return QuasiIdentifiers(**(values | changes))


@given(population=st.lists(rows, min_size=5, max_size=80), k=st.integers(2, 5))
def test_release_shows_no_row_as_one_of_fewer_than_k(population: list[QuasiIdentifiers], k: int) -> None:
    """Over the whole frame, every way of being shown is shared by at least k cases."""
    shown = release(population, k=k, ladder=LADDER)

    assert min(Counter(shown).values()) >= k


@given(population=st.lists(rows, min_size=5, max_size=80))
def test_release_says_nothing_untrue(population: list[QuasiIdentifiers]) -> None:
    """A value is told as it is unless `coarsened` names it."""
    for row, shown in zip(population, release(population, k=5, ladder=LADDER), strict=True):
        named = {item.field for item in shown.coarsened}
        for field in Quasi:
            assert field in named or getattr(shown.values, field) == getattr(row, field)


def test_release_leaves_rows_alone_that_are_already_many() -> None:
    """Five alike need no coarsening."""
    population = [a_row()] * 5

    assert {shown.coarsened for shown in release(population, k=5, ladder=LADDER)} == {()}


def test_release_gives_up_the_quarter_first() -> None:
    """Rows that differ in the quarter alone lose it and nothing else."""
    population = [a_row(quarter=f"2026-Q{number % 2 + 1}") for number in range(6)]

    shown = release(population, k=5, ladder=LADDER)

    assert set(shown) == {shown[0]}
    assert shown[0].coarsened == (Coarsening(Quasi.QUARTER, WITHHELD),)
    assert shown[0].values.ethnic_group == "WHITE"


def test_release_gives_a_lonely_row_company() -> None:
    """One row unlike five others: all that differs is withheld, for the five as well, so that it hides among them."""
    population = [a_row()] * 5 + [a_row(ethnic_group="ASIAN", sex="FEMALE")]

    shown = release(population, k=5, ladder=LADDER)

    assert Counter(shown).most_common(1)[0][1] == 6
    assert (shown[5].values.ethnic_group, shown[5].values.sex) == (WITHHELD, WITHHELD)


def test_release_takes_no_more_company_than_it_needs() -> None:
    """Of twenty alike, four join the one that stands alone; the others keep all they have."""
    shown = release([a_row()] * 20 + [a_row(sex="FEMALE")], k=5, ladder=LADDER)

    assert sorted(Counter(shown).values()) == [5, 16]
    assert shown[-1].values.sex == WITHHELD


def test_release_refuses_a_frame_smaller_than_k() -> None:
    """Four cases cannot hide one among five."""
    with pytest.raises(NotReleasableError):
        release([a_row()] * 4, k=5, ladder=LADDER)


def test_ladder_gives_up_the_strata_last() -> None:
    """A frame drawn by age keeps the age longest."""
    population = [a_row(), a_row(age_band="16-17", sex="FEMALE", quarter="2026-Q2")]

    order = [step.field for step in ladder_for(LADDER, population=population, kept={Quasi.AGE_BAND})]

    assert order == [Quasi.QUARTER, Quasi.SEX, Quasi.AGE_BAND, Quasi.AGE_BAND]


def test_ladder_does_not_withhold_what_is_the_same_for_all() -> None:
    """In a frame of one area the area is no secret."""
    fields = {step.field for step in ladder_for(LADDER, population=[a_row(), a_row(sex="FEMALE")], kept=())}

    assert fields == {Quasi.SEX}
