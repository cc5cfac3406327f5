"""What a pre-assessment lacks, what does not go together, who should look again, and what each part rests on."""

from datetime import date
from typing import Any

import pytest

from app.assessments.completeness import (
    asks_countersignature,
    basis_of,
    contradictions,
    missing_facts,
    missing_parts,
    report_on,
)
from app.assessments.schemas import PreAssessmentIn, RiskToOthers, Safety
from app.demo.story import a_pre_assessment
from app.law.book import LawBook
from app.law.model import Protocol
from app.law.protocol import Countersign

KNOWN: dict[str, Any] = {
    "child": {
        "careStatus": "NONE",
        "communicationNeed": "SCREENED_NONE",
        "exploitation": {"indicated": "NO", "nrm": "NONE"},
    },
    "offences": [{"evidence": "FULL_CODE_TEST_MET", "response": {"kind": "ADMITTED"}, "circumstances": []}],
    "victims": [],
    "history": [],
}


@pytest.mark.parametrize(
    ("block", "part"),
    [
        *(("safety", field.alias) for field in Safety.model_fields.values()),
        *(("riskToOthers", field.alias) for field in RiskToOthers.model_fields.values()),
    ],
)
def test_risk_without_one_of_its_parts_is_not_complete(block: str, part: str) -> None:
    """A level alone is no analysis: nature, context, imminence, likelihood, impact and to whom all count."""
    document = a_pre_assessment()
    del document[block][part]

    assert [pointer for pointer, _ in missing_parts(document)] == [f"/{block}/{part}"]


@pytest.mark.parametrize(
    ("voice", "who"), [("childVoice", "CHILD"), ("parentCarerVoice", "PARENT_CARER"), ("victimVoice", "VICTIM")]
)
def test_each_missing_voice_says_who_has_it(voice: str, who: str) -> None:
    """Three voices, three people to ask."""
    document = {name: value for name, value in a_pre_assessment().items() if name != voice}

    assert missing_parts(document) == ((f"/{voice}", who),)


def test_nothing_is_missing_where_everything_is_known() -> None:
    """Facts that are established, though the answer be no, are known."""
    assert missing_facts(KNOWN) == ()


@pytest.mark.parametrize(
    ("changes", "pointer", "who"),
    [
        ({"history": "UNKNOWN"}, "/history", "POLICE"),
        ({"victims": None}, "/victims", "YJS"),
        ({"child": KNOWN["child"] | {"communicationNeed": "NOT_SCREENED"}}, "/child/communicationNeed", "YJS"),
        ({"offences": [KNOWN["offences"][0] | {"evidence": "NOT_ASSESSED"}]}, "/offences/0/evidence", "POLICE"),
        ({"offences": [KNOWN["offences"][0], {**KNOWN["offences"][0], "circumstances": "UNKNOWN"}]},
         "/offences/1/circumstances", "POLICE"),
    ],
)  # fmt: skip
def test_missing_fact_says_who_could_supply_it(changes: dict[str, Any], pointer: str, who: str) -> None:
    """What nobody asked is as missing as what nobody knows."""
    assert missing_facts(KNOWN | changes) == ((pointer, who),)


def _with(indicated: str = "NO", nrm: str = "NONE", flags: tuple[str, ...] = ()) -> dict[str, Any]:
    child = KNOWN["child"] | {"exploitation": {"indicated": indicated, "nrm": nrm}}
    return KNOWN | {"child": child, "offences": [KNOWN["offences"][0] | {"circumstances": list(flags)}]}


@pytest.mark.parametrize(
    ("facts", "level", "codes"),
    [
        (_with(indicated="YES"), "LOW", ["EXPLOITATION_AND_LOW_CONCERN"]),
        (_with(nrm="REFERRED"), "LOW", ["EXPLOITATION_AND_LOW_CONCERN"]),
        (_with(indicated="YES"), "MEDIUM", []),
        (_with(nrm="NEGATIVE"), "LOW", []),
        (_with(flags=("WEAPON_USED_OR_THREATENED",)), "LOW", ["WEAPON_AND_LOW_RISK"]),
        (_with(flags=("KNIFE",)), "LOW", []),
        (_with(), "LOW", []),
    ],
)
def test_what_does_not_go_together_is_flagged(facts: dict[str, Any], level: str, codes: list[str]) -> None:
    """Exploitation that was noted and a child who is said to be safe: inspectors saw it, and it asks for a manager."""
    document = a_pre_assessment()
    document["safety"]["level"] = document["riskToOthers"]["level"] = level

    found = contradictions(document, facts, "PDAT")

    assert [one.code for one in found] == codes
    assert list(asks_countersignature(document, found, Countersign())) == codes


