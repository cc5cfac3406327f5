"""Names of objects in queries and headers: another's answers as one that nobody has, in status, headers and body.

What is played is made from the description: every parameter that takes more than a word of a list is declared here,
played elsewhere as it says, or fails.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest
from uuid_utils import uuid7

from app.demo.story import a_referral
from app.http.pages import write_cursor
from app.identity.caller import Role
from app.launch.urls import DatabaseUrls
from tests.api.acting import CAMDEN, EALING, ISLINGTON, OFFICER, POLICE, TODAY, Actor, Document, Stage
from tests.api.inputs import Place, parameters
from tests.api.objects import AUDITOR, World, told
from tests.api.test_authorisation_matrix import OWN, PARAMETER, WALLS, admitted

pytestmark = pytest.mark.anyio

Key = tuple[str, str, str]
DUTY, SUBJECT_ACCESS = "demo-duty-officer", "demo-sar"


class Naming(NamedTuple):
    """Who names an object in a query: one of theirs, and one that is another's."""

    who: str
    own: Callable[[World], Awaitable[str]]
    foreign: Callable[[World], Awaitable[str]]
    purpose: str = "AUDIT"


# ── what there is, here and elsewhere ────────────────────────────────────────


async def _case_in(world: World, area: str) -> str:
    system = world.stage.changed(POLICE, client_id=f"police-of-{area}", areas=(area,))
    sent = await system.send("POST", "/v1/referrals", a_referral(area, TODAY), purpose="REFERRAL")
    assert sent.status_code == 201, sent.text
    return str(sent.json()["caseId"])


async def _entry_in(world: World, area: str) -> Document:
    """Return the entry of the log that a child was given what is held, under names that no other area knows."""
    child = await _child_in(world, area)
    reader = world.stage.changed(SUBJECT_ACCESS, client_id=f"reader-of-{area}", person=True, areas=(area,))
    given = await reader.send("GET", f"/subject-access-request?prn={child}", purpose="SUBJECT_RIGHTS")
    assert given.status_code == 200, given.text
    auditor = world.stage.changed(AUDITOR, areas=(area,))
    found = await auditor.send("GET", "/v1/audit?act=subject-access.given", purpose="AUDIT")
    return dict(found.json()["items"][0])


def _entrys(name: str) -> Naming:
    async def own(world: World) -> str:
        return str((await _entry_in(world, ISLINGTON))[name])

    async def foreign(world: World) -> str:
        return str((await _entry_in(world, EALING))[name])

    return Naming(AUDITOR, own, foreign)


async def _child_in(world: World, area: str) -> str:
    case_id = await _case_in(world, area)
    officer = world.stage.changed(OFFICER, client_id=f"officer-of-{area}", areas=(area,))
    answer = await officer.send("GET", f"/v1/cases/{case_id}")
    return str(answer.json()["child"]["childId"])


async def _event_in(world: World, area: str) -> str:
    await _case_in(world, area)
    answer = await world.stage.changed(OFFICER, areas=(area,)).send("GET", "/v1/events")
    return str(answer.json()["items"][-1]["eventId"])


async def _grant_of(world: World, areas: tuple[str, ...], case_id: str) -> str:
    body = {"caseId": case_id, "reason": "A missing child; the night team needs the address."}
    duty = world.stage.changed(DUTY, client_id=f"duty-{areas[0]}", areas=areas)
    answer = await duty.send("POST", "/v1/break-glass", body, purpose="PRE_ASSESSMENT")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["grantId"])


CHILD = Naming(
    SUBJECT_ACCESS,
    lambda world: _child_in(world, ISLINGTON),
    lambda world: _child_in(world, EALING),
    purpose="SUBJECT_RIGHTS",
)
NAMED: dict[Key, Naming] = {
    ("GET", "/v1/audit", "caseId"): _entrys("caseId"),
    ("GET", "/v1/audit", "subjectId"): _entrys("subjectId"),
    ("GET", "/v1/audit", "clientId"): _entrys("clientId"),
    ("GET", "/v1/audit", "userName"): _entrys("userName"),
    ("GET", "/v1/audit", "requestId"): _entrys("requestId"),
    ("GET", "/v1/audit", "traceId"): _entrys("traceId"),
    ("GET", "/v1/events", "after"): Naming(
        OFFICER, lambda world: _event_in(world, ISLINGTON), lambda world: _event_in(world, EALING), "JOINT_DECISION"
    ),
    ("GET", "/subject-access-request", "prn"): CHILD,
    ("GET", "/subject-access-request", "crn"): CHILD,
}
"""Every parameter of a query by which an object of somebody's is named."""

