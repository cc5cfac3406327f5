"""The one metadata that every table joins, with names that migrations can rely on."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Column, ColumnElement, MetaData, any_, literal, literal_column

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Return the CHECK that a text column holds one word of an enumeration (the words may grow; a type could not)."""
    return CheckConstraint(is_one_of(column, words), name=column)


def is_one_of(column: str, words: Iterable[str]) -> str:
    """Return the condition that a text column holds one of some words, which are our own."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def written(column: Column[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a text column holds one of some words of our own, which stand in the statement's text.

    A partial index serves a statement that is planned once for all who ask it if what it is of is in the text.
    """
    return column.in_([literal_column(f"'{word}'") for word in sorted(words)])


def among(column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a column is one of some values: one parameter, however many they are.

    `IN` takes a parameter for each, of which PostgreSQL allows 32,767 in a statement.
    """
    return column == any_(literal(list(values), ARRAY(column.type)))
