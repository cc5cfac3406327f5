"""Every route by every role by own, foreign and absent objects, played over HTTP from the registry of routes.

The verdicts are declared in `docs/assurance/authorisation.md`; a route that is not in it fails. A request of somebody
who may, on an object that is theirs, goes without `X-Purpose`: 400 says that it came past 401, 403 and 404, and nothing
was done.
"""

import re
import runpy
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from app.demo.story import a_referral
from app.http.checks import query_names
from app.http.guard import GuardedRoute
from app.identity.caller import Agency, Grade, Role
from app.identity.demo_clients import DemoClient
from app.launch.urls import DatabaseUrls
from tests.api.acting import (
    CAMDEN,
    EALING,
    EXAMPLE_AREA,
    ISLINGTON,
    OFFICER,
    POLICE,
    TODAY,
    Stage,
)
from tests.api.objects import MAKERS, World, public_id, told

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
WALLS = runpy.run_path(str(ROOT / "tools" / "walls.py"))
PARAMETER = re.compile(r"\{(\w+)\}")
OWN = (ISLINGTON, CAMDEN, EXAMPLE_AREA)
ABSENT = {"area": "E09999999", "version": "1"}
PERIOD = {"from": "2026-01-01", "to": "2026-10-31"}
APPROVAL = ("POST", "/v1/law/matrix-editions/{id}/approval")
PROTOCOL = {
    "/v1/protocols/{area}/versions": f"/v1/protocols/{ISLINGTON}/versions",
    "/v1/protocols/{area}/versions/{version}": f"/v1/protocols/{ISLINGTON}/versions/1",
    "/v1/protocols/{area}/versions/compare": f"/v1/protocols/{ISLINGTON}/versions/compare?from=1&to=1",
}
SAME_FOR_EVERYBODY = {
    *(("GET", f"/v1/law/{name}/{{id}}") for name in ("disposals", "factors", "matrix-editions", "offences")),
    *(("GET", f"/v1/law/{name}/{{id}}") for name in ("parameters", "requirements", "sources")),
    *(("GET", path) for path in PROTOCOL),
    ("GET", "/v1/reference/{name}"),
    APPROVAL,
}
"""What names no child and no area's own affairs. A matrix is a force's table, approved by the other agency."""


@pytest.mark.parametrize("table", ["authorisation", "fields"])
def test_declared_tables_are_as_the_code_has_it(app: Any, table: str) -> None:
    """Whoever opens a route or shows a field writes it down: `python -m tools.walls`, and review the difference."""
    written = (ROOT / "docs" / "assurance" / f"{table}.md").read_text(encoding="utf-8")

    assert written == WALLS[table](app)


def _routes(app: Any) -> list[GuardedRoute]:
    routes: list[GuardedRoute] = WALLS["guarded_routes"](app)
    return routes


def _somebody(
    roles: Sequence[Role], *, agency: Agency = Agency.POLICE, person: bool = True, areas: Sequence[str] = (ISLINGTON,)
) -> DemoClient:
    return DemoClient(POLICE, agency, Grade.SENIOR, person, tuple(roles), tuple(areas))


def admitted(route: GuardedRoute, *, areas: Sequence[str] = (ISLINGTON,), role: Role | None = None) -> DemoClient:
    """Return somebody whom the guard of a route admits, with one of its roles or the one that is named."""
    guard = route.guard
    roles = sorted(guard.roles) if guard.all_roles else [role or min(guard.roles)] if guard.roles else []
    agency = min(guard.agencies) if guard.agencies else Agency.POLICE
    return _somebody(roles, agency=agency, areas=areas)


async def _send(stage: Stage, route: GuardedRoute, who: DemoClient, path: str, *, purpose: bool) -> httpx.Response:
    actor = stage.acting(who)
    method = next(iter(route.methods))
    return await actor.send(method, path, {}, purpose="AUDIT" if purpose else None)


def _path_of_nothing(path: str) -> str:
    return PARAMETER.sub(lambda found: ABSENT.get(found.group(1), "nothing"), path) + (
        "?from=1&to=1" if path.endswith("compare") else ""
    )


def _without_area(answer: httpx.Response) -> tuple[Any, ...]:
    return answer.status_code, {name: value for name, value in answer.json().items() if name in {"items", "code"}}


def _path(route: GuardedRoute, **known: str) -> str:
    return PARAMETER.sub(lambda found: known.get(found.group(1), str(uuid7())), route.path)


