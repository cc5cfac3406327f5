"""Looks over a text for what could show who somebody is, before a second person reads it. Pure.

An aid and no more: it knows dates, postcodes, long numbers, words that look like names and words for places, and
nothing of the child. What it finds it names by kind and place, for the checker to look at; what it does not find may
be there all the same.
"""

import re
from dataclasses import dataclass

from app.scrutiny.words import TextFlag

_PATTERNS: dict[TextFlag, re.Pattern[str]] = {
    TextFlag.DATE: re.compile(
        r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
        r"|\b\d{1,2}(?:st|nd|rd|th)? (?:January|February|March|April|May|June|July|August|September|October|November"
        r"|December)\b"
    ),
    TextFlag.POSTCODE: re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
    TextFlag.LONG_NUMBER: re.compile(r"\b\d{4,}\b"),
    TextFlag.PLACE: re.compile(
        r"\b(?:School|Academy|College|Church|Mosque|Temple|Road|Street|Avenue|Lane|Estate|House|Court|Park|Hospital)\b"
    ),
    TextFlag.NAME: re.compile(r"(?<![.!?:] )(?<!^)(?<!\n)\b[A-Z][a-z]+\b"),
}
_NO_NAMES = frozenset(
    {"I", "Outcome", "Triage", "The", "Crown", "Prosecution", "Service", "Youth", "Justice", "Police"}
)


@dataclass(frozen=True)
class Flag:
    """Something to look at: of which kind, and from which character of the text to before which."""

    kind: TextFlag
    begins: int
    ends: int


def scan(text: str) -> list[Flag]:
    """Return what could show who somebody is, in the order of the text; a word is flagged once, as what it is best."""
    found: list[Flag] = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            known = any(flag.begins <= match.start() < flag.ends for flag in found) or match.group() in _NO_NAMES
            found += [] if known else [Flag(kind, match.start(), match.end())]
    return sorted(found, key=lambda flag: flag.begins)
