"""Shares a sample between strata, and says what each case's chance was.

Decides how many cases each stratum gives: in proportion to what it holds, by largest remainder, but never fewer than a
minimum. Proportion alone loses small groups: 10 cases from 60 miss a group of four nearly half the time. Whoever
states a rate from such a sample must weigh each case, or the small strata count for too much; hence the weights.

All arithmetic is on whole numbers and fractions, so that everybody gets the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


class AllocationImpossibleError(ValueError):
    """The minimum per stratum needs more cases than the sample has; `needed` is the smallest size that would do."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"the minimum per stratum needs at least {needed} cases")
        self.needed = needed


def allocate(populations: Mapping[str, int], *, size: int, minimum: int) -> dict[str, int]:
    """Return how many cases to draw from each stratum.

    `populations` says how many cases each stratum holds. A stratum whose proportional share is under the minimum gets
    the minimum (all it has, if it holds fewer); the rest is shared in proportion among the others. More than
    everything is everything. Raises AllocationImpossibleError if the minimums alone are more than the size.
    """
    wanted = min(size, sum(populations.values()))
    floors = {stratum: min(minimum, held) for stratum, held in populations.items()}
    if sum(floors.values()) > wanted:
        raise AllocationImpossibleError(needed=sum(floors.values()))
    raised = _raised(populations, floors, wanted)
    others = {stratum: held for stratum, held in populations.items() if stratum not in raised}
    shares = raised | largest_remainder(others, wanted - sum(raised.values()))
    return {stratum: shares[stratum] for stratum in sorted(populations)}


def largest_remainder(populations: Mapping[str, int], size: int) -> dict[str, int]:
    """Share `size` in proportion; what whole numbers leave over goes to the largest remainders.

    Equal remainders: the larger stratum first, then the name.
    """
    total = sum(populations.values())
    quotas = {stratum: Fraction(size * held, total) for stratum, held in populations.items()}
    shares = {stratum: int(quota) for stratum, quota in quotas.items()}
    by_remainder = sorted(
        quotas, key=lambda stratum: (shares[stratum] - quotas[stratum], -populations[stratum], stratum)
    )
    for stratum in by_remainder[: size - sum(shares.values())]:
        shares[stratum] += 1
    return shares


def inclusion_probability(population: int, size: int) -> Fraction:
    """Return the chance that a case of a stratum had of being drawn."""
    return Fraction(size, population)


def weight(population: int, size: int) -> Fraction:
    """Return how many cases of its stratum a drawn case speaks for (Horvitz-Thompson); `size` is at least one."""
    return Fraction(population, size)


def _raised(populations: Mapping[str, int], floors: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Return the strata given their minimum; that takes from the rest, so look again until none is short."""
    raised: dict[str, int] = {}
    while short := _short(populations, floors, wanted, raised):
        raised |= short
    return raised


def _short(
    populations: Mapping[str, int], floors: Mapping[str, int], wanted: int, raised: Mapping[str, int]
) -> dict[str, int]:
    left = wanted - sum(raised.values())
    others = {stratum: held for stratum, held in populations.items() if stratum not in raised}
    total = sum(others.values())
    return {stratum: floors[stratum] for stratum, held in others.items() if left * held < floors[stratum] * total}
