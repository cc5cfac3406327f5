"""Draws repeated many times with different dice: every case comes as often as its inclusion probability says."""

from collections import Counter

import pytest
from scipy import stats

from app.scrutiny.allocation import allocate, inclusion_probability
from app.scrutiny.sampling import FrameEntry, draw, entry_of, populations_of, seed_of

FRAME = [
    FrameEntry(entry_of(f"case-{number}", salt="salt"), ("CAUTION", "TRIAGE", "TRIAGE")[number % 3])
    for number in range(30)
]
ALLOCATION = allocate(populations_of(FRAME), size=8, minimum=3)


def times_drawn(draws: int) -> Counter[str]:
    """Return how often each entry is drawn in so many draws, each with dice of its own."""
    seeds = (seed_of([f"dice {number}", "heron"], nonce="nonce") for number in range(draws))
    return Counter(one.entry for seed in seeds for one in draw(FRAME, seed=seed, allocation=ALLOCATION).drawn)


def chi_square_p(draws: int) -> float:
    """Return the p-value of the times drawn against those expected.

    Within a stratum of N from which n are drawn the counts are less spread than independent ones, by (N - n) / (N - 1).
    """
    counted, populations = times_drawn(draws), populations_of(FRAME)
    statistic, degrees = 0.0, 0
    for stratum, held in populations.items():
        chance = float(inclusion_probability(held, ALLOCATION[stratum]))
        spread = draws * chance * (1 - chance) * held / (held - 1)
        counts = [counted[one.entry] for one in FRAME if one.stratum == stratum]
        statistic += sum((count - draws * chance) ** 2 for count in counts) / spread
        degrees += held - 1
    return float(stats.chi2.sf(statistic, degrees))


def test_every_case_comes_as_often_as_it_should() -> None:
    """Five hundred draws: chi-square does not reject."""
    assert chi_square_p(500) > 0.001


@pytest.mark.deep
def test_every_case_comes_as_often_as_it_should_in_many_draws() -> None:
    """Twenty thousand draws: chi-square does not reject, and no case is off by more than two in a hundred draws."""
    counted, populations = times_drawn(20_000), populations_of(FRAME)

    off = [abs(counted[one.entry] / 20_000 - ALLOCATION[one.stratum] / populations[one.stratum]) for one in FRAME]
    assert chi_square_p(20_000) > 0.001
    assert max(off) < 0.02
