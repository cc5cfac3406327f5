"""Community resolutions that the police issued alone, as scrutiny reads them."""

from typing import Any

from app.law.book import LawBook
from app.scrutiny.single_agency import no_advice


def facts(*offences: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of some offences."""
    return {"child": {"dateOfBirth": "2011-03-02"}, "offences": list(offences)}


def test_officers_highest_score_leads(law_book: LawBook) -> None:
    """It is what the decision-maker had; there was no advice."""
    told = no_advice(
        facts(
            {"id": "1", "cjsCode": "TH68010", "officerScore": {"base": 2, "score": 2}},
            {"id": "2", "offence": "robbery", "officerScore": {"base": 4, "score": 4}},
        ),
        law_book,
    )

    assert (told["gravity"]["score"], told["gravity"]["leadOffence"], told["scoreStatus"]) == (4, "2", "OFFICER")
    assert (told["options"], told["gravity"]["matrix"]) == ([], {})


def test_offence_is_told_by_our_own_list(law_book: LawBook) -> None:
    """A code of the police is turned into the key of our list; an unknown one into nothing."""
    told = no_advice(facts({"id": "1", "cjsCode": "TH68010"}, {"id": "2", "cjsCode": "XX00000"}), law_book)

    assert [one["offence"] for one in told["gravity"]["offences"]] == ["theft_shop", None]


def test_without_an_officers_score_there_is_none(law_book: LawBook) -> None:
    """Unknown is a value."""
    told = no_advice(facts({"id": "1", "offence": "theft_shop", "officerScore": "UNKNOWN"}), law_book)

    assert (told["gravity"]["score"], told["gravity"]["leadOffence"], told["scoreStatus"]) == (None, None, None)
