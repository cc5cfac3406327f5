"""Compares two groups within strata, so that a difference in who they are is not taken for a difference in treatment.

Pure. Mantel and Haenszel's odds ratio, risk ratio and risk difference over 2x2 tables, the Cochran-Mantel-Haenszel test
with and without continuity correction, and Breslow and Day's test of whether one odds ratio fits all strata.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

from app.statistics.intervals import Interval, Method
from app.statistics.tails import Z, chi_square_tail


@dataclass(frozen=True)
class Stratum:
    """A 2x2 table: of one group `a` had the outcome and `b` had not, of the other `c` had it and `d` had not."""

    a: float
    b: float
    c: float
    d: float

    @property
    def size(self) -> float:
        """Return how many there are in all."""
        return self.a + self.b + self.c + self.d

    @property
    def informative(self) -> bool:
        """Return whether the stratum can tell anything: both groups and both outcomes are in it."""
        return min(self.a + self.b, self.c + self.d, self.a + self.c, self.b + self.d) > 0

    @property
    def odds_ratio(self) -> float | None:
        """Return the odds ratio of this stratum alone, or None with a nought below the line."""
        return self.a * self.d / (self.b * self.c) if self.b and self.c else None


@dataclass(frozen=True)
class Test:
    """A chi-square statistic, its degrees of freedom and its p-value."""

    statistic: float
    degrees: int
    p_value: float


def crude(strata: Sequence[Stratum]) -> Stratum:
    """Return all strata thrown together."""
    return Stratum(
        sum(one.a for one in strata),
        sum(one.b for one in strata),
        sum(one.c for one in strata),
        sum(one.d for one in strata),
    )


def odds_ratio(strata: Sequence[Stratum]) -> Interval | None:
    """Return the pooled odds ratio with its limits (Robins, Breslow and Greenland), or None if it has none."""
    kept = [one for one in strata if one.size]
    over, under = [one.a * one.d / one.size for one in kept], [one.b * one.c / one.size for one in kept]
    if not sum(over) or not sum(under):
        return None
    same = [(one.a + one.d) / one.size for one in kept]
    crossed = [(one.b + one.c) / one.size for one in kept]
    top, bottom = sum(over), sum(under)
    variance = (
        sum(p * r for p, r in zip(same, over, strict=True)) / (2 * top**2)
        + sum(p * s + q * r for p, q, r, s in zip(same, crossed, over, under, strict=True)) / (2 * top * bottom)
        + sum(q * s for q, s in zip(crossed, under, strict=True)) / (2 * bottom**2)
    )
    estimate, reach = top / bottom, exp(Z * sqrt(variance))
    return Interval(estimate, estimate / reach, estimate * reach, Method.MANTEL_HAENSZEL)


def risk_ratio(strata: Sequence[Stratum]) -> float | None:
    """Return the pooled ratio of the two groups' rates, or None if the second group never had the outcome."""
    kept = [one for one in strata if one.size]
    top = sum(one.a * (one.c + one.d) / one.size for one in kept)
    bottom = sum(one.c * (one.a + one.b) / one.size for one in kept)
    return top / bottom if bottom else None


def risk_difference(strata: Sequence[Stratum]) -> float | None:
    """Return the pooled difference of the two groups' rates, or None if no stratum holds both groups."""
    kept = [one for one in strata if one.size]
    top = sum((one.a * (one.c + one.d) - one.c * (one.a + one.b)) / one.size for one in kept)
    bottom = sum((one.a + one.b) * (one.c + one.d) / one.size for one in kept)
    return top / bottom if bottom else None


def cochran_mantel_haenszel(strata: Sequence[Stratum], *, corrected: bool = False) -> Test | None:
    """Return the test of no difference within strata, or None if no stratum can tell anything."""
    told = [one for one in strata if one.informative and one.size > 1]
    if not told:
        return None
    off = abs(sum(one.a - _expected(one) for one in told))
    statistic = max(0.0, off - (0.5 if corrected else 0.0)) ** 2 / sum(_variance(one) for one in told)
    return Test(statistic, 1, chi_square_tail(statistic, 1))


def _expected(one: Stratum) -> float:
    return (one.a + one.b) * (one.a + one.c) / one.size


def _variance(one: Stratum) -> float:
    rows, columns = (one.a + one.b) * (one.c + one.d), (one.a + one.c) * (one.b + one.d)
    return rows * columns / (one.size**2 * (one.size - 1))


def breslow_day(strata: Sequence[Stratum]) -> Test | None:
    """Return the test of whether one odds ratio fits all strata, or None if there is none or fewer than two tell."""
    pooled = odds_ratio(strata)
    told = [one for one in strata if one.informative]
    if pooled is None or len(told) < 2:  # noqa: PLR2004  (one stratum agrees with itself)
        return None
    statistic = sum(_misfit(one, pooled.estimate) for one in told)
    return Test(statistic, len(told) - 1, chi_square_tail(statistic, len(told) - 1))


def _misfit(one: Stratum, ratio: float) -> float:
    first, having = one.a + one.b, one.a + one.c
    fitted = _fitted(one, ratio)
    rest = one.size - first - having + fitted
    variance = 1 / (1 / fitted + 1 / (first - fitted) + 1 / (having - fitted) + 1 / rest)
    return (one.a - fitted) ** 2 / variance


def _fitted(one: Stratum, ratio: float) -> float:
    """Return what `a` would be under an odds ratio, the margins being as they are."""
    first, having = one.a + one.b, one.a + one.c
    if abs(ratio - 1) < 1e-12:  # noqa: PLR2004  (then the equation is linear)
        return _expected(one)
    square, linear = 1 - ratio, one.size - first - having + ratio * (first + having)
    root = sqrt(linear**2 + 4 * square * ratio * first * having)
    found = [(-linear + sign * root) / (2 * square) for sign in (1, -1)]
    return next(value for value in found if max(0.0, first + having - one.size) <= value <= min(first, having))
