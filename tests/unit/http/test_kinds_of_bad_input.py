"""The kinds of the catalogue of bad input, generalised: what holds for its rows holds for whatever is of their kind.

Text that hides or changes what it says, dates and instants that do not exist or are written in another way, values of
another type, names that nobody knows, JSON that two readers would read differently, headers, and paths.
"""

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.errors import DuplicateKey, NotFound, NumberRefused, TooDeep
from app.http.guard import read_id
from app.http.schema import Code, Day, Instant, Line, Many, Narrative, Schema, Word
from app.http.strict_json import MAX_DEPTH, read_json
from app.identity.purpose import Purpose

LINE, NARRATIVE, CODE = TypeAdapter(Line), TypeAdapter(Narrative), TypeAdapter(Code)
DAY, INSTANT, WORD, LIST = TypeAdapter(Day), TypeAdapter(Instant), TypeAdapter(Word[Purpose]), TypeAdapter(Many[Line])
HIDDEN = st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
SEEN = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)
OTHER = st.none() | st.booleans() | st.integers() | st.floats() | st.dictionaries(st.text(max_size=3), JSON, max_size=2)


class _Told(Schema):
    given_name: Line


def _refusal(reader: TypeAdapter[Any], value: Any) -> str | None:
    """Return the kind of refusal of a value, None if it is taken; whatever else is raised is a fault."""
    try:
        reader.validate_python(value)
    except ValidationError as error:
        return str(error.errors(include_url=False, include_input=False, include_context=False)[0]["type"])
    return None


# ── text ─────────────────────────────────────────────────────────────────────


@given(SEEN, HIDDEN, SEEN)
@example("Sam", "\u202e", "maS")
@example("a", "\u200b", "b")
def test_text_with_what_nobody_can_see_is_refused_wherever_it_stands(before: str, hidden: str, after: str) -> None:
    """Controls, marks of direction, zero-width signs, surrogates, private and unassigned characters, separators."""
    assume(unicodedata.category(unicodedata.normalize("NFC", hidden)[0]) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

    assert _refusal(LINE, f"x{before}{hidden}{after}x") in {
        "forbidden-character",
        "string_unicode",
    }  # or no text at all


@given(st.text(st.characters(categories=["L", "Mn", "N", "P", "S", "Zs"]), max_size=40))
@example(" Ame\u0301lie ")
def test_text_that_is_taken_is_composed_trimmed_and_taken_again_as_it_is(text: str) -> None:
    """So that two spellings of one name are one name, and what was kept can be sent again."""
    refused = _refusal(LINE, f" a{text} ")
    kept = LINE.validate_python(f" a{text} " if refused is None else "a")

    assert refused in {None, "forbidden-character"}  # a heap of marks
    assert (unicodedata.is_normalized("NFC", kept), kept.strip(), LINE.validate_python(kept)) == (True, kept, kept)


@given(st.text(st.characters(categories=["Zs"]), max_size=10))
def test_text_of_spaces_alone_is_blank(spaces: str) -> None:
    """Whichever spaces they are."""
    assert _refusal(LINE, spaces) == "blank"


@given(st.text("\u0300\u0301\u0336\u20dd", min_size=8, max_size=40))
def test_text_under_a_heap_of_marks_is_refused(marks: str) -> None:
    """More than any language puts on one letter hides the lines above and below."""
    assert _refusal(NARRATIVE, f"a{marks}") == "forbidden-character"


@given(st.text(min_size=1, max_size=20))
def test_code_is_visible_ascii_or_refused(text: str) -> None:
    """No letter that looks like another, no digit of another script, no space."""
    assert (_refusal(CODE, text) is None) == all("!" <= character <= "~" for character in text)


@given(st.sampled_from(list(Purpose)), st.sampled_from(["lower", "title", "swapcase", "casefold"]))
def test_word_in_another_spelling_is_refused(word: Purpose, spelling: str) -> None:
    """A word is compared letter by letter."""
    other = getattr(word.value, spelling)()
    assume(other != word.value)

    assert _refusal(WORD, other) == "enum"


# ── dates and instants ───────────────────────────────────────────────────────


@given(st.text("0123456789-/. T:Z+٠١٢", max_size=12) | st.dates().map(lambda day: day.strftime("%d-%m-%Y")))
def test_date_is_read_as_it_is_written_or_refused(text: str) -> None:
    """Only YYYY-MM-DD in ASCII digits, only days that were, between 1900 and 2100."""
    refused = _refusal(DAY, text)

    assert refused in {None, "date-format", "date-impossible", "date-implausible"}
    assert refused is not None or DAY.validate_python(text).isoformat() == text


@given(st.dates())
def test_date_is_plausible_or_refused(day: date) -> None:
    """A year of birth of 0010 is a slip of the pen."""
    written = f"{day.year:04}-{day.month:02}-{day.day:02}"

    assert (_refusal(DAY, written) is None) == (date(1900, 1, 1) <= day <= date(2100, 12, 31))


@given(st.datetimes(datetime(1901, 1, 1), datetime(2099, 12, 31)), st.integers(-23 * 60, 23 * 60))  # noqa: DTZ001
def test_instant_is_the_same_instant_in_whatever_offset(instant: datetime, minutes: int) -> None:
    """It is kept in UTC; without an offset it is refused, for it names no instant."""
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    offset = f"{sign}{size // 60:02}:{size % 60:02}"

    read = INSTANT.validate_python(f"{instant.isoformat()}{offset}")

    assert read == datetime.fromisoformat(f"{instant.isoformat()}{offset}")
    assert read.tzinfo is UTC
    assert _refusal(INSTANT, instant.isoformat()) == "instant-format"


# ── types and names ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("reader", [LINE, NARRATIVE, CODE, DAY, INSTANT, WORD, LIST])
@given(OTHER)
def test_value_of_another_type_is_refused_and_never_converted(reader: TypeAdapter[Any], value: Any) -> None:
    """No number is taken for a text, and no object for a list."""
    assert _refusal(reader, value) is not None


@given(st.text(max_size=12), st.text(max_size=5))
@example("GivenName", "x")
@example("given_Name", "x")
def test_name_that_nobody_knows_is_refused(name: str, value: str) -> None:
    """A field in another spelling is not the field, and is not dropped in silence."""
    assume(name not in {"givenName", "given_name"})

    assert _refusal(TypeAdapter(_Told), {"givenName": "Sam", name: value}) == "extra_forbidden"


# ── the message ──────────────────────────────────────────────────────────────


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), JSON, JSON)
def test_key_that_stands_twice_is_refused_at_every_depth(key: str, one: Any, other: Any) -> None:
    """Two readers would read two things."""
    name = json.dumps(key)

    with pytest.raises(DuplicateKey):
        read_json(f'{{"deep": [{{{name}: {json.dumps(one)}, {name}: {json.dumps(other)}}}]}}'.encode())


