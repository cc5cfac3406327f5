"""Decides what is withheld of an answer, given every answer before it. Pure.

Three steps. What is small is withheld, with what would tell it (`suppression`). What follows from this answer and
earlier ones, by sum and difference (`differencing`), is withheld in the same way: where a stretch of days between two
periods would tell a small count, the new answer hides what hides it. Last, it is shown of every small count of every
stretch that it cannot be recovered (`ambiguity`); an answer for which that cannot be shown is refused.

The decision for each earlier period is taken again here, in the order in which they were told: the same question has
the same answer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from app.statistics.ambiguity import Known, exposed
from app.statistics.differencing import Layout, stretches
from app.statistics.suppression import BASE, TOGETHER, Counts, Suppression, everything, suppress
from app.statistics.tables import part_of

Tables = Mapping[str, Counts]
TablesOf = Callable[[int], Tables]


class WouldTell(ValueError):
    """The answer would tell, with those given before, what none of them tells."""


def withheld(
    laid: Layout, tables_of: TablesOf, atoms: Sequence[Tables], asked: Collection[str]
) -> dict[str, Suppression]:
    """Return what is withheld of each table of the last period.

    `tables_of` returns the tables of a stretch of days; `atoms` are, for each segment, the counts of those who could
    stand elsewhere: decided about in no other segment. `asked` are the tables that will be told. Raises WouldTell.
    """
    told: list[dict[str, Suppression]] = []
    implied: set[int] = set()
    for place in range(len(laid.periods)):
        found = [(one.segments, one.others) for one in stretches(laid, place)]
        implied |= {segments for segments, _ in found}
        told.append(_of(laid, place, tables_of, [(tables_of(segments), others) for segments, others in found], told))
    own = [laid.of(one) for one in laid.periods]
    whole = tables_of((1 << len(laid.segments)) - 1)
    for name in asked:
        counts = tables_of(own[-1])[name]
        known = Known(
            [(segments, one.get(name, everything(counts))) for segments, one in zip(own, told, strict=True)],
            [_widened(atom.get(name), whole.get(name, counts)) for atom in atoms],
        )
        if any(name in tables_of(one) and exposed(known, tables_of(one)[name], one) for one in {*own, *implied}):
            if len(own) > 1:
                raise WouldTell(name)
            told[-1][name] = everything(counts)
    return told[-1]


def _of(
    laid: Layout,
    place: int,
    tables_of: TablesOf,
    implied: Sequence[tuple[Tables, tuple[int, ...]]],
    told: Sequence[Mapping[str, Suppression]],
) -> dict[str, Suppression]:
    tables = tables_of(laid.of(laid.periods[place]))
    if place == len(laid.periods) - 1 and any(_is_few(counts) for one, _ in implied for counts in one.values()):
        raise WouldTell("a stretch of days with fewer than five")
    also = {name: _needed(name, implied, told) for name in tables}
    found = _agreeing(tables, also)
    for name in tables:
        whole, line = part_of(name)
        if whole in found and line in found[whole].rows | found[whole].columns:
            found[name] = everything(tables[name])
    return found


def _is_few(counts: Counts) -> bool:
    return 0 < counts.total < BASE


def _needed(
    name: str, implied: Iterable[tuple[Tables, tuple[int, ...]]], told: Sequence[Mapping[str, Suppression]]
) -> list[Suppression]:
    """Return what hides the small counts of every stretch that this answer would complete."""
    found = []
    for tables, others in implied:
        if name not in tables:
            continue
        need = suppress(tables[name])
        if _completes(need, [told[one][name] for one in others if name in told[one]]):
            found.append(need)
    return found


def _completes(need: Suppression, others: Sequence[Suppression]) -> bool:
    """Return whether anything that has to be hidden was told in all of the other periods."""
    return (
        any(all(one.tells_row(row) for one in others) for row in need.rows)
        or any(all(column not in one.columns for one in others) for column in need.columns)
        or any(TOGETHER in cell or all(one.tells(*cell) for one in others) for cell in need.cells)
    )


def _agreeing(tables: Tables, also: Mapping[str, Sequence[Suppression]]) -> dict[str, Suppression]:
    """Return what is withheld of each table, tables with one line of totals withholding the same of it.

    The tables by sex and by ethnicity count the same children: what one withheld of the totals the other would tell.
    """
    lines = {_totals(one): frozenset[str]() for one in tables.values()}
    while True:
        found = {
            name: suppress(one, also=[*also[name], Suppression(frozenset(), lines[_totals(one)], {})])
            for name, one in tables.items()
        }
        new = dict(lines)
        for name, one in tables.items():
            new[_totals(one)] |= found[name].columns
        if new == lines:
            return found
        lines = new


def _totals(counts: Counts) -> tuple[tuple[str, int], ...]:
    return tuple((column, counts.of_column(column)) for column in counts.columns)


def _widened(counts: Counts | None, like: Counts) -> Counts:
    """Return counts with the rows and columns of another table too."""
    if counts is None:
        return Counts(like.rows, like.columns, {})
    rows, columns = dict.fromkeys((*like.rows, *counts.rows)), dict.fromkeys((*like.columns, *counts.columns))
    return Counts(tuple(rows), tuple(columns), counts.cells)
