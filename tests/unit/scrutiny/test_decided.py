"""What is kept of an advice: what an item and a statistic are made of, and nothing that was read of the child."""

import json

from app.scrutiny import picture
from app.scrutiny.decided import gist_of
from tests.decided_cases import a_decided_case, some_advice

WHOLE = some_advice() | {"asAt": "2026-06-10", "clocks": [], "duties": ["told to nobody"], "openQuestions": []}


def test_gist_of_an_advice_makes_the_same_item() -> None:
    """Gravity, options and the rules that bore on them are shown as from the whole."""
    whole, gist = a_decided_case(advice=WHOLE), a_decided_case(advice=gist_of(WHOLE))

    assert picture.picture(gist) == picture.picture(whole)


def test_gist_of_an_advice_holds_nothing_that_was_read() -> None:
    """No value, no citation, no rule that did not apply, no part that scrutiny does not read."""
    text = json.dumps(gist_of(WHOLE))

    assert [word for word in ("dateOfBirth", "npcc", "YC-18", "duties", "2011-03-02") if word in text] == []


def test_gist_of_a_gist_is_itself() -> None:
    """Nothing more falls away when it is taken again."""
    assert gist_of(gist_of(WHOLE)) == gist_of(WHOLE)