async def test_every_role_is_refused_what_is_not_its_own(app: Any, stage: Stage) -> None:
    """403 for each role on each route that does not name it, for a wrong agency, for a machine; 401 for nobody."""
    wrong = []
    for route in _routes(app):
        guard, path = route.guard, _path(route)
        others = [_somebody([role]) for role in Role if role not in guard.roles] if guard.roles else []
        roles = sorted(guard.roles)
        others += [_somebody([role]) for role in roles] if guard.all_roles else []
        others += [_somebody(roles, agency=one) for one in Agency if guard.agencies and one not in guard.agencies]
        others += [_somebody(roles, agency=min(guard.agencies or {Agency.POLICE}), person=False)] if guard.human else []
        for who in others:
            answer = await _send(stage, route, who, path, purpose=False)
            wrong += [(route.path, who, answer.status_code)] if answer.status_code != 403 else []
        nobody = await stage.http.request(next(iter(route.methods)), path)
        wrong += [(route.path, "nobody", nobody.status_code)] if nobody.status_code != 401 else []

    assert wrong == []


async def test_every_role_is_admitted_to_what_is_its_own(app: Any, stage: Stage) -> None:
    """Whoever holds a role that a route names comes as far as 404 for an absent object, or past it."""
    wrong = []
    for route in _routes(app):
        for role in sorted(route.guard.roles) if not route.guard.all_roles else [None]:
            answer = await _send(stage, route, admitted(route, role=role), _path(route), purpose=False)
            wrong += [(route.path, role, answer.status_code)] if answer.status_code in {401, 403} else []

    assert wrong == []


def _stranger(route: GuardedRoute, kinds: Sequence[str]) -> DemoClient:
    """Return somebody to whom an object is not: of another area, or another client where it is a client's own."""
    if set(kinds) <= {"webhookId", "deliveryId"}:
        return replace(admitted(route, areas=OWN), client_id="other-police")
    return admitted(route, areas=(EALING,))


async def test_foreign_objects_answer_like_absent_ones(app: Any, stage: Stage, database: DatabaseUrls) -> None:
    """Own: found. Foreign and absent: 404, alike in every header and every word but their own names."""
    world, wrong = World(stage, app, database), []
    for route in (one for one in _routes(app) if one.guard.finds is not None):
        kinds = PARAMETER.findall(route.path)
        own = {kind: await world.the(kind) for kind in kinds}
        nothing = {kind: ABSENT.get(kind, str(uuid7())) for kind in kinds}
        stranger = _stranger(route, kinds)
        mine = await _send(stage, route, admitted(route, areas=OWN), _path(route, **own), purpose=False)
        foreign = await _send(stage, route, stranger, _path(route, **own), purpose=True)
        absent = await _send(stage, route, stranger, _path(route, **nothing), purpose=True)
        asked = mine.status_code != 204 and mine.json().get("code") == "purpose-missing"
        if mine.status_code == 204:
            world.made.pop(kinds[-1])
        if asked != route.guard.purpose or mine.status_code in {401, 403, 404}:
            wrong.append((route.path, "own", mine.text))
        if foreign.status_code != 404 or told(foreign) != told(absent):
            wrong.append((route.path, "foreign", foreign.text))

    assert wrong == []


async def test_what_belongs_to_another_object_answers_like_what_is_absent(
    app: Any, stage: Stage, database: DatabaseUrls
) -> None:
    """An own part under an own whole that it is not a part of is as absent as one that nobody has."""
    world, wrong, played = World(stage, app, database), [], 0
    other = {"caseId": await stage.referred(EXAMPLE_AREA)}
    for route in (one for one in _routes(app) if one.guard.finds is not None):
        whole, *parts = PARAMETER.findall(route.path) or [""]
        if not parts or whole == "area":
            continue
        played += 1
        under = {whole: other.get(whole) or str(uuid7())}
        part = {parts[0]: await world.the(parts[0])}
        who = admitted(route, areas=OWN)
        moved = await _send(stage, route, who, _path(route, **under, **part), purpose=True)
        absent = await _send(stage, route, who, _path(route, **under), purpose=True)
        wrong += [] if moved.status_code == 404 and told(moved) == told(absent) else [(route.path, moved.text)]

    assert wrong == []
    assert played > 5


def test_every_object_in_a_path_has_a_maker_or_is_the_same_for_everybody(app: Any) -> None:
    """A new route with an id is played from its first day: it looks for what is the caller's, or is declared here."""
    named = [route for route in _routes(app) if PARAMETER.search(route.path)]
    walled = {kind for route in named if route.guard.finds for kind in PARAMETER.findall(route.path)}
    same = {(next(iter(route.methods)), route.path) for route in named if route.guard.finds is None}

    assert walled <= set(MAKERS)
    assert same == SAME_FOR_EVERYBODY


