"""When a figure is too uncertain to be shown. Pure.

Not the same as suppression: a figure here would tell nobody apart, but would mislead. An index from four outcomes or
from twenty children says more about chance than about treatment; the counts and the intervals are shown all the same.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.statistics.intervals import Share


class TooFew(StrEnum):
    """Why an index is not shown."""

    NUMERATOR_BELOW_5 = "NUMERATOR_BELOW_5"
    DENOMINATOR_BELOW_30 = "DENOMINATOR_BELOW_30"


@dataclass(frozen=True)
class Gates:
    """The smallest numerator and denominator with which an index is shown."""

    numerator: int = 5
    denominator: int = 30


def too_few(one: Share, reference: Share, gates: Gates) -> tuple[TooFew, ...]:
    """Return why an index of one share over another is not shown; nothing if it is."""
    found = []
    if min(one.part, reference.part) < gates.numerator:
        found.append(TooFew.NUMERATOR_BELOW_5)
    if min(one.whole, reference.whole) < gates.denominator:
        found.append(TooFew.DENOMINATOR_BELOW_30)
    return tuple(found)
