"""Intervals, held against figures computed elsewhere and against two libraries."""

from math import inf, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from app.statistics.intervals import (
    Interval,
    Method,
    Share,
    byar,
    count_interval,
    exact_poisson,
    katz,
    newcombe,
    poisson_ratio,
    ratio,
    score_ratio,
    wilson,
)


def limits(interval: Interval | None) -> tuple[float, float]:
    """Return the limits of an interval that is there."""
    assert interval is not None
    return interval.lower, interval.upper


@pytest.mark.parametrize(
    ("share", "lower", "upper"),
    [
        (Share(5, 25), 0.0886, 0.3913),
        (Share(81, 528), 0.12518, 0.18664),
        (Share(1108, 9688), 0.1082, 0.1209),
        (Share(138, 168), 0.757, 0.872),
        (Share(11, 33), 0.20, 0.50),
        (Share(14, 40), 0.22, 0.50),
        (Share(17, 20), 0.64, 0.95),
    ],
)
def test_wilson_gives_the_known_limits(share: Share, lower: float, upper: float) -> None:
    """Seven published tallies, and their intervals computed elsewhere."""
    assert limits(wilson(share)) == (pytest.approx(lower, abs=5e-3), pytest.approx(upper, abs=5e-3))


@pytest.mark.parametrize(("share", "digits"), [(Share(5, 25), (0.0886, 0.3913)), (Share(81, 528), (0.12518, 0.18664))])
def test_wilson_gives_every_known_digit(share: Share, digits: tuple[float, float]) -> None:
    """To the last digit given."""
    assert limits(wilson(share)) == (pytest.approx(digits[0], abs=5e-5), pytest.approx(digits[1], abs=5e-5))


@given(whole=st.integers(1, 500), part=st.integers(0, 500))
def test_wilson_agrees_with_a_library(whole: int, part: int) -> None:
    """Whatever the proportion."""
    part = min(part, whole)

    expected = proportion_confint(part, whole, method="wilson")

    assert limits(wilson(Share(part, whole))) == pytest.approx(expected, abs=1e-9)


def test_newcombe_gives_the_known_limits() -> None:
    """56 of 70 against 48 of 80."""
    found = newcombe(Share(56, 70), Share(48, 80))

    assert found is not None
    assert (found.estimate, *limits(found)) == (
        pytest.approx(0.2),
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )


@pytest.mark.parametrize(
    ("one", "other", "estimate", "lower", "upper"),
    [
        (Share(12, 40), Share(9, 60), 2.0, 0.930, 4.303),
        (Share(3, 63), Share(7, 72), 0.490, 0.132, 1.814),
        (Share(22.5, 3870.25), Share(12, 6656.83), 3.225, 1.60, 6.49),
        (Share(3, 1548.1), Share(12, 6656.83), 1.075, 0.30, 3.81),
        (Share(45, 3870.25), Share(24, 6656.83), 3.225, 1.97, 5.28),
        (Share(90, 3870.25), Share(48, 6656.83), 3.225, 2.28, 4.57),
        (Share(13.5, 3870.25), Share(7.2, 6656.83), 3.225, 1.31, 7.96),
        (Share(111, 0.69 * 36718), Share(37, 0.31 * 36718), 1.348, 0.930, 1.954),
    ],
)
def test_katz_gives_the_known_limits(one: Share, other: Share, estimate: float, lower: float, upper: float) -> None:
    """Counts of panels, and what counts would have added to published shares of Islington and Ealing."""
    found = katz(one, other)

    assert found is not None
    assert (found.estimate, *limits(found)) == (
        pytest.approx(estimate, abs=6e-3),
        pytest.approx(lower, abs=6e-3),
        pytest.approx(upper, abs=6e-3),
    )