async def test_what_is_the_same_for_everybody_is(app: Any, stage: Stage) -> None:
    """Law, words and protocols are public: read alike in every area, and absent alike."""
    wrong = []
    for method, path in sorted(SAME_FOR_EVERYBODY - {APPROVAL}):
        collection, parameter = path[: path.index("{") - 1], PARAMETER.findall(path)[-1]
        there = PROTOCOL.get(path) or f"{collection}/{await public_id(stage, collection, parameter)}"
        for known, status in ((there, 200), (_path_of_nothing(path), 404)):
            answers = [await stage.acting(_somebody([], areas=areas)).send(method, known) for areas in (OWN, (EALING,))]
            if {answer.status_code for answer in answers} != {status} or told(answers[0]) != told(answers[1]):
                wrong.append((known, [answer.status_code for answer in answers]))

    assert wrong == []


async def test_area_that_is_asked_for_answers_like_one_that_does_not_exist(app: Any, stage: Stage) -> None:
    """Wherever a list or a figure takes an area, another's answers as one that is none."""
    await stage.referred(ISLINGTON)
    wrong, played = [], 0
    for route in _routes(app):
        name = next((one for one in ("area", "areas") if one in query_names(route)), None)
        if name is None:
            continue
        played += 1
        more = {one: value for one, value in PERIOD.items() if one in query_names(route)}
        who = stage.acting(admitted(route, areas=(EALING,)))
        foreign, none = [
            await who.http.get(
                route.path,
                params={name: area, **more},
                headers={"Authorization": f"Bearer {who.token}", "X-Purpose": "STATISTICS"},
            )
            for area in (ISLINGTON, "E09999999")
        ]
        if ("area" not in foreign.text and told(foreign) != told(none)) or _without_area(foreign) != _without_area(
            none
        ):
            wrong.append((route.path, foreign.text, none.text))

    assert wrong == []
    assert played > 8


async def test_another_clients_referral_is_absent(stage: Stage) -> None:
    """What a client referred is that client's to read, whoever shares its areas."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")
    path = f"/v1/referrals/{answer.json()['referralId']}"

    other = await stage.changed(POLICE, client_id="other-police").send("GET", path, purpose="REFERRAL")

    assert other.status_code == 404


PAIRS = {"caseId": 2_100}
"""Pairs of requests whose times are compared, of the kind that most would be guessed of; of any other, fewer do."""


def _one_route_a_kind(app: Any) -> dict[str, GuardedRoute]:
    """Return for each kind of object that a path can name one route that looks for it, reading where there is one."""
    looked_for = [route for route in _routes(app) if route.guard.finds is not None]
    by_reading = sorted(looked_for, key=lambda route: (route.methods != {"GET"}, route.path.count("/")))
    found: dict[str, GuardedRoute] = {}
    for route in by_reading:
        for kind in PARAMETER.findall(route.path)[-1:]:
            found.setdefault(kind, route)
    return found


def test_time_is_compared_for_every_kind_of_object(app: Any) -> None:
    """A new kind of object that is looked for is timed too, in the test below."""
    named = {kind for route in _routes(app) if route.guard.finds for kind in PARAMETER.findall(route.path)}

    assert set(_one_route_a_kind(app)) == named


@pytest.mark.deep
async def test_time_does_not_tell_foreign_from_absent(app: Any, stage: Stage, database: DatabaseUrls) -> None:
    """Welch's t over hundreds of pairs of each kind of object, in turn, finds no difference beyond noise."""
    world, told_apart = World(stage, app, database), {}
    for kind, route in _one_route_a_kind(app).items():
        kinds, pairs = PARAMETER.findall(route.path), PAIRS.get(kind, 600)
        own = {one: await world.the(one) for one in kinds}
        actor, method = stage.acting(_stranger(route, kinds)), next(iter(route.methods))
        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(2 * pairs):
            foreign = number % 2 == 0
            path = _path(route, **(own if foreign else {one: ABSENT.get(one, str(uuid7())) for one in kinds}))
            began = time.perf_counter()
            answer = await actor.send(method, path, {})
            took[foreign].append(time.perf_counter() - began)
            assert answer.status_code == 404
        kept = pairs * 6 // 7  # without the first, that warm up, and the slowest, that tell of the machine
        t = _welch(*(sorted(times[pairs // 20 :])[:kept] for times in took.values()))
        told_apart |= {kind: round(t, 1)} if abs(t) >= 4.5 else {}

    assert told_apart == {}


def _welch(one: Sequence[float], two: Sequence[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(two) / len(two)
    return (statistics.mean(one) - statistics.mean(two)) / spread**0.5


async def test_reading_of_each_subject_of_a_list_is_logged(stage: Stage) -> None:
    """A list is a consultation of each case that it shows, with the case's id."""
    cases = {await stage.referred() for _ in range(3)}

    await stage.actor(OFFICER).send("GET", "/v1/cases")

    entries = await stage.actor("demo-auditor").send(
        "GET", "/v1/audit?act=case.listed&event=CONSULTATION", purpose="AUDIT"
    )
    assert {case_id for entry in entries.json()["items"] for case_id in entry["caseIds"]} == cases
