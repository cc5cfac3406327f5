"""How hard a text is to read, by two formulas that count and look nothing up. Pure.

The Automated Readability Index and the Coleman-Liau index both give a school grade of the United States; a child of
grade n is about n + 5 years old. A paragraph ends a sentence, whether or not a full stop does.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019][A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n+")
YEARS_BEFORE_SCHOOL = 5


@dataclass(frozen=True)
class Counts:
    """What the formulas count."""

    letters: int
    words: int
    sentences: int


def counts_of(text: str) -> Counts:
    """Return the letters and digits, words and sentences of a text; a text without words raises `ValueError`."""
    words = _WORD.findall(text)
    if not words:
        raise ValueError("a text without words cannot be measured")
    sentences = [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    letters = sum(character.isalnum() for word in words for character in word)
    return Counts(letters, len(words), len(sentences))


def automated_readability(counts: Counts) -> float:
    """Return the school grade by the Automated Readability Index (Senter and Smith, 1967)."""
    return 4.71 * counts.letters / counts.words + 0.5 * counts.words / counts.sentences - 21.43


def coleman_liau(counts: Counts) -> float:
    """Return the school grade by the index of Coleman and Liau (1975)."""
    per_hundred = 100 / counts.words
    return 0.0588 * counts.letters * per_hundred - 0.296 * counts.sentences * per_hundred - 15.8


def reading_age(grade: float) -> float:
    """Return the age in years at which a child reads a text of a grade."""
    return grade + YEARS_BEFORE_SCHOOL
