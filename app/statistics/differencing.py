"""Finds what answers tell together that none tells alone. Pure.

A caller who asks for January to June and then for January to July learns July by subtraction, few as its cases may be;
one who asks for a year and then for all of it but its first and last day learns those two. So before a period is
answered, every stretch of days is found that is a signed sum of it and of the periods told before.

Periods are laid over the calendar and cut at each other's ends into segments. A stretch is a set of segments, written
as a number with one bit for each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product

MOST = 8
"""With more overlapping periods than this told before, the next one is refused: nobody looks through all their sums."""

_DIGIT = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """Days of the calendar, both included."""

    first: date
    last: date

    @property
    def ends(self) -> tuple[date, date]:
        """Return the first day, and the day after the last."""
        return self.first, self.last + _DAY

    def touches(self, other: "Period") -> bool:
        """Return whether two periods overlap, or one begins where the other ends."""
        return self.first <= other.ends[1] and other.first <= self.ends[1]


class TooManyQuestions(ValueError):
    """The periods told before can be combined in more ways than are looked through."""


@dataclass(frozen=True)
class Stretch:
    """Days that follow by sum and difference: their segments, and the places of the other periods that it takes."""

    segments: int
    others: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Periods in the order in which they were told, the new one last, and the segments that they are cut into."""

    periods: tuple[Period, ...]
    segments: tuple[Period, ...]

    def of(self, period: Period) -> int:
        """Return the segments of a period."""
        return sum(1 << at for at, one in enumerate(self.segments) if period.first <= one.first <= period.last)

    def days(self, segments: int) -> list[Period]:
        """Return the segments of a stretch as periods."""
        return [one for at, one in enumerate(self.segments) if segments >> at & 1]


def layout(new: Period, told: Sequence[Period]) -> Layout:
    """Return how a new period lies with those told before that it touches, directly or through others.

    Those told after the new one was told for the first time do not count: the same question has the same answer.
    Raises TooManyQuestions when there are too many.
    """
    before = list(told[: told.index(new)] if new in told else told)
    near = {new}
    while more := {one for one in before if one not in near and any(one.touches(other) for other in near)}:
        near |= more
    periods = (*(one for one in before if one in near), new)
    if len(periods) > MOST + 1:
        raise TooManyQuestions("the periods told before can be combined in too many ways")
    ends = sorted({end for one in periods for end in one.ends})
    return Layout(periods, tuple(Period(first, after - _DAY) for first, after in pairwise(ends)))


def stretches(laid: Layout, last: int) -> Iterator[Stretch]:
    """Give every stretch that follows from the period at a place and those before it, by at least one difference.

    A sum alone tells nothing: what is small in it is small, and withheld, in each of its parts.
    """
    wide = [_spread(laid.of(one)) for one in laid.periods[: last + 1]]
    ones = _spread((1 << len(laid.segments)) - 1)
    for signs in product((0, 1, -1), repeat=last):
        for own in (1, -1):
            total = own * wide[last] + sum(sign * one for sign, one in zip(signs, wide, strict=False))
            if total > 0 and not total & ~ones and -1 in (*signs, own):
                yield Stretch(_narrow(total), tuple(place for place, sign in enumerate(signs) if sign))


def _spread(segments: int) -> int:
    """Return the bits of a stretch as digits wide enough that sums do not run into each other; a debt shows as one."""
    return sum(1 << _DIGIT * at for at in range(segments.bit_length()) if segments >> at & 1)


def _narrow(digits: int) -> int:
    return sum(1 << at for at in range(digits.bit_length() // _DIGIT + 1) if digits >> _DIGIT * at & 1)
