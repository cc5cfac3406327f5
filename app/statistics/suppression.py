"""What a table may tell. Pure: decides which counts are withheld, and that no arithmetic brings them back.

A table counts children by group and outcome; its totals are told with it. A count of one to four tells of a child who
could be recognised, so it is withheld (primary suppression). Withheld alone, it follows from its row's total: so other
counts are withheld with it, three corners of a rectangle, such that the table could be another one with the same totals
(secondary suppression). Whoever knows every count that is told, exactly, still finds at least five values for it, of
which the largest lies four above the smallest.

A group so small that even its total is withheld is put together with others until they are enough. What is told is
rounded to five; rates and indices are computed before the rounding.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

Cell = tuple[str, str]
BASE = 5
ROOM = BASE - 1
"""How far apart the smallest and the largest value must be that a withheld count could have."""


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
    withhold is withheld here, noughts too. A count for which no companions leave enough room is put together with its
    row's next; where that does not help either, nothing of the table is told.
    """
    rows, columns = _united(one.rows for one in also), _united(one.columns for one in also)
    while len(rows) < len(table.rows) or len(columns) < len(table.columns):
        found = _suppressed(table, threshold, also, (rows, columns))
        if isinstance(found, Suppression):
            return found
        rows, columns = _grown(table, found, rows, columns)
    return everything(table)


def everything(table: Counts) -> Suppression:
    """Return the suppression that tells nothing of a table."""
    return Suppression(frozenset(table.rows), frozenset(table.columns), {})


def _suppressed(
    table: Counts, threshold: int, also: Collection[Suppression], lines: tuple[frozenset[str], frozenset[str]]
) -> Suppression | Cell:
    """Return the suppression with these rows and columns put together, or a small count that it cannot hide."""
    rows = withheld_lines({row: table.of_row(row) for row in table.rows}, threshold, lines[0])
    columns = withheld_lines({column: table.of_column(column) for column in table.columns}, threshold, lines[1])
    merged = _merge(table, rows, columns)
    cells: dict[Cell, Withheld] = {}
    for one in also:
        held = (cell for cell in one.cells if cell[0] in merged.rows and cell[1] in merged.columns)
        cells |= dict.fromkeys(held, Withheld.WOULD_TELL_ANOTHER)
    small = [cell for cell in product(merged.rows, merged.columns) if 0 < merged.at(*cell) < threshold]
    cells |= dict.fromkeys(small, Withheld.SMALL)
    for cell in sorted(small):
        others = _companions(merged, cell, cells)
        if others is None:
            return cell
        cells |= {other: Withheld.WOULD_TELL_ANOTHER for other in others if other not in cells}
    return Suppression(rows, columns, cells)


def _grown(
    table: Counts, cell: Cell, rows: frozenset[str], columns: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return rows and columns to put together, one more than before: the count's own row, or the next smallest."""
    if left := _left(table.rows, rows, table.of_row, cell[0]):
        return rows | {left}, columns
    return rows, columns | {_left(table.columns, columns, table.of_column, cell[1])}


def _left(names: Sequence[str], taken: frozenset[str], total: Callable[[str], int], own: str) -> str:
    waiting = [name for name in names if name not in taken and total(name)]
    if own in waiting:
        return own
    return min(waiting, key=total, default="") or next((name for name in names if name not in taken), "")


def _united(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*parts)


def withheld_lines(totals: Mapping[str, int], threshold: int, also: frozenset[str]) -> frozenset[str]:
    """Return the names whose totals are withheld: the small ones, and the next larger until together they are enough.

    One alone would follow from the total of all.
    """
    withheld = {name for name, total in totals.items() if 0 < total < threshold or name in also}
    waiting = sorted((name for name, total in totals.items() if total and name not in withheld), key=totals.__getitem__)
    while withheld and waiting and (_real(withheld, totals) == 1 or sum(totals[name] for name in withheld) < threshold):
        withheld.add(waiting.pop(0))
    return frozenset(withheld)


def _real(names: Iterable[str], totals: Mapping[str, int]) -> int:
    return sum(totals[name] > 0 for name in names)


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


def _companions(table: Counts, cell: Cell, withheld: Collection[Cell]) -> list[Cell] | None:
    """Return the other three corners of the rectangle that hides a cell at least cost; None where there is none.

    The count can be larger by what the corners beside and below it can give, and smaller by what it and its diagonal
    can: together by four at least, so that five values are possible and a small count is not told from a larger one.
    """
    row, column = cell
    found: list[tuple[int, int, list[Cell]]] = []
    for across, down in product(table.columns, table.rows):
        if across == column or down == row:
            continue
        beside, below, diagonal = (row, across), (down, column), (down, across)
        room = min(table.at(*beside), table.at(*below)) + min(table.at(*cell), table.at(*diagonal))
        if room >= ROOM:
            new = [corner for corner in (beside, below, diagonal) if corner not in withheld]
            found.append((len(new), sum(table.at(*corner) for corner in new), [beside, below, diagonal]))
    return min(found)[2] if found else None


def rounded(count: int, *, base: int = BASE) -> int:
    """Return a count as it is told: rounded to the nearest five."""
    return base * ((2 * count + base) // (2 * base))
