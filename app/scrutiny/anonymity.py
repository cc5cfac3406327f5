"""Makes the rows of a frame say less, until nobody in it stands alone.

Decides how each case of a frame is shown by its quasi-identifiers, the things by which a neighbour could recognise a
child: age band, sex, ethnic group, area, quarter and offence group. Does not decide who may see the rows.

A ladder of steps, in an order fixed before any row is read, says what is given up first. On each rung, the rows that
at least k cases of the frame now share are shown so; the rest climb down one more rung. What is counted is how rows
are *shown*, over the whole frame and not the sample alone: so knowing the method, or the frame, singles out nobody
either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

WITHHELD = "WITHHELD"


class Quasi(StrEnum):
    """The quasi-identifiers, by the name of their field."""

    AGE_BAND = "age_band"
    SEX = "sex"
    ETHNIC_GROUP = "ethnic_group"
    AREA = "area"
    QUARTER = "quarter"
    OFFENCE_GROUP = "offence_group"


@dataclass(frozen=True, slots=True)
class QuasiIdentifiers:
    """How one case is shown, before or after coarsening."""

    age_band: str
    sex: str
    ethnic_group: str
    area: str
    quarter: str
    offence_group: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: which quasi-identifier says less, what that is called, and how a value becomes a coarser one."""

    field: Quasi
    how: str
    coarser: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Coarsening:
    """What was done to one quasi-identifier of one row."""

    field: Quasi
    how: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as it may be shown, and how it was coarsened to that."""

    values: QuasiIdentifiers
    coarsened: tuple[Coarsening, ...]


Class = tuple[Shown, list[int]]
"""A way of being shown, and the rows of the frame that are shown so."""


class NotReleasableError(ValueError):
    """The frame has fewer than k cases, so that even rows that say nothing would be too few."""


def withhold(field: Quasi) -> Step:
    """Return the rung on which a quasi-identifier is no longer told."""
    return Step(field, WITHHELD, lambda _: WITHHELD)


def ladder_for(
    ladder: Sequence[Step], *, population: Sequence[QuasiIdentifiers], kept: Collection[Quasi]
) -> tuple[Step, ...]:
    """Return the ladder for a frame: what its strata are made of is given up last, what is the same for all never.

    (Withholding the area of a frame of one area would hide nothing, since the frame itself names it.)
    """
    varying = {field for field in Quasi if len({getattr(row, field) for row in population}) > 1}
    useful = [step for step in ladder if step.field in varying]
    return tuple(sorted(useful, key=lambda step: step.field in kept))


def release(population: Sequence[QuasiIdentifiers], *, k: int, ladder: Sequence[Step]) -> tuple[Shown, ...]:
    """Return every row of a frame as it may be shown, in the order given: no way of being shown has fewer than k rows.

    The ladder must end with every quasi-identifier withheld that is not the same for all rows.
    Raises NotReleasableError when the frame itself has fewer than k rows.
    """
    if len(population) < k:
        raise NotReleasableError("the frame has fewer than k cases")
    shown: dict[int, Shown] = {}
    for way, rows in _classes(population, k=k, ladder=ladder):
        shown |= dict.fromkeys(rows, way)
    return tuple(shown[row] for row in range(len(population)))


def _classes(population: Sequence[QuasiIdentifiers], *, k: int, ladder: Sequence[Step]) -> list[Class]:
    """Return the ways of being shown, each with its rows: at least k of them."""
    settled: list[Class] = []
    waiting = list(range(len(population)))
    for rung in range(len(ladder) + 1):
        found = _share(population, waiting, ladder[:rung])
        settled += [(way, rows) for way, rows in found if len(rows) >= k]
        waiting = [row for _, rows in found if len(rows) < k for row in rows]
    return _with_company(population, settled, waiting, k=k, ladder=ladder)


def _with_company(
    population: Sequence[QuasiIdentifiers], settled: list[Class], waiting: list[int], *, k: int, ladder: Sequence[Step]
) -> list[Class]:
    """Give the few rows left on the last rung company: what classes have beyond k, else one whole class.

    The lowest rungs give first, having least to lose. Who goes is settled by the order of the rows, so they are to be
    given in an order that nobody outside can foresee.
    """
    if not waiting:
        return settled
    classes = sorted(settled, key=lambda found: (-len(found[0].coarsened), -len(found[1])))
    company = list(waiting)
    for _, rows in classes:
        spare = max(0, min(k - len(company), len(rows) - k))
        company += rows[:spare]
        del rows[:spare]
    if len(company) < k:
        company += classes.pop(0)[1]
    return classes + _share(population, company, ladder)


def _share(population: Sequence[QuasiIdentifiers], rows: Sequence[int], steps: Sequence[Step]) -> list[Class]:
    """Return the rows by the way in which these steps would show them."""
    classes: defaultdict[Shown, list[int]] = defaultdict(list)
    for row in rows:
        classes[_show(population[row], steps)].append(row)
    return list(classes.items())


def _show(row: QuasiIdentifiers, steps: Sequence[Step]) -> Shown:
    values = row
    for step in steps:
        values = replace(values, **{step.field: step.coarser(getattr(values, step.field))})
    last = {step.field: step.how for step in steps}
    return Shown(values, tuple(Coarsening(field, how) for field, how in last.items()))
