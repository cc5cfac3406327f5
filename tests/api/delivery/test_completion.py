"""What follows from how a disposal ends, and which outcome code the police may then record.

That each ends as it should, by each route, is walked in `test_every_ending`.
"""

from typing import Any

import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, POLICE, PRACTITIONER, TODAY, Document, Stage
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
RETURNING = ("OUTCOME_22", "DEFERRED_CAUTION", "DEFERRED_PROSECUTION", "YOUTH_CONDITIONAL_CAUTION")
VOLUNTARY = ("TRIAGE", "OUTCOME_22", "COMMUNITY_RESOLUTION", "DEFERRED_CAUTION", "DEFERRED_PROSECUTION")


async def _outcome(stage: Stage, referral_id: str) -> Document:
    answer = await stage.actor(POLICE).send("GET", f"/v1/referrals/{referral_id}", purpose="REFERRAL")
    outcome: Document = answer.json()["outcome"]
    return outcome


async def _delivered_with_referral(stage: Stage, disposal: str, referral: Document | None = None) -> tuple[str, str]:
    body = referral or a_referral(EXAMPLE_AREA, TODAY)
    case_id = await delivered(stage, disposal, body)
    found = await stage.actor(POLICE).send(
        "POST", "/v1/referrals", body, purpose="REFERRAL", headers={"Idempotency-Key": "again"}
    )
    return case_id, str(found.json()["referralId"])


@pytest.mark.parametrize("disposal", ["OUTCOME_22", "YOUTH_CAUTION"])
async def test_completed_disposal_ends_the_case(stage: Stage, disposal: str) -> None:
    """The child did what was agreed: nothing is decided anew."""
    case_id = await delivered(stage, disposal)

    answer = await complete(stage, case_id, "COMPLETED")

    assert answer.status_code == 201, answer.text
    assert (answer.json()["returnsForDecision"], answer.json()["status"]) == (False, "COMPLETED")
    read = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/completion")
    assert read.json() == answer.json()


@pytest.mark.parametrize("disposal", RETURNING)
async def test_unfinished_disposal_with_something_held_back_is_decided_anew(stage: Stage, disposal: str) -> None:
    """A new round at level 1: both agencies speak again, and another disposal can be decided."""
    case_id = await delivered(stage, disposal)

    answer = await complete(stage, case_id, "NOT_COMPLETED", why="Stopped coming.", triedAgain="Met at school twice.")

    told = answer.json()
    assert (told["returnsForDecision"], told["status"], told["caseRound"]) == (True, "PRE_ASSESSED", 2)
    assert told["outcome"]["state"] == "DECIDED_ANEW"
    again = await decide(stage, case_id, "TRIAGE")
    assert again["disposal"] == "TRIAGE"
    assert (await deliver(stage, case_id, a_delivery("TRIAGE"))).status_code == 201
    read = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/completion")
    assert (read.json()["round"], read.json()["disposal"]) == (1, disposal)
    assert (await complete(stage, case_id, "COMPLETED")).json()["status"] == "COMPLETED"


@pytest.mark.parametrize("disposal", [*VOLUNTARY, "YOUTH_CAUTION"])
async def test_nothing_but_a_condition_can_be_breached(stage: Stage, disposal: str) -> None:
    """409 voluntary-disposal, and the case stays where it is."""
    case_id = await delivered(stage, disposal)

    refused = await complete(stage, case_id, "NOT_COMPLETED", breach=True)

    assert (refused.status_code, refused.json()["code"]) == (409, "voluntary-disposal")
    assert await status_of(stage, case_id) == "IN_DELIVERY"


async def test_breached_conditional_caution_is_a_fact_of_the_new_round(stage: Stage) -> None:
    """The failed caution stands in the history, and the new advice discourages a second one (YCC-26)."""
    case_id = await delivered(stage, "YOUTH_CONDITIONAL_CAUTION")

    answer = await complete(stage, case_id, "NOT_COMPLETED", breach=True, reasonableExcuse="NO")

    assert (answer.json()["breach"], answer.json()["rules"]) == (True, ["YCC-05", "YCC-18", "PRC-18"])
    advice = await stage.advised(case_id)
    option = next(one for one in advice["options"] if one["disposal"] == "YOUTH_CONDITIONAL_CAUTION")
    assert option["fit"] == "DISCOURAGED"


async def test_unknown_history_stays_unknown_after_a_breach(stage: Stage) -> None:
    """Where nobody knows what the child was given before, one known caution makes no history of it."""
    case_id = await delivered(
        stage, "YOUTH_CONDITIONAL_CAUTION", a_referral(EXAMPLE_AREA, TODAY) | {"history": "UNKNOWN"}
    )

    answer = await complete(stage, case_id, "NOT_COMPLETED", breach=True, reasonableExcuse="NO")

    assert answer.status_code == 201
    case = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).json()
    assert (case["status"], case["facts"]["history"]) == ("PRE_ASSESSED", "UNKNOWN")


CONTRADICTIONS: list[tuple[Document, str]] = [
    ({"result": "NOT_COMPLETED", "breach": True, "reasonableExcuse": "YES"}, "breach-excused"),
    ({"result": "COMPLETED", "breach": True}, "breach-of-completed"),
    ({"result": "COMPLETED", "neverGiven": True}, "completed-never-given"),
    ({"result": "NOT_COMPLETED", "neverGiven": True}, "missing"),
    ({"result": "COMPLETED", "endedOn": "2026-11-22"}, "ended-in-future"),
    ({"result": "COMPLETED", "endedOn": "2026-11-20"}, "ended-before-given"),
]