def test_another_tool_than_the_protocols_is_flagged() -> None:
    """The protocol names AssetPlus for what is proposed, and PDAT was used."""
    assert [one.code for one in contradictions(a_pre_assessment(), KNOWN, "ASSETPLUS")] == ["OTHER_TOOL"]
    assert contradictions(a_pre_assessment(), KNOWN, None) == ()


@pytest.mark.parametrize("level", ["HIGH", "VERY_HIGH"])
def test_high_level_asks_for_a_countersignature(level: str) -> None:
    """A manager looks at every high risk."""
    document = a_pre_assessment()
    document["riskToOthers"]["level"] = level

    assert asks_countersignature(document, (), Countersign()) == ("/riskToOthers/level",)


def _protocol(law_book: LawBook, **countersign: Any) -> Protocol:
    shipped = law_book.protocol("E99999901", date(2026, 11, 21))
    assert shipped is not None
    return Protocol.model_validate({**shipped.model_dump(), "countersign": countersign})


@pytest.mark.parametrize(
    ("countersign", "high", "because"),
    [
        ({}, True, ("/safety/level",)),
        ({}, False, ()),
        ({"when": []}, True, ()),
        ({"when": ["CONTRADICTION"]}, True, ()),
        ({"when": ["HIGH_LEVEL"]}, True, ("/safety/level",)),
        ({"when": ["ALWAYS"]}, False, ("LOCAL_PROTOCOL",)),
        ({"when": [], "disposals": ["COMMUNITY_RESOLUTION"]}, False, ("/proposal/disposal",)),
        ({"when": [], "disposals": ["YOUTH_CONDITIONAL_CAUTION"]}, True, ()),
    ],
)
def test_countersignature_is_asked_where_the_protocol_asks(
    law_book: LawBook, countersign: dict[str, Any], because: tuple[str, ...], *, high: bool
) -> None:
    """Where it asks and nobody has signed the assessment is not complete, and a manager is named; signed, it is."""
    document = a_pre_assessment()
    document["safety"]["level"] = "HIGH" if high else "LOW"
    protocol = _protocol(law_book, **countersign)

    unsigned = report_on(document, KNOWN, protocol)
    signed = report_on({**document, "countersignedBy": "demo-yjs-manager"}, KNOWN, protocol)

    assert unsigned.countersign_because == signed.countersign_because == because
    assert unsigned.missing == ((("/countersignedBy", "YJS_MANAGER"),) if because else ())
    assert signed.missing == ()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"communicationNeed": "IDENTIFIED"}, "send"),
        ({"exploitation": {"indicated": "YES", "nrm": "REFERRED"}}, "exploitation"),
        ({"careStatus": "LOOKED_AFTER"}, "care"),
    ],
)
def test_what_is_established_is_looked_into(law_book: LawBook, changes: dict[str, Any], part: str) -> None:
    """A need, a harm or a placement that is a fact of the case has its own block in the assessment."""
    document, facts = a_pre_assessment(), KNOWN | {"child": KNOWN["child"] | changes}
    document["safety"]["level"] = "MEDIUM"

    without = report_on(document, facts, _protocol(law_book))
    written = report_on({**document, part: "Looked into."}, facts, _protocol(law_book))

    assert without.missing == ((f"/{part}", "YJS"),)
    assert written.missing == ()


def test_facts_stand_apart_from_accounts_and_assessments() -> None:
    """Every part says which of the three it is, but those that are about the paper itself."""
    document = {field.alias: {} for field in PreAssessmentIn.model_fields.values() if field.alias}

    basis = basis_of(document)

    assert set(basis.values()) == {"FACT", "ACCOUNT", "ASSESSMENT"}
    assert [name for name in document if f"/{name}" not in basis] == ["tool", "sources", "countersignedBy"]
    assert (basis["/childVoice"], basis["/factUpdates"], basis["/safety"]) == ("ACCOUNT", "FACT", "ASSESSMENT")
