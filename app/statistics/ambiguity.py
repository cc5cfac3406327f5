"""Shows that a small count cannot be recovered, by exhibiting other tables of which the same would be told. Pure.

The caller knows, of every period told, each count that is told and every total. A count is safe when children could
have stood elsewhere in the tables without any of that changing: two children of two groups exchange outcomes (a
rectangle), or a child belongs to another group, or outcome, whose total is withheld as well. What one segment of the
calendar gains by it, another may lose, where a period told holds both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from app.statistics.suppression import BASE, ROOM, TOGETHER, Cell, Counts, Suppression

Move = Mapping[Cell, int]


@dataclass(frozen=True)
class Known:
    """What was told of one table: the suppression of each period, and its segments, as bits.

    `atoms` are the counts of each segment: who could stand elsewhere.
    """

    told: Sequence[tuple[int, Suppression]]
    atoms: Sequence[Counts]

    @cached_property
    def moves(self) -> list[tuple[Move, int]]:
        """Return every move with the places, as bits, of the periods in which it would show."""
        table = self.atoms[0]
        return [(move, self._shown(move)) for move in _moves(table.rows, table.columns)]

    def _shown(self, move: Move) -> int:
        return sum(1 << place for place, (_, hidden) in enumerate(self.told) if not hides(hidden, move))

    def holding(self, at: int) -> int:
        """Return the places, as bits, of the periods that hold a segment."""
        return sum(1 << place for place, (segments, _) in enumerate(self.told) if segments >> at & 1)


def hides(hidden: Suppression, move: Move) -> bool:
    """Return whether nothing that is told of a table changes by a move."""
    merged: dict[Cell, int] = {}
    for (row, column), by in move.items():
        place = TOGETHER if row in hidden.rows else row, TOGETHER if column in hidden.columns else column
        merged[place] = merged.get(place, 0) + by
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for (row, column), by in merged.items():
        rows[row], columns[column] = rows.get(row, 0) + by, columns.get(column, 0) + by
    seen = [by for place, by in merged.items() if place not in hidden.cells]
    return not any((*seen, *rows.values(), *columns.values()))


def exposed(known: Known, table: Counts, segments: int) -> bool:
    """Return whether for a small count or total of a stretch of days too little else is possible."""
    cells = [cell for cell in product(table.rows, table.columns) if 0 < table.at(*cell) < BASE]
    rows = [row for row in table.rows if 0 < table.of_row(row) < BASE]
    columns = [column for column in table.columns if 0 < table.of_column(column) < BASE]
    if any(_reach(known, cell, segments) < ROOM for cell in cells):
        return True
    of_rows = ([(row, column) for column in table.columns] for row in rows)
    of_columns = ([(row, column) for row in table.rows] for column in columns)
    return any(_reach_of_total(known, line, segments) < ROOM for line in (*of_rows, *of_columns))


def _reach_of_total(known: Known, line: Sequence[Cell], segments: int) -> int:
    """Return how far a total can be shown to reach: in each of its cells by a child of another line."""
    up = down = 0
    for cell in line:
        own = [(move, shown) for move, shown in known.moves if cell in move and len({*move} & {*line}) == 1]
        room = [(move[cell], by) for move, shown in own for by in _amounts(known, move, shown, segments)]
        up += max((by for way, by in room if way > 0), default=0)
        down += max((by for way, by in room if way < 0), default=0)
    return up + down


def _reach(known: Known, cell: Cell, segments: int) -> int:
    """Return how far the count of a cell in some segments can be shown to reach, up and down together."""
    up = down = 0
    for move, shown in known.moves:
        if cell not in move:
            continue
        for amount in _amounts(known, move, shown, segments):
            if move[cell] > 0:
                up = max(up, amount)
            else:
                down = max(down, amount)
        if up + down >= ROOM:
            break
    return up + down


def _amounts(known: Known, move: Move, shown: int, segments: int) -> Iterator[int]:
    """Give by how much a move can be made in a segment of these, alone or against another segment outside them."""
    places = range(len(known.atoms))
    for at in places:
        if not segments >> at & 1:
            continue
        own = known.holding(at)
        room = _room(known.atoms[at], move)
        if not room:
            continue
        if not own & shown:
            yield room
        for other in places:
            if not segments >> other & 1 and not (own ^ known.holding(other)) & shown:
                yield min(room, _room(known.atoms[other], {cell: -by for cell, by in move.items()}))


def _room(counts: Counts, move: Move) -> int:
    return min(counts.at(*cell) for cell, by in move.items() if by < 0)


def _moves(rows: Sequence[str], columns: Sequence[str]) -> Iterator[Move]:
    for (one, other), (left, right) in product(combinations(rows, 2), combinations(columns, 2)):
        move = {(one, left): 1, (one, right): -1, (other, left): -1, (other, right): 1}
        yield from (move, _back(move))
    for (one, other), column in product(combinations(rows, 2), columns):
        move = {(one, column): 1, (other, column): -1}
        yield from (move, _back(move))
    for row, (left, right) in product(rows, combinations(columns, 2)):
        move = {(row, left): 1, (row, right): -1}
        yield from (move, _back(move))


def _back(move: Move) -> Move:
    return {cell: -by for cell, by in move.items()}
