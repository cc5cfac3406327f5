"""What a panel sees of a case, and what it never sees."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.scrutiny import picture
from app.scrutiny.anonymity import WITHHELD, QuasiIdentifiers
from app.scrutiny.groups import Lists
from app.scrutiny.words import CHARACTERISTICS, Dimension
from tests.decided_cases import a_decided_case, some_advice, some_decision, some_facts, stated

LISTS = Lists({"theft_shop": "theft", "wounding": "violence"}, {("SDE_18_1", "B1"): "BLACK"})
SHOWN = QuasiIdentifiers("14-15", "MALE", "BLACK", "E09000019", "2026-Q2", "THEFT_AND_BURGLARY")
HIDDEN = picture.withheld().values


def told(case_characteristics: tuple[dict[str, Any], ...], shown: QuasiIdentifiers = SHOWN) -> dict[str, Any]:
    """Return how characteristics are told, by their names."""
    rows = picture.characteristics(a_decided_case(characteristics=case_characteristics), shown)
    return {row["characteristic"]: row for row in rows}


def test_quasi_identifiers_are_read_from_the_case() -> None:
    """Age at the lead offence, sex and ethnicity as stated, the quarter of the decision, the offence's group."""
    assert picture.quasi_identifiers(a_decided_case(), LISTS) == QuasiIdentifiers(
        "14-15", "MALE", "BLACK", "E09000019", "2026-Q2", "THEFT_AND_BURGLARY"
    )


