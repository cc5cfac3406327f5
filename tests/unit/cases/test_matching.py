"""Whether two referred children may be one: what is taken, what is offered, what is neither."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.cases.matching import name_key, possible_match, same_child
from app.cases.words import MatchReason

BORN, LATER = date(2012, 5, 1), date(2012, 5, 2)
PNC, SAME_PNC, OTHER_PNC = (
    [{"scheme": "PNC", "value": "12/123456X"}],
    [{"scheme": "pnc", "value": "12/123456x "}],
    [{"scheme": "PNC", "value": "12/654321Y"}],
)


@pytest.mark.parametrize(
    ("identifiers", "born", "same"),
    [(SAME_PNC, BORN, True), (SAME_PNC, LATER, False), (OTHER_PNC, BORN, False), ([], BORN, False)],
)
def test_same_child_shares_an_identifier_and_a_birth_date(identifiers: list[object], born: date, same: bool) -> None:
    """Neither alone is enough."""
    assert same_child(BORN, PNC, born, identifiers) is same


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (("sam", "EXAMPLE"), True),
        (("Example", "Sam"), True),
        (("Sàm", "Examplé"), True),
        (("S\N{CYRILLIC SMALL LETTER A}m", "Ex\N{CYRILLIC SMALL LETTER A}mple"), True),
        (("Sam-Example", "."), True),
        (("Sam", "Examples"), False),
        (("Sam", ""), False),
    ],
)
def test_names_are_compared_as_people_read_them(other: tuple[str, str], alike: bool) -> None:
    """Case, accents, order and letters of other alphabets hide nobody."""
    assert (name_key("Sam", "Example") == name_key(*other)) is alike


@pytest.mark.parametrize(
    ("given", "born", "identifiers", "because"),
    [
        ("Sam", BORN, OTHER_PNC, MatchReason.SAME_NAME_AND_BIRTH_DATE),
        ("Alex", LATER, SAME_PNC, MatchReason.SAME_IDENTIFIER_OTHER_BIRTH_DATE),
        ("Sam", BORN, SAME_PNC, None),
        ("Alex", BORN, OTHER_PNC, None),
        ("Sam", LATER, OTHER_PNC, None),
    ],
)
def test_possible_match_says_why(
    given: str, born: date, identifiers: list[object], because: MatchReason | None
) -> None:
    """A person is asked to look where something speaks for one child and something is missing."""
    other = SimpleNamespace(given_names=given, family_name="Example", date_of_birth=born, identifiers=identifiers)

    assert possible_match(BORN, ("Sam", "Example"), PNC, other) is because