@pytest.mark.parametrize(
    ("one", "other", "lower", "upper"),
    [
        (Share(12, 40), Share(9, 60), 0.940, 4.258),
        (Share(0, 10), Share(5, 40), 0.000, 2.556),
        (Share(3, 63), Share(7, 72), 0.141, 1.664),
    ],
)
def test_score_gives_the_known_limits(one: Share, other: Share, lower: float, upper: float) -> None:
    """With counts, and with a count of nought where Katz has no answer."""
    assert limits(score_ratio(one, other)) == (pytest.approx(lower, abs=6e-4), pytest.approx(upper, abs=6e-4))


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 40), st.integers(1, 40))
def test_score_agrees_with_a_library(one: int, other: int, spare: int, more: int) -> None:
    """Whatever the two proportions, with nobody at nought."""
    expected = confint_proportions_2indep(one, one + spare, other, other + more, compare="ratio", method="score")

    found = limits(score_ratio(Share(one, one + spare), Share(other, other + more)))

    assert found == pytest.approx(expected, rel=2e-4)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_ratio_is_total(one: int, spare: int, other: int, more: int) -> None:
    """Whatever the counts: no interval, or one that holds its estimate."""
    found = ratio(Share(one, one + spare), Share(other, other + more))

    assert found is None or found.lower <= found.estimate <= found.upper


def test_ratio_over_nought_has_no_upper_limit() -> None:
    """Nobody of the reference had the outcome: the ratio may be as large as it likes."""
    found = ratio(Share(5, 40), Share(0, 10))

    assert found is not None
    assert (found.method, isfinite(found.lower), found.upper) == (Method.SCORE, True, inf)


def test_ratio_of_what_everybody_has_is_not_certain() -> None:
    """The score interval, whose limits have a closed form here; Katz would say exactly one of however few."""
    found = ratio(Share(40, 40), Share(25, 25))

    reach = stats.norm.ppf(0.975) ** 2 * 65 / 64
    assert found is not None
    assert found.method is Method.SCORE
    assert limits(found) == pytest.approx((1 / (1 + reach / 40), 1 + reach / 25))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_ratio_to_what_everybody_has_is_its_inverse(everybody: int, part: int, spare: int) -> None:
    """Whichever of the two is named first."""
    one, other = Share(everybody, everybody), Share(part, part + spare)

    lower, upper = limits(ratio(one, other))

    assert limits(ratio(other, one)) == pytest.approx((1 / upper, 1 / lower), rel=1e-6)


def test_poisson_ratio_gives_the_known_limits() -> None:
    """Youth cautions of 2017/18: Black against White, over the population of 10 to 17."""
    assert limits(poisson_ratio(Share(1108, 4.4), Share(8018, 81.7))) == (
        pytest.approx(2.410, abs=5e-4),
        pytest.approx(2.732, abs=5e-4),
    )


@pytest.mark.parametrize(
    ("found", "lower", "upper"),
    [
        (byar(10), 4.787, 18.391),
        (exact_poisson(10), 4.795, 18.390),
        (exact_poisson(3), 0.619, 8.767),
        (exact_poisson(0), 0.0, 3.689),
    ],
)
def test_counts_give_the_known_limits(found: Interval, lower: float, upper: float) -> None:
    """Byar's and the exact."""
    assert limits(found) == (pytest.approx(lower, abs=5e-4), pytest.approx(upper, abs=5e-4))


def test_byar_gives_the_known_limits_of_a_large_count() -> None:
    """1,108 cautions."""
    assert limits(byar(1108)) == (pytest.approx(1043.7, abs=0.06), pytest.approx(1175.2, abs=0.06))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9, 40, 300])
def test_exact_poisson_agrees_with_a_library(count: int) -> None:
    """Half the chi-square quantiles."""
    lower = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0

    expected = lower, stats.chi2.ppf(0.975, 2 * count + 2) / 2

    assert limits(exact_poisson(count)) == pytest.approx(expected, rel=1e-9)


def test_count_below_ten_is_exact() -> None:
    """Byar begins at ten."""
    assert [count_interval(count).method for count in (0, 9, 10)] == [
        Method.EXACT_POISSON,
        Method.EXACT_POISSON,
        Method.BYAR,
    ]


def test_more_than_the_whole_has_no_interval() -> None:
    """More children dealt with than the published population has: no proportion, and no fault."""
    assert [wilson(Share(11, 10)), newcombe(Share(11, 10), Share(1, 10))] == [None] * 2


def test_nothing_of_nothing_has_no_interval() -> None:
    """None, not a guess."""
    nothing = Share(0, 0)

    assert [wilson(nothing), newcombe(nothing, Share(1, 2)), katz(nothing, nothing), ratio(nothing, nothing)] == [
        None
    ] * 4
