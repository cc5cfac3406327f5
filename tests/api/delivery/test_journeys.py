"""A child's way from referral to the end, as people live it: by each route, to each kind of ending."""

import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, PRACTITIONER, TODAY, Document, Stage
from tests.api.delivering import (
    a_delivery,
    a_knife_referral,
    complete,
    decide,
    decided,
    deliver,
    delivered,
    status_of,
)

pytestmark = pytest.mark.anyio


def _from_court() -> Document:
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["route"] = "COURT"
    return referral


async def _acts(stage: Stage, case_id: str) -> list[str]:
    timeline = await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{case_id}/timeline")
    return [entry["act"] for entry in timeline.json()["items"]]


async def test_child_sent_back_from_court_ends_with_triage(stage: Stage) -> None:
    """Every option is open until conviction: a case from court is decided, given, explained and completed."""
    case_id = await delivered(stage, "TRIAGE", _from_court())
    path = f"/v1/cases/{case_id}/explanation?audience=CHILD"
    told = await stage.actor(PRACTITIONER).send("GET", path, purpose="DELIVERY")

    answer = await complete(stage, case_id, "COMPLETED")

    assert told.json()["title"] == "Triage"
    assert answer.json()["status"] == "COMPLETED"
    assert answer.json()["outcome"]["code"] == "20"


async def test_receiving_body_of_a_triage_is_told_back(stage: Stage) -> None:
    """Whoever takes the action is named with the delivery."""
    case_id = await decided(stage, "TRIAGE")

    answer = await deliver(stage, case_id, a_delivery("TRIAGE", receivingBody="Targeted youth support"))

    assert answer.json()["receivingBody"] == "Targeted youth support"


async def test_knife_deferral_that_fails_ends_in_a_charge(stage: Stage) -> None:
    """Deferred, not kept to, the police told, decided anew: this time it goes to court, and nothing is delivered."""
    case_id = await delivered(stage, "DEFERRED_PROSECUTION", a_knife_referral())
    failed = await complete(stage, case_id, "NOT_COMPLETED", triedAgain="Three visits.", policeToldOn="2026-11-21")

    charged = await decide(stage, case_id, "CHARGE")
    undelivered = await deliver(stage, case_id, a_delivery("CHARGE"))

    assert failed.json()["clocks"][0]["doneOn"] == "2026-11-21"
    assert (charged["outcomeCode"], charged["outcomeCodeWhen"]) == ("1", "NOW")
    assert undelivered.json()["code"] == "nothing-to-deliver"
    assert await status_of(stage, case_id) == "DECIDED"


async def test_conditional_caution_is_kept_to_with_its_conditions(stage: Stage) -> None:
    """Conditions that the law allows, an intervention that serves one, an exit plan, and the code of both cautions."""
    case_id = await decided(stage, "YOUTH_CONDITIONAL_CAUTION")
    conditions = [
        {"type": "REHABILITATION", "what": "Sees a mentor.", "dueOn": "2027-02-01"},
        {"type": "REPARATION", "what": "Works at the park.", "attendanceHours": 10, "dueOn": "2027-02-01"},
        {"type": "PUNITIVE", "what": "Pays.", "penaltyPence": 2500, "dueOn": "2027-01-10"},
    ]
    given = await deliver(stage, case_id, a_delivery("YOUTH_CONDITIONAL_CAUTION", conditions=conditions))
    work = {"kind": "MENTORING", "what": "The mentor of the first condition.", "servesCondition": True}
    added = await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/interventions", work)
    path, match = added.headers["Location"], {"If-Match": added.headers["ETag"]}
    done = {"status": "COMPLETED", "exitPlan": "The mentor stays reachable."}
    left = await stage.actor(PRACTITIONER).send("PATCH", path, done, headers=match)

    answer = await complete(stage, case_id, "COMPLETED")

    assert given.json()["spentOn"] == "2027-02-01"
    assert (added.json()["voluntary"], left.json()["status"]) == (False, "COMPLETED")
    assert (answer.json()["outcome"]["code"], answer.json()["status"]) == ("2", "COMPLETED")


async def test_community_resolution_that_is_not_finished_closes_without_threat(stage: Stage) -> None:
    """No breach, no new decision, the code of the resolution stands, and the child was told so from the start."""
    case_id = await delivered(stage, "COMMUNITY_RESOLUTION")
    path = f"/v1/cases/{case_id}/explanation?audience=CHILD"
    told = (await stage.actor(PRACTITIONER).send("GET", path, purpose="DELIVERY")).json()

    answer = await complete(stage, case_id, "NOT_COMPLETED", why="Moved away.")

    choice = next(section for section in told["sections"] if section["id"] == "choice")
    assert choice["paragraphs"][0].startswith("No. It is up to you.")
    assert (answer.json()["status"], answer.json()["outcome"]["code"]) == ("CLOSED", "8")


async def test_child_who_turns_18_before_delivery_is_decided_anew(stage: Stage) -> None:
    """The caution can no longer be given; somebody says so, and the agencies start again."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["child"]["dateOfBirth"] = "2008-11-22"
    case_id = await decided(stage, "YOUTH_CAUTION", referral)

    answer = await complete(stage, case_id, "NOT_COMPLETED", neverGiven=True, why="18 before it could be given.")

    assert (answer.json()["returnsForDecision"], answer.json()["outcome"]["code"]) == (True, None)
    assert "case.returned-for-decision" in await _acts(stage, case_id)


async def test_failed_diversion_is_decided_anew_by_two_agencies(stage: Stage) -> None:
    """The opinions of the first round do not speak for the second: without new ones there is no decision."""
    case_id = await delivered(stage, "OUTCOME_22")
    await complete(stage, case_id, "NOT_COMPLETED")

    opinions = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/opinions")).json()

    assert (opinions["standing"], opinions["items"], opinions["level"]) == ("INCOMPLETE", [], 1)
    again = await decide(stage, case_id, "COMMUNITY_RESOLUTION")
    assert again["disposal"] == "COMMUNITY_RESOLUTION"
