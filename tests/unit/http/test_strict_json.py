"""The strict reader: what two parsers could read differently, or nobody could keep, is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import errors
from app.http import strict_json
from app.http.strict_json import MAX_DEPTH, read_json, read_object

REFUSED = {
    "nothing at all": (b"", errors.BodyMissing),
    "white space": (b" \n", errors.BodyMissing),
    "half an object": (b"{bad", errors.JsonInvalid),
    "a raw control character": (b'{"a": "x\x01y"}', errors.JsonInvalid),
    "not UTF-8": (b'{"a": "\xe9"}', errors.EncodingInvalid),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), errors.EncodingInvalid),
    "a key twice": (b'{"a": true, "a": false}', errors.DuplicateKey),
    "a key twice, once escaped": (b'{"a": 1, "\\u0061": 2}', errors.DuplicateKey),
    "a key twice, deep down": (b'{"x": [{"a": 1, "a": 2}]}', errors.DuplicateKey),
    "NaN": (b'{"a": NaN}', errors.NumberRefused),
    "an infinity": (b'{"a": -Infinity}', errors.NumberRefused),
    "a number beyond a double": (b'{"a": 1e400}', errors.NumberRefused),
    "five thousand digits": (b'{"a": ' + b"9" * 5000 + b"}", errors.NumberRefused),
    "beyond 64 bits": (b'{"a": 9223372036854775808}', errors.NumberRefused),
    "NUL": (b'{"a": "\\u0000"}', errors.ForbiddenCharacter),
    "NUL in a key": (b'{"\\u0000": 1}', errors.ForbiddenCharacter),
    "a lone surrogate": (b'{"a": ["\\ud800"]}', errors.ForbiddenCharacter),
    "a list at the top": (b"[]", errors.ValidationFailed),
    "null at the top": (b"null", errors.ValidationFailed),
    "too deep": (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), errors.TooDeep),
    "far too deep": (b"[" * 100_000, errors.TooDeep),
}


@pytest.mark.parametrize(("body", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_reader_refuses(body: bytes, error: type[errors.DomainError]) -> None:
    """Each is refused with its own error."""
    with pytest.raises(error):
        read_object(body)


ACCEPTED = {
    "an object": (b'{"a": 1}', {"a": 1}),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "a pair of surrogates": (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
    "brackets inside a string": (b'{"a": "' + b"[" * 100 + b'"}', {"a": "[" * 100}),
    "an escaped quotation mark": (b'{"a": "\\"[[[", "b": []}', {"a": '"[[[', "b": []}),
    "the largest integer": (b'{"a": 9223372036854775807}', {"a": 2**63 - 1}),
}


@pytest.mark.parametrize(("body", "value"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_reader_accepts(body: bytes, value: object) -> None:
    """Each is read as it stands."""
    assert read_object(body) == value


@given(st.binary(max_size=200))
def test_reader_never_fails_otherwise(body: bytes) -> None:
    """Whatever the bytes, the reader returns or raises an error of the domain."""
    try:
        read_json(body)
    except errors.DomainError:
        return


@pytest.mark.parametrize("tail", [b"", b"\\"])
def test_unended_strings_are_read_once(tail: bytes) -> None:
    """A string that never ends is one match to the end of the body, not a try at each quotation mark in it."""
    body = b'{"a": "' + b'\\"' * 1000 + tail

    found = [match.span() for match in strict_json._STRING.finditer(body)]

    assert found == [(1, 4), (6, len(body))]