PLAYED_ELSEWHERE = {
    "cursor": "below, for every route that gives one",
    "area": "in the matrix of authorisation, for every route that takes one",
    "X-Break-Glass": "below",
    "Idempotency-Key": "among the tests of idempotency: a key is its client's own",
}
NAMES_NOTHING = {
    "act": "a word of the log",
    "If-Match": "a state of what the path names",
    "id": "the name that the sender gives to a new edition",
    "title": "a title",
    "X-Reason": "why so many children are taken at once",
    "limit": "how many",
    "from": "a day, or a version or a size that everybody may know",
    "to": "a day, or a version or a size that everybody may know",
}
"""Parameters that name no object of anybody's, and what they are."""

COUNTED = {("GET", "/v1/audit/export", "after")}
"""Numbers of the log, which has one for every entry."""


def _open(app: Any) -> list[Place]:
    return [place for place in parameters(app.openapi()) if not place.is_date]


def test_every_parameter_is_declared(app: Any) -> None:
    """A new parameter that takes more than a word of a list fails until it is said what it names."""
    open_keys = {place.key for place in _open(app)}

    assert {key for key in open_keys if key[2] not in PLAYED_ELSEWHERE | NAMES_NOTHING} == set(NAMED) | COUNTED


@pytest.mark.parametrize("key", NAMED, ids=str)
async def test_foreign_name_in_a_query_answers_like_an_absent_one(
    app: Any, stage: Stage, database: DatabaseUrls, key: Key
) -> None:
    """Own: found. Foreign and absent: alike, whatever is asked."""
    world, naming, (method, path, name) = World(stage, app, database), NAMED[key], key
    own, foreign = await naming.own(world), await naming.foreign(world)
    who = stage.changed(naming.who, areas=(ISLINGTON,))

    async def asked(value: str) -> httpx.Response:
        return await who.send(method, f"{path}?{name}={value}", purpose=naming.purpose)

    mine, others, nobodys = [await asked(value) for value in (own, foreign, str(uuid7()))]

    assert mine.status_code == 200
    assert told(others) == told(nobodys)
    assert told(mine) != told(others)


# ── cursors ──────────────────────────────────────────────────────────────────

_IDS_OF_LISTS = {
    "/v1/cases": "caseId",
    "/v1/escalations/overdue": "caseId",
    "/v1/referrals/search": "referralId",
    "/v1/cases/{caseId}/advice": "adviceId",
    "/v1/panel-meetings": "meetingId",
    "/v1/scrutiny/frames": "frameId",
    "/v1/webhooks": "webhookId",
    "/v1/webhooks/{webhookId}/deliveries": "deliveryId",
    "/v1/audit": "logId",
    "/v1/alerts": "logId",
    "/v1/break-glass": "grantId",
}
"""Lists that are read on from an id, and what it is the id of."""

_WITHIN_A_WHOLE = {
    "/v1/cases/{caseId}/facts": "from the number of a version",
    "/v1/scrutiny/samples/{sampleId}/items": "from the number of an item",
    "/v1/scrutiny/samples/{sampleId}/identifications": "from one of the sample, for who may know of all of them",
    "/v1/audit/checkpoints": "from a size of the whole log",
}
"""Other lists, and from where they are read on: within what the path names, or by what everybody may know."""


FORGED = ("x", "", "-1", "1.5", "\u0661", "9" * 30, "a\x00b", "\ud800", "Z" * 150, str(UUID(int=7)).replace("-", ""))
"""What a cursor might be made to say: nothing that an id or a number is."""


def _with_cursor(app: Any) -> list[Any]:
    paths = {place.path for place in parameters(app.openapi()) if place.name == "cursor"}
    return [
        route
        for route in WALLS["guarded_routes"](app)
        if route.path in paths and ("limit" in {one.name for one in _of(app, route)})
    ]


