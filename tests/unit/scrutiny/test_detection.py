"""What a sample finds, and what a clean one still allows."""

from __future__ import annotations

from fractions import Fraction

import pytest

from app.scrutiny.detection import detection_probability, faulty_count, smallest_sample, upper_bound_if_none_found

SMALLEST = {
    40: ((22, 27, 31), (13, 17, 21), (9, 12, 15)),
    60: ((25, 32, 38), (14, 19, 23), (10, 13, 16)),
    100: ((27, 37, 45), (15, 20, 25), (10, 14, 17)),
    200: ((30, 41, 51), (15, 21, 27), (10, 14, 18)),
    400: ((31, 43, 55), (15, 22, 28), (10, 14, 19)),
    1000: ((31, 44, 57), (16, 22, 29), (10, 15, 19)),
}
SHARES = (Fraction(5, 100), Fraction(10, 100), Fraction(15, 100))
CONFIDENCES = (Fraction(80, 100), Fraction(90, 100), Fraction(95, 100))


@pytest.mark.parametrize("population", SMALLEST)
def test_smallest_sample_matches_its_table(population: int) -> None:
    """The smallest sample that finds 5, 10 or 15 per cent of faulty cases with 80, 90 or 95 per cent confidence."""
    table = tuple(
        tuple(smallest_sample(population, faulty_count(population, share), sure) for sure in CONFIDENCES)
        for share in SHARES
    )

    assert table == SMALLEST[population]


@pytest.mark.parametrize(("sample", "expected"), [(10, ("0.43", "0.68", "0.83")), (20, ("0.71", "0.92", "0.98"))])
def test_detection_probability_matches_its_vectors(sample: int, expected: tuple[str, ...]) -> None:
    """From 60 cases, what 10 and 20 find when 5, 10 and 15 per cent are faulty."""
    found = tuple(f"{float(detection_probability(60, faulty, sample)):.2f}" for faulty in (3, 6, 9))

    assert found == expected


@pytest.mark.parametrize(
    ("faulty", "population", "sample", "expected"),
    [(4, 60, 10, "0.47"), (3, 60, 8, "0.65"), (12, 60, 10, "0.09"), (2, 40, 6, "0.72")],
)
def test_small_group_is_missed_as_often_as_its_vectors_say(
    faulty: int, population: int, sample: int, expected: str
) -> None:
    """Why there is a minimum per stratum."""
    assert f"{float(1 - detection_probability(population, faulty, sample)):.2f}" == expected


@pytest.mark.parametrize(("population", "sample", "expected"), [(60, 10, 14), (200, 20, 26), (10, 10, 0), (10, 0, 10)])
def test_clean_sample_still_allows_this_many(population: int, sample: int, expected: int) -> None:
    """The upper bound at 95 per cent when none is found."""
    assert upper_bound_if_none_found(population, sample, Fraction(95, 100)) == expected


def test_faulty_count_rounds_up_and_is_at_least_one() -> None:
    """A tenth of 61 cases is seven of them, and of one case one."""
    assert (faulty_count(61, Fraction(1, 10)), faulty_count(1, Fraction(1, 10))) == (7, 1)
