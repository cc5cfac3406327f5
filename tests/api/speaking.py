"""Speaking on a case over HTTP: opinions and decisions with the entity tag that they need."""

from typing import Any

import httpx

from tests.api.acting import OFFICER, PRACTITIONER, Actor, Document, Stage, decision, opinion


async def post(actor: Actor, case_id: str, what: str, body: Any) -> httpx.Response:
    """Post to a case as somebody who has seen its present version."""
    etag = await actor.etag(f"/v1/cases/{case_id}")
    return await actor.send("POST", f"/v1/cases/{case_id}/{what}", body, headers={"If-Match": etag})


async def speak(stage: Stage, who: str, case_id: str, advice: Document, disposal: str) -> httpx.Response:
    """Record an opinion as a demo client."""
    return await post(stage.actor(who), case_id, "opinions", opinion(advice, disposal))


async def agreed(stage: Stage, case_id: str, disposal: str) -> Document:
    """Let both agencies agree on a disposal; return the advice that they rest on."""
    advice = await stage.advised(case_id)
    for who in (OFFICER, PRACTITIONER):
        answer = await speak(stage, who, case_id, advice, disposal)
        assert answer.status_code == 201, answer.text
    return advice


async def decided(stage: Stage, case_id: str, disposal: str) -> Document:
    """Let both agencies agree and the police decide; return the decision."""
    advice = await agreed(stage, case_id, disposal)
    answer = await post(stage.actor(OFFICER), case_id, "decision", decision(advice, disposal))
    assert answer.status_code == 201, answer.text
    made: Document = answer.json()
    return made


async def status_of(stage: Stage, case_id: str) -> str:
    """Return the status of a case."""
    return str((await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).json()["status"])


def changed(referral: Document, *, offence: Document | None = None, child: Document | None = None) -> Document:
    """Return a referral with its one offence or its child changed."""
    return referral | {
        "offences": [referral["offences"][0] | (offence or {})],
        "child": referral["child"] | (child or {}),
    }
