"""The age up to which an appropriate adult stands by a child, by the day on which the caution is given."""

from datetime import date
from typing import Any

import pytest

from app.advice.evaluate import basis_on, evaluate
from app.advice.schemas import FactsIn
from app.law.book import LawBook
from app.law.model import DisposalCode

AREA = "E99999901"


def _facts(born: str, on: date) -> FactsIn:
    day = on.replace(day=1).isoformat()
    response: dict[str, Any] = {"kind": "ADMITTED", "on": day, "to": "CONSTABLE", "appropriateAdult": "PRESENT"}
    offence = {
        "id": "1",
        "offence": "theft_shop",
        "committedOn": day,
        "reportedOn": day,
        "evidence": "FULL_CODE_TEST_MET",
        "response": response | {"legalAdvice": "TAKEN", "understood": "YES"},
        "circumstances": [],
    }
    return FactsIn.model_validate({"child": {"dateOfBirth": born}, "offences": [offence]})


@pytest.mark.parametrize("disposal", ["YOUTH_CAUTION", "YOUTH_CONDITIONAL_CAUTION"])
@pytest.mark.parametrize(
    ("born", "given_on", "asked"),
    [
        ("1998-04-12", date(2015, 4, 11), True),
        ("1998-04-12", date(2015, 4, 12), False),
        ("1998-04-12", date(2015, 4, 13), True),
        ("2008-11-22", date(2026, 11, 21), True),
    ],
    ids=["16 before the change", "17 before the change", "17 after the change", "the last day of 17"],
)
def test_appropriate_adult_is_asked_by_the_age_at_the_giving(
    law_book: LawBook, disposal: str, born: str, given_on: date, *, asked: bool
) -> None:
    """Under 17 until 12 April 2015, under 18 since (CJCA 2015 s.41)."""
    advice = evaluate(_facts(born, given_on), basis_on(law_book, AREA, given_on))

    rules = {later.rule for later in advice.option(DisposalCode(disposal)).at_delivery}

    assert (rules & {"YC-04", "YCC-03", "AA-01", "AA-04"} != set()) is asked
