"""The demonstration's data as `make run` loads it: enough of everything, releasable, and never twice."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.demo.data import Loaded, load
from app.demo.seed_cases import all_cases
from app.identity.demo_clients import CAMDEN, DEMO_CLIENTS, ISLINGTON
from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls, connect, read_url, text_of
from app.law.book import LawBook
from app.main import create_app
from app.settings import Mode, Settings
from tests.frozen_clock import FrozenClock
from tests.serving import serving

ENOUGH = 60
K = 5
CHAIR = "demo-scrutiny-chair"
PERIOD = {"decidedFrom": "2025-10-01", "decidedTo": "2026-10-31"}
_keys = count(1)


@dataclass(frozen=True)
class Demonstration:
    """A service whose demonstration is loaded."""

    http: httpx.AsyncClient
    issuer: Any
    settings: Settings
    loaded: Loaded

    async def send(self, client: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send a request as a demo client."""
        headers = {"Authorization": f"Bearer {self.issuer.token_for(DEMO_CLIENTS[client])}", "X-Purpose": "SCRUTINY"}
        headers |= {"Idempotency-Key": f"key-{next(_keys)}"} if method == "POST" else {}
        return await self.http.request(method, path, json=body, headers=headers)

    async def frozen(self, areas: list[str], **asked: Any) -> dict[str, Any]:
        """Freeze a frame of these areas and return it."""
        body = {"areas": areas, "strata": ["DISPOSAL"], "size": 10, "minimumPerStratum": 1, "purpose": "PANEL"}
        answer = await self.send(CHAIR, "POST", "/v1/scrutiny/frames", body | PERIOD | {"members": [CHAIR]} | asked)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def drawn_items(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        """Draw from a frame and return the items."""
        dice = {"contributions": [{"by": "chair", "value": "4 6 1"}]}
        sample = await self.send(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", dice)
        items = await self.send(CHAIR, "GET", f"/v1/scrutiny/samples/{sample.json()['sampleId']}/items?limit=200")
        assert items.status_code == 200, items.text
        return items.json()["items"]


async def ask(settings: Settings, question: str) -> list[tuple[Any, ...]]:
    """Ask the database as the application, seeing every area."""
    url = read_url(settings.database_url.get_secret_value(), "DATABASE_URL")
    connection = await connect(url, "the database of the test")
    try:
        await connection.execute("SELECT set_config('oocd.areas', '*', false)")
        return [tuple(row) for row in await connection.fetch(question)]
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def loaded_settings(server: EmbeddedServer, template: DatabaseUrls, data_dir: Path) -> Iterator[Settings]:
    """Set up local mode on one database for the tests of this module."""
    copy = f"CREATE DATABASE demonstration TEMPLATE {template.owner.database} OWNER {template.owner.username}"
    asyncio.run(execute(server, copy))
    url = SecretStr(text_of(template.app.set(database="demonstration")))
    yield Settings(mode=Mode.LOCAL, database_url=url, data_dir=data_dir)
    asyncio.run(execute(server, "DROP DATABASE demonstration WITH (FORCE)"))


async def execute(server: EmbeddedServer, statement: str) -> None:
    """Run one statement as the server's own superuser."""
    connection = await connect(server.url(), "the server of the tests")
    await connection.execute(statement)
    await connection.close()


async def load_and_be_killed(server: EmbeddedServer, settings: Settings) -> None:
    """Begin to load as `make run` does, and kill the process once the first opinions are in."""
    environment = os.environ | {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
    }
    loading = await asyncio.create_subprocess_exec(sys.executable, "-m", "app", "demo-data", env=environment)
    while loading.returncode is None and await ask(settings, "SELECT count(*) FROM opinions") == [(0,)]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)  # what is waited for happens in another process
    loading.kill()
    await loading.wait()
    await execute(
        server, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'demonstration'"
    )


@pytest.fixture(scope="module")
async def demonstration(
    server: EmbeddedServer, loaded_settings: Settings, law_book: LawBook
) -> AsyncIterator[Demonstration]:
    """Load everything once, killed on the way and taken up again, and serve it on a day when all of it is past."""
    await load_and_be_killed(server, loaded_settings)
    loaded = await load(loaded_settings, law_book)
    app = create_app(loaded_settings, clock=FrozenClock(), law_book=law_book)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        yield Demonstration(http, app.state.issuer, loaded_settings, loaded)


async def test_each_area_has_enough_decided_cases(demonstration: Demonstration) -> None:
    """Sixty cases or more were decided in Islington and in Camden from October 2025 to October 2026."""
    rows = await ask(
        demonstration.settings,
        "SELECT area, count(*) FROM decisions WHERE decided_at BETWEEN '2025-10-01' AND '2026-11-01' GROUP BY area",
    )

    decided = dict(rows)
    assert min(decided[ISLINGTON], decided[CAMDEN]) >= ENOUGH


async def test_every_act_lies_in_its_own_past(demonstration: Demonstration) -> None:
    """No act is of the day of loading: the first referrals are of September 2025, the last acts of November 2026."""
    (row,) = await ask(demonstration.settings, "SELECT min(occurred_at), max(occurred_at) FROM case_timeline")

    first, last = row
    assert (first.year, first.month) == (2025, 9)
    assert (last.year, last.month) == (2026, 11)
    assert last < FrozenClock().now()


async def test_every_status_that_can_be_reached_is_there(demonstration: Demonstration) -> None:
    """A list of cases shows each point at which a case can stand in each area."""
    rows = await ask(demonstration.settings, "SELECT area, array_agg(DISTINCT status) FROM cases GROUP BY 1")

    wanted = {"RECEIVED", "PRE_ASSESSED", "OPINIONS", "ESCALATED", "DECIDED", "SUPPORT_REVIEW"}
    wanted |= {"IN_DELIVERY", "COMPLETED", "CLOSED"}
    assert [wanted <= set(statuses) for _, statuses in rows] == [True, True, True]


async def test_departures_and_dissent_are_there(demonstration: Demonstration) -> None:
    """Panels and statistics find opinions that depart with a reason, and decisions that were not everybody's."""
    ((departures,),) = await ask(
        demonstration.settings, "SELECT count(DISTINCT departs->>'reason') FROM opinions WHERE departs->>'reason' <> ''"
    )
    ((dissents,),) = await ask(
        demonstration.settings, "SELECT count(*) FROM decisions WHERE jsonb_array_length(dissent) > 0"
    )

    assert departures >= K
    assert dissents >= K


@pytest.mark.parametrize("areas", [[ISLINGTON, CAMDEN], [ISLINGTON], [CAMDEN]], ids=["both", "Islington", "Camden"])
async def test_frame_by_disposal_is_releasable(demonstration: Demonstration, areas: list[str]) -> None:
    """A panel's frame of ten, stratified by disposal, can be drawn and shown at k = 5."""
    frame = await demonstration.frozen(areas, decidedFrom="2026-01-01", decidedTo="2026-11-01")

    items = await demonstration.drawn_items(frame)

    assert (frame["k"], len(items)) == (K, 10)


async def test_no_way_of_being_shown_is_of_fewer_than_five(demonstration: Demonstration) -> None:
    """With every case of both areas drawn, no quasi-identifiers as shown belong to fewer than five of them."""
    frame = await demonstration.frozen([ISLINGTON, CAMDEN], size=500)

    items = await demonstration.drawn_items(frame)

    assert len(items) == frame["count"] >= 2 * ENOUGH
    assert min(Counter(way_shown(item) for item in items).values()) >= K


def way_shown(item: dict[str, Any]) -> tuple[str, ...]:
    """Return what an item tells of the child by which a neighbour could recognise it."""
    told = {row["characteristic"]: row["value"] for row in item["characteristics"] if row["source"] != "OFFICER"}
    shown = (item.get("area"), item.get("quarter"), item["ageBand"], item["offenceGroup"])
    return tuple(map(str, (*shown, told["SEX"], told["ETHNICITY"])))


async def test_characteristics_have_statuses_of_every_kind(demonstration: Demonstration) -> None:
    """What was declined, never asked or could not be asked is told apart; so is what an officer saw."""
    rows = await ask(
        demonstration.settings,
        "SELECT item->>'status', item->>'source' FROM characteristics, jsonb_array_elements(items) AS item",
    )

    statuses, sources = {row[0] for row in rows}, {row[1] for row in rows}
    assert statuses == {"STATED", "DECLINED", "NOT_ASKED", "COULD_NOT_ASK", "UNKNOWN", "NOT_APPLICABLE"}
    assert {"SELF", "OFFICER", "PARENT_CARER", "SCHOOL"} <= sources


async def test_demo_members_have_accepted_the_terms(demonstration: Demonstration) -> None:
    """Chair and members may look at items at once."""
    members = (CHAIR, "demo-scrutiny-member", "demo-scrutiny-member-2")
    answers = [await demonstration.send(member, "GET", "/v1/scrutiny/terms") for member in members]

    assert all(answer.json()["acceptedAt"] is not None for answer in answers)


async def test_second_load_adds_nothing(demonstration: Demonstration, law_book: LawBook) -> None:
    """A restart finds everything there: no step is taken and nothing is written to the log."""
    before = await ask(demonstration.settings, "SELECT count(*) FROM audit_log")

    again = await load(demonstration.settings, law_book)

    assert (again.cases, again.steps) == (demonstration.loaded.cases, 0)
    assert await ask(demonstration.settings, "SELECT count(*) FROM audit_log") == before


async def test_load_that_was_killed_is_taken_up_where_it_stopped(demonstration: Demonstration) -> None:
    """The first load was killed on the way; still every case has each of its acts, and each once."""
    acts = """SELECT (SELECT count(*) FROM referrals) + (SELECT count(*) FROM pre_assessments)
                   + (SELECT count(*) FROM characteristics WHERE version = 2) + (SELECT count(*) FROM advice)
                   + (SELECT count(*) FROM opinions) + (SELECT count(*) FROM decisions)
                   + (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM completions)"""

    steps = sum(len(case.steps) for case in all_cases())
    assert 0 < demonstration.loaded.steps < steps
    assert await ask(demonstration.settings, acts) == [(steps,)]
