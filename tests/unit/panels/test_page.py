"""The pack's page says codes, people and parts of a document as people say them."""

import pytest

from app.assessments.completeness import missing_parts
from app.panels.page import people, place, words


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("YJS", "Youth justice service"),
        ("YJS_AND_POLICE", "Youth justice service and police"),
        ("YJS_MANAGER", "A manager of the youth justice service"),
        ("PARENT_CARER", "Parent or carer"),
        ("POLICE", "Police"),
        ("JOINT", "Both agencies"),
    ],
)
def test_people_are_named(code: str, said: str) -> None:
    """By the names that they have, not by our codes."""
    assert people(code) == said


@pytest.mark.parametrize(
    ("pointer", "said"),
    [("/riskToOthers/toWhom", "Risk to others: to whom"), ("/childVoice", "Child voice"), ("/care", "Care")],
)
def test_part_of_a_document_is_read_as_words(pointer: str, said: str) -> None:
    """Nobody reads a JSON pointer."""
    assert place(pointer) == said


def test_whatever_may_be_missing_is_said_in_words() -> None:
    """No slash and no capital inside a word reaches the page."""
    said = [(place(pointer), people(who)) for pointer, who in missing_parts({})]

    assert said
    assert all(one == one.capitalize() or ": " in one for one, _ in said)
    assert not any("/" in text or "_" in text for both in said for text in both)


def test_level_is_said_in_words() -> None:
    """HIGH is a code; High is a word."""
    assert words("VERY_HIGH") == "Very high"
