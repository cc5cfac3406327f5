"""Tail probabilities that intervals and tests rest on. Pure, exact to rounding.

Small functions of our own instead of a library: they are short, and each is held against scipy in the tests.
"""

from collections.abc import Callable
from math import erfc, exp, lgamma, log, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""1.959964: the normal quantile of a two-sided interval at 95 per cent."""

_STEPS = 120


def chi_square_tail(value: float, degrees: int) -> float:
    """Return the chance that a chi-square with whole degrees of freedom (at least one) is as large as a value."""
    half = max(value, 0.0) / 2
    if half == 0:
        return 1.0
    odd = degrees % 2
    orders = range(odd, degrees, 2) if odd == 0 else range(1, degrees - 1, 2)
    terms = sum(exp(-half + order / 2 * log(half) - lgamma(order / 2 + 1)) for order in orders)
    return terms + (erfc(sqrt(half)) if odd else 0.0)


def poisson_at_most(count: int, mean: float) -> float:
    """Return the chance that a Poisson count with this mean is at most `count`."""
    return 1.0 if mean == 0 else chi_square_tail(2 * mean, 2 * count + 2)


def hypergeometric(drawn: int, *, marked: int, size: int, population: int) -> float:
    """Return the chance that exactly `drawn` of the marked are among `size` taken from a population."""
    if not max(0, size + marked - population) <= drawn <= min(marked, size):
        return 0.0
    logarithm = _choose(marked, drawn) + _choose(population - marked, size - drawn) - _choose(population, size)
    return exp(logarithm)


def rising_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that rises through nought between two points is nought (bisection)."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def _choose(among: int, taken: int) -> float:
    return lgamma(among + 1) - lgamma(taken + 1) - lgamma(among - taken + 1)


def normal_tail(value: float) -> float:
    """Return the two-sided chance of a standard normal at least as far from nought as a value."""
    return erfc(abs(value) / sqrt(2))
