"""Keeps two answers from telling, by their difference, what neither tells. Pure.

A caller who asks for January to June and then for January to July learns July by subtraction, few as its cases may be.
Every period that follows by adding and subtracting periods told before is found here; the new answer then withholds
whatever would be withheld in those.

A period is a stretch between two instants of the calendar, first and day after the last. Two instants that are joined
by periods told can be joined by sums and differences of them: so what follows are all the pairs that the new period
joins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

MOST = 60
"""More periods than this from one question are not looked through: the question is refused."""


@dataclass(frozen=True, order=True)
class Period:
    """Days of the calendar, both included."""

    first: date
    last: date

    @property
    def ends(self) -> tuple[date, date]:
        """Return the first day, and the day after the last."""
        return self.first, self.last + timedelta(days=1)


class TooManyQuestions(ValueError):
    """The periods told before can be combined in more ways than are looked through."""


def follows(new: Period, told: Sequence[Period]) -> list[Period]:
    """Return the periods, other than itself, that a new period tells by sum and difference with those told before.

    Those told after the new one was told for the first time do not count: the same question has the same answer.
    Raises TooManyQuestions when there are too many.
    """
    before = list(told[: told.index(new)] if new in told else told)
    begin, end = new.ends
    left, right = _joined(begin, before), _joined(end, before)
    if end in left:
        return []
    pairs = {(min(pair), max(pair)) for pair in product(left, right)} - {(begin, end)}
    if len(pairs) > MOST:
        raise TooManyQuestions("the periods told before can be combined in too many ways")
    return sorted(Period(first, after - timedelta(days=1)) for first, after in pairs)


def _joined(start: date, told: Sequence[Period]) -> set[date]:
    """Return every instant that periods told join with one."""
    found, edges = {start}, [period.ends for period in told]
    while more := {end for edge in edges if found & set(edge) for end in edge} - found:
        found |= more
    return found
