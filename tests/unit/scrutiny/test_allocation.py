"""How a sample is shared between strata."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scrutiny.allocation import AllocationImpossibleError, allocate, inclusion_probability, weight

FRAME = {"A": 6, "B": 45, "C": 20, "D": 5, "E": 24}

populations = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 60), min_size=1)


@pytest.mark.parametrize(
    ("size", "minimum", "expected"),
    [(12, 0, [1, 5, 2, 1, 3]), (12, 1, [1, 5, 2, 1, 3]), (12, 2, [2, 4, 2, 2, 2]), (20, 2, [2, 8, 4, 2, 4])],
)
def test_allocation_matches_its_vectors(size: int, minimum: int, expected: list[int]) -> None:
    """Proportional by largest remainder; the small strata raised to the minimum first."""
    assert list(allocate(FRAME, size=size, minimum=minimum).values()) == expected


def test_allocation_takes_all_of_a_stratum_smaller_than_the_minimum() -> None:
    """A stratum of one gives one."""
    assert allocate({"A": 1, "B": 50}, size=10, minimum=3) == {"A": 1, "B": 9}


def test_allocation_of_more_than_everything_is_everything() -> None:
    """A sample larger than the frame is a census."""
    assert allocate(FRAME, size=1000, minimum=2) == FRAME


def test_allocation_says_which_size_the_minimum_needs() -> None:
    """Five strata of at least two need ten cases."""
    with pytest.raises(AllocationImpossibleError) as refused:
        allocate(FRAME, size=9, minimum=2)

    assert refused.value.needed == 10


@given(held=populations, size=st.integers(1, 200), minimum=st.integers(0, 4))
def test_allocation_keeps_its_promises(held: dict[str, int], size: int, minimum: int) -> None:
    """The shares add up to the size, none is under the minimum, none is more than its stratum holds."""
    assume(sum(min(minimum, count) for count in held.values()) <= min(size, sum(held.values())))

    shares = allocate(held, size=size, minimum=minimum)

    assert sum(shares.values()) == min(size, sum(held.values()))
    assert all(min(minimum, held[stratum]) <= share <= held[stratum] for stratum, share in shares.items())


@given(held=populations, size=st.integers(1, 40))
def test_weights_of_the_drawn_add_up_to_the_population(held: dict[str, int], size: int) -> None:
    """Each drawn case speaks for its stratum; together they speak for every stratum that gave any."""
    shares = {stratum: share for stratum, share in allocate(held, size=size, minimum=0).items() if share}

    spoken_for = sum(share * weight(held[stratum], share) for stratum, share in shares.items())

    assert spoken_for == sum(held[stratum] for stratum in shares)


def test_inclusion_probability_is_the_share_of_the_stratum() -> None:
    """Two of five: two fifths."""
    assert inclusion_probability(5, 2) == Fraction(2, 5)
