"""Erasing in tests: a case with a canary in every word that people wrote, and all that the database holds."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from app.demo.story import a_referral
from app.identity.demo_clients import DemoClient
from app.launch.embedded import EmbeddedServer
from app.launch.erasing import erase
from app.launch.urls import DatabaseUrls, connect
from tests.api.acting import (
    EXAMPLE_AREA,
    MANAGER,
    OFFICER,
    PRACTITIONER,
    SUPERVISOR,
    TODAY,
    Actor,
    Document,
    Stage,
)
from tests.api.delivering import a_delivery, complete, decide, deliver
from tests.api.speaking import changed
from tests.frozen_clock import FrozenClock

CANARY, NUMBER, BORN, SOURCE = "Zebedee-Canary", "26/987654Z", "2013-02-17", "01/CANARY/26"
TELLING = (CANARY, NUMBER, BORN, SOURCE)
RULE, CONTROLLER = "DPA 2018 s47(1)(b), schedule 4.2", "Data protection officer of the example area"
COORDINATOR = "demo-panel-coordinator"


def a_telling_referral(area: str = EXAMPLE_AREA, **source: str) -> Document:
    """Return a referral by which a child would be known again wherever it is kept."""
    child = {"givenNames": CANARY, "familyName": CANARY, "dateOfBirth": BORN}
    identifiers = {"identifiers": [{"scheme": "PNC", "value": NUMBER}]}
    body = changed(a_referral(area, TODAY), child=child | identifiers)
    body["source"] |= {"reference": SOURCE} | source
    body["investigation"]["station"] = CANARY
    return body


def _marked(value: Any) -> Any:
    """Return a body with the canary at the end of whatever is written in more than one word."""
    if isinstance(value, Mapping):
        return {name: _marked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_marked(one) for one in value]
    return f"{value} {CANARY}" if isinstance(value, str) and " " in value else value


class _Telling(Actor):
    """Somebody whose every sentence holds the canary."""

    async def send(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Send a request with the canary in its words."""
        return await super().send(method, path, _marked(body), **more)


@dataclass(frozen=True)
class TellingStage(Stage):
    """The demo clients, each of whom says more of the child than any test may find again."""

    def acting(self, client: DemoClient) -> Actor:
        """Return a client whose words hold the canary."""
        return _Telling(self.http, self.issuer.token_for(client))


async def a_whole_life(stage: Stage) -> str:
    """Lead a telling case from its referral to its end by way of everything that people write; return its id."""
    telling = TellingStage(stage.http, stage.issuer)
    case_id = await telling.pre_assessed(EXAMPLE_AREA, a_telling_referral())
    path = f"/v1/cases/{case_id}"
    await _say(telling, PRACTITIONER, f"{path}/facts", _FACTS)
    await _say(telling, COORDINATOR, "/v1/panel-meetings", _a_meeting(case_id))
    await _say(telling, COORDINATOR, f"{path}/contributions", _CONTRIBUTION)
    await _say(telling, PRACTITIONER, f"{path}/representations", _HEARD)
    await decide(telling, case_id, "COMMUNITY_RESOLUTION")
    given = await deliver(telling, case_id, a_delivery("COMMUNITY_RESOLUTION"))
    assert given.status_code == 201, given.text
    assert (await complete(telling, case_id, "COMPLETED")).status_code == 201
    await _say(telling, PRACTITIONER, f"{path}/feedback", _HEARD)
    foreign = telling.changed("demo-duty-officer", areas=("E09000009",))
    asked = await foreign.send("POST", "/v1/break-glass", {"caseId": case_id, "reason": "A child is missing tonight."})
    assert asked.status_code == 201, asked.text
    await stage.actor(OFFICER).send("GET", "/v1/events")
    await _say(telling, SUPERVISOR, f"{path}/limits", _LIMIT)
    await _say(telling, MANAGER, f"{path}/limits", {"step": "CONFIRMED"})
    return case_id


async def _say(stage: Stage, who: str, path: str, body: Document) -> None:
    answer = await stage.actor(who).send("POST", path, body)
    assert answer.status_code == 201, f"{path}: {answer.text}"


_FACTS: Document = {
    "source": "Talk at home",
    "establishedOn": "2026-11-20",
    "updates": {"child": {"communicationNeed": "IDENTIFIED"}},
}
_CONTRIBUTION = {"what": "Known to our counselling service.", "agency": "Health", "role": "Nurse"}
_HEARD = {"from": "CHILD", "words": "I would like to say sorry myself.", "saidOn": "2026-11-20"}
_LIMIT: Document = {
    "step": "PROPOSED",
    "reason": "KNOWN_TO_STAFF",
    "says": "The child of somebody who works in this office.",
    "named": [
        {"userName": OFFICER, "agency": "POLICE"},
        {"userName": SUPERVISOR, "agency": "POLICE"},
        {"userName": MANAGER, "agency": "YJS"},
    ],
}


def _a_meeting(*agenda: str) -> Document:
    return {
        "area": EXAMPLE_AREA,
        "date": "2026-11-24",
        "members": [{"name": "A.Sergeant", "agency": "Police", "role": "Sergeant"}],
        "agenda": list(agenda),
        "conflictsOfInterest": [{"member": "A.Sergeant", "caseId": agenda[0], "what": "A neighbour of the child."}],
        "notes": "The child came with an aunt.",
    }


async def erased(database: DatabaseUrls, case_id: str, clock: FrozenClock) -> Document:
    """Erase a case as the owner of the database does; return what is said of it."""
    return await erase(database.owner, case_id, rule=RULE, by=CONTROLLER, clock=clock)


async def everything(server: EmbeddedServer, database: DatabaseUrls) -> dict[str, str]:
    """Return all that every table holds, bytes as the text that they are, as the superuser alone can read it."""
    connection = await connect(server.url(database=database.app.database), "the server of the tests")
    listed = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    names = [row["table_name"] for row in await connection.fetch(listed)]
    held = {name: await connection.fetch(f'SELECT * FROM "{name}"') for name in names}  # noqa: S608  (our own tables)
    await connection.close()
    return {name: "\n".join(_text(value) for row in found for value in row.values()) for name, found in held.items()}


@asynccontextmanager
async def backup_of(server: EmbeddedServer, database: DatabaseUrls) -> AsyncIterator[DatabaseUrls]:
    """Restore the database as it is now beside itself, while the block lasts."""
    own, copy = database.owner.database, f"{database.owner.database}_restored"
    connection = await connect(server.url(), "the server of the tests")
    await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", own)
    await connection.execute(f"CREATE DATABASE {copy} TEMPLATE {own} OWNER {database.owner.username}")
    try:
        yield DatabaseUrls(owner=database.owner.set(database=copy), app=database.app.set(database=copy))
    finally:
        await connection.execute(f"DROP DATABASE {copy} WITH (FORCE)")
        await connection.close()


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def holding(held: Mapping[str, str], *words: str) -> set[str]:
    """Return the tables in which any of these words stands."""
    return {name for name, text in held.items() if any(word in text for word in words)}
