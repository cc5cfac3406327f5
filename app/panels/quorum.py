"""Whether a meeting has its quorum, by the area's protocol (CFG-04), for the meeting and for each case. Pure.

A quorum says that the panel may advise; it decides nothing, and there is nothing to count but who is there. Whoever has
a conflict of interest in a case is not there for that case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SAME = {
    "yjs": "youth justice service",
    "yot": "youth justice service",
    "youth offending team": "youth justice service",
}


@dataclass(frozen=True)
class Attending:
    """Somebody who is there, and for which agency."""

    name: str
    agency: str


@dataclass(frozen=True)
class Quorum:
    """Which agencies must be there, and which of them are not."""

    needed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Whether every agency that must be there is."""
        return not self.missing


def quorum_of(needed: Sequence[str], there: Iterable[Attending], conflicted: frozenset[str] = frozenset()) -> Quorum:
    """Return the quorum among those who are there and have no conflict of interest."""
    agencies = {plain(one.agency) for one in there if one.name not in conflicted}
    return Quorum(tuple(needed), tuple(name for name in needed if plain(name) not in agencies))


def plain(agency: str) -> str:
    """Return an agency's name as it is compared: whatever its case, and by its long name."""
    name = " ".join(agency.casefold().replace("_", " ").split())
    return _SAME.get(name, name)
