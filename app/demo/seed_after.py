"""What follows an invented decision: how the disposal was given to the child, and how it ended. Pure."""

from typing import Any

from app.clock import london_day
from app.demo.seed_cases import After, Case, Step

Document = dict[str, Any]


def delivery(case: Case) -> Document:
    """Return the delivery as it is sent, with all that must be shown."""
    return {
        "givenOn": london_day(case.at(Step.DELIVERY)).isoformat(),
        "givenBy": {"role": "SERGEANT_OR_ABOVE", "trained": True, "reference": "P123456"},
        "place": "Youth justice service",
        "receivingBody": "Targeted youth support",
        "appropriateAdult": {"relation": "PARENT"},
        "explained": True,
        "papersGiven": True,
        "childAgreed": True,
        "parentCarerAgreed": "YES",
        "victimTold": True,
        "plan": {
            "child": "Comes to two sessions.",
            "professionals": "Hold them near school, at a time that suits.",
            "exit": "A last talk, and who to ask afterwards.",
        },
        "interventions": [{"kind": "MENTORING", "what": "Two sessions with a mentor.", "status": "STARTED"}],
    }


def completion(case: Case, after: After) -> Document:
    """Return how it ended, as it is sent."""
    ended = {"endedOn": london_day(case.at(Step.COMPLETION)).isoformat()}
    if after.kept:
        return ended | {"result": "COMPLETED"}
    why = {
        "why": "Did not come again after the first session.",
        "triedAgain": "Two visits, and a message by a teacher.",
    }
    return ended | why | {"result": "NOT_COMPLETED"}
