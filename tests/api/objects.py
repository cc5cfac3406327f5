"""One object of every kind that a path can name, made through the real service, for the matrix of authorisation.

A route that names a kind of object which is not here fails the matrix: whoever opens it adds a maker.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.db.work import connect
from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, text_of
from tests.api.acting import EXAMPLE_AREA, ISLINGTON, OFFICER, POLICE, TODAY, Document, Stage
from tests.api.delivering import delivered
from tests.decided_rows import add_decided
from tests.scrutiny_panel import CHAIR, DICE, MEMBER, a_frame, thirty_cases

COORDINATOR, AUDITOR = "demo-panel-coordinator", "demo-auditor"
OWN_NAMES = {"x-request-id", "traceparent", "date"}


@dataclass
class World:
    """A running service with its database, and the objects that were made in it, by the parameters of paths."""

    stage: Stage
    app: Any
    database: DatabaseUrls
    made: dict[str, str] = field(default_factory=dict)

    async def the(self, kind: str) -> str:
        """Return the id of the one object of a kind; it is made when it is first asked for."""
        if kind not in self.made:
            self.made[kind] = await MAKERS[kind](self)
        return self.made[kind]

    async def get(self, who: str, path: str, purpose: str = "SCRUTINY") -> Document:
        """Return what somebody reads."""
        answer = await self.stage.actor(who).send("GET", path, purpose=purpose)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def post(self, who: str, path: str, body: Document, purpose: str = "SCRUTINY") -> Document:
        """Return what somebody made."""
        answer = await self.stage.actor(who).send("POST", path, body, purpose=purpose)
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())


async def _case(world: World) -> str:
    return await delivered(world.stage, "TRIAGE")


async def _advice(world: World) -> str:
    advice = await world.get(OFFICER, f"/v1/cases/{await world.the('caseId')}/advice")
    return str(advice["items"][0]["adviceId"])


async def _referral(world: World) -> str:
    body = a_referral(ISLINGTON, TODAY)
    return str((await world.post(POLICE, "/v1/referrals", body, "REFERRAL"))["referralId"])


async def _intervention(world: World) -> str:
    found = await world.get(OFFICER, f"/v1/cases/{await world.the('caseId')}/interventions", "DELIVERY")
    return str(found["items"][0]["interventionId"])


async def _meeting(world: World) -> str:
    members = [{"name": "A. Sergeant", "agency": "Police", "role": "Sergeant"}]
    body = {"area": EXAMPLE_AREA, "date": "2026-11-24", "members": members}
    return str((await world.post(COORDINATOR, "/v1/panel-meetings", body))["meetingId"])


async def _frame(world: World) -> str:
    work = connect(text_of(world.database.app), pool_size=1, pool_timeout=5)
    await add_decided(work, thirty_cases())
    await work.close()
    return str((await world.post(CHAIR, "/v1/scrutiny/frames", a_frame()))["frameId"])


async def _sample(world: World) -> str:
    path = f"/v1/scrutiny/frames/{await world.the('frameId')}/draw"
    return str((await world.post(CHAIR, path, DICE))["sampleId"])


async def _item(world: World) -> str:
    await world.post(MEMBER, "/v1/scrutiny/terms-acceptance", {"version": "1"})
    items = await world.get(MEMBER, f"/v1/scrutiny/samples/{await world.the('sampleId')}/items")
    return str(items["items"][0]["itemId"])


async def _observation(world: World) -> str:
    await world.the("itemId")
    body = {"observation": "Victims' wishes were not noted.", "owner": "POLICE", "dueOn": "2027-01-31"}
    path = f"/v1/scrutiny/samples/{await world.the('sampleId')}/observations"
    return str((await world.post(MEMBER, path, body))["observationId"])


async def _entry(world: World) -> str:
    entries = await world.get(AUDITOR, f"/v1/audit?caseId={await world.the('caseId')}", "AUDIT")
    await world.app.state.sealer.seal(whole=True)
    return str(entries["items"][0]["logId"])


async def _grant(world: World) -> str:
    body = {"caseId": await world.the("caseId"), "reason": "A missing child; the night team needs the address."}
    return str((await world.post("demo-duty-officer", "/v1/break-glass", body, "PRE_ASSESSMENT"))["grantId"])


async def _area(world: World) -> str:
    return ISLINGTON


async def _version(world: World) -> str:
    """Return a draft of the area's protocol, drafted by the agency that does not play the matrix."""
    path = f"/v1/protocols/{ISLINGTON}/versions"
    shipped = (await world.get(OFFICER, path))["items"][-1]
    draft = {name: value for name, value in shipped.items() if name != "version"}
    draft |= {"kind": "LOCAL", "inForceFrom": "2026-11-22"}
    return str((await world.post("demo-policy-yjs", path, draft))["version"])


async def _webhook(world: World) -> str:
    body = {"url": "https://hooks.police.example/oocd"}
    return str((await world.post(POLICE, "/v1/webhooks", body, "ADMINISTRATION"))["webhookId"])


async def _message(world: World) -> str:
    path = f"/v1/webhooks/{await world.the('webhookId')}/ping"
    answer = await world.stage.actor(POLICE).send("POST", path)
    return str(answer.json()["deliveryId"])


async def _text(world: World) -> str:
    path = f"/v1/scrutiny/samples/{await world.the('sampleId')}/items/{await world.the('itemId')}/texts"
    body = {"about": "DECISION", "text": "Both agencies held that this serves the child."}
    return str((await world.post(OFFICER, path, body))["textId"])


async def _identification(world: World) -> str:
    await world.the("itemId")
    path = f"/v1/scrutiny/samples/{await world.the('sampleId')}"
    item = (await world.get(MEMBER, f"{path}/items"))["items"][0]
    body = {"pseudonym": item["pseudonym"], "askedBy": MEMBER, "reason": "The child may be at risk at home."}
    made = await world.post("demo-data-protection-officer", f"{path}/identifications", body)
    return str(made["identificationId"])


MAKERS: dict[str, Callable[[World], Awaitable[str]]] = {
    "caseId": _case,
    "textId": _text,
    "adviceId": _advice,
    "referralId": _referral,
    "interventionId": _intervention,
    "meetingId": _meeting,
    "frameId": _frame,
    "sampleId": _sample,
    "itemId": _item,
    "observationId": _observation,
    "identificationId": _identification,
    "logId": _entry,
    "grantId": _grant,
    "area": _area,
    "version": _version,
    "webhookId": _webhook,
    "deliveryId": _message,
}
"""What makes an object of each kind that is somebody's."""


async def public_id(stage: Stage, collection: str, parameter: str) -> str:
    """Return the first id that a public collection lists."""
    listed = (await stage.actor(OFFICER).send("GET", collection)).json()
    first: Document = listed["items"][0]
    return str(next(first[name] for name in (parameter, "code", "key") if name in first))


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """Return all that an answer tells: status, headers and body, but for what names this one request."""
    document = answer.json() if answer.content else {}
    body = {name: value for name, value in document.items() if name not in {"traceId", "instance"}}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in OWN_NAMES)
    return answer.status_code, headers, body
