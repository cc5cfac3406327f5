"""Requests for advice on children of whom no two are alike: other ages, offences, histories, areas, and unknowns.

Every part turns through its own wheel of choices, and the wheels have lengths without a common factor: thousands of
bodies pass before one comes again, and none is like the one before it in more than a few facts.
"""

from datetime import date, timedelta
from typing import Any

from app.demo.story_bodies import a_referral, facts_of

Document = dict[str, Any]
_OFFENCES = (
    "theft_shop", "common_assault", "bladed_article", "poa_s4", "harassment_s2", "robbery", "no_insurance", "abh_s47",
    "begging", "wasting_police_time", "aggravated_trespass",
)  # fmt: skip
_RESPONSES: tuple[Document, ...] = (
    {"kind": "ADMITTED", "to": "CONSTABLE", "appropriateAdult": "PRESENT", "legalAdvice": "TAKEN", "understood": "YES"},
    {"kind": "DENIED"},
    {"kind": "ACCEPTS_RESPONSIBILITY", "to": "OTHER", "appropriateAdult": "PRESENT", "understood": "YES"},
    {"kind": "ADMITTED", "to": "CONSTABLE", "appropriateAdult": "ABSENT", "legalAdvice": "DECLINED"},
    {"kind": "NO_COMMENT", "to": "CONSTABLE", "appropriateAdult": "PRESENT", "legalAdvice": "TAKEN"},
    {"kind": "ADMITTED", "to": "CONSTABLE", "appropriateAdult": "PRESENT", "legalAdvice": "TAKEN", "understood": "YES"},
    {},
)
_CIRCUMSTANCES: tuple[list[str] | str, ...] = (
    [], ["KNIFE", "SIMPLE_POSSESSION"], [], ["DOMESTIC_ABUSE"], ["CARE_PLACEMENT"], [], ["HATE_CRIME"], [], [],
    ["FAMILY_VICTIM"], [], "UNKNOWN", [],
)  # fmt: skip
_HISTORIES: tuple[list[Document] | str, ...] = (
    [],
    [{"disposal": "COMMUNITY_RESOLUTION", "completion": "COMPLETED"}],
    [],
    [{"disposal": "YOUTH_CAUTION", "completion": "COMPLETED"}, {"disposal": "TRIAGE", "completion": "COMPLETED"}],
    "UNKNOWN",
)
_EVIDENCE = ("FULL_CODE_TEST_MET",) * 5 + ("SUFFICIENT_TO_CHARGE",) * 6 + ("SHOWS_OFFENCE",) * 4 + ("UNKNOWN",) * 2
_CARE = ("NONE",) * 14 + ("LOOKED_AFTER",) * 3 + ("UNKNOWN",) * 2
_SECTION_45 = ("UNLIKELY",) * 20 + ("NOT_CONSIDERED",) * 3


def a_child(number: int, area: str, today: date) -> Document:
    """Return the request for advice with that number, for advice on a day in an area."""
    body = facts_of(a_referral(area, today - timedelta(days=number % 97)), today)
    child, offence = body["child"], body["offences"][0]
    child["dateOfBirth"] = (
        date.fromisoformat(child["dateOfBirth"]) - timedelta(days=_turned(number, 1361))
    ).isoformat()
    child["careStatus"] = _CARE[number % len(_CARE)]
    child["exploitation"]["section45"] = _SECTION_45[number % len(_SECTION_45)]
    offence.pop("cjsCode")
    offence |= {
        "offence": _OFFENCES[number % len(_OFFENCES)],
        "evidence": _EVIDENCE[number % len(_EVIDENCE)],
        "response": _RESPONSES[number % len(_RESPONSES)],
        "circumstances": _CIRCUMSTANCES[number % len(_CIRCUMSTANCES)],
        "officerScore": {"base": 2, "score": 1 + number % 4, "rationale": f"Number {number}."},
    }
    return body | {"history": _HISTORIES[number % len(_HISTORIES)]}


def _turned(number: int, days: int) -> int:
    """Return one of so many days, far from that of the number before."""
    return number * 577 % days
