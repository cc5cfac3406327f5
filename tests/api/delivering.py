"""Bringing a case to its delivery over HTTP, and what a delivery says of each disposal when all is well."""

from typing import Any

import httpx

from app.demo.story import a_referral
from tests.api.acting import (
    EXAMPLE_AREA,
    OFFICER,
    PRACTITIONER,
    SUPERVISOR,
    TODAY,
    Document,
    Stage,
    decision,
    opinion,
)

CAUTIONS = {"YOUTH_CAUTION", "YOUTH_CONDITIONAL_CAUTION"}


async def decided(stage: Stage, disposal: str, referral: Document | None = None) -> str:
    """Refer a child in the example area and bring the case to an agreed decision; return its id."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA, referral or a_referral(EXAMPLE_AREA, TODAY))
    await decide(stage, case_id, disposal)
    return case_id


async def decide(stage: Stage, case_id: str, disposal: str) -> Document:
    """Let both agencies agree on a disposal, and a police person decide it."""
    advice = await stage.advised(case_id)
    path, officer = f"/v1/cases/{case_id}", stage.actor(OFFICER)
    for who in (OFFICER, PRACTITIONER):
        match = {"If-Match": await officer.etag(path)}
        body = opinion(advice, disposal)
        said = await stage.actor(who).send("POST", f"{path}/opinions", body, headers=match)
        assert said.status_code == 201, said.text
    match = {"If-Match": await officer.etag(path)}
    body = decision(advice, disposal)
    if disposal == "NO_FURTHER_ACTION":
        body["outcomeCode"] = "10"
    made = await officer.send("POST", f"{path}/decision", body, headers=match)
    assert made.status_code == 201, made.text
    answer: Document = made.json()
    return answer


def a_delivery(disposal: str, **changes: Any) -> Document:
    """Return a delivery that shows everything a disposal asks for."""
    body: Document = {
        "givenOn": "2026-11-21",
        "givenBy": {"role": "SERGEANT_OR_ABOVE", "trained": True, "reference": "P123456"},
        "place": "Police station",
        "appropriateAdult": {"relation": "PARENT"},
        "explained": True,
        "papersGiven": True,
        "childAgreed": True,
        "victimTold": True,
        "plan": {"child": "Goes to two sessions.", "professionals": "Hold them.", "exit": "A last talk, then school."},
        "interventions": [{"kind": "OFFENCE_FOCUSED", "what": "Two sessions on how shops are harmed."}],
    }
    if disposal == "YOUTH_CONDITIONAL_CAUTION":
        body |= {
            "breachWarned": True,
            "withdrawalExplained": True,
            "consent": True,
            "signed": True,
            "signedDocument": ["OFFENCE", "ADMISSION", "CONSENT", "CONDITIONS"],
            "conditions": [{"type": "REHABILITATION", "what": "Sees a mentor each week.", "dueOn": "2027-01-15"}],
        }
    return body | changes


async def deliver(stage: Stage, case_id: str, body: Document) -> httpx.Response:
    """Send a delivery as the officer."""
    return await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/delivery", body, purpose="DELIVERY")


async def delivered(stage: Stage, disposal: str, referral: Document | None = None) -> str:
    """Bring a case to a delivery that is under way; return its id."""
    case_id = await decided(stage, disposal, referral)
    answer = await deliver(stage, case_id, a_delivery(disposal))
    assert answer.status_code == 201, answer.text
    return case_id


async def complete(stage: Stage, case_id: str, result: str, **more: Any) -> httpx.Response:
    """Send how it ended as the YJS practitioner."""
    body = {"result": result, **more}
    return await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/completion", body, purpose="DELIVERY")


async def status_of(stage: Stage, case_id: str) -> str:
    """Return where the case stands."""
    case = await stage.actor(SUPERVISOR).send("GET", f"/v1/cases/{case_id}")
    return str(case.json()["status"])


def a_knife_referral() -> Document:
    """Return a referral for a first, simple possession of a knife."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    offence = referral["offences"][0]
    del offence["cjsCode"]
    offence |= {"offence": "bladed_article", "circumstances": ["KNIFE", "SIMPLE_POSSESSION"]}
    offence["officerScore"] = {"base": 3, "score": 3, "rationale": "Simple possession, first time."}
    return referral
