"""Advice as JSON: the names of the contract, in its order."""

from typing import Any

import pytest

from tests.law.cases import advised

TOP = [
    "adviceId",
    "asAt",
    "provisional",
    "gravity",
    "options",
    "leastRestrictiveIndicated",
    "leastRestrictiveStillPossible",
    "scoreStatus",
    "openQuestions",
    "duties",
    "warnings",
    "clocks",
    "protocol",
    "lawDigest",
    "engineVersion",
    "neverRead",
    "protectiveReads",
]
OPTION = [
    "disposal",
    "localName",
    "outcomeCode",
    "rank",
    "standing",
    "authority",
    "fit",
    "findings",
    "atDecision",
    "atDelivery",
    "reopensIf",
    "byOffence",
    "consequences",
]
FINDING = ["requirement", "rule", "answer", "effect", "reason", "read", "layer", "certainty", "citations"]
CONSEQUENCES = [
    "statutory",
    "criminalRecord",
    "onPnc",
    "firstTimeEntrant",
    "enforceable",
    "ifNotCompleted",
    "spent",
    "dbs",
]
SCORED = ["id", "offence", "modeOfTrial", "base", "movement", "score", "source", "factors", "differsFromOfficer"]
DISPOSALS = [
    "NO_FURTHER_ACTION",
    "TRIAGE",
    "OUTCOME_21",
    "OUTCOME_22",
    "COMMUNITY_RESOLUTION",
    "DEFERRED_CAUTION",
    "DEFERRED_PROSECUTION",
    "YOUTH_CAUTION",
    "YOUTH_CONDITIONAL_CAUTION",
    "CHARGE",
]


@pytest.fixture(scope="module", name="answer")
def fixture_answer() -> dict[str, Any]:
    """Return the answer to the ordinary case with a knife, an officer's score and a denial."""
    return advised(
        {
            "offence": {
                "offence": "bladed_article",
                "circumstances": ["KNIFE"],
                "aggravatingFactors": ["A7_GROUP"],
                "officerScore": {"base": 3, "score": 3},
                "response": {"kind": "DENIED"},
            }
        }
    )


def test_view_has_the_fields_of_the_contract_in_order(answer: dict[str, Any]) -> None:
    """Clients read the answer by these names; anything more comes after."""
    assert list(answer)[: len(TOP)] == TOP
    assert [list(option) for option in answer["options"]] == [OPTION] * 10
    assert list(answer["options"][0]["findings"][0]) == FINDING
    assert list(answer["options"][0]["consequences"])[: len(CONSEQUENCES)] == CONSEQUENCES
    assert list(answer["gravity"]) == ["score", "leadOffence", "matrix", "offences"]
    assert list(answer["gravity"]["offences"][0])[: len(SCORED)] == SCORED
    assert list(answer["clocks"][0]) == ["rule", "name", "dueOn", "calendar"]
    assert list(answer["duties"][0]) == ["rule", "on", "what", "dueOn", "ifDisposal"]
    assert list(answer["warnings"][0]) == ["rule", "text"]
    assert list(answer["protocol"]) == ["area", "name", "version"]


def test_view_lists_all_ten_disposals_in_order(answer: dict[str, Any]) -> None:
    """Least restrictive first, always all."""
    assert [option["disposal"] for option in answer["options"]] == DISPOSALS


def test_view_shows_the_matrix_beside_the_officer(answer: dict[str, Any]) -> None:
    """The officer's score is used; base, movement and score of the matrix are shown with it."""
    (scored,) = answer["gravity"]["offences"]

    assert (scored["source"], scored["score"], scored["officer"]) == ("OFFICER", 3, {"base": 3, "score": 3})
    assert (scored["base"], scored["movement"], scored["matrixScore"]) == (4, 1, 5)
    assert scored["factors"][0]["factor"] == "A7_GROUP"
    assert scored["differsFromOfficer"] is True


def test_every_finding_cites_its_rule_and_shows_what_it_read(answer: dict[str, Any]) -> None:
    """A reason, a layer, a certainty, and pointers into the request."""
    for option in answer["options"]:
        for finding in option["findings"]:
            assert finding["reason"].endswith(".")
            assert finding["layer"] in ("STATUTE", "GUIDANCE", "PROTOCOL")
            assert finding["certainty"] in ("VERIFIED", "SECONDARY", "INFERRED", "UNVERIFIED")
            assert all(pointer.startswith("/") for pointer in finding["read"])
            assert all(set(cited) == {"source", "title", "at", "url"} for cited in finding["citations"])
            assert all(cited["title"] for cited in finding["citations"])


def test_finding_shows_the_value_that_it_read(answer: dict[str, Any]) -> None:
    """The denial stands beside the reason for which a community resolution is excluded."""
    resolution = next(one for one in answer["options"] if one["disposal"] == "COMMUNITY_RESOLUTION")

    (denied,) = (one for one in resolution["findings"] if one["requirement"] == "cr.acceptance")

    assert denied["read"] == {"/offences/0/response/kind": "DENIED"}
    assert (denied["rule"], denied["answer"], denied["effect"]) == ("CR-03", "NOT_MET", "EXCLUDES")


def test_view_names_what_is_never_read(answer: dict[str, Any]) -> None:
    """Characteristics and engagement are never read; care, communication and exploitation only to protect."""
    assert {"ETHNICITY", "SEX", "RELIGION_OR_BELIEF", "ENGAGEMENT"} <= set(answer["neverRead"])
    assert answer["protectiveReads"] == ["careStatus", "communicationNeed", "exploitation"]
    assert set(answer["protectiveReadRules"]) == set(answer["protectiveReads"])


def test_factor_shows_where_it_was_read() -> None:
    """A factor that has a source shows its title and address; one that has none shows none."""
    scored = advised({"offence": {"aggravatingFactors": ["A7_GROUP"], "mitigatingFactors": ["T1_CARE_EXPERIENCED"]}})[
        "gravity"
    ]["offences"][0]

    factors = {factor["factor"]: factor for factor in scored["factors"]}

    assert factors["A7_GROUP"]["citations"] == []
    assert all(cited["title"] and cited["url"] for cited in factors["T1_CARE_EXPERIENCED"]["citations"])
    assert factors["T1_CARE_EXPERIENCED"]["citations"]
    assert [factors[one]["direction"] for one in ("A7_GROUP", "T1_CARE_EXPERIENCED")] == ["UP", "DOWN"]


@pytest.mark.parametrize(("care", "told"), [("LOOKED_AFTER", 1), ("UNKNOWN", 2)])
def test_care_placement_asks_whether_the_child_is_looked_after(care: str, told: int) -> None:
    """An incident in a placement is always a warning; that nobody said whether the child is looked after is another."""
    answer = advised({"child": {"careStatus": care}, "offence": {"circumstances": ["CARE_PLACEMENT"]}})

    assert [warning["rule"] for warning in answer["warnings"]].count("OFF-06") == told
