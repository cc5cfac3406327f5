"""Reading JSON before anything believes it.

Two readers of one message must not differ on what it says, and nothing may be kept that cannot be read again: so a key
that stands twice, NaN, an infinity, a number beyond a double or beyond 64 bits, NUL and lone surrogates are refused,
and nesting is bounded before the parser recurses.
"""

import json
import math
import re
from typing import Any, NoReturn

from app.errors import (
    BodyMissing,
    DuplicateKey,
    EncodingInvalid,
    FieldError,
    ForbiddenCharacter,
    JsonInvalid,
    NumberRefused,
    TooDeep,
    ValidationFailed,
)

MAX_BODY = 1024 * 1024
MAX_DEPTH = 32
_MAX_INTEGER = 2**63 - 1
_MAX_DIGITS = 19
# A string that never ends is taken to the body's end: else each quotation mark in it would be tried as a beginning.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds; raise a `RequestError` or `FactsError` that says what is wrong."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise ValidationFailed(errors=(FieldError("", "object", "The body is an object."),))
    return value


def read_json(raw: bytes) -> Any:  # noqa: ANN401  (whatever JSON holds)
    """Return the JSON value that a body holds."""
    if not raw.strip():
        raise BodyMissing
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise EncodingInvalid from None
    _check_depth(raw)
    try:
        value = _DECODER.decode(text)
    except (json.JSONDecodeError, RecursionError):
        raise JsonInvalid from None
    if _SUSPECT.search(text):
        _check_characters(value)
    return value


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", raw)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise TooDeep


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKey
    return found


def _refuse_number(_: str) -> NoReturn:
    raise NumberRefused


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NumberRefused
    return number


def _bounded(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS or abs(int(digits)) > _MAX_INTEGER:
        raise NumberRefused
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_number, parse_float=_finite, parse_int=_bounded
)


def _check_characters(value: Any) -> None:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ForbiddenCharacter
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_characters(name)
            _check_characters(member)
    elif isinstance(value, list):
        for member in value:
            _check_characters(member)