def _of(app: Any, route: Any) -> list[Place]:
    methods = {method.upper() for method in route.methods}
    return [place for place in parameters(app.openapi()) if place.path == route.path and place.method in methods]


def _is_public(route: Any) -> bool:
    """Return whether a list is the same for everybody: it is read on from any word."""
    return str(route.path).startswith(("/v1/law", "/v1/reference", "/v1/protocols"))


async def _read_on(who: Actor, route: Any, query: str, cursor: str) -> httpx.Response:
    body = {"identifiers": [{"scheme": "PNC", "value": "none"}]} if route.methods == {"POST"} else None
    return await who.send(next(iter(route.methods)), f"{query}cursor={cursor}", body, purpose="AUDIT")


def _beside(name: str) -> str:
    """Return the id next to one, which nobody has: a list that is read on from it begins at the same place."""
    return str(UUID(int=UUID(name).int ^ 1))


async def test_cursor_at_a_foreign_object_answers_like_one_beside_it(
    app: Any, stage: Stage, database: DatabaseUrls
) -> None:
    """A cursor is a place in an order, and says nothing of whether something is there."""
    world, wrong, played = World(stage, app, database), [], set()
    for route in _with_cursor(app):
        kind = _IDS_OF_LISTS.get(route.path)
        if kind is None:
            continue
        played.add(route.path)
        whole = {one: await world.the(one) for one in PARAMETER.findall(route.path)}
        foreign = await (World(stage, app, database) if whole else world).the(kind)
        path = PARAMETER.sub(lambda found, ids=whole: ids[found.group(1)], route.path)
        client = admitted(route, areas=OWN if whole else (EALING,))
        who = stage.acting(client if whole else replace(client, client_id="another-client"))
        path += "?act=case.read&" if path == "/v1/audit" else "?"  # or the second reading would show the first
        answers = [await _read_on(who, route, path, write_cursor(one)) for one in (foreign, _beside(foreign))]
        wrong += [] if told(answers[0]) == told(answers[1]) else [(path, [one.text for one in answers])]

    assert wrong == []
    assert played == set(_IDS_OF_LISTS)
    assert {route.path for route in _with_cursor(app) if not _is_public(route)} == played | set(_WITHIN_A_WHOLE)


async def test_cursor_that_we_did_not_write_is_refused(app: Any, stage: Stage, database: DatabaseUrls) -> None:
    """A cursor says what it likes: no list answers with a fault, and none of ids or numbers reads on from it."""
    world, wrong = World(stage, app, database), []
    for route in _with_cursor(app):
        whole = {one: await world.the(one) for one in PARAMETER.findall(route.path)}
        path = PARAMETER.sub(lambda found, ids=whole: ids[found.group(1)], route.path)
        who = stage.acting(admitted(route, areas=OWN))
        wanted = 200 if _is_public(route) else 400
        answers = [await _read_on(who, route, f"{path}?", write_cursor(key)) for key in FORGED]
        wrong += [(path, answer.text) for answer in answers if answer.status_code != wanted]

    assert wrong == []


# ── grants ───────────────────────────────────────────────────────────────────


async def test_foreign_grant_answers_like_an_absent_one(app: Any, stage: Stage, database: DatabaseUrls) -> None:
    """Somebody else's grant on the very case that is asked for is as good as none, on every route that takes one."""
    world = World(stage, app, database)
    case_id = await stage.referred(CAMDEN)
    foreign, own = await _grant_of(world, (EALING,), case_id), await _grant_of(world, (ISLINGTON,), case_id)
    duty, wrong = stage.changed(DUTY, client_id=f"duty-{ISLINGTON}", areas=(ISLINGTON,), roles=tuple(Role)), []
    places = [place for place in parameters(app.openapi()) if place.name == "X-Break-Glass"]
    for place in places:
        path = place.path.replace("{caseId}", case_id)
        if "{" in path:
            continue
        answers = [
            await duty.send(place.method, path, headers={"X-Break-Glass": grant})
            for grant in (own, foreign, str(uuid7()))
        ]
        refused = [answer.json().get("code") == "break-glass-refused" for answer in answers]
        if refused != [False, True, True] or told(answers[1]) != told(answers[2]):
            wrong.append((path, [answer.text for answer in answers]))

    assert wrong == []
    assert len(places) > 15
