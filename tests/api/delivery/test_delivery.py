"""Giving a decided disposal over HTTP: every requirement of the day is asked, every fault told with its rule."""

import asyncio
from datetime import date
from typing import Any

import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, POLICE, PRACTITIONER, TODAY, Stage
from tests.api.delivering import a_delivery, a_knife_referral, complete, decided, deliver, delivered, status_of

pytestmark = pytest.mark.anyio
DELIVERABLE = (
    "TRIAGE",
    "OUTCOME_22",
    "COMMUNITY_RESOLUTION",
    "DEFERRED_CAUTION",
    "DEFERRED_PROSECUTION",
    "YOUTH_CAUTION",
    "YOUTH_CONDITIONAL_CAUTION",
)

LEFT_OUT: dict[str, list[tuple[dict[str, Any], str]]] = {
    "TRIAGE": [
        ({"childAgreed": False}, "O20-01"),
        ({"victimTold": False}, "O20-01"),
    ],
    "OUTCOME_22": [
        ({"childAgreed": False}, "O22-07"),
        ({"plan": {"child": "Goes.", "professionals": "Help."}}, "PRC-15"),
    ],
    "DEFERRED_PROSECUTION": [
        ({"childAgreed": False}, "O23-01"),
    ],
    "COMMUNITY_RESOLUTION": [
        ({"childAgreed": False}, "CR-01"),
        ({"interventions": [{"kind": "RESTORATIVE_MEETING", "what": "Meet."}]}, "VIC-03"),
        ({"appropriateAdult": {"relation": "POLICE_STAFF"}}, "AA-04"),
        ({"conditions": [{"type": "REPARATION", "what": "Pay."}]}, "YCC-02"),
    ],
    "YOUTH_CAUTION": [
        ({"explained": False}, "YC-05"),
        ({"givenBy": {"role": "YJS", "trained": True}}, "YC-17"),
        ({"appropriateAdult": {"relation": "POLICE_OFFICER"}}, "AA-04"),
        ({"appropriateAdult": {"relation": "PARENT", "role": "POLICE_STAFF"}}, "AA-04"),
        ({"appropriateAdult": {"relation": "OTHER"}}, "AA-01"),
        ({"appropriateAdult": {"relation": "RESPONSIBLE_ADULT"}}, "AA-01"),
        ({"papersGiven": False}, "PRC-14"),
    ],
    "YOUTH_CONDITIONAL_CAUTION": [
        ({"signed": False}, "YCC-01"),
        ({"consent": False}, "YCC-04"),
        ({"givenBy": {"role": "CONSTABLE", "trained": True}}, "YCC-08"),
        ({"conditions": []}, "YCC-02"),
    ],
}


@pytest.mark.parametrize("disposal", DELIVERABLE)
async def test_delivery_that_shows_everything_opens_the_case(stage: Stage, disposal: str) -> None:
    """What was asked and shown is told back with the rule of each."""
    case_id = await decided(stage, disposal)

    answer = await deliver(stage, case_id, a_delivery(disposal))

    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "IN_DELIVERY"
    assert answer.json()["checked"]
    assert answer.json()["voluntary"] is (disposal not in {"YOUTH_CAUTION", "YOUTH_CONDITIONAL_CAUTION"})
    read = await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{case_id}/delivery", purpose="DELIVERY")
    assert read.json() == answer.json()


async def test_empty_youth_conditional_caution_is_refused_with_every_rule(stage: Stage) -> None:
    """Not the first fault alone: all of them, so that nobody learns them one by one."""
    case_id = await decided(stage, "YOUTH_CONDITIONAL_CAUTION")

    refused = await deliver(stage, case_id, {"givenOn": "2026-11-21", "givenBy": {"role": "CONSTABLE"}})

    told = refused.json()
    assert (refused.status_code, told["code"]) == (422, "delivery-incomplete")
    assert set(told["rules"]) >= {"YCC-01", "YCC-02", "YCC-03", "YCC-04", "YCC-05", "YCC-08", "PRC-14"}
    assert {error["code"] for error in told["errors"]} == set(told["rules"])
    assert await status_of(stage, case_id) == "DECIDED"


@pytest.mark.parametrize("disposal", LEFT_OUT)
async def test_delivery_names_the_rule_that_is_not_met(stage: Stage, disposal: str) -> None:
    """One thing left out is one refusal, with the rule that asks for it; a refusal leaves the case where it is."""
    case_id = await decided(stage, disposal)

    for changes, rule in LEFT_OUT[disposal]:
        refused = await deliver(stage, case_id, a_delivery(disposal, **changes))

        assert refused.status_code == 422, (changes, refused.text)
        assert rule in refused.json()["rules"], changes


