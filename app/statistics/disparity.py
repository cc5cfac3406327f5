"""Compares groups. Pure: rates against a reference, shares against a population, and what is not known.

Two figures are told together, always: the relative rate index says how a group's rate stands to that of a *named*
reference; the disproportionality ratio says how its share of the outcomes stands to its share of the population. Either
alone misleads: where the reference group is itself under-represented, another can look under-represented too and be at
parity with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.statistics.intervals import Interval, Share, ratio
from app.statistics.tails import hypergeometric

FOUR_FIFTHS = 0.8
_TOLERANCE = 1 + 1e-7


@dataclass(frozen=True)
class Bounds:
    """Between what a figure lies."""

    lower: float
    upper: float


def disproportionality_ratio(outcome_share: float, population_share: float) -> float | None:
    """Return a group's share of the outcomes over its share of the population, or None where it has none there."""
    return outcome_share / population_share if population_share else None


def relative_rate_index(one: Share, reference: Share) -> float | None:
    """Return a group's rate over the reference group's, or None where the reference has no rate or a rate of nought.

    Shares of outcome and population (per cent) give the same index as counts and populations.
    """
    if not one.rate and one.rate != 0:
        return None
    return one.rate / reference.rate if reference.rate else None


def against_the_rest(group: str, groups: Mapping[str, Share]) -> Interval | None:
    """Return the ratio of a group's rate to that of everybody else together."""
    others = [share for name, share in groups.items() if name != group]
    rest = Share(sum(one.part for one in others), sum(one.whole for one in others))
    return ratio(groups[group], rest)


def rounding_bounds(one: Share, reference: Share, *, half: float = 0.5, counted: bool = False) -> Bounds | None:
    """Return between what the relative rate index lies if each of four per cents was rounded to a whole number.

    `counted` says that the parts are counts, and the wholes alone were rounded.
    """
    of_part = 0.0 if counted else half
    low = relative_rate_index(
        Share(one.part - of_part, one.whole + half), Share(reference.part + of_part, reference.whole - half)
    )
    high = relative_rate_index(
        Share(one.part + of_part, one.whole - half), Share(reference.part - of_part, reference.whole + half)
    )
    return None if low is None or high is None else Bounds(low, high)


def unknown_bounds(one: Share, reference: Share, unknown: float) -> Bounds | None:
    """Return the relative rate index if all outcomes of unknown group were the reference's, and if all were this one's.

    For outcomes over a population whose groups are known (the unknowns stand in the numerators alone).
    """
    low = relative_rate_index(one, Share(reference.part + unknown, reference.whole))
    high = relative_rate_index(Share(one.part + unknown, one.whole), reference)
    return None if low is None or high is None else Bounds(low, high)


def unknown_bounds_of_stage(one: Share, reference: Share, unknown: Share) -> Bounds | None:
    """Return between what the relative rate index lies, however the children of unknown group are shared between two.

    The unknowns stand in the numerators and the denominators of a stage: those with the outcome can belong to one and
    those without it to the other.
    """
    without = unknown.whole - unknown.part
    low = relative_rate_index(
        Share(one.part, one.whole + without), Share(reference.part + unknown.part, reference.whole + unknown.part)
    )
    high = relative_rate_index(
        Share(one.part + unknown.part, one.whole + unknown.part), Share(reference.part, reference.whole + without)
    )
    return None if low is None or high is None else Bounds(low, high)


@dataclass(frozen=True)
class FourFifths:
    """A favourable outcome's rate over the highest group's; `fails` below four fifths. `p_value` is Fisher's."""

    ratio: float
    fails: bool
    p_value: float


def four_fifths(one: Share, highest: Share) -> FourFifths | None:
    """Return the four-fifths comparison of a *favourable* outcome; unreliable in small numbers, hence Fisher's p."""
    index = relative_rate_index(one, highest)
    return None if index is None else FourFifths(index, index < FOUR_FIFTHS, fisher(one, highest))


def fisher(one: Share, other: Share) -> float:
    """Return the two-sided p of Fisher's exact test: of all tables with these margins, those no likelier than this."""
    marked, size, population = int(one.part + other.part), int(one.whole), int(one.whole + other.whole)
    chances = [
        hypergeometric(part, marked=marked, size=size, population=population) for part in range(min(marked, size) + 1)
    ]
    seen = chances[int(one.part)]
    return min(1.0, sum(chance for chance in chances if chance <= seen * _TOLERANCE))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for looking at many cells, in the order given.

    Below 0.05 after adjustment: of all cells called different, at most one in twenty is expected to be so by chance.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    adjusted = [0.0] * len(p_values)
    least = 1.0
    for beaten, place in enumerate(order):
        least = min(least, p_values[place] * len(p_values) / (len(p_values) - beaten))
        adjusted[place] = least
    return adjusted
