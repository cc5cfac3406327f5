"""A canary in every place at which a request can say something is never seen where it does not belong.

Not in a refusal, not in a log line, not in an event: people read those who may not see the case. The places are those
of the description, so that a new field holds a canary from its first day.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
from uuid_utils import uuid7

from app.http.guard import GuardedRoute
from app.http.signpost import walk
from app.identity.caller import Agency, Grade, Role
from app.identity.demo_clients import DemoClient
from app.launch.urls import DatabaseUrls, connect
from tests.api.acting import ISLINGTON, OFFICER, TODAY, Stage
from tests.api.inputs import filled
from tests.api.test_bad_input import CANARY, Document, as_sent, post, referral

pytestmark = pytest.mark.anyio
WRITER = DemoClient("writer", Agency.POLICE, Grade.SENIOR, person=True, roles=tuple(Role))
NOT_OURS = ("httpx", "httpcore", "uvicorn.access")
"""The client of the test, and the log of paths that the service is never served with (`app.launch.server`)."""
Say = Callable[[Document], Any]


@dataclass(frozen=True)
class Asked:
    """One request: its method, its path with whatever stands after it, its body and its headers."""

    route: GuardedRoute
    path: str
    body: Any
    headers: dict[str, str]


def invisible(_: Document) -> str:
    """Say something that no field takes."""
    return f"\u202e{CANARY}"


def plausible(schema: Document) -> str:
    """Say something that a field of text takes, and what a field of another form is said to look like."""
    kinds = {"date": TODAY.isoformat(), "date-time": f"{TODAY.isoformat()}T09:00:00Z", "uuid": str(uuid7())}
    return kinds.get(schema.get("format", ""), CANARY)


def _requests(app: Any, case_id: str, say: Say) -> Iterator[Asked]:
    """Yield a request of every route that asks for a token: its body, its query and its headers all filled."""
    document = app.openapi()
    for route in walk(app.routes):
        if not isinstance(route, GuardedRoute) or route.guard.public:
            continue
        (method,) = route.methods
        told = document["paths"][route.path][method.lower()]
        schema = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        body = None if schema is None else filled(document, schema, say)
        if isinstance(body, dict) and say is invisible:
            body["unknown"] = invisible({})
        path = route.path.replace("{caseId}", case_id).replace("{area}", ISLINGTON)
        named = {one["name"]: one for one in told.get("parameters", ()) if one["in"] == "query"}
        query = "&".join(f"{name}={quote(str(_said(document, one, say)))}" for name, one in named.items())
        headers = {"If-Match": f'"{CANARY}"', "User-Agent": CANARY, "X-Request-ID": f"{CANARY} x"}
        yield Asked(route, re.sub(r"\{\w+\}", str(uuid7()), path) + (f"?{query}" if query else ""), body, headers)


def _said(document: Document, parameter: Document, say: Say) -> Any:
    value = filled(document, parameter["schema"], say)
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("say", [invisible, plausible])
async def test_canary_at_every_place_of_every_request_is_never_repeated(
    app: Any, stage: Stage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, say: Say
) -> None:
    """No refusal, no event and no log holds it, not even where libraries tell all that they do."""
    caplog.set_level(logging.DEBUG)
    case_id = await stage.referred(referral=referral())
    told, places, walls = [], 0, 0
    for one in _requests(app, case_id, say):
        agency = next(iter(sorted(one.route.guard.agencies)), Agency.POLICE)
        headers = one.headers | {"Content-Type": next(iter(one.route.guard.consumes))}
        (method,) = one.route.methods
        actor = stage.acting(replace(WRITER, agency=agency))
        answer = await actor.send(method, one.path, one.body, headers=headers)
        places += json.dumps(one.body).count(CANARY) + one.path.count(CANARY)
        walls += answer.status_code in {401, 403}
        refused = answer.text if answer.is_error else ""
        told += [one.path] if CANARY in refused + str(answer.headers) or answer.is_server_error else []
    events = await stage.actor(OFFICER).send("GET", "/v1/events")

    logged = capsys.readouterr()
    assert told == []
    assert places > 200
    assert walls < 10  # all others came as far as what was said
    assert events.json()["items"]
    libraries = "".join(one.getMessage() for one in caplog.records if not one.name.startswith(NOT_OURS))
    assert CANARY not in events.text + logged.out + logged.err + libraries


async def test_canary_in_every_field_is_never_repeated(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever field of a referral holds something wrong, neither the answer nor the log holds it."""
    told = []

    for place in _places(referral()):
        body = referral()
        target: Any = body
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = f"\u202e{CANARY}"
        answer = await post(stage, json.dumps(body).encode())
        assert answer.status_code == 422
        told += [place] if CANARY in answer.text else []

    logged = capsys.readouterr()
    assert told == []
    assert "/v1/referrals" in logged.out
    assert CANARY not in logged.out + logged.err


async def test_canary_in_a_path_a_query_and_headers_is_never_repeated(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor what stands around the body; the one thing that is sent back is a harmless X-Request-ID."""
    actor = stage.actor(OFFICER)
    headers = {"X-Request-ID": f"{CANARY} x", "User-Agent": CANARY, "If-Match": CANARY, "traceparent": CANARY}

    answers = [
        await actor.send("GET", path, headers=headers)
        for path in (f"/v1/cases/{CANARY}", f"/v1/cases?area={CANARY}&x=1", f"/{CANARY}", "/v1/cases")
    ]

    logged = capsys.readouterr()
    assert [CANARY in answer.text + str(answer.headers) for answer in answers] == [False] * 4
    assert CANARY not in logged.out + logged.err


async def test_canary_is_in_no_log_of_what_goes_well_or_breaks(
    stage: Stage, database: DatabaseUrls, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case that is kept and read, and a fault in the database that quotes the row, leave no name in the log."""
    await post(stage, as_sent())
    await stage.actor(OFFICER).send("GET", "/v1/cases")
    owner = await connect(database.owner, "the owner")
    await owner.execute("ALTER TABLE children ADD CONSTRAINT broken CHECK (family_name <> 'Zebedee-Canary') NOT VALID")
    await owner.close()

    answer = await post(stage, as_sent(source__reference="another"))

    logged = capsys.readouterr()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "fault" in logged.out
    assert CANARY not in logged.out + logged.err + answer.text


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _places(inner, (*place, name))]
    if isinstance(value, list):
        return [found for index, inner in enumerate(value) for found in _places(inner, (*place, index))]
    return [place]
