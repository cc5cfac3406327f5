"""Choices that look like chance and are none: each follows from a seed, a case and the name of what is chosen.

So the demonstration is the same on every machine, and adding a choice changes no other.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

SEED = "oocd-demonstration-1"
_HUNDRED = 100

T = TypeVar("T")


class Choices:
    """The choices for one case."""

    def __init__(self, case: str) -> None:
        self._case = case

    def within(self, name: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + _number(self._case, name) % (high - low + 1)

    def chance(self, name: str, percent: int) -> bool:
        """Return whether something happens that does in so many cases of a hundred."""
        return _number(self._case, name) % _HUNDRED < percent

    def one_of(self, name: str, options: Sequence[T]) -> T:
        """Return one of some things, each as likely as the others."""
        return options[_number(self._case, name) % len(options)]

    def weighted(self, name: str, weights: Mapping[T, int]) -> T:
        """Return one of some things, each as likely as its weight says."""
        return self.one_of(name, [thing for thing, weight in weights.items() for _ in range(weight)])


def shuffled(things: Sequence[T], name: str) -> list[T]:
    """Return the things in an order that the seed makes."""
    places = sorted(range(len(things)), key=lambda place: _number(name, str(place)))
    return [things[place] for place in places]


def _number(case: str, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{SEED}|{case}|{name}".encode()).digest()[:8], "big")