async def test_appropriate_adult_is_asked_for_when_a_caution_is_given(stage: Stage) -> None:
    """A child of 13 is never cautioned alone."""
    case_id = await decided(stage, "YOUTH_CAUTION")
    body = a_delivery("YOUTH_CAUTION")
    del body["appropriateAdult"]

    refused = await deliver(stage, case_id, body)

    assert refused.json()["rules"] == ["YC-04"]


async def test_conditions_are_held_against_the_law_every_fault_at_once(stage: Stage) -> None:
    """Too much money, too many hours and no end: three faults, each where it stands."""
    case_id = await decided(stage, "YOUTH_CONDITIONAL_CAUTION")
    conditions = [
        {"type": "PUNITIVE", "what": "Pays.", "penaltyPence": 9000, "dueOn": "2027-01-10"},
        {"type": "REPARATION", "what": "Works.", "attendanceHours": 21, "dueOn": "2027-01-10"},
        {"type": "REHABILITATION", "what": "Sees a mentor."},
    ]

    refused = await deliver(stage, case_id, a_delivery("YOUTH_CONDITIONAL_CAUTION", conditions=conditions))

    found = {(error["pointer"], error["code"]) for error in refused.json()["errors"]}
    assert found == {
        ("/conditions/0/penaltyPence", "YCC-14"),
        ("/conditions/1/attendanceHours", "YCC-12"),
        ("/conditions/2/dueOn", "YCC-16"),
    }


@pytest.mark.parametrize("disposal", ["NO_FURTHER_ACTION", "CHARGE"])
async def test_some_decisions_leave_nothing_to_deliver(stage: Stage, disposal: str) -> None:
    """No further action and a charge are not given to a child, and the service says so."""
    case_id = await decided(stage, disposal)

    refused = await deliver(stage, case_id, a_delivery(disposal))

    assert (refused.status_code, refused.json()["code"]) == (409, "nothing-to-deliver")


async def test_undecided_case_cannot_be_delivered(stage: Stage) -> None:
    """First the joint decision, then its delivery."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)

    refused = await deliver(stage, case_id, a_delivery("TRIAGE"))

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong-state")


async def test_caution_is_not_given_on_the_eighteenth_birthday(stage: Stage, clock: Any) -> None:
    """The day before is in time; on the birthday the law forbids it, and says by which rule."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["child"]["dateOfBirth"] = "2008-11-23"
    case_id = await decided(stage, "YOUTH_CAUTION", referral)
    clock.move(days=2)

    refused = await deliver(stage, case_id, a_delivery("YOUTH_CAUTION", givenOn="2026-11-23"))
    backdated = await deliver(stage, case_id, a_delivery("YOUTH_CAUTION", givenOn="2026-11-22"))

    assert (refused.status_code, refused.json()["code"]) == (422, "disposal-excluded")
    assert "AGE-04" in refused.json()["rules"]
    assert backdated.status_code == 201, backdated.text


