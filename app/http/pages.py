"""Lists: a bounded page, and an opaque cursor to the next one (keyset, never an offset)."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from app.errors import QueryRefused
from app.http.query import canonical_id
from app.http.schema import Answer

T = TypeVar("T")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_INTEGER, BIG_INTEGER = 2**31 - 1, 2**63 - 1  # the greatest that the database's types hold


class Page(Answer, Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def page(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """Return a page of rows that were read one beyond the limit, and the cursor to what follows."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], write_cursor(key(rows[limit - 1]))


def write_cursor(key: str) -> str:
    """Return the cursor to what follows a key."""
    return base64.urlsafe_b64encode(json.dumps(["v1", key]).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None) -> str | None:
    """Return the key that a cursor stands for; raise `QueryRefused` for one that we did not make."""
    if cursor is None:
        return None
    try:
        version, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise QueryRefused from None
    if version != "v1" or not isinstance(key, str) or write_cursor(key) != cursor:
        raise QueryRefused
    return key


def id_after(cursor: str | None) -> str | None:
    """Return the id after which a page begins; raise `QueryRefused` for a cursor that holds none."""
    key = read_cursor(cursor)
    if key is not None and canonical_id(key) is None:
        raise QueryRefused
    return key


def number_after(cursor: str | None, *, most: int = _INTEGER) -> int:
    """Return the number after which a page begins, 0 without a cursor; raise `QueryRefused` beyond the database's."""
    if cursor is None:
        return 0
    key = read_cursor(cursor) or ""
    if not _NUMBER.fullmatch(key) or int(key) > most:
        raise QueryRefused
    return int(key)
