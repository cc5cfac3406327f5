"""The panel's other role over HTTP: support is reviewed, offered, accepted or declined, and never decides anything."""

from typing import Any

import pytest

from app.demo.story import a_referral
from tests.api.acting import ISLINGTON, OFFICER, PRACTITIONER, TODAY, Document, Stage, decision, opinion
from tests.api.speaking import decided, post, status_of

pytestmark = pytest.mark.anyio
ROUTES = ["COMMUNITY_RESOLUTION_ISSUED", "NO_FURTHER_ACTION", "RELEASED_UNDER_INVESTIGATION", "PRE_CHARGE_BAIL"]


async def by_route(stage: Stage, route: str) -> str:
    """Refer a child by a route."""
    return await stage.referred(referral=a_referral(ISLINGTON, TODAY) | {"route": route})


def a_step(step: str, **changes: Any) -> Document:
    """Return a step of an offer."""
    return {"step": step, "on": "2026-11-21", "support": "Six sessions with a youth worker."} | changes


@pytest.mark.parametrize("route", ROUTES)
async def test_support_is_offered_and_accepted(stage: Stage, route: str) -> None:
    """Each of the four routes is reviewed; the offer is voluntary, no disposal, and ends by being closed."""
    case_id = await by_route(stage, route)
    path, yjs = f"/v1/cases/{case_id}/support-offer", stage.actor(PRACTITIONER)

    before = await status_of(stage, case_id)
    steps = [
        await yjs.send("POST", path, a_step(step), purpose="SUPPORT")
        for step in ("REVIEWED", "OFFERED", "ACCEPTED", "ENDED")
    ]

    told = (await yjs.send("GET", path, purpose="SUPPORT")).json()
    assert [step.status_code for step in steps] == [201] * 4
    assert (before, await status_of(stage, case_id)) == ("SUPPORT_REVIEW", "CLOSED")
    assert (told["voluntary"], told["disposal"], [one["step"] for one in told["items"]]) == (
        True,
        None,
        ["REVIEWED", "OFFERED", "ACCEPTED", "ENDED"],
    )


async def test_declining_leads_to_nothing(stage: Stage) -> None:
    """A child who declines may be offered support again; the case waits, and nothing else has changed."""
    case_id = await by_route(stage, "NO_FURTHER_ACTION")
    path, yjs = f"/v1/cases/{case_id}/support-offer", stage.actor(PRACTITIONER)
    await yjs.send("POST", path, a_step("OFFERED"), purpose="SUPPORT")

    declined = await yjs.send("POST", path, a_step("DECLINED"), purpose="SUPPORT")

    assert (declined.json()["mayFollow"], declined.json()["status"]) == (["OFFERED", "ENDED"], "SUPPORT_REVIEW")


@pytest.mark.parametrize("route", ROUTES)
async def test_nothing_is_decided_on_a_support_route(stage: Stage, route: str) -> None:
    """Opinion and decision are refused, whatever the advice would say."""
    case_id = await by_route(stage, route)
    advice = await stage.advised(case_id)

    said = await post(stage.actor(OFFICER), case_id, "opinions", opinion(advice, "TRIAGE"))
    made = await post(stage.actor(OFFICER), case_id, "decision", decision(advice, "TRIAGE"))

    assert [(one.status_code, one.json()["code"]) for one in (said, made)] == [(409, "wrong-state")] * 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (a_step("ACCEPTED"), 409),
        (a_step("OFFERED", support=None), 422),
        (a_step("OFFERED", on="2026-11-22"), 422),
        (a_step("FORCED"), 422),
    ],
)
async def test_step_is_refused(stage: Stage, body: Document, status: int) -> None:
    """Nobody accepts what was not offered, nor is offered nothing, nor tomorrow."""
    case_id = await by_route(stage, "NO_FURTHER_ACTION")

    answer = await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/support-offer", body, purpose="SUPPORT")

    assert answer.status_code == status


async def test_case_up_for_decision_takes_no_support_offer(stage: Stage) -> None:
    """There, what is offered is the disposal's own work."""
    case_id = await stage.referred()

    answer = await stage.actor(PRACTITIONER).send(
        "POST", f"/v1/cases/{case_id}/support-offer", a_step("OFFERED"), purpose="SUPPORT"
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


async def test_turnaround_is_shown_with_its_certainty(stage: Stage) -> None:
    """After March 2026 the criteria were not read: each is shown as unverified."""
    case_id = await by_route(stage, "PRE_CHARGE_BAIL")

    told = (await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{case_id}/support-offer")).json()["turnaround"]

    assert told["rule"] == "PRC-22"
    assert {one["certainty"] for one in told["criteria"]} == {"UNVERIFIED"}
    assert {one["criterion"]: one["met"] for one in told["criteria"]}["AGE"] == "YES"


async def test_court_sends_a_case_back_with_all_options_open(stage: Stage) -> None:
    """A case from court is warned of and decided as one from the police."""
    referral = a_referral(ISLINGTON, TODAY) | {"route": "COURT"}
    answer = (await stage.actor("demo-police").send("POST", "/v1/referrals", referral, purpose="REFERRAL")).json()

    made = await decided(stage, answer["caseId"], "TRIAGE")

    assert (answer["status"], made["disposal"]) == ("RECEIVED", "TRIAGE")
    assert "PRC-19" in {warning["rule"] for warning in answer["warnings"]}
