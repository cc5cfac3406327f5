"""Comparing within strata: a table with a difference, one whose difference vanishes, and a library."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from app.statistics.agreement import kappa
from app.statistics.disparity import fisher
from app.statistics.intervals import Share
from app.statistics.strata import (
    Stratum,
    breslow_day,
    cochran_mantel_haenszel,
    crude,
    odds_ratio,
    risk_difference,
    risk_ratio,
)

ENGAGED = [Stratum(30, 6, 6, 6), Stratum(16, 12, 5, 13), Stratum(4, 12, 1, 11)]
"""Engaged and triaged, engaged and not, not engaged and triaged, neither: for gravity 2, 3 and 4."""

BERKELEY = [
    Stratum(512, 313, 89, 19),
    Stratum(353, 207, 17, 8),
    Stratum(120, 205, 202, 391),
    Stratum(138, 279, 131, 244),
    Stratum(53, 138, 94, 299),
    Stratum(22, 351, 24, 317),
]
"""Men admitted and refused, women admitted and refused, in six departments (University of California, 1973)."""


def test_strata_of_gravity_give_the_known_odds_ratios() -> None:
    """Each stratum alone, and all thrown together."""
    found = [one.odds_ratio for one in [*ENGAGED, crude(ENGAGED)]]

    assert found == pytest.approx([5.0, 3.4667, 3.6667, 4.1667], abs=5e-4)


def test_pooled_figures_of_engagement_are_the_known_ones() -> None:
    """Odds ratio with limits, risk ratio, risk difference."""
    pooled = odds_ratio(ENGAGED)

    assert pooled is not None
    assert [
        pooled.estimate,
        pooled.lower,
        pooled.upper,
        risk_ratio(ENGAGED),
        risk_difference(ENGAGED),
    ] == pytest.approx([3.964, 1.631, 9.636, 1.907, 0.2745], abs=5e-4)


@pytest.mark.parametrize(
    ("strata", "corrected", "statistic", "p_value"),
    [
        (ENGAGED, False, 9.769, 0.00177),
        (ENGAGED, True, 8.487, 0.00358),
        (BERKELEY, False, 1.525, 0.217),
        (BERKELEY, True, 1.427, 0.232),
    ],
)
def test_test_within_strata_gives_the_known_figures(
    strata: list[Stratum], corrected: bool, statistic: float, p_value: float
) -> None:
    """With continuity correction and without."""
    found = cochran_mantel_haenszel(strata, corrected=corrected)

    assert found is not None
    assert (found.statistic, found.p_value) == (pytest.approx(statistic, abs=6e-4), pytest.approx(p_value, abs=6e-4))


@pytest.mark.parametrize(("strata", "statistic", "p_value"), [(ENGAGED, 0.148, 0.929), (BERKELEY, 18.83, 0.0021)])
def test_breslow_day_gives_the_known_figures(strata: list[Stratum], statistic: float, p_value: float) -> None:
    """One odds ratio fits the strata of gravity, and not the departments."""
    found = breslow_day(strata)

    assert found is not None
    assert (found.statistic, found.p_value) == (pytest.approx(statistic, abs=6e-3), pytest.approx(p_value, abs=5e-4))


def test_difference_that_vanishes_within_strata_is_not_reported() -> None:
    """Berkeley: 1.841 thrown together, 0.905 within departments, with one in its interval."""
    together, pooled = crude(BERKELEY).odds_ratio, odds_ratio(BERKELEY)

    assert pooled is not None
    assert [together, pooled.estimate, pooled.lower, pooled.upper] == pytest.approx(
        [1.841, 0.9047, 0.772, 1.060], abs=6e-4
    )


def test_crude_table_of_engagement_gives_the_known_figures() -> None:
    """Risk ratio and Fisher's p of the 122 children thrown together."""
    whole = crude(ENGAGED)
    engaged, other = Share(whole.a, whole.a + whole.b), Share(whole.c, whole.c + whole.d)

    assert (whole.size, (engaged.rate or 0) / (other.rate or 1), fisher(engaged, other)) == (
        122,
        pytest.approx(2.188, abs=6e-4),
        pytest.approx(0.00054, abs=5e-6),
    )


cells = st.integers(1, 25)


@given(st.lists(st.builds(Stratum, cells, cells, cells, cells), min_size=2, max_size=4))
def test_pooled_figures_agree_with_a_library(strata: list[Stratum]) -> None:
    """Odds ratio with limits, risk ratio, the test of no difference, and that of equal odds."""
    assume(sum((one.a * one.d - one.b * one.c) / one.size for one in strata))  # the library divides by nought there
    library = StratifiedTable([[[one.a, one.b], [one.c, one.d]] for one in strata])

    pooled, plain = odds_ratio(strata), cochran_mantel_haenszel(strata)
    equal = breslow_day(strata)

    assert pooled is not None
    assert plain is not None
    assert equal is not None
    assert [pooled.estimate, pooled.lower, pooled.upper] == pytest.approx(
        [library.oddsratio_pooled, *library.oddsratio_pooled_confint()]
    )
    assert [plain.statistic, risk_ratio(strata)] == pytest.approx(
        [library.test_null_odds().statistic, library.riskratio_pooled]
    )
    assert equal.statistic == pytest.approx(library.test_equal_odds().statistic, abs=1e-6)


@given(st.lists(st.builds(Stratum, *[st.integers(0, 3)] * 4), max_size=4))
def test_figures_are_total(strata: list[Stratum]) -> None:
    """Whatever is nought: a figure or None, never an error."""
    found = [odds_ratio(strata), risk_ratio(strata), risk_difference(strata), breslow_day(strata)]

    assert len([*found, cochran_mantel_haenszel(strata)]) == 5


@pytest.mark.parametrize(("weighted", "expected"), [(False, 0.513), (True, 0.598)])
def test_kappa_gives_the_known_figures(weighted: bool, expected: float) -> None:
    """Two readers, three categories, fifty cases."""
    assert kappa([[20, 5, 1], [4, 9, 3], [0, 2, 6]], weighted=weighted) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("table", [[], [[5]], [[0, 0], [0, 0]], [[7, 0], [0, 0]]])
def test_kappa_of_what_cannot_be_disagreed_about_is_none(table: list[list[float]]) -> None:
    """Nothing scored, one category, or one that everybody chose."""
    assert kappa(table) is None
