"""What follows from periods told before, and that an answer then withholds it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics.differencing import Period, TooManyQuestions, follows
from app.statistics.suppression import Counts, suppress

JANUARY, FEBRUARY, MARCH = (Period(date(2026, m, 1), date(2026, m + 1, 1) - timedelta(days=1)) for m in (1, 2, 3))
TO_FEBRUARY, TO_MARCH = Period(JANUARY.first, FEBRUARY.last), Period(JANUARY.first, MARCH.last)


def test_longer_period_tells_what_it_adds() -> None:
    """January to March, after January to February, tells March."""
    assert follows(TO_MARCH, [TO_FEBRUARY]) == [MARCH]


def test_two_differences_tell_what_lies_between() -> None:
    """January to March, then March, tells January to February; with January told it tells February too."""
    assert follows(MARCH, [TO_MARCH, JANUARY]) == [TO_FEBRUARY, FEBRUARY]


def test_same_question_tells_nothing_new() -> None:
    """And what was asked in between does not change its answer."""
    assert follows(TO_MARCH, [TO_MARCH, TO_FEBRUARY]) == []


def test_period_apart_tells_itself_alone() -> None:
    """Nothing joins January and March."""
    assert follows(MARCH, [JANUARY]) == []


def test_question_that_could_be_combined_in_too_many_ways_is_refused() -> None:
    """A hundred ends, asked for one after the other."""
    told = [Period(JANUARY.first, JANUARY.first + timedelta(days=days)) for days in range(100)]

    with pytest.raises(TooManyQuestions):
        follows(Period(JANUARY.first, date(2026, 8, 1)), told)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=6))
def test_whatever_follows_is_found(spans: list[tuple[int, int]]) -> None:
    """After any questions, every pair of ends whose period is a sum of signed periods told was found on the way."""
    start = date(2026, 1, 1)
    told: list[Period] = []
    known: set[Period] = set()
    for one, other in spans:
        new = Period(start + timedelta(days=min(one, other)), start + timedelta(days=max(one, other)))
        known |= {new, *follows(new, told)}
        told.append(new)

    assert known == {period for period in all_periods(start) if in_span(period, told, start)}


def all_periods(start: date) -> list[Period]:
    """Return every period of nine days."""
    return [
        Period(start + timedelta(days=first), start + timedelta(days=last))
        for first in range(9)
        for last in range(first, 9)
    ]


def in_span(period: Period, told: list[Period], start: date) -> bool:
    """Return whether a period is a linear combination of those told, by rank."""
    import numpy as np  # noqa: PLC0415

    def vector(one: Period) -> list[int]:
        return [int(one.first <= start + timedelta(days=day) <= one.last) for day in range(9)]

    base = [vector(one) for one in told]
    return bool(np.linalg.matrix_rank([*base, vector(period)]) == np.linalg.matrix_rank(base))


def test_answer_withholds_what_its_difference_would_tell() -> None:
    """Two cautions of July stay unknown to whoever has asked for June before."""
    groups, outcomes = ("A", "B"), ("CAUTION", "OTHER")
    longer = Counts(
        groups, outcomes, dict(zip([(g, o) for g in groups for o in outcomes], [8, 20, 9, 20], strict=True))
    )
    july = Counts(groups, outcomes, dict(zip([(g, o) for g in groups for o in outcomes], [2, 8, 6, 7], strict=True)))

    hidden = suppress(longer, also=[suppress(july)])

    assert suppress(longer).tells("A", "CAUTION")
    assert not [cell for cell in july.cells if hidden.tells(*cell)]
