"""Tail probabilities, held against a library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.statistics.tails import chi_square_tail, hypergeometric, normal_tail, poisson_at_most


@given(st.floats(0, 200), st.integers(1, 40))
def test_chi_square_tail_agrees_with_a_library(value: float, degrees: int) -> None:
    """For every whole number of degrees."""
    assert chi_square_tail(value, degrees) == pytest.approx(stats.chi2.sf(value, degrees), abs=1e-12)


@given(st.integers(0, 60), st.floats(0, 90))
def test_poisson_agrees_with_a_library(count: int, mean: float) -> None:
    """The chance of at most so many."""
    assert poisson_at_most(count, mean) == pytest.approx(stats.poisson.cdf(count, mean), abs=1e-10)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(20, 60))
def test_hypergeometric_agrees_with_a_library(drawn: int, marked: int, size: int, population: int) -> None:
    """Also where it is impossible."""
    expected = stats.hypergeom.pmf(drawn, population, marked, size)

    found = hypergeometric(drawn, marked=marked, size=size, population=population)

    assert found == pytest.approx(expected, abs=1e-10)


@given(st.floats(-9, 9))
def test_normal_tail_agrees_with_a_library(value: float) -> None:
    """Both sides of it."""
    assert normal_tail(value) == pytest.approx(2 * stats.norm.sf(abs(value)), abs=1e-12)
