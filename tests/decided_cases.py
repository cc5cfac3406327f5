"""Decided cases as scrutiny reads them: synthetic, each like the last but for the changes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.cases.states import CaseStatus
from app.clock import london_day
from app.scrutiny.decided import DecidedCase

DISPOSALS = (
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
)


def some_facts(born: str = "2011-03-02", care_status: str = "NONE", offence: str = "theft_shop") -> dict[str, Any]:
    """Return the facts of one offence."""
    return {
        "child": {"dateOfBirth": born, "careStatus": care_status},
        "offences": [{"id": "1", "offence": offence, "committedOn": "2026-05-01"}],
    }


def some_advice(
    indicated: Sequence[str] = ("TRIAGE",), score: int | None = 2, offence: str = "theft_shop"
) -> dict[str, Any]:
    """Return advice as far as scrutiny reads it, with what must never reach an item: what was read, and citations."""
    finding = {
        "requirement": "cr.acceptance",
        "rule": "CR-01",
        "answer": "MET",
        "read": {"/child/dateOfBirth": "2011-03-02"},
        "citations": [{"source": "npcc-cr-2022"}],
    }
    idle = finding | {"rule": "YC-18", "answer": "NOT_APPLICABLE"}
    return {
        "gravity": {
            "score": score,
            "leadOffence": None if score is None else "1",
            "matrix": {"edition": "illustrative-1", "status": "ILLUSTRATIVE"},
            "offences": [{"id": "1", "offence": offence}],
        },
        "scoreStatus": "ILLUSTRATIVE",
        "options": [
            {
                "disposal": disposal,
                "standing": "AVAILABLE",
                "fit": "INDICATED" if disposal in indicated else "NEUTRAL",
                "findings": [finding, idle],
            }
            for disposal in DISPOSALS
        ],
    }


def some_decision(disposal: str = "TRIAGE") -> dict[str, Any]:
    """Return a decision of the police."""
    return {
        "disposal": disposal,
        "outcomeCode": "20",
        "outcomeCodeWhen": "NOW",
        "agency": "POLICE",
        "grade": "PRACTITIONER",
        "level": 1,
        "dissent": [],
    }


def stated(characteristic: str, value: str, **changes: Any) -> dict[str, Any]:
    """Return a characteristic that the child stated."""
    row = {"characteristic": characteristic, "value": value, "status": "STATED", "source": "SELF"}
    return row | {"scheme": "SDE_18_1", "schemeVersion": "2011"} | changes


def a_decided_case(number: int = 1, disposal: str = "TRIAGE", **changes: Any) -> DecidedCase:
    """Return a case that the two agencies agreed on."""
    decided_at = changes.pop("decided_at", datetime(2026, 6, 10, 9, tzinfo=UTC))
    values: dict[str, Any] = {
        "case_id": f"019e0000-0000-7000-8000-{number:012d}",
        "area": "E09000019",
        "status": CaseStatus.DECIDED,
        "received_at": datetime(2026, 6, 1, 12, tzinfo=UTC),
        "decided_at": decided_at,
        "decided_on": london_day(decided_at),
        "decision": some_decision(disposal),
        "facts": some_facts(),
        "advice": some_advice(),
        "opinions": (
            {"agency": "POLICE", "level": 1, "disposal": disposal, "departs": None},
            {"agency": "YJS", "level": 1, "disposal": disposal, "departs": None},
        ),
        "escalations": (),
        "characteristics": (stated("ETHNICITY", "B1"), stated("SEX", "MALE"), stated("SEND", "YES")),
        "engagement": "FULL",
        "pre_assessed_at": datetime(2026, 6, 4, 12, tzinfo=UTC),
    }
    return DecidedCase(**(values | changes))
