"""Names of objects in bodies: whatever object a body names, another's answers as one that nobody has.

What is played is made from the description: every field that takes what machines write, such as an id, is declared.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest
from uuid_utils import uuid7

from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls
from tests.api.acting import CAMDEN, ISLINGTON, OFFICER, POLICE, PRACTITIONER, TODAY, Document, Stage, decision, opinion
from tests.api.inputs import body_fields, media_of_bodies
from tests.api.objects import COORDINATOR, World, told
from tests.scrutiny_panel import CHAIR, DICE, MEMBER, a_frame

pytestmark = pytest.mark.anyio

Key = tuple[str, str, str]
NEVER_DRAWN = {"decidedFrom": "2026-01-02", "reason": "The panel had to be put off."}


class Naming(NamedTuple):
    """Who names an object in a body, which object is not theirs, and a body that names it, beside an own advice."""

    who: str
    foreign: Callable[[World], Awaitable[str]]
    body: Callable[[Document, str], Document]
    purpose: str = "JOINT_DECISION"


# ── what is another's ────────────────────────────────────────────────────────


async def _case(world: World) -> str:
    return await world.stage.pre_assessed(CAMDEN)


async def _advice(world: World) -> str:
    return str((await world.stage.advised(await _case(world)))["adviceId"])


async def _meeting(world: World) -> str:
    return str((await world.post(COORDINATOR, "/v1/panel-meetings", _a_meeting(CAMDEN)))["meetingId"])


async def _drawn_frame(world: World) -> str:
    await world.the("sampleId")
    return await world.the("frameId")


async def _item_of_another_sample(world: World) -> str:
    again = a_frame() | {"redrawOf": await _drawn_frame(world), "reason": NEVER_DRAWN["reason"]}
    frame = await world.post(CHAIR, "/v1/scrutiny/frames", again)
    sample = await world.post(CHAIR, f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)
    await world.post(MEMBER, "/v1/scrutiny/terms-acceptance", {"version": "1"})
    items = await world.get(MEMBER, f"/v1/scrutiny/samples/{sample['sampleId']}/items")
    return str(items["items"][0]["itemId"])


async def _reference(world: World) -> str:
    body = _referral()
    other = world.stage.changed(POLICE, client_id="other-police")
    answer = await other.send("POST", "/v1/referrals", body, purpose="REFERRAL")
    assert answer.status_code == 201, answer.text
    return str(body["source"]["reference"])


# ── what names it ────────────────────────────────────────────────────────────


def _a_meeting(area: str) -> Document:
    members = [{"name": "A. Sergeant", "agency": "Police", "role": "Sergeant"}]
    return {"area": area, "date": "2026-11-24", "members": members}


def _referral() -> Document:
    body = a_referral(ISLINGTON, TODAY)
    identifiers = [{"scheme": "PNC", "value": body["source"]["reference"]}]
    return body | {"child": body["child"] | {"identifiers": identifiers}}


def _source(reference: str) -> Document:
    return {"source": a_referral(ISLINGTON, TODAY)["source"] | {"reference": reference}}


def _link(_: Document, other: str) -> Document:
    return {"caseId": other, "rationale": "The same name and the same day of birth."}


def _opinion(advice: Document, other: str) -> Document:
    return opinion(advice, "TRIAGE") | {"adviceId": other}


def _decision(advice: Document, other: str) -> Document:
    return decision(advice, "TRIAGE") | {"adviceId": other}


def _agenda(_: Document, other: str) -> Document:
    return _a_meeting(ISLINGTON) | {"agenda": [other]}


def _conflict(_: Document, other: str) -> Document:
    conflict = {"member": "A. Sergeant", "caseId": other, "what": "A neighbour."}
    return _a_meeting(ISLINGTON) | {"conflictsOfInterest": [conflict]}


def _contribution(_: Document, other: str) -> Document:
    return {"what": "He goes to school.", "agency": "School", "role": "Teacher", "meetingId": other}


def _redraw(_: Document, other: str) -> Document:
    return a_frame(areas=[ISLINGTON]) | NEVER_DRAWN | {"redrawOf": other}


def _observation(_: Document, other: str) -> Document:
    said = {"observation": "Victims' wishes were not noted.", "owner": "POLICE", "dueOn": "2027-01-31"}
    return said | {"itemId": other}


def _search(_: Document, other: str) -> Document:
    return _source(other)


def _search_by_child(_: Document, other: str) -> Document:
    return {"identifiers": [{"scheme": "PNC", "value": other}]}


def _manifest(_: Document, other: str) -> Document:
    return {"day": "2026-11-16", "referrals": [_source(other) | {"sha256": "0" * 64}]}


IN_BODIES: dict[Key, Naming | None] = {
    ("POST", "/v1/cases/{caseId}/links", "caseId"): Naming(PRACTITIONER, _case, _link),
    ("POST", "/v1/cases/{caseId}/opinions", "adviceId"): Naming(OFFICER, _advice, _opinion),
    ("POST", "/v1/cases/{caseId}/decision", "adviceId"): Naming(OFFICER, _advice, _decision),
    ("POST", "/v1/panel-meetings", "agenda[]"): Naming(COORDINATOR, _case, _agenda),
    ("POST", "/v1/panel-meetings", "conflictsOfInterest[].caseId"): Naming(COORDINATOR, _case, _conflict),
    ("PUT", "/v1/panel-meetings/{meetingId}", "agenda[]"): Naming(COORDINATOR, _case, _agenda),
    ("PUT", "/v1/panel-meetings/{meetingId}", "conflictsOfInterest[].caseId"): Naming(COORDINATOR, _case, _conflict),
    ("POST", "/v1/cases/{caseId}/contributions", "meetingId"): Naming(COORDINATOR, _meeting, _contribution),
    ("POST", "/v1/scrutiny/frames", "redrawOf"): Naming(CHAIR, _drawn_frame, _redraw, "SCRUTINY"),
    ("POST", "/v1/scrutiny/samples/{sampleId}/observations", "itemId"): Naming(
        MEMBER, _item_of_another_sample, _observation, "SCRUTINY"
    ),
    ("POST", "/v1/referrals/search", "source.reference"): Naming(POLICE, _reference, _search, "REFERRAL"),
    ("POST", "/v1/referrals/search", "identifiers[].scheme"): Naming(POLICE, _reference, _search_by_child, "REFERRAL"),
    ("POST", "/v1/referrals/reconciliation", "referrals[].source.reference"): Naming(
        POLICE, _reference, _manifest, "REFERRAL"
    ),
    # Its very purpose is a case that one does not reach: one's own and an absent one are told in its own tests.
    ("POST", "/v1/break-glass", "caseId"): None,
    # A name that the sender itself gives: another client's is free to it, as is shown below.
    ("POST", "/v1/referrals", "source.reference"): None,
}
"""Every field of a body that names an object of somebody's."""

