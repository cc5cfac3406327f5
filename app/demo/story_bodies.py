"""What the people of the story send: one invented child, met anew at each telling."""

from datetime import date, timedelta
from typing import Any

from uuid_utils import uuid7

from app.law.dates import birthday

Document = dict[str, Any]
AGE = 13
_CHILD_FACTS = ("dateOfBirth", "careStatus", "communicationNeed", "exploitation")


def a_referral(area: str, today: date) -> Document:
    """Return a referral of a child of 13 for theft from a shop, of a source that was never used before."""
    offence_on = today - timedelta(days=21)
    return {
        "source": {"force": "metropolitan", "system": "demo-story", "reference": str(uuid7())},
        "route": "POLICE_INVESTIGATION",
        "referredAt": f"{today - timedelta(days=5)}T10:15:00Z",
        "area": area,
        "child": _a_child(offence_on),
        "offences": [_an_offence(offence_on)],
        "victims": [{"kind": "BUSINESS", "consulted": "YES", "preference": "INFORMAL", "restorative": "YES"}],
        "history": [],
        "investigation": {"officer": "P123456", "station": "NI", "status": "VOLUNTARY_INTERVIEW"},
    }


def _a_child(offence_on: date) -> Document:
    """Return the child, who was 13 half a year before the offence."""
    turned = offence_on - timedelta(days=180)
    return {
        "givenNames": "Sam",
        "familyName": "Example",
        "dateOfBirth": birthday(turned, -AGE).isoformat(),
        "identifiers": [],
        "careStatus": "NONE",
        "communicationNeed": "SCREENED_NONE",
        "exploitation": {"indicated": "NO", "nrm": "NONE", "section45": "UNLIKELY"},
        "characteristics": [
            {
                "characteristic": "ETHNICITY",
                "value": "B1",
                "scheme": "SDE_18_1",
                "schemeVersion": "2011",
                "status": "STATED",
                "source": "SELF",
            }
        ],
    }


def _an_offence(offence_on: date) -> Document:
    return {
        "id": "1",
        "cjsCode": "TH68010",
        "committedOn": offence_on.isoformat(),
        "reportedOn": offence_on.isoformat(),
        "evidence": "FULL_CODE_TEST_MET",
        "response": {
            "kind": "ADMITTED",
            "on": (offence_on + timedelta(days=2)).isoformat(),
            "to": "CONSTABLE",
            "appropriateAdult": "PRESENT",
            "legalAdvice": "TAKEN",
            "understood": "YES",
        },
        "circumstances": [],
        "aggravatingFactors": [],
        "mitigatingFactors": [],
        "officerScore": {"base": 2, "score": 2, "rationale": "Scored on the matrix in force."},
    }


def facts_of(referral: Document, today: date) -> Document:
    """Return the facts of a referral as a request for advice that stores nothing."""
    return {
        "asAt": today.isoformat(),
        "area": referral["area"],
        "child": {name: referral["child"][name] for name in _CHILD_FACTS},
        "offences": referral["offences"],
        "victims": referral["victims"],
        "history": referral["history"],
        "agreement": {"toTakePart": "UNKNOWN", "toConditions": "UNKNOWN"},
    }


def a_pre_assessment() -> Document:
    """Return a pre-assessment that lacks nothing."""
    return {
        "tool": "PDAT",
        "childVoice": "I did it because the others did. I am sorry and would like to say so to the shop.",
        "parentCarerVoice": "We did not know. We will help with whatever is agreed.",
        "victimVoice": "The shop would be content with an apology.",
        "safety": {
            "level": "LOW",
            "nature": "Out late with older children.",
            "context": "Weekends, in the high street.",
            "imminence": "Not immediate.",
            "likelihood": "Unlikely with the agreed support.",
        },
        "riskToOthers": {
            "level": "LOW",
            "nature": "Taking things of small value.",
            "context": "In a group.",
            "imminence": "Not immediate.",
            "likelihood": "Unlikely.",
            "impact": "Small loss to a shop.",
            "toWhom": "Shops nearby.",
        },
        "circumstances": "First contact with the police. Settled at home.",
        "strengths": "Football; trusts a teacher.",
        "structuralBarriers": "None found.",
        "engagement": {"level": "PARTIAL", "barriers": ["clash with school"], "adjustments": ["met at school"]},
        "sources": ["Child", "Parent", "School"],
        "proposal": {"disposal": "COMMUNITY_RESOLUTION", "alternatives": ["TRIAGE"], "plan": "Apology; two sessions."},
        "factUpdates": {},
    }


def an_opinion(disposal: str, advice_id: str, departs: Document | None = None) -> Document:
    """Return an opinion for a disposal; `departs` says why, where the advice points elsewhere."""
    rationale = f"{disposal.replace('_', ' ').capitalize()} fits what the child and the victim told us."
    return {"disposal": disposal, "rationale": rationale, "adviceId": advice_id, "conditions": [], "departs": departs}


def a_decision(disposal: str, advice_id: str) -> Document:
    """Return the decision of record."""
    rationale = "As both agencies hold, on the facts that they know."
    return {"disposal": disposal, "rationale": rationale, "adviceId": advice_id}
