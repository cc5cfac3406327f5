"""How areas change: which were merged or split, on which day, into which. Pure; the file is the deployment's own.

A case keeps the area in which it began. From the day of a merger whoever reaches the new area reaches the old ones,
and the new area's protocol is theirs; from the day of a split, whoever reaches a part reaches the old area until the
day on which its cases must have been transferred. Nothing is ever reached the other way: who is named for an old area
alone sees nothing of the new one. Nothing new begins in an area that has ended.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from app.law import yamlfile
from app.law.base import Frozen

AreaCode = Annotated[str, Field(pattern=r"^[EW][0-9]{8}$")]


class AreasBroken(Exception):
    """The file of changes of areas cannot be used; the message says why."""


class AreaChangeKind(StrEnum):
    """What happened to areas."""

    MERGE = "MERGE"
    SPLIT = "SPLIT"


class AreaChange(Frozen):
    """That areas ended on a day, and what came in their stead.

    `areas` ended; `into` follow them. A merger has one that follows; a split has one that ended, and says until when
    (`open_until`, that day included) its parts reach its cases.
    """

    on: date
    kind: AreaChangeKind
    areas: Annotated[tuple[AreaCode, ...], Field(min_length=1)]
    into: Annotated[tuple[AreaCode, ...], Field(min_length=1)]
    open_until: date | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if set(self.areas) & set(self.into):
            raise ValueError("an area does not follow itself")
        if self.kind is AreaChangeKind.MERGE and (len(self.into) != 1 or self.open_until is not None):
            raise ValueError("a merger has one area that follows, and no end")
        if self.kind is AreaChangeKind.SPLIT and (len(self.areas) != 1 or len(self.into) == 1):
            raise ValueError("a split has one area that ended, and parts")
        if self.kind is AreaChangeKind.SPLIT and (self.open_until is None or self.open_until < self.on):
            raise ValueError("a split says until when its parts reach the old cases")
        return self

    def opens(self, on: date) -> bool:
        """Return whether those that follow reach the old cases on a day."""
        return self.on <= on and (self.open_until is None or on <= self.open_until)


class _File(Frozen):
    changes: tuple[AreaChange, ...]


@dataclass(frozen=True)
class AreaChanges:
    """Every change of areas that the deployment knows of."""

    changes: tuple[AreaChange, ...] = ()

    def ended(self, area: str, on: date) -> AreaChange | None:
        """Return the change by which an area has ended by a day, or None if it has not."""
        return next((one for one in self.changes if area in one.areas and one.on <= on), None)

    def reach(self, areas: Collection[str], on: date) -> frozenset[str]:
        """Return the areas that whoever is named for some reaches on a day: those, and what was before them."""
        reached = set(areas)
        while more := set(self._opened_by(reached, on)) - reached:
            reached |= more
        return frozenset(reached)

    def _opened_by(self, areas: Collection[str], on: date) -> Iterator[str]:
        for change in self.changes:
            if change.opens(on) and set(change.into) & set(areas):
                yield from change.areas

    def present(self, area: str, on: date) -> str:
        """Return the area whose protocol is an area's on a day: the one that it was merged into, or itself."""
        change = self.ended(area, on)
        merged = change is not None and change.kind is AreaChangeKind.MERGE
        return self.present(change.into[0], on) if change is not None and merged else area

    def counted_with(self, area: str, on: date) -> tuple[str, ...]:
        """Return the areas whose cases are an area's on a day: itself and all that was merged into it.

        What was split is nobody's but its own: its past cannot be told apart by its parts.
        """
        every = {one for change in self.changes for one in change.areas}
        return (area, *sorted(one for one in every - {area} if self.present(one, on) == area))


def read_changes(text: str) -> AreaChanges:
    """Read the file of changes of areas; raise `AreasBroken` in one clear line if it is not sound."""
    try:
        changes = _File.model_validate(yamlfile.read(text)).changes
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise AreasBroken(f"The changes of areas are not sound at {place}: {first['msg']}") from None
    except yamlfile.NotReadable as fault:
        raise AreasBroken(f"The changes of areas cannot be read: {fault}") from None
    ended = [area for change in changes for area in change.areas]
    if len(set(ended)) < len(ended):
        raise AreasBroken("The changes of areas let an area end twice.")
    follows = {area: change.into for change in changes for area in change.areas}
    if any(area in _after(follows, follows[area]) for area in follows):
        raise AreasBroken("The changes of areas let an area follow itself.")
    return AreaChanges(changes)


def _after(follows: Mapping[str, tuple[str, ...]], areas: Collection[str]) -> set[str]:
    """Return areas and everything that comes after them, however often something does."""
    found: set[str] = set()
    left = list(areas)
    while left:
        area = left.pop()
        if area not in found:
            found.add(area)
            left.extend(follows.get(area, ()))
    return found
