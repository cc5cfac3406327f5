"""What another policy would have changed, case by case, and the tables of that. Pure.

Compares two pieces of advice on the same facts; decides nothing about a child. A table puts each case in one column, so
that small counts can be withheld (`app.statistics.suppression`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.law.model import DisposalCode
from app.rules.findings import STRICTNESS, Advice
from app.statistics.suppression import Counts

ALL = "ALL"
NOBODY = "UNKNOWN"


class Change(StrEnum):
    """What becomes of the least restrictive disposal that the advice indicates."""

    UNCHANGED = "UNCHANGED"
    LESS_RESTRICTIVE = "LESS_RESTRICTIVE"
    MORE_RESTRICTIVE = "MORE_RESTRICTIVE"
    NO_LONGER_INDICATED = "NO_LONGER_INDICATED"
    NEWLY_INDICATED = "NEWLY_INDICATED"


class Shift(StrEnum):
    """What becomes of how a disposal stands."""

    AS_BEFORE = "AS_BEFORE"
    MORE_OPEN = "MORE_OPEN"
    LESS_OPEN = "LESS_OPEN"


@dataclass(frozen=True)
class Simulated:
    """One decided case under another policy: whose, what changes, and how each disposal then stands."""

    groups: Mapping[str, str]
    decided: DisposalCode
    change: Change
    shifts: Mapping[DisposalCode, Shift]


def compare(before: Advice, after: Advice, decided: DisposalCode, groups: Mapping[str, str]) -> Simulated:
    """Return what another policy changes in the advice on one case."""
    stood = {option.disposal: option.standing for option in before.options}
    shifts = {
        option.disposal: _shift(STRICTNESS[option.standing] - STRICTNESS[stood[option.disposal]])
        for option in after.options
    }
    return Simulated(groups, decided, _change(before, after), shifts)


def _shift(stricter: int) -> Shift:
    if not stricter:
        return Shift.AS_BEFORE
    return Shift.LESS_OPEN if stricter > 0 else Shift.MORE_OPEN


def _change(before: Advice, after: Advice) -> Change:
    one, other = before.least_restrictive_indicated, after.least_restrictive_indicated
    if one == other:
        return Change.UNCHANGED
    if other is None:
        return Change.NO_LONGER_INDICATED
    if one is None:
        return Change.NEWLY_INDICATED
    rank = {option.disposal: option.rank for option in after.options}
    return Change.LESS_RESTRICTIVE if rank[other] < rank[one] else Change.MORE_RESTRICTIVE


def by_group(cases: Sequence[Simulated], name: str) -> Counts:
    """Return how the least restrictive indicated disposal changes, by group."""
    return _count(((one.groups.get(name, NOBODY), one.change) for one in cases), Change)


def whole(cases: Sequence[Simulated]) -> Counts:
    """Return how it changes in all."""
    return _count(((ALL, one.change) for one in cases), Change)


def of_decided(cases: Sequence[Simulated]) -> Counts:
    """Return how the disposal that was decided would then stand, by disposal."""
    return _count(((one.decided.value, one.shifts[one.decided]) for one in cases), Shift)


def of_disposal(cases: Sequence[Simulated], disposal: DisposalCode) -> Counts:
    """Return how one disposal would then stand, in all cases."""
    return _count(((disposal.value, one.shifts[disposal]) for one in cases), Shift)


def _count(pairs: Iterable[tuple[str, StrEnum]], words: type[StrEnum]) -> Counts:
    counted = Counter((row, word.value) for row, word in pairs)
    return Counts(tuple(sorted({row for row, _ in counted})), tuple(word.value for word in words), dict(counted))