async def test_completion_that_contradicts_itself_is_refused(stage: Stage) -> None:
    """422 at the field that cannot be true, and the case stays where it is."""
    case_id = await delivered(stage, "YOUTH_CONDITIONAL_CAUTION")

    for body, code in CONTRADICTIONS:
        refused = await complete(stage, case_id, **body)

        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code), body


async def test_what_was_not_given_cannot_be_completed(stage: Stage) -> None:
    """First the delivery; or somebody says that there never was one."""
    case_id = await decided(stage, "OUTCOME_22")

    refused = await complete(stage, case_id, "COMPLETED")

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")


async def test_what_was_never_given_is_decided_anew(stage: Stage) -> None:
    """A child who refuses to sign has not failed anything: the case is decided again."""
    case_id = await decided(stage, "YOUTH_CONDITIONAL_CAUTION")

    answer = await complete(stage, case_id, "NOT_COMPLETED", neverGiven=True, why="The child did not consent.")

    assert (answer.json()["status"], answer.json()["caseRound"]) == ("PRE_ASSESSED", 2)
    facts = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).json()["facts"]
    assert facts["history"] == []


async def test_it_ends_once(stage: Stage) -> None:
    """A second completion finds the case elsewhere."""
    case_id = await delivered(stage, "TRIAGE")
    await complete(stage, case_id, "COMPLETED")

    again = await complete(stage, case_id, "NOT_COMPLETED")

    assert (again.status_code, again.json()["code"]) == (409, "wrong-state")


# ── the outcome code ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("disposal", ["OUTCOME_22", "DEFERRED_CAUTION"])
async def test_outcome_22_is_recorded_only_on_completion(stage: Stage, disposal: str) -> None:
    """Until then the police system is told that there is none yet, and which it would be."""
    case_id, referral_id = await _delivered_with_referral(stage, disposal)

    before = await _outcome(stage, referral_id)
    await complete(stage, case_id, "COMPLETED")
    after = await _outcome(stage, referral_id)

    assert (before["state"], before["code"], before["expected"]) == ("AWAITING_COMPLETION", None, "22")
    assert (after["state"], after["code"], after["recordedOn"]) == ("RECORDED", "22", "2026-11-21")


async def test_outcome_22_is_never_recorded_of_what_failed(stage: Stage) -> None:
    """The case is decided anew; there is no outcome."""
    case_id, referral_id = await _delivered_with_referral(stage, "OUTCOME_22")

    await complete(stage, case_id, "NOT_COMPLETED")

    outcome = await _outcome(stage, referral_id)
    assert (outcome["state"], outcome["code"]) == ("DECIDED_ANEW", None)


async def test_outcome_23_is_returned_under_its_legacy_name(stage: Stage) -> None:
    """Until the new schema, the national return has no value of its own for it (O23-07, CFG-22)."""
    case_id, referral_id = await _delivered_with_referral(stage, "DEFERRED_PROSECUTION", a_knife_referral())

    await complete(stage, case_id, "COMPLETED")

    outcome = await _outcome(stage, referral_id)
    assert outcome["code"] == "23"
    assert (outcome["nationalReturn"]["send"], outcome["nationalReturn"]["rule"]) == ("Reprimand", "O23-07")
    assert outcome["caseManagementCode"] == "Reprimand"


async def test_community_resolution_has_its_code_at_once_and_no_legal_outcome_of_its_own(stage: Stage) -> None:
    """Unmapped on purpose, with the reason."""
    _, referral_id = await _delivered_with_referral(stage, "COMMUNITY_RESOLUTION")

    outcome = await _outcome(stage, referral_id)

    assert (outcome["state"], outcome["code"]) == ("RECORDED", "8")
    assert outcome["nationalReturn"]["send"] is None
    assert outcome["nationalReturn"]["because"]


# ── knives ───────────────────────────────────────────────────────────────────


async def test_failed_plan_after_a_knife_offence_starts_a_clock(stage: Stage) -> None:
    """The YJS tells the police; the area's own working days for a knife referral are counted (KNF-04, CFG-12)."""
    case_id = await delivered(stage, "DEFERRED_PROSECUTION", a_knife_referral())

    answer = await complete(stage, case_id, "NOT_COMPLETED")

    (clock,) = answer.json()["clocks"]
    assert (clock["rule"], clock["on"], clock["dueOn"], clock["doneOn"]) == ("KNF-04", "YJS", "2026-11-23", None)
    assert answer.json()["status"] == "PRE_ASSESSED"


@pytest.mark.parametrize(
    ("referral", "result"),
    [(a_knife_referral, "COMPLETED"), (lambda: a_referral(EXAMPLE_AREA, TODAY), "NOT_COMPLETED")],
)
async def test_no_knife_or_no_failure_starts_no_clock(stage: Stage, referral: Any, result: str) -> None:
    """The duty to tell the police is of failed plans after a knife offence alone."""
    case_id = await delivered(stage, "DEFERRED_PROSECUTION", referral())

    answer = await complete(stage, case_id, result)

    assert answer.json()["clocks"] == []


async def test_timeline_tells_the_return(stage: Stage) -> None:
    """Delivered, not completed, returned: in this order, with who."""
    case_id = await delivered(stage, "OUTCOME_22")
    await complete(stage, case_id, "NOT_COMPLETED")

    timeline = await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{case_id}/timeline")

    acts = [entry["act"] for entry in timeline.json()["items"]]
    wanted = ["case.decided", "case.delivered", "case.not-completed", "case.returned-for-decision"]
    assert [act for act in acts if act in wanted] == wanted
