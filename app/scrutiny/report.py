"""Sums up what a panel found. Pure.

Decides counts, agreement and the weighted rate. A small stratum is drawn more heavily than its share, so a plain per
cent of the items would be wrong: each item counts with its weight (Horvitz-Thompson), and the interval is Wilson's on
the effective number of items (Kish: the square of the sum of weights by the sum of their squares). A panel's sample
judges quality; it is far too small to estimate a disparity, and no figure here is given by protected characteristic.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import sqrt
from statistics import NormalDist

from app.scrutiny.words import FindingCategory, ScoreCategory
from app.statistics.agreement import kappa

CONFIDENCE = 0.95
_ORDERED = (ScoreCategory.APPROPRIATE, ScoreCategory.APPROPRIATE_WITH_OBSERVATIONS, ScoreCategory.INAPPROPRIATE)
NOT_JUDGED = frozenset({FindingCategory.INSUFFICIENT_INFORMATION, FindingCategory.PANEL_DISAGREED})


@dataclass(frozen=True)
class ReportedItem:
    """An item with the panel's finding, None if there is none yet, and the members' own categories."""

    stratum: str
    weight: Fraction
    finding: FindingCategory | None
    scores: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rate:
    """A rate with its interval. `judged` is the number of items that it rests on."""

    judged: int
    rate: float
    lower: float
    upper: float


def counts(items: Sequence[ReportedItem]) -> dict[str, int]:
    """Return how many items have each finding; every finding is named, also those of none."""
    found = Counter(item.finding for item in items)
    return {category.value: found[category] for category in FindingCategory}


def rate_inappropriate(items: Sequence[ReportedItem]) -> Rate | None:
    """Return the weighted rate of inappropriate decisions among the items judged, or None if none is."""
    judged = [item for item in items if item.finding is not None and item.finding not in NOT_JUDGED]
    if not judged:
        return None
    total = sum(item.weight for item in judged)
    faulty = sum(item.weight for item in judged if item.finding is FindingCategory.INAPPROPRIATE)
    effective = total**2 / sum(item.weight**2 for item in judged)
    lower, upper = wilson(float(faulty / total), float(effective))
    return Rate(len(judged), float(faulty / total), lower, upper)


def agreement(items: Sequence[ReportedItem]) -> float | None:
    """Return the share of pairs of members who gave the same category to the same item, or None without a pair."""
    pairs = [one == other for item in items for one, other in combinations(item.scores, 2)]
    return sum(pairs) / len(pairs) if pairs else None


def kappa_of_pairs(items: Sequence[ReportedItem], *, weighted: bool = False) -> float | None:
    """Return kappa over all pairs of members on the same items, or None without a pair.

    Weighted, only what was judged counts, from appropriate to inappropriate: to lack information is no step of it.
    """
    order = _ORDERED if weighted else tuple(ScoreCategory)
    pairs = Counter(
        pair
        for item in items
        for one, other in combinations([word for word in item.scores if word in order], 2)
        for pair in ((one, other), (other, one))
    )
    return kappa([[pairs[one, other] for other in order] for one in order], weighted=weighted)


def wilson(rate: float, size: float) -> tuple[float, float]:
    """Return Wilson's interval of a proportion at 95 per cent; `size` may be an effective one, not whole."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    centre = rate + z**2 / (2 * size)
    half = z * sqrt(rate * (1 - rate) / size + z**2 / (4 * size**2))
    scale = 1 + z**2 / size
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
