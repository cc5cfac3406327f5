"""The types that JSON is read into and written from.

Input is strict: a string is never taken for a number, an unknown key is refused, a date is YYYY-MM-DD and nothing else.
`null` is refused wherever a fact is meant: an unknown fact is the word UNKNOWN or is left out (contract, section 1).
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
_EARLIEST = date(1900, 1, 1)
_LATEST = date(2100, 12, 31)
_LINE_BREAKS = frozenset("\n\t")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = 4  # combining marks on one letter: more than any language writes


class Schema(BaseModel):
    """Base of every body that is read or written: camelCase, frozen, nothing unknown, nothing coerced."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        strict=True,
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )


class Answer(BaseModel):
    """Base of every body that is only written: camelCase and frozen; built from values that are already checked."""

    model_config = ConfigDict(
        alias_generator=to_camel, frozen=True, validate_by_name=True, serialize_by_alias=True, extra="forbid"
    )


def parse_day(value: Any) -> date:  # noqa: ANN401  (whatever JSON held)
    """Read a date written YYYY-MM-DD between 1900 and 2100; anything else raises a validation error."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date-format", "A date is written YYYY-MM-DD.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("date-impossible", "This day is not in the calendar.") from None
    if not _EARLIEST <= day <= _LATEST:
        raise PydanticCustomError("date-implausible", "A date lies between 1900 and 2100.")
    return day


def parse_instant(value: Any) -> datetime:  # noqa: ANN401  (whatever JSON held)
    """Read an RFC 3339 instant between 1900 and 2100 and return it in UTC; anything else raises a validation error."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("instant-format", "An instant is written as RFC 3339 says, with its offset.")
    try:
        instant = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("instant-impossible", "This instant does not exist.") from None
    if not _EARLIEST <= instant.date() <= _LATEST:
        raise PydanticCustomError("instant-implausible", "An instant lies between 1900 and 2100.")
    return instant


def format_instant(instant: datetime) -> str:
    """Write an instant in UTC with `Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


Day = Annotated[date, BeforeValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(format_instant, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


def _clean(text: str, allowed: frozenset[str]) -> str:
    """Return a text composed (NFC) and trimmed; raise if it is blank or holds what nobody can see.

    Line breaks at the ends are judged before they would be trimmed away.
    """
    if text.isascii() and text.isprintable() and (plain := text.strip()):
        return plain  # nothing to compose, and nothing that nobody sees
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n") if "\n" in allowed else text)
    marks = 0
    for character in normal:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _MARKS or (category in _FORBIDDEN_CATEGORIES and character not in allowed):
            raise PydanticCustomError("forbidden-character", "This text holds a control or invisible character.")
    if not normal.strip():
        raise PydanticCustomError("blank", "This text must not be blank.")
    return normal.strip()


def _clean_line(text: str) -> str:
    return _clean(text, frozenset())


def _clean_narrative(text: str) -> str:
    return _clean(text, _LINE_BREAKS)


Line = Annotated[str, Field(max_length=200), AfterValidator(_clean_line)]
"""One line of text a person wrote: a name, a reference, a label."""

Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7E]+$")]
"""A code made by a system: visible ASCII without spaces."""

Narrative = Annotated[str, Field(max_length=20_000), AfterValidator(_clean_narrative)]
"""Several lines of text a person wrote."""

E = TypeVar("E", bound=StrEnum)


def _word(value: Any) -> Any:  # noqa: ANN401  (whatever JSON held)
    if not isinstance(value, str):
        raise PydanticCustomError("word", "One of the words listed in the reference is expected.")
    return value


T = TypeVar("T")


def _list(value: Any) -> Any:  # noqa: ANN401  (whatever JSON held)
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("list", "A list is expected.")
    return value


Many = Annotated[tuple[T, ...], Field(strict=False), BeforeValidator(_list)]
"""A JSON list, read into a tuple; its members stay strict: `Many[Line]`."""

Word = Annotated[E, Field(strict=False), BeforeValidator(_word)]
"""A member of an enumeration, written as its word: `Word[Route]`."""