async def test_caution_is_not_given_out_of_time(stage: Stage, clock: Any) -> None:
    """A summary-only offence whose six months run out between decision and delivery is refused with the rule."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    offence = referral["offences"][0]
    del offence["cjsCode"]
    offence |= {"offence": "common_assault", "committedOn": "2026-05-25", "reportedOn": "2026-05-25"}
    case_id = await decided(stage, "YOUTH_CAUTION", referral)
    clock.move(days=5)

    refused = await deliver(stage, case_id, a_delivery("YOUTH_CAUTION", givenOn="2026-11-26"))

    assert (refused.status_code, refused.json()["code"]) == (422, "disposal-excluded")
    assert set(refused.json()["rules"]) & {"TIM-01", "TIM-06"}


@pytest.mark.parametrize(("given_on", "told"), [("2026-11-22", "/givenOn"), ("2026-11-20", "/givenOn")])
async def test_delivery_is_on_a_day_between_decision_and_today(stage: Stage, given_on: str, told: str) -> None:
    """Nothing is given before it is decided, nor on a day that is still to come."""
    case_id = await decided(stage, "TRIAGE")

    refused = await deliver(stage, case_id, a_delivery("TRIAGE", givenOn=given_on))

    assert [error["pointer"] for error in refused.json()["errors"]] == [told]


async def test_knife_plan_is_more_than_a_letter(stage: Stage) -> None:
    """After a knife offence a letter of apology alone is refused, a mentor is not."""
    case_id = await decided(stage, "DEFERRED_PROSECUTION", a_knife_referral())
    letter = [{"kind": "APOLOGY_LETTER", "what": "Writes a letter."}]
    mentor = [{"kind": "MENTORING", "what": "Meets a mentor each week."}]

    refused = await deliver(stage, case_id, a_delivery("DEFERRED_PROSECUTION", interventions=letter))
    given = await deliver(stage, case_id, a_delivery("DEFERRED_PROSECUTION", interventions=mentor))

    assert refused.json()["rules"] == ["KNF-06"]
    assert given.status_code == 201, given.text


async def test_youth_caution_is_spent_at_once_and_a_conditional_one_when_its_conditions_end(stage: Stage) -> None:
    """The day of the giving; or the end of the conditions, three months at the latest."""
    caution = await delivered(stage, "YOUTH_CAUTION")
    conditional = await delivered(stage, "YOUTH_CONDITIONAL_CAUTION")

    actor = stage.actor(OFFICER)
    found = [(await actor.send("GET", f"/v1/cases/{one}/delivery")).json()["spentOn"] for one in (caution, conditional)]
    assert found == ["2026-11-21", "2027-01-15"]


async def test_delivery_needs_its_role_and_its_key(stage: Stage) -> None:
    """A police system may refer, and not deliver."""
    case_id = await decided(stage, "TRIAGE")

    refused = await stage.actor(POLICE).send("POST", f"/v1/cases/{case_id}/delivery", a_delivery("TRIAGE"))
    outside = await stage.actor("demo-yjs-ealing").send("POST", f"/v1/cases/{case_id}/delivery", a_delivery("TRIAGE"))

    assert (refused.status_code, outside.status_code) == (403, 404)


async def test_intervention_is_changed_by_whoever_saw_it_last(stage: Stage) -> None:
    """428 without If-Match, 412 with an old one, 200 with the present; what was left out stays."""
    case_id = await delivered(stage, "TRIAGE")
    yjs, path = stage.actor(PRACTITIONER), f"/v1/cases/{case_id}/interventions"
    added = await yjs.send("POST", path, {"kind": "MENTORING", "what": "Meets a mentor."}, purpose="DELIVERY")
    one = f"{path}/{added.json()['interventionId']}"
    change = {"status": "COMPLETED", "exitPlan": "The youth club takes over."}

    blind = await yjs.send("PATCH", one, change)
    changed = await yjs.send("PATCH", one, change, headers={"If-Match": added.headers["ETag"]})
    stale = await yjs.send("PATCH", one, change, headers={"If-Match": added.headers["ETag"]})

    assert [blind.status_code, changed.status_code, stale.status_code] == [428, 200, 412]
    assert (changed.json()["what"], changed.json()["exitPlan"]) == ("Meets a mentor.", "The youth club takes over.")
    assert changed.json()["voluntary"] is True
    listed = (await yjs.send("GET", path)).json()["items"]
    assert [item["version"] for item in listed] == [1, 2]


async def test_intervention_of_a_voluntary_disposal_serves_no_condition(stage: Stage) -> None:
    """What is voluntary cannot be written down as a condition."""
    case_id = await delivered(stage, "TRIAGE")
    body = {"kind": "MENTORING", "what": "Meets a mentor.", "servesCondition": True}

    refused = await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/interventions", body)

    assert (refused.status_code, refused.json()["code"]) == (409, "voluntary-disposal")


async def test_disposal_is_given_once(stage: Stage) -> None:
    """Two at one instant: the lock of the case lets one through, the other finds it under delivery."""
    case_id = await decided(stage, "TRIAGE")

    answers = await asyncio.gather(*(deliver(stage, case_id, a_delivery("TRIAGE")) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_every_act_of_delivery_is_in_the_log(stage: Stage) -> None:
    """Who gave it, who read it, who ended it."""
    case_id = await delivered(stage, "TRIAGE")
    await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/delivery")
    await complete(stage, case_id, "COMPLETED")

    log = await stage.actor("demo-auditor").send("GET", f"/v1/audit?caseId={case_id}&limit=200", purpose="AUDIT")

    acts = {entry["act"] for entry in log.json()["items"]}
    assert acts >= {"delivery.recorded", "intervention.recorded", "delivery.read", "completion.recorded"}


def test_today_of_these_tests_is_the_clocks() -> None:
    """The days written in these tests count from the same day as the frozen clock."""
    assert date(2026, 11, 21) == TODAY
