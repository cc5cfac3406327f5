"""Comparing groups: the published table of Islington from its shares, national counts, bounds and thresholds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.statistics.disparity import (
    against_the_rest,
    benjamini_hochberg,
    disproportionality_ratio,
    fisher,
    four_fifths,
    relative_rate_index,
    rounding_bounds,
    unknown_bounds,
    unknown_bounds_of_stage,
)
from app.statistics.intervals import Share

ISLINGTON = {
    "ASIAN": Share(6, 10),
    "BLACK": Share(45, 25),
    "MIXED": Share(20, 14),
    "CHINESE_OR_OTHER": Share(5, 9),
    "WHITE": Share(24, 43),
}
WHITE = ISLINGTON["WHITE"]
CAUTIONS = {"WHITE": Share(8018, 81.7), "BLACK": Share(1108, 4.4)}


@pytest.mark.parametrize(
    ("group", "gap", "dr", "rri", "rest"),
    [
        ("ASIAN", -4, 0.600, 1.075, 0.581),
        ("BLACK", 20, 1.800, 3.225, 2.487),
        ("MIXED", 6, 1.429, 2.560, 1.554),
        ("CHINESE_OR_OTHER", -4, 0.556, 0.995, 0.538),
        ("WHITE", -19, 0.558, 1.0, 0.426),
    ],
)
def test_islington_table_is_reproduced(group: str, gap: int, dr: float, rri: float, rest: float) -> None:
    """Percentage-point gap, disproportionality ratio, relative rate index, and ratio to the rest, of every group."""
    share = ISLINGTON[group]
    others = relative_rate_index(share, the_rest(group))

    ratio, index = disproportionality_ratio(share.part, share.whole), relative_rate_index(share, WHITE)

    assert (share.part - share.whole, ratio, index, others) == (
        gap,
        pytest.approx(dr, abs=6e-4),
        pytest.approx(rri, abs=6e-4),
        pytest.approx(rest, abs=6e-4),
    )


def the_rest(group: str) -> Share:
    """Return all other groups together, of per cents as the plan prints them (they sum to 101)."""
    others = [share for name, share in ISLINGTON.items() if name != group]
    return Share(sum(one.part for one in others), sum(one.whole for one in others))


@pytest.mark.parametrize(
    ("group", "lower", "upper"),
    [("ASIAN", 0.91, 1.27), ("BLACK", 3.03, 3.44), ("MIXED", 2.33, 2.81), ("CHINESE_OR_OTHER", 0.82, 1.20)],
)
def test_islington_rounding_bounds_are_reproduced(group: str, lower: float, upper: float) -> None:
    """If each per cent was rounded by up to a half."""
    bounds = rounding_bounds(ISLINGTON[group], WHITE)

    assert bounds is not None
    assert (bounds.lower, bounds.upper) == (pytest.approx(lower, abs=6e-3), pytest.approx(upper, abs=6e-3))


@pytest.mark.parametrize(
    ("one", "reference", "dr", "rri"),
    [
        (Share(65, 39), WHITE, 1.667, 2.986),
        (Share(76, 57), WHITE, 1.333, 2.389),
        (Share(76, 58), WHITE, 1.310, 2.348),
        (Share(68, 57), Share(32, 43), 1.193, 1.603),
        (Share(75, 69), Share(25, 31), 1.087, 1.348),
        (Share(52, 1), Share(13, 1), 52.0, 4.0),
    ],
)
def test_published_shares_give_the_known_indices(one: Share, reference: Share, dr: float, rri: float) -> None:
    """Groups together, two inspections, and looked-after children."""
    found = disproportionality_ratio(one.part, one.whole), relative_rate_index(one, reference)

    assert found == (pytest.approx(dr, abs=6e-4), pytest.approx(rri, abs=6e-4))


@pytest.mark.parametrize(("outcome", "dr"), [(82, 2.103), (80, 2.051)])
def test_remand_and_sentence_shares_give_the_known_ratio(outcome: int, dr: float) -> None:
    """Black and Mixed children on remand and sentenced, of 39 per cent of the population."""
    assert disproportionality_ratio(outcome, 39) == pytest.approx(dr, abs=6e-4)


def test_under_represented_group_can_be_at_parity() -> None:
    """Asian children look under-represented by share, and are at parity with White children: hence both figures."""
    asian = ISLINGTON["ASIAN"]

    ratio, index = disproportionality_ratio(asian.part, asian.whole), relative_rate_index(asian, WHITE)

    assert ratio is not None
    assert index is not None
    assert (ratio < 0.8, 0.9 < index < 1.1) == (True, True)


def test_national_cautions_give_the_known_index_and_bounds() -> None:
    """2017/18: 2.566; 2.205 if every unknown was White, 5.602 if every one was Black."""
    index = relative_rate_index(CAUTIONS["BLACK"], CAUTIONS["WHITE"])
    bounds = unknown_bounds(CAUTIONS["BLACK"], CAUTIONS["WHITE"], 1311)

    assert bounds is not None
    assert (index, bounds.lower, bounds.upper) == (
        pytest.approx(2.566, abs=5e-4),
        pytest.approx(2.205, abs=5e-4),
        pytest.approx(5.602, abs=5e-4),
    )


@pytest.mark.parametrize(
    ("share", "population", "expected"), [(1108 / 9688, 0.044, 2.599), (8018 / 9688, 0.817, 1.013), (11, 4, 2.75)]
)
def test_national_shares_give_the_known_ratio(share: float, population: float, expected: float) -> None:
    """Cautions of 2017/18, and children cautioned or sentenced in the year to March 2019."""
    assert disproportionality_ratio(share, population) == pytest.approx(expected, abs=6e-4)


def test_next_years_shares_give_the_known_index() -> None:
    """2018/19, with the same population."""
    assert relative_rate_index(Share(11.0, 4.4), Share(83.1, 81.7)) == pytest.approx(2.458, abs=5e-4)


@given(
    st.integers(1, 20), st.integers(1, 20), st.integers(1, 20), st.integers(1, 20), st.integers(0, 9), st.integers(0, 9)
)
def test_unknown_bounds_of_a_stage_hold_every_sharing(
    one: int, spare: int, other: int, more: int, having: int, lacking: int
) -> None:
    """However the children of unknown group are shared between two groups, the index lies between."""
    first, second = Share(one, one + spare), Share(other, other + more)

    bounds = unknown_bounds_of_stage(first, second, Share(having, having + lacking))

    assert bounds is not None
    for given_having in range(having + 1):
        for given_lacking in range(lacking + 1):
            left, right = having - given_having, lacking - given_lacking
            index = relative_rate_index(
                Share(one + given_having, one + spare + given_having + given_lacking),
                Share(other + left, other + more + left + right),
            )
            assert index is not None
            assert bounds.lower - 1e-9 <= index <= bounds.upper + 1e-9


def test_four_fifths_says_how_little_it_means_in_small_numbers() -> None:
    """3 of 63 against 7 of 72 fails four fifths, and could well be chance."""
    found = four_fifths(Share(3, 63), Share(7, 72))

    assert found is not None
    assert (found.ratio, found.fails, found.p_value) == (
        pytest.approx(0.490, abs=5e-4),
        True,
        pytest.approx(0.336, abs=5e-4),
    )


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.integers(0, 15))
def test_fisher_agrees_with_a_library(a: int, b: int, c: int, d: int) -> None:
    """Two-sided."""
    expected = stats.fisher_exact([[a, b], [c, d]]).pvalue

    assert fisher(Share(a, a + b), Share(c, c + d)) == pytest.approx(expected, abs=1e-9)


def test_against_the_rest_takes_everybody_else_together() -> None:
    """5 of 10 against 5 of 20."""
    found = against_the_rest("A", {"A": Share(5, 10), "B": Share(2, 10), "C": Share(3, 10)})

    assert found is not None
    assert found.estimate == pytest.approx(2.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_benjamini_hochberg_agrees_with_a_library(values: list[float]) -> None:
    """In the order given."""
    assert benjamini_hochberg(values) == pytest.approx(list(stats.false_discovery_control(values)))
