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
from pathlib import Path
from typing import Any

import httpx
import pytest
from uuid6 import uuid7

from app.demo.story import a_referral
from app.http.guard import GuardedRoute
from app.identity.caller import Agency, Grade, Role
from app.identity.demo_clients import DemoClient
from tests.api.acting import EALING, ISLINGTON, OFFICER, POLICE, TODAY, Stage

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
WALLS = runpy.run_path(str(ROOT / "tools" / "walls.py"))
OWN_NAMES = {"x-request-id", "traceparent", "date"}
PARAMETER = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("table", ["authorisation", "fields"])
def test_declared_tables_are_as_the_code_has_it(app: Any, table: str) -> None:
    """Whoever opens a route or shows a field writes it down: `python -m tools.walls`, and review the difference."""
    written = (ROOT / "docs" / "assurance" / f"{table}.md").read_text(encoding="utf-8")

    assert written == WALLS[table](app)


def _routes(app: Any) -> list[GuardedRoute]:
    routes: list[GuardedRoute] = WALLS["guarded_routes"](app)
    return routes


def _somebody(
    roles: Sequence[Role], *, agency: Agency = Agency.POLICE, person: bool = True, area: str = ISLINGTON
) -> DemoClient:
    return DemoClient(POLICE, agency, Grade.SENIOR, person, tuple(roles), (area,))


def _admitted(route: GuardedRoute, *, area: str = ISLINGTON, role: Role | None = None) -> DemoClient:
    """Return somebody whom the guard of a route admits, with one of its roles or the one that is named."""
    guard = route.guard
    roles = sorted(guard.roles) if guard.all_roles else [role or min(guard.roles)] if guard.roles else []
    agency = min(guard.agencies) if guard.agencies else Agency.POLICE
    return _somebody(roles, agency=agency, area=area)


async def _send(stage: Stage, route: GuardedRoute, who: DemoClient, path: str, *, purpose: bool) -> httpx.Response:
    actor = stage.acting(who)
    method = next(iter(route.methods))
    return await actor.send(method, path, {}, purpose="AUDIT" if purpose else None)


def _path(route: GuardedRoute, **known: str) -> str:
    return PARAMETER.sub(lambda found: known.get(found.group(1), str(uuid7())), route.path)


def _told(answer: httpx.Response) -> tuple[Any, ...]:
    body = {name: value for name, value in answer.json().items() if name not in {"traceId", "instance"}}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in OWN_NAMES)
    return answer.status_code, headers, body


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
            answer = await _send(stage, route, _admitted(route, role=role), _path(route), purpose=False)
            wrong += [(route.path, role, answer.status_code)] if answer.status_code in {401, 403} else []

    assert wrong == []


async def test_foreign_objects_answer_like_absent_ones(app: Any, stage: Stage) -> None:
    """Own: found. Foreign and absent: 404, alike in every header and every word but their own names."""
    case_id = await stage.referred()
    advice = await stage.advised(case_id)
    referral = (
        await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")
    ).json()
    own = {"caseId": case_id, "adviceId": str(advice["adviceId"]), "referralId": str(referral["referralId"])}
    wrong, played = [], 0
    for route in _routes(app):
        names = set(PARAMETER.findall(route.path))
        if not names & set(own) or route.guard.finds is None:
            continue
        played += 1
        mine = await _send(stage, route, _admitted(route), _path(route, **own), purpose=False)
        foreign = await _send(stage, route, _admitted(route, area=EALING), _path(route, **own), purpose=True)
        absent = await _send(stage, route, _admitted(route, area=EALING), _path(route), purpose=True)
        if names <= set(own) and mine.json()["code"] != "purpose-missing":
            wrong.append((route.path, "own", mine.status_code))
        if foreign.status_code != 404 or _told(foreign) != _told(absent):
            wrong.append((route.path, "foreign", foreign.status_code))

    assert wrong == []
    assert played > 30


async def test_another_clients_referral_is_absent(stage: Stage) -> None:
    """What a client referred is that client's to read, whoever shares its areas."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")
    path = f"/v1/referrals/{answer.json()['referralId']}"

    other = await stage.changed(POLICE, client_id="other-police").send("GET", path, purpose="REFERRAL")

    assert other.status_code == 404


@pytest.mark.deep
async def test_time_does_not_tell_foreign_from_absent(stage: Stage) -> None:
    """Welch's t over two thousand pairs, in turn, finds no difference beyond noise."""
    case_id = await stage.referred()
    ealing = stage.actor("demo-yjs-ealing")
    took: dict[bool, list[float]] = {True: [], False: []}
    for number in range(4_200):
        foreign = number % 2 == 0
        path = f"/v1/cases/{case_id if foreign else uuid7()}"
        began = time.perf_counter()
        answer = await ealing.send("GET", path)
        took[foreign].append(time.perf_counter() - began)
        assert answer.status_code == 404

    assert abs(_welch(*(sorted(times[100:])[:1_800] for times in took.values()))) < 4.5


def _welch(one: Sequence[float], two: Sequence[float]) -> float:
    spread = statistics.variance(one) / len(one) + statistics.variance(two) / len(two)
    return (statistics.mean(one) - statistics.mean(two)) / spread**0.5


async def test_reading_of_each_subject_of_a_list_is_logged(stage: Stage) -> None:
    """A list is so many consultations as it shows cases, each with the case's id."""
    cases = {await stage.referred() for _ in range(3)}

    await stage.actor(OFFICER).send("GET", "/v1/cases")

    entries = await stage.actor("demo-auditor").send(
        "GET", "/v1/audit?act=case.listed&event=CONSULTATION", purpose="AUDIT"
    )
    assert {entry["caseId"] for entry in entries.json()["items"]} == cases
