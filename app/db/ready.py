"""Statements that are built once: their text for the driver, and how values become its types and rows become ours.

SQLAlchemy writes a statement; that takes ten times as long as the driver takes to send it. What runs in every request
is therefore written out when it is first needed, and kept.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import count, repeat
from operator import is_, itemgetter
from typing import Any

from sqlalchemy import ARRAY, Column, Row, Select, String, Table, TextualSelect, Uuid
from sqlalchemy.dialects.postgresql import JSONB, asyncpg
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy says no types of it
_FEW = 4  # rows up to which each value is a parameter of its own; more go as one array to a column
_SHAPES = 256  # gathered statements that are kept; each is a way in which some acts write


class Ready:
    """A statement that reads. Its parameters are named by `bindparam`; its rows have their columns as attributes."""

    def __init__(self, statement: Select[Any] | TextualSelect) -> None:
        self._statement = statement

    @cached_property
    def sql(self) -> str:
        """The text of the statement, with `$1` for its first parameter."""
        return str(self._compiled)

    @cached_property
    def opened(self) -> str:
        """The same with what opens an act before it (`oocd_open`, whose parameters come last), as one transaction.

        The question depends on the answer of what opens, and OFFSET 0 lets nothing of it be done elsewhere: no plan can
        look at a row before it is set whose rows may be seen. What opens is one row, to which the rows of the question
        are joined as they come: they keep their order.
        """
        asked = len(self._compiled.positiontup)
        opening = ", ".join(f"${asked + place}" for place in range(1, 8))
        return (
            f"WITH opened AS MATERIALIZED (SELECT oocd_open({opening}) AS so) SELECT asked.* FROM opened "  # noqa: S608
            f"CROSS JOIN LATERAL (SELECT * FROM ({self.sql}) AS told WHERE opened.so OFFSET 0) AS asked"
        )

    @cached_property
    def _compiled(self) -> Any:  # noqa: ANN401  (SQLAlchemy's compiled statement)
        return self._statement.compile(dialect=_DIALECT)

    @cached_property
    def _constants(self) -> Values:
        return dict(self._compiled.params)

    @cached_property
    def _row(self) -> Any:  # noqa: ANN401  (a class of tuples with names)
        return namedtuple("Row", [column.name for column in self._statement.selected_columns])  # noqa: PYI024  (by name)

    @cached_property
    def _uuids(self) -> tuple[int, ...]:
        columns = enumerate(self._statement.selected_columns)
        return tuple(index for index, column in columns if isinstance(column.type, Uuid))

    def arguments(self, values: Values) -> list[Any]:
        """Return the values in the order in which the text asks for them."""
        told = {**self._constants, **values}
        return [told[name] for name in self._compiled.positiontup]

    def rows(self, records: Iterable[Sequence[Any]]) -> list[Row[Any]]:
        """Return the driver's records as tuples with names, as SQLAlchemy's rows are; ids are text."""
        return list(map(self._row._make, map(self._plain, records) if self._uuids else records))

    def _plain(self, record: Sequence[Any]) -> Sequence[Any]:
        values = list(record)
        for index in self._uuids:
            values[index] = None if values[index] is None else str(values[index])
        return values


class Insertion:
    """An INSERT into some columns of a table."""

    def __init__(self, table: Table, names: tuple[str, ...]) -> None:
        quote = _DIALECT.identifier_preparer.quote
        columns = [table.c[name] for name in names]
        self.into = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))})"
        self.types = [_type_of(column) for column in columns]
        self._all = tuple(range(len(columns)))
        self._values_of = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
        self._written = {at: write for at, column in enumerate(columns) if (write := _writer(column))}
        self._listed = {at for at, column in enumerate(columns) if isinstance(column.type, ARRAY)}

    def prepared(self, rows: Sequence[Values]) -> "tuple[Part, list[Any]]":
        """Return these rows as a part of a statement, and its values in the order in which the text asks for them."""
        if len(rows) == 1:
            return part(self, 1, self._all), self._written_out(rows[0])
        columns: list[tuple[Any, ...]] = list(zip(*map(self._values_of, rows), strict=True))
        for at, write in self._written.items():
            columns[at] = tuple(map(write, columns[at]))
        alike = tuple(at for at, column in enumerate(columns) if all(map(is_, column, repeat(column[0]))))
        if len(alike) == len(columns):
            alike = alike[1:]  # something has to say how many they are
        once = [columns[at][0] for at in alike]
        own = [at for at in range(len(columns)) if at not in alike]
        if len(rows) <= _FEW:
            each = [columns[at][row] for row in range(len(rows)) for at in own]
            return part(self, len(rows), alike), once + each
        lists = [[*map(_list_literal, columns[at])] if at in self._listed else list(columns[at]) for at in own]
        return part(self, _FEW + 1, alike), once + lists

    def _written_out(self, row: Values) -> list[Any]:
        values = list(self._values_of(row))
        for at, write in self._written.items():
            values[at] = write(values[at])
        return values


@dataclass(frozen=True, eq=False)
class Part:
    """An INSERT of so many rows; `alike` are the columns, by their places, of which all rows hold the same.

    What a column holds in all rows is sent once. The same means the very same value, as what an act knows of itself
    is; not what chances to be equal, for every combination of columns is a statement of its own. Beyond a few rows,
    how many there are makes no difference.
    """

    insertion: Insertion
    rows: int
    alike: tuple[int, ...]

    def text(self, begin: int, after: str = "") -> tuple[str, int]:
        """Return the statement, whose first parameter has the number `begin`, and the number behind its last.

        `after` is a part of the same statement, of one row, that is done before any row is made.
        """
        types = self.insertion.types
        numbers = count(begin)
        wanted = {at: f"${next(numbers)}::{types[at]}" for at in self.alike}
        own = [at for at in range(len(types)) if at not in wanted]
        wanted |= {at: f"told.c{at}::{types[at]}" for at in own}
        sources = [after] if after else []
        if own:
            rows = self._values(own, numbers) if self.rows <= _FEW else self._lists(own, numbers)
            sources.append(f"{rows} AS told ({', '.join(f'c{at}' for at in own)})")
        text = f"{self.insertion.into} SELECT {', '.join(wanted[at] for at in range(len(types)))}"
        return text + (f" FROM {', '.join(sources)}" if sources else ""), next(numbers)

    def _values(self, own: Sequence[int], numbers: Iterator[int]) -> str:
        types = self.insertion.types
        rows = [", ".join(f"${next(numbers)}::{types[at]}" for at in own) for _ in range(self.rows)]
        return f"(VALUES {', '.join(f'({row})' for row in rows)})"

    def _lists(self, own: Sequence[int], numbers: Iterator[int]) -> str:
        lists = (f"${next(numbers)}::{_carried(self.insertion.types[at])}[]" for at in own)
        return f"unnest({', '.join(lists)})"


@lru_cache(maxsize=_SHAPES)
def part(insertion: Insertion, rows: int, alike: tuple[int, ...]) -> Part:
    """Return the one part of its kind, so that statements of the same parts are the same."""
    return Part(insertion, rows, alike)


@cache
def insertion(table: Table, names: tuple[str, ...]) -> Insertion:
    """Return the INSERT into these columns of a table."""
    return Insertion(table, names)


Shape = tuple[Part, ...]


def prepared(pending: Iterable[tuple[Insertion, Sequence[Values]]]) -> tuple[Shape, list[Any]]:
    """Return the shape of what is to be written, by which its statement is known, and its values in their order."""
    parts = [one.prepared(rows) for one, rows in pending]
    return tuple(one for one, _ in parts), [value for _, values in parts for value in values]


@lru_cache(maxsize=_SHAPES)
def gathered(shape: Shape) -> str:
    """Return one statement for several INSERTs, each of so many rows; keys between them are checked at its end."""
    *before, last = _parts(shape, 1)
    told = ", ".join(f"part{number} AS ({part})" for number, part in enumerate(before))
    return f"WITH {told} {last}" if before else last


_OPENING = "opened AS MATERIALIZED (SELECT oocd_open($1, $2, $3, $4, $5, $6, $7))"


@lru_cache(maxsize=_SHAPES)
def opened(shape: Shape) -> str:
    """Return the same as a transaction of its own. Each row is made from what opens it, so that comes before any."""
    *before, last = _parts(shape, 8, "opened")
    told = ", ".join([_OPENING, *(f"part{number} AS ({part})" for number, part in enumerate(before))])
    return f"WITH {told} {last}"


def _parts(shape: Shape, begin: int, after: str = "") -> list[str]:
    parts = []
    for one in shape:
        text, begin = one.text(begin, after)
        parts.append(text)
    return parts


def _type_of(column: Column[Any]) -> str:
    kind = column.type
    return "TEXT" if isinstance(kind, String) else kind.compile(_DIALECT)


def _carried(kind: str) -> str:
    """Return as what a value goes inside an array: lists and documents as their text."""
    return "TEXT" if kind == "JSONB" or kind.endswith("[]") else kind


def _writer(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return what turns a value into what the driver takes, or None where the driver takes it as it is."""
    kind: TypeEngine[Any] = column.type
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT) if isinstance(kind, JSONB) else None


def _list_literal(words: Sequence[str] | None) -> str | None:
    """Write a list of texts or ids as PostgreSQL reads one; no list is none."""
    if words is None:
        return None
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"
