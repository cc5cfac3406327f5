"""What follows from periods by sum and difference, held against linear algebra."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.statistics.differencing import MOST, Period, TooManyQuestions, layout, stretches

JANUARY, FEBRUARY, MARCH = (Period(date(2026, m, 1), date(2026, m + 1, 1) - timedelta(days=1)) for m in (1, 2, 3))
TO_FEBRUARY, TO_MARCH = Period(JANUARY.first, FEBRUARY.last), Period(JANUARY.first, MARCH.last)
START = date(2026, 1, 1)
DAYS = 6


def implied(new: Period, told: list[Period]) -> list[list[Period]]:
    """Return the stretches that a new period tells, with those before it, as periods."""
    laid = layout(new, told)
    return [
        laid.days(segments) for segments in sorted({one.segments for one in stretches(laid, len(laid.periods) - 1)})
    ]


def test_longer_period_tells_what_it_adds() -> None:
    """January to March, after January to February, tells March."""
    assert implied(TO_MARCH, [TO_FEBRUARY]) == [[MARCH]]


def test_period_around_another_tells_what_is_left() -> None:
    """January to March, after February, tells January and March together."""
    assert implied(TO_MARCH, [FEBRUARY]) == [[JANUARY, MARCH]]


def test_part_of_what_was_told_tells_the_rest_again() -> None:
    """March, after January to March and January to February: what was withheld of the shorter could follow now."""
    assert implied(MARCH, [TO_MARCH, TO_FEBRUARY]) == [[TO_FEBRUARY]]


def test_same_question_is_laid_as_when_it_was_first_asked() -> None:
    """What was asked in between does not count."""
    assert layout(TO_MARCH, [TO_MARCH, TO_FEBRUARY]).periods == (TO_MARCH,)


def test_period_apart_is_laid_alone() -> None:
    """Nothing joins January and March; February does."""
    assert layout(MARCH, [JANUARY]).periods == (MARCH,)
    assert layout(MARCH, [JANUARY, FEBRUARY]).periods == (JANUARY, FEBRUARY, MARCH)


def test_question_that_could_be_combined_in_too_many_ways_is_refused() -> None:
    """One more than are looked through."""
    told = [Period(JANUARY.first, JANUARY.first + timedelta(days=days)) for days in range(MOST + 1)]

    with pytest.raises(TooManyQuestions):
        layout(TO_MARCH, told)


def days_of(period: Period) -> list[int]:
    """Return a period as a vector of days."""
    return [int(period.first <= START + timedelta(days=day) <= period.last) for day in range(DAYS)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)), min_size=1, max_size=5))
def test_whatever_follows_is_found(spans: list[tuple[int, int]]) -> None:
    """Every set of days that is a combination of the periods told, by rank, is one, was found, or is made of such."""
    told = list(
        dict.fromkeys(Period(START + timedelta(days=min(one)), START + timedelta(days=max(one))) for one in spans)
    )
    base = [days_of(one) for one in told]
    rank = np.linalg.matrix_rank(base)
    spanned = {
        days for days in product((0, 1), repeat=DAYS) if any(days) and np.linalg.matrix_rank([*base, days]) == rank
    }
    simple = {days for days in spanned if not any(minus(days, part) in spanned for part in spanned)}

    found = [days for at, one in enumerate(told) for days in implied(one, told[:at])]
    known = {tuple(map(sum, zip(*map(days_of, days), strict=True))) for days in found} | set(map(tuple, base))

    assert simple <= known


def minus(days: tuple[int, ...], part: tuple[int, ...]) -> tuple[int, ...]:
    """Return the days without a part of them; nothing that is a set of days where it is no part."""
    return tuple(one - other for one, other in zip(days, part, strict=True))
