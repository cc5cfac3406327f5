"""What a table may tell. Pure: decides which counts are withheld, and that no arithmetic brings them back.

A table counts children by group and outcome; its totals are told with it. A count of one to four tells of a child who
could be recognised, so it is withheld (primary suppression). Withheld alone, it follows from its row's total: so other
counts are withheld with it, three corners of a rectangle, such that the table could be another one with the same totals
(secondary suppression). Whoever knows every count that is told, exactly, still finds at least two values for it.

A group so small that even its total is withheld is put together with others until they are enough. What is told is
rounded to five; rates and indices are computed before the rounding.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

Cell = tuple[str, str]
BASE = 5


class Withheld(StrEnum):
    """Why a count is withheld."""

    SMALL = "SMALL"
    WOULD_TELL_ANOTHER = "WOULD_TELL_ANOTHER"
    GROUP_TOO_SMALL = "GROUP_TOO_SMALL"


@dataclass(frozen=True)
class Counts:
    """A table of counts: rows are groups, columns outcomes, each child in one cell. Absent cells are nought."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int]

    def at(self, row: str, column: str) -> int:
        """Return the count of a cell."""
        return self.cells.get((row, column), 0)

    def of_row(self, row: str) -> int:
        """Return the total of a row."""
        return sum(self.at(row, column) for column in self.columns)

    def of_column(self, column: str) -> int:
        """Return the total of a column."""
        return sum(self.at(row, column) for row in self.rows)

    @property
    def total(self) -> int:
        """Return how many there are in all."""
        return sum(self.of_row(row) for row in self.rows)


@dataclass(frozen=True)
class Suppression:
    """What of a table is withheld: whole rows with their totals, whole columns with theirs, and single cells."""

    rows: frozenset[str]
    columns: frozenset[str]
    cells: Mapping[Cell, Withheld]

    def tells_row(self, row: str) -> bool:
        """Return whether the total of a row is told."""
        return row not in self.rows

    def tells(self, row: str, column: str) -> bool:
        """Return whether a cell is told."""
        return row not in self.rows and column not in self.columns and (row, column) not in self.cells

    def tells_all(self, row: str, columns: Iterable[str]) -> bool:
        """Return whether every one of some cells of a row is told."""
        return all(self.tells(row, column) for column in columns)


def suppress(table: Counts, *, threshold: int = BASE, also: Collection[Suppression] = ()) -> Suppression:
    """Return what of a table is withheld: counts of one to below the threshold, and what would tell them.

    `also` are suppressions of other tables whose counts must not follow from this one (`differencing`); what they
    withhold is withheld here.
    """
    rows = _too_few({row: table.of_row(row) for row in table.rows}, threshold, _united(one.rows for one in also))
    turned = {column: table.of_column(column) for column in table.columns}
    columns = _too_few(turned, threshold, _united(one.columns for one in also))
    merged = _merge(table, rows, columns)
    cells: dict[Cell, Withheld] = {}
    for one in also:
        cells |= {cell: Withheld.WOULD_TELL_ANOTHER for cell in one.cells if merged.at(*cell)}
    small = [cell for cell in product(merged.rows, merged.columns) if 0 < merged.at(*cell) < threshold]
    cells |= dict.fromkeys(small, Withheld.SMALL)
    for cell in sorted(cells):
        for other in _companions(merged, cell, cells):
            cells.setdefault(other, Withheld.WOULD_TELL_ANOTHER)
    return Suppression(rows, columns, cells)


def _united(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*parts)


def _too_few(totals: Mapping[str, int], threshold: int, also: frozenset[str]) -> frozenset[str]:
    """Return the names whose totals are withheld: the small ones, and the next larger until together they are enough.

    One alone would follow from the total of all.
    """
    withheld = {name for name, total in totals.items() if 0 < total < threshold or (name in also and total)}
    waiting = sorted((name for name, total in totals.items() if total and name not in withheld), key=totals.__getitem__)
    while withheld and waiting and (len(withheld) == 1 or sum(totals[name] for name in withheld) < threshold):
        withheld.add(waiting.pop(0))
    return frozenset(withheld)


TOGETHER = "\x00TOGETHER"
"""The row, or column, of all that are withheld; it follows from the totals, so it is protected like any other."""


def _merge(table: Counts, rows: frozenset[str], columns: frozenset[str]) -> Counts:
    """Return the table with withheld rows put together, and withheld columns."""
    cells: dict[Cell, int] = {}
    for row, column in product(table.rows, table.columns):
        place = (TOGETHER if row in rows else row, TOGETHER if column in columns else column)
        cells[place] = cells.get(place, 0) + table.at(row, column)
    return Counts(_put_together(table.rows, rows), _put_together(table.columns, columns), cells)


def _put_together(names: Sequence[str], withheld: frozenset[str]) -> tuple[str, ...]:
    kept = tuple(name for name in names if name not in withheld)
    return (*kept, TOGETHER) if withheld else kept


def _companions(table: Counts, cell: Cell, withheld: Collection[Cell]) -> list[Cell]:
    """Return the other three corners of the rectangle that hides a cell at least cost; none where there is none.

    A count moves up by one if its diagonal moves up and the other two move down, which they can unless they are nought;
    or down, if the diagonal is not nought.
    """
    row, column = cell
    found: list[tuple[int, int, list[Cell]]] = []
    for across, down in product(table.columns, table.rows):
        if across == column or down == row:
            continue
        beside, below, diagonal = (row, across), (down, column), (down, across)
        corners = [beside, below, diagonal]
        up = table.at(*beside) and table.at(*below)
        if up or (table.at(*cell) and table.at(*diagonal)):
            new = [corner for corner in corners if corner not in withheld]
            found.append((len(new), sum(table.at(*corner) for corner in new), corners))
    return min(found)[2] if found else []


def rounded(count: int, *, base: int = BASE) -> int:
    """Return a count as it is told: rounded to the nearest five."""
    return base * ((2 * count + base) // (2 * base))
