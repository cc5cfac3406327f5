"""Intervals at 95 per cent. Pure and total: where a figure cannot be computed the answer is None, never a guess.

Which one for what: Wilson for a proportion, Newcombe for a difference of two, Katz for a ratio of two, the score
interval (Koopman; Miettinen and Nurminen) for a ratio with a count of nought, Byar for a count of ten and more, exact
Poisson below.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import exp, inf, log, sqrt

from app.statistics.tails import CONFIDENCE, Z, poisson_at_most, rising_root

_BYAR_FROM = 10
_TAIL = (1 - CONFIDENCE) / 2
_FAR = 256.0
_NOTHING = 1e-12


class Method(StrEnum):
    """How an interval was computed."""

    WILSON = "WILSON"
    NEWCOMBE = "NEWCOMBE"
    KATZ = "KATZ"
    POISSON_LOG = "POISSON_LOG"
    SCORE = "SCORE"
    BYAR = "BYAR"
    EXACT_POISSON = "EXACT_POISSON"
    MANTEL_HAENSZEL = "MANTEL_HAENSZEL"
    WALD = "WALD"


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits; `upper` is infinite where nothing bounds it."""

    estimate: float
    lower: float
    upper: float
    method: Method


@dataclass(frozen=True)
class Share:
    """A part of a whole: `part` of `whole` children. Shares of a published percentage may be no whole numbers."""

    part: float
    whole: float

    @property
    def rate(self) -> float | None:
        """Return the proportion, or None of nothing."""
        return self.part / self.whole if self.whole else None


def wilson(share: Share) -> Interval | None:
    """Return Wilson's interval of a proportion; None of nothing, and of more than the whole, which is no proportion.

    `whole` may be an effective number.
    """
    rate, whole = share.rate, share.whole
    if rate is None or rate > 1:
        return None
    centre = rate + Z**2 / (2 * whole)
    half = Z * sqrt(rate * (1 - rate) / whole + Z**2 / (4 * whole**2))
    scale = 1 + Z**2 / whole
    return Interval(rate, max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale), Method.WILSON)


def newcombe(one: Share, other: Share) -> Interval | None:
    """Return the interval of the difference of two proportions, from the Wilson limits of each."""
    first, second = wilson(one), wilson(other)
    if first is None or second is None:
        return None
    difference = first.estimate - second.estimate
    below = sqrt((first.estimate - first.lower) ** 2 + (second.upper - second.estimate) ** 2)
    above = sqrt((first.upper - first.estimate) ** 2 + (second.estimate - second.lower) ** 2)
    return Interval(difference, difference - below, difference + above, Method.NEWCOMBE)


def katz(one: Share, other: Share) -> Interval | None:
    """Return the log interval of the ratio of two proportions, or None with a count of nought."""
    if min(one.part, other.part, one.whole, other.whole) <= 0:
        return None
    spread = sqrt(1 / one.part - 1 / one.whole + 1 / other.part - 1 / other.whole)
    return _log_interval(_ratio(one, other), spread, Method.KATZ)


def poisson_ratio(one: Share, other: Share) -> Interval | None:
    """Return the log interval of the ratio of two rates over large populations, or None with a count of nought."""
    if min(one.part, other.part, one.whole, other.whole) <= 0:
        return None
    return _log_interval(_ratio(one, other), sqrt(1 / one.part + 1 / other.part), Method.POISSON_LOG)


def ratio(one: Share, other: Share) -> Interval | None:
    """Return the interval of a ratio of proportions: Katz, or the score interval where nobody has it, or everybody.

    Katz has no answer to a count of nought, and takes a proportion of one for certain, of however few.
    """
    settled = 0 in {one.part, other.part, one.whole - one.part, other.whole - other.part}
    return score_ratio(one, other) if settled else katz(one, other)


def _ratio(one: Share, other: Share) -> float:
    return (one.part / one.whole) / (other.part / other.whole)


def _log_interval(estimate: float, spread: float, method: Method) -> Interval:
    reach = exp(Z * spread)
    return Interval(estimate, estimate / reach, estimate * reach, method)


# ── the score interval of a ratio ────────────────────────────────────────────


def score_ratio(one: Share, other: Share) -> Interval | None:
    """Return the score interval of a ratio (Miettinen and Nurminen), or None where both counts are nought.

    It holds the ratios that a score test does not reject; nought in the reference leaves it without upper limit.
    """
    if min(one.whole, other.whole) <= 0 or one.part == other.part == 0:
        return None
    estimate = _ratio(one, other) if other.part else inf
    lower = 0.0 if one.part == 0 else _limit(one, other, estimate, rising=True)
    upper = inf if other.part == 0 else _limit(one, other, estimate, rising=False)
    return Interval(estimate, lower, upper, Method.SCORE)


def _limit(one: Share, other: Share, estimate: float, *, rising: bool) -> float:
    """Return the ratio, below or above the estimate, at which the score statistic is that of 95 per cent."""

    def beyond(logarithm: float) -> float:
        return _score(one, other, exp(logarithm)) - Z**2

    middle = log(estimate) if 0 < estimate < inf else 0.0
    if rising:
        return exp(rising_root(lambda at: -beyond(at), *_bracket(beyond, middle, -1)))
    return exp(rising_root(beyond, *_bracket(beyond, middle, 1)))


def _bracket(beyond: Callable[[float], float], middle: float, way: int) -> tuple[float, float]:
    """Return two points between which the statistic passes its limit, going one way from the middle."""
    start, step = middle, 1.0
    while beyond(start) > 0 and step < _FAR:  # an estimate of nought or infinity: come back towards it
        start, step = start - way * step, step * 2
    far, step = start + way, 1.0
    while beyond(far) < 0 and step < _FAR:
        far, step = far + way * step, step * 2
    return (start, far) if way > 0 else (far, start)


def _score(one: Share, other: Share, ratio: float) -> float:
    """Return the score statistic of one ratio: Koopman's, corrected for small numbers as Miettinen and Nurminen do."""
    whole, part = one.whole + other.whole, one.part + other.part
    square = ratio * whole
    linear = ratio * (one.whole + other.part) + one.part + other.whole
    root = sqrt(max(0.0, linear**2 - 4 * square * part))
    base = (linear - root) / (2 * square)
    distance = _distance(one, min(ratio * base, 1.0)) + _distance(other, min(base, 1.0))
    return distance * (whole - 1) / whole


def _distance(share: Share, rate: float) -> float:
    off = share.part - share.whole * rate
    spread = share.whole * rate * (1 - rate)
    if spread <= 0:
        return 0.0 if abs(off) < _NOTHING else inf
    return off**2 / spread


# ── counts ───────────────────────────────────────────────────────────────────


def count_interval(count: int) -> Interval:
    """Return the interval of a count: Byar from ten, exact Poisson below."""
    return byar(count) if count >= _BYAR_FROM else exact_poisson(count)


def byar(count: int) -> Interval:
    """Return Byar's interval of a count of at least one; for nought its lower limit is nought."""
    lower = 0.0 if count == 0 else count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3
    more = count + 1
    return Interval(count, lower, more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3, Method.BYAR)


def exact_poisson(count: int) -> Interval:
    """Return the exact interval of a count (half the chi-square quantiles)."""
    far = 4 * count + 20.0
    upper = rising_root(lambda mean: _TAIL - poisson_at_most(count, mean), 0.0, far)
    lower = 0.0
    if count:
        lower = rising_root(lambda mean: 1 - poisson_at_most(count - 1, mean) - _TAIL, 0.0, far)
    return Interval(count, lower, upper, Method.EXACT_POISSON)
