"""Whether people weigh the advice or wave it through: how often opinions follow it, and how soon. Pure.

What a person does who only signs is seen in two figures together: nearly everything agrees, and nearly at once. Neither
alone shows it, and both are of an agency in an area, never of a person.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from app.statistics.suppression import BASE, Counts

AGREES, DEPARTS = "AGREES", "DEPARTS"
_BANDS = (
    (5, "WITHIN_FIVE_MINUTES"),
    (60, "WITHIN_AN_HOUR"),
    (24 * 60, "WITHIN_A_DAY"),
    (7 * 24 * 60, "WITHIN_A_WEEK"),
)
LATER = "LATER"


@dataclass(frozen=True)
class Spoken:
    """An opinion of a decided case: whose, whether it is what its advice indicates, and how long after the advice."""

    agency: str
    agrees: bool
    minutes: float


def agreement(spoken: Iterable[Spoken]) -> Counts:
    """Count opinions by agency and by whether they follow the advice."""
    return _table(spoken, lambda one: AGREES if one.agrees else DEPARTS)


def pace(spoken: Iterable[Spoken]) -> Counts:
    """Count opinions by agency and by how soon after the advice they were given."""
    return _table(spoken, lambda one: next((name for most, name in _BANDS if one.minutes <= most), LATER))


def median_minutes(spoken: Sequence[Spoken], agency: str) -> int | None:
    """Return the median of an agency's minutes from advice to opinion; None where too few have spoken to say."""
    took = [one.minutes for one in spoken if one.agency == agency]
    return None if len(took) < BASE else round(median(took))


def _table(spoken: Iterable[Spoken], column: Callable[[Spoken], str]) -> Counts:
    counted = Counter((one.agency, column(one)) for one in spoken)
    rows, columns = (tuple(sorted({cell[place] for cell in counted})) for place in (0, 1))
    return Counts(rows, columns, dict(counted))