@given(st.integers(1, 3 * MAX_DEPTH), st.sampled_from(["[]", "{}"]), st.text('"[]{}\\', max_size=40))
def test_depth_is_bounded_whatever_stands_in_texts(depth: int, kind: str, text: str) -> None:
    """Brackets in a text are text."""
    opening = "[" if kind == "[]" else '{"a":'
    body = f"{opening * depth}{json.dumps(text)}{kind[1] * depth}".encode()

    if depth > MAX_DEPTH:
        with pytest.raises(TooDeep):
            read_json(body)
    else:
        assert json.dumps(read_json(body), separators=(",", ":")).encode() == body


@given(st.integers(2**63) | st.integers(max_value=-(2**63)) | st.sampled_from([float("nan"), float("inf")]))
def test_number_that_a_reader_would_round_is_refused(number: float) -> None:
    """Beyond 64 bits, no number, infinite."""
    with pytest.raises(NumberRefused):
        read_json(json.dumps({"a": number}).encode())


@given(st.uuids(), st.sampled_from(["upper", "hex", "urn", "braces", "padded", "cut"]))
def test_id_in_another_spelling_names_nothing(identifier: Any, spelling: str) -> None:
    """One thing has one name: else it could be cached, counted and allowed under another."""
    text = str(identifier)
    other = {
        "upper": text.upper(),
        "hex": identifier.hex,
        "urn": identifier.urn,
        "braces": f"{{{text}}}",
        "padded": f"{text} ",
        "cut": text[:-1],
    }[spelling]
    assume(other != text)

    with pytest.raises(NotFound):
        read_id(other)
    assert read_id(text) == text
