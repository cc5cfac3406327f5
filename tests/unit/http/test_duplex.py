"""Cutting a stream into lines: the same however it comes in chunks, and nothing kept of lines that are too long."""

from hypothesis import given
from hypothesis import strategies as st

from app.http.duplex import Line, Splitter
from app.http.strict_json import MAX_BODY

CHUNKS = st.lists(st.text(alphabet="ab\n", max_size=12).map(str.encode), max_size=12)


def _lines(chunks: list[bytes]) -> list[Line]:
    splitter = Splitter()
    return [line for chunk in chunks for line in splitter.feed(chunk)] + splitter.end()


@given(CHUNKS)
def test_lines_are_the_same_however_the_stream_is_cut(chunks: list[bytes]) -> None:
    """One chunk or many; the line feed that ends the last line begins no other."""
    found = _lines(chunks)

    whole = b"".join(chunks)
    expected = whole.removesuffix(b"\n").split(b"\n") if whole else []
    assert [line.text for line in found] == expected
    assert [line.number for line in found] == list(range(1, len(found) + 1))


@given(st.integers(1, 4), st.integers(1, MAX_BODY))
def test_line_that_is_too_long_is_one_line_of_trouble(pieces: int, size: int) -> None:
    """However it comes; the lines before and after it are as they were."""
    long = b"x" * (MAX_BODY + 1)
    cut = [b"a\n", *(long[: size // pieces] for _ in range(pieces)), long, b"\nb\n"]

    before, trouble, after = _lines(cut)

    assert (before.text, after.text) == (b"a", b"b")
    assert (trouble.number, trouble.text) == (2, b"")
    assert trouble.trouble is not None
