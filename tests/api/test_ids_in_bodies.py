"""Ids in bodies: whatever object a body names, another's answers as one that nobody has."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uuid6 import uuid7

from tests.api.acting import CAMDEN, ISLINGTON, OFFICER, PRACTITIONER, Document, Stage, decision, opinion
from tests.api.objects import COORDINATOR, told

pytestmark = pytest.mark.anyio

Place = tuple[str, str, str]


def _link(_: Document, other: str) -> Document:
    return {"caseId": other, "rationale": "The same name and the same day of birth."}


def _opinion(advice: Document, other: str) -> Document:
    return opinion(advice, "TRIAGE") | {"adviceId": other}


def _decision(advice: Document, other: str) -> Document:
    return decision(advice, "TRIAGE") | {"adviceId": other}


def _agenda(_: Document, other: str) -> Document:
    return _meeting(ISLINGTON) | {"agenda": [other]}


def _conflict(_: Document, other: str) -> Document:
    conflict = {"member": "A. Sergeant", "caseId": other, "what": "A neighbour."}
    return _meeting(ISLINGTON) | {"conflictsOfInterest": [conflict]}


def _contribution(_: Document, other: str) -> Document:
    return {"what": "He goes to school.", "agency": "School", "role": "Teacher", "meetingId": other}


IN_BODIES: dict[Place, tuple[str, str, Callable[[Document, str], Document]] | None] = {
    ("post", "/v1/cases/{caseId}/links", "caseId"): (PRACTITIONER, "case", _link),
    ("post", "/v1/cases/{caseId}/opinions", "adviceId"): (OFFICER, "advice", _opinion),
    ("post", "/v1/cases/{caseId}/decision", "adviceId"): (OFFICER, "advice", _decision),
    ("post", "/v1/panel-meetings", "agenda"): (COORDINATOR, "case", _agenda),
    ("post", "/v1/panel-meetings", "caseId"): (COORDINATOR, "case", _conflict),
    ("post", "/v1/cases/{caseId}/contributions", "meetingId"): (COORDINATOR, "meeting", _contribution),
    # The same bodies and the same service as a line above; and an item is looked for within the sample of the path.
    ("put", "/v1/panel-meetings/{meetingId}", "agenda"): None,
    ("put", "/v1/panel-meetings/{meetingId}", "caseId"): None,
    ("post", "/v1/scrutiny/samples/{sampleId}/observations", "itemId"): None,
    # Its very purpose is a case that one does not reach: one's own and an absent one are told in its own tests.
    ("post", "/v1/break-glass", "caseId"): None,
}
"""Every field of a body that names an object: who sends it, which object, and a body that names it."""

NAMES_OF_ONES_OWN = {
    *(("post", path, "id") for path in ("/v1/referrals", "/v1/advice", "/v1/cases/{caseId}/facts")),
    ("put", "/v1/cases/{caseId}/pre-assessment", "id"),
    ("post", "/v1/law/matrix-editions", "id"),
}
"""Ids that the body itself gives: of the offences of one message, and of a new edition."""


def _meeting(area: str) -> Document:
    members = [{"name": "A. Sergeant", "agency": "Police", "role": "Sergeant"}]
    return {"area": area, "date": "2026-11-24", "members": members}


async def _meeting_in(stage: Stage, area: str) -> str:
    answer = await stage.actor(COORDINATOR).send("POST", "/v1/panel-meetings", _meeting(area))
    return str(answer.json()["meetingId"])


def _ids_in_bodies(document: Document) -> Iterator[Place]:
    """Yield every field of a JSON body that is called an id, or lists cases."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            for name in _names(document["components"]["schemas"], body, frozenset()):
                if name.lower().endswith(("id", "ids")) or name == "agenda":
                    yield method, path, name


def _names(schemas: Document, schema: Document, above: frozenset[str]) -> Iterator[str]:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name and name not in above:
        yield from _names(schemas, schemas[name], above | {name})
    for kind in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(kind, ()):
            yield from _names(schemas, one, above)
    yield from _names(schemas, schema["items"], above) if "items" in schema else ()
    for key, inner in schema.get("properties", {}).items():
        yield key
        yield from _names(schemas, inner, above)


def test_every_id_in_a_body_is_declared(app: Any) -> None:
    """A new field that names an object is played from its first day, below."""
    assert set(_ids_in_bodies(app.openapi())) == set(IN_BODIES) | NAMES_OF_ONES_OWN


@pytest.mark.parametrize("place", [place for place, body in IN_BODIES.items() if body], ids=str)
async def test_foreign_id_in_a_body_answers_like_an_absent_one(stage: Stage, place: Place) -> None:
    """What is another's is refused as what nobody has: the body tells no more than the path."""
    foreign_case = await stage.pre_assessed(CAMDEN)
    foreign = {"case": foreign_case, "advice": (await stage.advised(foreign_case))["adviceId"]}
    foreign["meeting"] = await _meeting_in(stage, CAMDEN)
    own = await stage.pre_assessed(ISLINGTON)
    advice = await stage.advised(own)
    body_of = IN_BODIES[place]
    assert body_of is not None
    who, kind, make = body_of

    answers = []
    for named in (str(foreign[kind]), str(uuid7())):
        actor = stage.changed(who, areas=(ISLINGTON,))
        match = {"If-Match": await actor.etag(f"/v1/cases/{own}")} if "{caseId}" in place[1] else {}
        path = place[1].replace("{caseId}", own)
        answers.append(await actor.send(place[0].upper(), path, make(advice, named), headers=match))

    assert answers[0].status_code in {404, 422}, answers[0].text
    assert told(answers[0]) == told(answers[1])
