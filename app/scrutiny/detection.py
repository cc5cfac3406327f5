"""How much a sample can tell: what it would find, and what a clean sample still allows.

Drawing without replacement is hypergeometric: of N cases of which D are faulty, n drawn cases miss every faulty one
with probability C(N-D, n) / C(N, n). Exact whole-number arithmetic; no approximation.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, comb


def detection_probability(population: int, faulty: int, sample: int) -> Fraction:
    """Return the chance that a sample finds at least one of the faulty cases."""
    return 1 - _miss_probability(population, faulty, sample)


def smallest_sample(population: int, faulty: int, confidence: Fraction) -> int:
    """Return the smallest sample that finds a faulty case with at least this confidence (`faulty` is at least one)."""
    sizes = range(population - faulty + 2)
    return next(size for size in sizes if detection_probability(population, faulty, size) >= confidence)


def upper_bound_if_none_found(population: int, sample: int, confidence: Fraction) -> int:
    """Return the largest number of faulty cases that a sample without one allows (one-sided confidence)."""
    still_possible = (
        faulty for faulty in range(population + 1) if _miss_probability(population, faulty, sample) > 1 - confidence
    )
    return max(still_possible)


def faulty_count(population: int, share: Fraction) -> int:
    """Return how many cases of a population a share of it is: rounded up, at least one."""
    return max(1, ceil(population * share))


def _miss_probability(population: int, faulty: int, sample: int) -> Fraction:
    return Fraction(comb(population - faulty, sample), comb(population, sample))
