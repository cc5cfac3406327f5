"""Statements that are built once: their text for the driver, and how values become its types and rows become ours.

SQLAlchemy writes a statement; that takes ten times as long as the driver takes to send it. What runs in every request
is therefore written out when it is first needed, and kept.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
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
    def _compiled(self) -> Any:  # noqa: ANN401  (SQLAlchemy's compiled statement)
        return self._statement.compile(dialect=_DIALECT)

    @cached_property
    def _constants(self) -> Values:
        return dict(self._compiled.params)

    @cached_property
    def _row(self) -> Callable[..., Any]:
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
        return [self._row(*self._plain(record)) for record in records]

    def _plain(self, record: Sequence[Any]) -> Sequence[Any]:
        if not self._uuids:
            return record
        values = list(record)
        for index in self._uuids:
            values[index] = None if values[index] is None else str(values[index])
        return values


class Insertion:
    """An INSERT into some columns of a table, of one row or of many."""

    def __init__(self, table: Table, names: tuple[str, ...]) -> None:
        quote = _DIALECT.identifier_preparer.quote
        self._columns = [table.c[name] for name in names]
        self._names = names
        self._writers = [{one.name: _writer(one, few=few) for one in self._columns} for few in (False, True)]
        self._into = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))})"

    def text(self, rows: int, begin: int, after: str = "") -> str:
        """Return the statement for so many rows, whose first parameter has the number `begin`.

        `after` is a part of the same statement, of one row, that is done before any row is made.
        """
        types = [_type_of(column) for column in self._columns]
        width = len(types)
        told = ", ".join(f"c{at}" for at in range(width))
        first = f"{after}, " if after else ""
        if rows > _FEW:
            arrays = ", ".join(f"${begin + at}::{_carried(kind)}[]" for at, kind in enumerate(types))
            wanted = ", ".join(f"told.c{at}::{kind}" for at, kind in enumerate(types))
            return f"{self._into} SELECT {wanted} FROM {first}unnest({arrays}) AS told ({told})"  # noqa: S608  (our own names)
        one_row = (
            ", ".join(f"${begin + row * width + at}::{kind}" for at, kind in enumerate(types)) for row in range(rows)
        )
        values = f"VALUES {', '.join(f'({row})' for row in one_row)}"
        if not after:
            return f"{self._into} {values}"
        return f"{self._into} SELECT told.* FROM {first}({values}) AS told ({told})"  # noqa: S608  (our own names)

    def arguments(self, rows: Sequence[Values]) -> list[Any]:
        """Return the values of rows in the order in which the text asks for them."""
        few = len(rows) <= _FEW
        columns = [self._column(name, rows, few=few) for name in self._names]
        return [value for row in zip(*columns, strict=True) for value in row] if few else columns

    def _column(self, name: str, rows: Sequence[Values], *, few: bool) -> list[Any]:
        write = self._writers[few][name]
        return [row[name] for row in rows] if write is None else [write(row[name]) for row in rows]

    def parameters(self, rows: int) -> int:
        """Return how many parameters so many rows take."""
        return len(self._names) * (rows if rows <= _FEW else 1)


@cache
def insertion(table: Table, names: tuple[str, ...]) -> Insertion:
    """Return the INSERT into these columns of a table."""
    return Insertion(table, names)


Shape = tuple[tuple[Insertion, int], ...]


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
    for one, rows in shape:
        parts.append(one.text(rows, begin, after))
        begin += one.parameters(rows)
    return parts


def shape_of(pending: Iterable[tuple[Insertion, Sequence[Values]]]) -> Shape:
    """Return the shape of what is to be written; beyond a few rows, how many makes no difference to it."""
    return tuple((one, min(len(rows), _FEW + 1)) for one, rows in pending)


def _type_of(column: Column[Any]) -> str:
    kind = column.type
    return "TEXT" if isinstance(kind, String) else kind.compile(_DIALECT)


def _carried(kind: str) -> str:
    """Return as what a value goes inside an array: lists and documents as their text."""
    return "TEXT" if kind in {"JSONB", "TEXT[]"} else kind


def _writer(column: Column[Any], *, few: bool) -> Callable[[Any], Any] | None:
    """Return what turns a value into what the driver takes, or None where the driver takes it as it is."""
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, JSONB):
        return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return _list_literal if isinstance(kind, ARRAY) and not few else None


def _list_literal(words: Sequence[str]) -> str:
    """Write a list of texts as PostgreSQL reads one."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"