NAMES_OF_ONES_OWN = {
    *(("POST", path, "offences[].id") for path in ("/v1/referrals", "/v1/advice")),
    ("POST", "/v1/cases/{caseId}/facts", "updates.offences[].id"),
    ("PUT", "/v1/cases/{caseId}/pre-assessment", "factUpdates.offences[].id"),
    ("POST", "/v1/law/matrix-editions", "id"),
}
"""Ids that the body itself gives: of the offences of one message, and of a new edition."""

SAME_FOR_EVERYBODY = {
    *("area", "areas[]", "toArea", "matrixEdition", "version"),
    *("offence", "cjsCode", "aggravatingFactors[]", "mitigatingFactors[]", "outcomeCode", "sources[]", "flag"),
    *("kind", "reason", "scheme", "schemeVersion"),
}
"""Areas, law, lists and terms: whoever may use the service reads of them all."""

OF_THE_SENDER = {"force", "system", "officer", "station", "status", "source", "sha256", "url", "members[]"}
"""What the sender says of itself, of its people or of its own message; it names nothing that the service holds."""

OTHER_MEDIA = {
    ("POST", "/oauth2/token"): "a client of the demonstration, with its secret",
    ("POST", "/v1/referrals/batch"): "a referral to a line, as in POST /v1/referrals",
    ("POST", "/v1/advice/batch"): "a request to a line, as in POST /v1/advice",
    ("POST", "/v1/law/matrix-editions"): "the table alone; what else there is to say stands in the query",
}
"""Bodies that the description gives no fields of."""


def test_every_field_that_names_something_is_declared(app: Any) -> None:
    """A new field that takes an id or another code is in none of the lists, and fails until it is declared."""
    document = app.openapi()
    codes = {place.key for place in body_fields(document) if place.is_code}
    other_media = {route for route, media in media_of_bodies(document).items() if media != {"application/json"}}

    harmless = {key for key in codes if key[2].rpartition(".")[2] in SAME_FOR_EVERYBODY | OF_THE_SENDER}

    assert codes - NAMES_OF_ONES_OWN - set(IN_BODIES) == harmless - set(IN_BODIES)
    assert set(IN_BODIES) | NAMES_OF_ONES_OWN <= codes
    assert other_media == set(OTHER_MEDIA)


@pytest.mark.parametrize("key", [key for key, naming in IN_BODIES.items() if naming], ids=str)
async def test_foreign_id_in_a_body_answers_like_an_absent_one(
    app: Any, stage: Stage, database: DatabaseUrls, key: Key
) -> None:
    """What is another's is refused, or not found, as what nobody has: the body tells no more than the path."""
    world, naming, (method, path, _) = World(stage, app, database), IN_BODIES[key], key
    assert naming is not None
    foreign, own = await naming.foreign(world), await stage.pre_assessed(ISLINGTON)
    advice = await stage.advised(own)
    if "{meetingId}" in path:
        meeting = await world.post(COORDINATOR, "/v1/panel-meetings", _a_meeting(ISLINGTON))
        path = path.replace("{meetingId}", meeting["meetingId"])
    if "{sampleId}" in path:
        path = path.replace("{sampleId}", await world.the("sampleId"))
    path = path.replace("{caseId}", own)
    actor = stage.changed(naming.who, areas=(ISLINGTON, CAMDEN) if "samples" in path else (ISLINGTON,))
    headers = {}
    if own in path or method == "PUT":
        headers = {"If-Match": await actor.etag(f"/v1/cases/{own}" if own in path else path)}

    answers, names = [], (foreign, str(uuid7()))
    for name in names:
        body = naming.body(advice, name)
        answers.append(await actor.send(method, path, body, purpose=naming.purpose, headers=headers))

    assert answers[0].status_code in ({200} if naming.purpose == "REFERRAL" else {404, 422}), answers[0].text
    said = [repr(told(answer)).replace(name, "") for answer, name in zip(answers, names, strict=True)]
    assert said[0] == said[1]


async def test_reference_of_another_clients_referral_is_free(app: Any, stage: Stage, database: DatabaseUrls) -> None:
    """A conflict would tell that somebody else referred under it."""
    taken = await _reference(World(stage, app, database))

    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", _referral() | _source(taken), purpose="REFERRAL")

    assert answer.status_code == 201, answer.text
