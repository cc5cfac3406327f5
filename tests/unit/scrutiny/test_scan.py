"""What the scan of a redacted text wants looked at."""

import pytest

from app.scrutiny.scan import scan
from app.scrutiny.words import TextFlag


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("He was seen on 12/03/2026 and on 4 May.", [TextFlag.DATE, TextFlag.DATE]),
        ("He lives in N1 2AB.", [TextFlag.POSTCODE]),
        ("The reference is 7654321.", [TextFlag.LONG_NUMBER]),
        ("He said that Sam had left.", [TextFlag.NAME]),
        ("Told by the head of a School.", [TextFlag.PLACE]),
        ("It was his first offence, and he wrote a letter.", []),
        ("The Crown Prosecution Service agreed. Triage was open.", []),
    ],
)
def test_scan_names_what_could_show_who_it_is(text: str, kinds: list[TextFlag]) -> None:
    """By kind; ordinary words and the names of institutions are left alone."""
    assert [flag.kind for flag in scan(text)] == kinds


def test_scan_says_where() -> None:
    """So that the checker can look, without the word itself being told again."""
    (flag,) = scan("He said that Sam had left.")

    assert (flag.begins, flag.ends) == (13, 16)
