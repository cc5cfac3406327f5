"""Nobody in a frame stands alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.seed_cases import Step, all_cases
from app.identity.demo_clients import CAMDEN, ISLINGTON
from app.law.book import LawBook
from app.scrutiny.anonymity import (
    WITHHELD,
    Coarsening,
    NotReleasableError,
    Quasi,
    QuasiIdentifiers,
    ladder_for,
    release,
)
from app.scrutiny.groups import LADDER, age_band, offence_group, quarter

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
    """One row unlike five others: what differs is withheld, for the five as well, so that it hides among them."""
    population = [a_row()] * 5 + [a_row(ethnic_group="ASIAN", sex="FEMALE")]

    shown = release(population, k=5, ladder=LADDER)

    assert set(shown) == {shown[5]}
    assert shown[5].values == a_row(ethnic_group=WITHHELD, sex=WITHHELD)


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

    ladder = ladder_for(LADDER, population=population, kept={Quasi.AGE_BAND})

    others = sum(step.loss for step in ladder if step.field != Quasi.AGE_BAND)
    assert {step.field for step in ladder} == {Quasi.QUARTER, Quasi.SEX, Quasi.AGE_BAND}
    assert min(step.loss for step in ladder if step.field == Quasi.AGE_BAND) > others


def test_ladder_does_not_withhold_what_is_the_same_for_all() -> None:
    """In a frame of one area the area is no secret."""
    fields = {step.field for step in ladder_for(LADDER, population=[a_row(), a_row(sex="FEMALE")], kept=())}

    assert fields == {Quasi.SEX}


@given(population=st.lists(rows, min_size=5, max_size=80), k=st.integers(2, 5))
def test_whatever_is_told_of_a_row_is_true_of_k_in_the_frame(population: list[QuasiIdentifiers], k: int) -> None:
    """A neighbour who knows all six of a child, and looks for the rows that fit, is left with k children at least."""
    for shown in set(release(population, k=k, ladder=LADDER)):
        told = [field for field in Quasi if getattr(shown.values, field) != WITHHELD]
        coarser = {(step.field, step.how): step.coarser for step in LADDER}
        how = {one.field: coarser[one.field, one.how] for one in shown.coarsened}
        fits = [
            row
            for row in population
            if all(how.get(one, str)(getattr(row, one)) == getattr(shown.values, one) for one in told)
        ]
        assert len(fits) >= k


def test_release_keeps_what_tells_more_where_less_would_do() -> None:
    """Rows that are many enough once their areas are withheld keep their age bands."""
    population = [
        a_row(area=("E1", "E2")[number % 2], age_band=("14-15", "16-17")[number // 6]) for number in range(12)
    ]

    shown = release(population, k=5, ladder=LADDER)

    assert {one.values.age_band for one in shown} == {"14-15", "16-17"}
    assert {one.coarsened for one in shown} == {(Coarsening(Quasi.AREA, WITHHELD),)}


def test_release_of_the_demonstration_tells_a_panel_what_it_is_to_look_at(law_book: LawBook) -> None:
    """At k of five, sex, ethnic group and age are told of most children, and something of area and offence."""
    population = list(demonstration(law_book))

    shown = release(population, k=5, ladder=ladder_for(LADDER, population=population, kept=()))

    told = {field: sum(getattr(one.values, field) != WITHHELD for one in shown) / len(shown) for field in Quasi}
    assert min(Counter(shown).values()) >= 5
    assert (told[Quasi.SEX] > 0.85, told[Quasi.ETHNIC_GROUP] > 0.85, told[Quasi.AGE_BAND] > 0.85) == (True, True, True)
    assert (told[Quasi.AREA] > 0.25, told[Quasi.OFFENCE_GROUP] > 0.35) == (True, True)


def demonstration(law_book: LawBook) -> Iterator[QuasiIdentifiers]:
    """Yield the quasi-identifiers of the demonstration's decided cases of two areas."""
    categories = {code: one.category for one in law_book.offences.values() for code in one.cjs_codes}
    for case in all_cases({ISLINGTON: 86, CAMDEN: 76}):
        yield QuasiIdentifiers(
            age_band=age_band(case.age),
            sex="FEMALE" if case.girl else "MALE",
            ethnic_group=case.ethnic_group,
            area=case.area,
            quarter=quarter(case.at(Step.DECISION).date()),
            offence_group=offence_group(categories[case.offence.cjs_code]),
        )
