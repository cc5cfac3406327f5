"""Logistic regression of an outcome on one group, with a level of its own for each stratum. Pure.

It looks at the same 2x2 tables as Mantel and Haenszel (`strata`) from another side, and answers a question that an odds
ratio leaves open: by how many in a hundred the rates differ among children who are alike (average marginal effect).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from app.statistics.intervals import Interval, Method
from app.statistics.strata import Stratum, Test, crude
from app.statistics.tails import Z, chi_square_tail, normal_tail

_STEPS = 60
_DONE = 1e-10
_BEYOND = 30.0
"""Logarithms of odds past this are those of a coefficient without limit: the groups do not overlap."""

Row = tuple[int, float, float, float]
"""A stratum's number, one for the group and nought for the others, how many have the outcome, and of how many."""


@dataclass(frozen=True)
class Logistic:
    """The odds ratio of the group with Wald's limits and p, the likelihood ratio test, and the marginal effect."""

    odds_ratio: Interval
    p_value: float
    likelihood_ratio: Test
    marginal_effect: float


def logistic(strata: Sequence[Stratum]) -> Logistic | None:
    """Return the regression over the strata that can tell anything, or None where it has no answer.

    It has none where no stratum holds both groups and both outcomes, or where the group settles the outcome.
    """
    told = [one for one in strata if one.informative]
    if not told or not _overlap(crude(told)):
        return None
    rows = [row for number, one in enumerate(told) for row in _rows(number, one)]
    levels, effect = _fit(rows, len(told), with_group=True)
    if max(abs(effect), *map(abs, levels)) > _BEYOND:
        return None
    spread = sqrt(1 / _information(rows, levels, effect))
    plain = _fit(rows, len(told), with_group=False)
    gained = max(0.0, 2 * (_likelihood(rows, levels, effect) - _likelihood(rows, *plain)))
    reach = exp(Z * spread)
    return Logistic(
        Interval(exp(effect), exp(effect) / reach, exp(effect) * reach, Method.WALD),
        normal_tail(effect / spread),
        Test(gained, 1, chi_square_tail(gained, 1)),
        _marginal(rows, levels, effect),
    )


def _overlap(whole: Stratum) -> bool:
    return min(whole.a, whole.b) > 0 and min(whole.c, whole.d) > 0


def _rows(number: int, one: Stratum) -> tuple[Row, Row]:
    return (number, 1.0, one.a, one.a + one.b), (number, 0.0, one.c, one.c + one.d)


def _fit(rows: Sequence[Row], strata: int, *, with_group: bool) -> tuple[list[float], float]:
    """Return the level of each stratum and the effect of the group that make the counts likeliest (Newton).

    Only the levels and the one effect touch each other, so each step is solved by hand: first the effect, then what it
    leaves to each level.
    """
    levels, effect = [0.0] * strata, 0.0
    for _ in range(_STEPS):
        push, weight, mixed = [0.0] * strata, [0.0] * strata, [0.0] * strata
        own_push = own_weight = 0.0
        for number, group, having, of in rows:
            rate = _rate(levels[number] + effect * group)
            off, spread = having - of * rate, of * rate * (1 - rate)
            push[number] += off
            weight[number] += spread
            mixed[number] += spread * group
            own_push += off * group
            own_weight += spread * group
        if min(weight) <= 0:
            break
        step = 0.0
        if with_group:
            left = own_weight - sum(m * m / w for m, w in zip(mixed, weight, strict=True))
            step = (own_push - sum(m * p / w for m, p, w in zip(mixed, push, weight, strict=True))) / left
        moves = [(p - m * step) / w for p, m, w in zip(push, mixed, weight, strict=True)]
        levels, effect = [level + move for level, move in zip(levels, moves, strict=True)], effect + step
        if max(abs(step), *map(abs, moves)) < _DONE or max(map(abs, (*levels, effect))) > _BEYOND:
            break
    return levels, effect


def _rate(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds)) if log_odds > -_BEYOND * 2 else 0.0


def _information(rows: Sequence[Row], levels: Sequence[float], effect: float) -> float:
    """Return how much the counts tell of the effect once the levels have taken their share."""
    weight, mixed = [0.0] * len(levels), [0.0] * len(levels)
    for number, group, _, of in rows:
        rate = _rate(levels[number] + effect * group)
        weight[number] += of * rate * (1 - rate)
        mixed[number] += of * rate * (1 - rate) * group
    return sum(m - m * m / w for m, w in zip(mixed, weight, strict=True))


def _likelihood(rows: Sequence[Row], levels: Sequence[float], effect: float) -> float:
    total = 0.0
    for number, group, having, of in rows:
        rate = _rate(levels[number] + effect * group)
        total += (having * log(rate) if having else 0.0) + ((of - having) * log(1 - rate) if of > having else 0.0)
    return total


def _marginal(rows: Sequence[Row], levels: Sequence[float], effect: float) -> float:
    """Return the mean over all children of the rate as one of the group, less the rate as one of the others."""
    difference = sum(of * (_rate(levels[number] + effect) - _rate(levels[number])) for number, _, _, of in rows)
    return difference / sum(of for _, _, _, of in rows)
