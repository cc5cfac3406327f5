"""Makes the rows of a frame say less, until nobody in it stands alone.

Decides how each case of a frame is shown by its quasi-identifiers, the things by which a neighbour could recognise a
child: age band, sex, ethnic group, area, quarter and offence group. Does not decide who may see the rows.

A ladder of steps, each with what a panel loses by it, is fixed before any row is read. The ways of showing a row are
all combinations of how far each quasi-identifier has gone down; they are tried from the one that loses nothing to the
one that tells nothing. In each, the rows that at least k cases of the frame now share are shown so; the rest go on to
the next. What is counted is how rows are *shown*, over the whole frame and not the sample alone: so knowing the method,
or the frame, singles out nobody either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

WITHHELD = "WITHHELD"
KEPT_LONGEST = 1000
"""How many times dearer the quasi-identifiers are of which a frame's strata are made: nothing else outweighs them."""


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
    """One rung: which quasi-identifier says less, what that is called, how a value becomes coarser, what is lost by it.

    `loss` is beside that of the steps before it of the same quasi-identifier.
    """

    field: Quasi
    how: str
    coarser: Callable[[str], str]
    loss: int


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


Way = tuple[int, ...]
"""A way of showing rows: how many steps down each quasi-identifier has gone, in the order of `Quasi`."""

Class = tuple[Way, list[int]]
"""A way of showing, and the rows of the frame that it shows alike."""


class NotReleasableError(ValueError):
    """The frame has fewer than k cases, so that even rows that say nothing would be too few."""


def withhold(field: Quasi, loss: int) -> Step:
    """Return the rung on which a quasi-identifier is no longer told."""
    return Step(field, WITHHELD, lambda _: WITHHELD, loss)


def ladder_for(
    ladder: Sequence[Step], *, population: Sequence[QuasiIdentifiers], kept: Collection[Quasi]
) -> tuple[Step, ...]:
    """Return the ladder for a frame: what its strata are made of is given up last, what is the same for all never.

    (Withholding the area of a frame of one area would hide nothing, since the frame itself names it.)
    """
    varying = {field for field in Quasi if len({getattr(row, field) for row in population}) > 1}
    useful = [step for step in ladder if step.field in varying]
    return tuple(replace(step, loss=step.loss * KEPT_LONGEST) if step.field in kept else step for step in useful)


def release(population: Sequence[QuasiIdentifiers], *, k: int, ladder: Sequence[Step]) -> tuple[Shown, ...]:
    """Return every row of a frame as it may be shown, in the order given: no way of being shown has fewer than k rows.

    The ladder must be able to withhold every quasi-identifier that is not the same for all rows.
    Raises NotReleasableError when the frame itself has fewer than k rows.
    """
    if len(population) < k:
        raise NotReleasableError("the frame has fewer than k cases")
    descents = [_descent(population, field, [step for step in ladder if step.field == field]) for field in Quasi]
    shown: dict[int, Shown] = {}
    for way, rows in _classes(descents, range(len(population)), k=k):
        shown |= dict.fromkeys(rows, _shown(descents, way, rows[0]))
    return tuple(shown[row] for row in range(len(population)))


@dataclass(frozen=True, slots=True)
class _Descent:
    """One quasi-identifier of a frame: its steps down, and after each of them (first after none) every row's value."""

    steps: tuple[Step, ...]
    values: tuple[tuple[str, ...], ...]


def _descent(population: Sequence[QuasiIdentifiers], field: Quasi, steps: Sequence[Step]) -> _Descent:
    values = [tuple(getattr(row, field) for row in population)]
    for step in steps:
        values.append(tuple(step.coarser(value) for value in values[-1]))
    return _Descent(tuple(steps), tuple(values))


def _shown(descents: Sequence[_Descent], way: Way, row: int) -> Shown:
    taken = [descent.steps[:down] for descent, down in zip(descents, way, strict=True)]
    coarsened = tuple(Coarsening(steps[-1].field, steps[-1].how) for steps in taken if steps)
    return Shown(QuasiIdentifiers(*_values(descents, way, row)), coarsened)


def _values(descents: Sequence[_Descent], way: Way, row: int) -> tuple[str, ...]:
    return tuple(descent.values[down][row] for descent, down in zip(descents, way, strict=True))


def _ways(descents: Sequence[_Descent]) -> list[Way]:
    """Return every combination of how far each quasi-identifier has gone down, by what is lost: nothing first.

    Of two that lose as much, that comes first which takes fewer steps.
    """
    ways = product(*(range(len(descent.steps) + 1) for descent in descents))
    return sorted(ways, key=lambda way: (_loss(descents, way), sum(way), way))


def _loss(descents: Sequence[_Descent], way: Way) -> int:
    return sum(step.loss for descent, down in zip(descents, way, strict=True) for step in descent.steps[:down])


def _classes(descents: Sequence[_Descent], rows: Sequence[int], *, k: int) -> list[Class]:
    """Return the ways of being shown, each with the rows that it shows alike: at least k of them."""
    settled: list[Class] = []
    waiting = list(rows)
    for way in _ways(descents):
        found = _share(descents, waiting, way)
        settled += [(way, alike) for alike in found if len(alike) >= k]
        waiting = [row for alike in found if len(alike) < k for row in alike]
        if not waiting:
            return settled
    return _with_company(descents, settled, waiting, k=k)


def _with_company(descents: Sequence[_Descent], settled: list[Class], waiting: Sequence[int], *, k: int) -> list[Class]:
    """Give the few rows left at the end company: what classes have beyond k, else one whole class.

    The classes that tell least give first, having least to lose. Who goes is settled by the order of the rows, so they
    are to be given in an order that nobody outside can foresee.
    """
    classes = sorted(settled, key=lambda found: (-_loss(descents, found[0]), -len(found[1])))
    company = list(waiting)
    for _, rows in classes:
        spare = max(0, min(k - len(company), len(rows) - k))
        company += rows[:spare]
        del rows[:spare]
    if len(company) < k:
        company += classes.pop(0)[1]
    return [*classes, next((way, company) for way in _ways(descents) if len(_share(descents, company, way)) == 1)]


def _share(descents: Sequence[_Descent], rows: Sequence[int], way: Way) -> list[list[int]]:
    """Return the rows by the values that this way would show of them."""
    alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in rows:
        alike[_values(descents, way, row)].append(row)
    return list(alike.values())