def test_quarter_is_that_of_the_day_in_london() -> None:
    """Half past eleven at night of 30 June, Greenwich time, is the first of July in London."""
    case = a_decided_case(decided_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    assert picture.quasi_identifiers(case, LISTS).quarter == "2026-Q3"


@pytest.mark.parametrize(
    "row", [stated("ETHNICITY", "B1", source="OFFICER"), stated("ETHNICITY", "B1", status="DECLINED")]
)
def test_ethnic_group_is_what_was_said_by_or_for_the_child(row: dict[str, Any]) -> None:
    """What an officer saw, or what was not stated, gives no group."""
    assert picture.quasi_identifiers(a_decided_case(characteristics=(row,)), LISTS).ethnic_group == "UNKNOWN"


def test_lead_offence_is_the_one_that_the_advice_names() -> None:
    """Of two offences, the one that leads gives the group."""
    advice = some_advice()
    advice["gravity"] |= {
        "leadOffence": "2",
        "offences": [{"id": "1", "offence": "theft_shop"}, {"id": "2", "offence": "wounding"}],
    }
    facts = some_facts()
    facts["offences"].append({"id": "2", "offence": "wounding", "committedOn": "2024-03-01"})

    found = picture.quasi_identifiers(a_decided_case(advice=advice, facts=facts), LISTS)

    assert (found.offence_group, found.age_band) == ("VIOLENCE", "10-13")


def test_item_holds_nothing_to_find_the_child_by() -> None:
    """No birth date, no case id, no date at all, no citation, nothing that was read, no person's name."""
    case = a_decided_case()

    text = json.dumps([picture.picture(case), picture.characteristics(case, SHOWN)])

    for secret in ("2011-03-02", case.case_id, "2026-", "citation", "read", "npcc", "user"):
        assert secret not in text


def test_advice_of_an_item_names_the_rules_that_bore_on_it() -> None:
    """A rule that did not apply is left out."""
    assert picture.picture(a_decided_case())["advice"][1] == {
        "disposal": "TRIAGE",
        "standing": "AVAILABLE",
        "fit": "INDICATED",
        "rules": ["CR-01"],
    }


def test_timeliness_is_told_in_days() -> None:
    """Whole days from receipt to pre-assessment and to decision."""
    assert picture.picture(a_decided_case())["timeliness"] == {"daysToPreAssessment": 3, "daysToDecision": 8}


def test_every_characteristic_is_told() -> None:
    """The nine of the Act and the further ones, recorded or not."""
    assert list(told(())) == list(CHARACTERISTICS)


def test_unrecorded_characteristic_is_unknown() -> None:
    """Nothing recorded is not `no`."""
    assert told(())["DISABILITY"] == {
        "characteristic": "DISABILITY",
        "value": None,
        "status": "UNKNOWN",
        "source": None,
    }


def test_ethnicity_is_told_as_its_group() -> None:
    """The code itself is finer than what k cases share."""
    assert told((stated("ETHNICITY", "B1"),))["ETHNICITY"]["value"] == "BLACK"


def test_officers_view_of_ethnicity_is_neither_merged_nor_listed() -> None:
    """Two groupings side by side would tell more than one; that there was a second is told."""
    case = a_decided_case(characteristics=(stated("ETHNICITY", "B1"), stated("ETHNICITY", "3", source="OFFICER")))

    ethnicity = [row for row in picture.characteristics(case, SHOWN) if row["characteristic"] == "ETHNICITY"]

    assert [(row["value"], row["source"]) for row in ethnicity] == [("BLACK", "SELF")]
    assert (picture.observed(case), picture.observed(a_decided_case())) == (True, False)


@pytest.mark.parametrize("name", ["ETHNICITY", "SEX", "AGE"])
@pytest.mark.parametrize("status", ["STATED", "DECLINED", None])
def test_withheld_value_hides_its_status_too(name: str, status: str | None) -> None:
    """Whether it was stated, declined or never recorded, a withheld characteristic looks the same."""
    rows = () if status is None else (stated(name, "X", status=status),)

    assert told(rows, HIDDEN)[name] == {"characteristic": name, "value": WITHHELD, "status": WITHHELD, "source": None}


def test_value_that_was_not_stated_is_not_told() -> None:
    """A value left beside the status DECLINED is nobody's statement."""
    assert told((stated("SEND", "YES", status="DECLINED"),))["SEND"]["value"] is None


@pytest.mark.parametrize(
    ("changes", "dimension", "value"),
    [
        ({}, Dimension.DISPOSAL, "TRIAGE"),
        ({}, Dimension.GRAVITY, "2"),
        ({"advice": some_advice(score=None)}, Dimension.GRAVITY, "UNKNOWN"),
        ({"facts": some_facts(care_status="LOOKED_AFTER")}, Dimension.CARED_FOR, "CARED_FOR"),
        ({"facts": some_facts(care_status="NONE")}, Dimension.CARED_FOR, "NOT_CARED_FOR"),
        ({"facts": some_facts(care_status="UNKNOWN")}, Dimension.CARED_FOR, "UNKNOWN"),
        ({"engagement": "PARTIAL"}, Dimension.ENGAGEMENT, "LOW"),
        ({"engagement": "FULL"}, Dimension.ENGAGEMENT, "FULL"),
        ({}, Dimension.DEPARTURE, "AS_ADVISED"),
        ({"decision": some_decision("YOUTH_CAUTION")}, Dimension.DEPARTURE, "DEPARTED"),
        ({}, Dimension.ESCALATION, "AGREED"),
        ({"escalations": ({"level": 2, "because": "."},)}, Dimension.ESCALATION, "ESCALATED"),
        ({}, Dimension.SINGLE_AGENCY, "JOINT"),
        ({"single_agency": True}, Dimension.SINGLE_AGENCY, "SINGLE_AGENCY"),
        ({"single_agency": True}, Dimension.DEPARTURE, "SINGLE_AGENCY"),
        ({"single_agency": True}, Dimension.ESCALATION, "SINGLE_AGENCY"),
        ({}, Dimension.ETHNIC_GROUP, "BLACK"),
        ({}, Dimension.AREA, "E09000019"),
    ],
)
def test_stratum_value_is_read_from_the_case(changes: dict[str, Any], dimension: Dimension, value: str) -> None:
    """Each dimension's word."""
    assert picture.stratum_values(a_decided_case(**changes), SHOWN, [dimension]) == [value]


@pytest.mark.parametrize("dimension", list(Dimension))
def test_stratum_never_tells_a_quasi_identifier_that_is_withheld(dimension: Dimension) -> None:
    """A stratum takes quasi-identifiers as they are shown; every dimension has a word."""
    quasi = {"ETHNIC_GROUP", "SEX", "AGE_BAND", "AREA", "QUARTER", "OFFENCE_GROUP"}

    [value] = picture.stratum_values(a_decided_case(), HIDDEN, [dimension])

    assert (value == WITHHELD) == (dimension in quasi)
