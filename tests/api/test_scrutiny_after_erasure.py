"""What scrutiny and statistics show after a case was erased: the draw as it was, and nothing of the child."""

import asyncio
from threading import Event
from typing import Any

import httpx
import pytest

from app.launch.embedded import EmbeddedServer
from app.launch.urls import DatabaseUrls
from app.scrutiny import freezing
from app.scrutiny.decided import DecidedCase
from tests.api.acting import Stage
from tests.api.scrutiny.test_scrutiny_identification import OFFICER as DPO
from tests.api.scrutiny.test_scrutiny_identification import case_of
from tests.api.scrutiny.test_scrutiny_texts import MANAGER, OFFICER, REDACTED
from tests.decided_rows import add_decided
from tests.erasing import erased, everything, holding
from tests.frozen_clock import FrozenClock
from tests.scrutiny_panel import CHAIR, DICE, MEMBER, Call, drawn, frozen, items_of, thirty_cases

pytestmark = pytest.mark.anyio
PAGES = (
    "", "/items", "/export", "/export?format=csv", "/export?format=html", "/export/manifest", "/report",
    "/observations", "/verification",
)  # fmt: skip
STATISTICS = ("disproportionality", "engagement", "timeliness", "departures", "completeness", "volumes")
WORDS = "These words are of the child."
OBSERVED = {"observation": WORDS, "owner": "POLICE", "dueOn": "2026-12-01"}
SCORE = {"category": "INAPPROPRIATE", "direction": "TOO_HARSH", "comment": WORDS}


@pytest.fixture
async def population(app: Any) -> list[DecidedCase]:
    """Return thirty decided cases, which the database holds: of its own, since one of them is erased."""
    await add_decided(app.state.services.database, thirty_cases())
    return thirty_cases()


@pytest.fixture
def call(stage: Stage) -> Call:
    """Return a function that calls as a demo client, for scrutiny."""

    async def send(
        who: str, method: str, path: str, body: Any = None, purpose: str = "SCRUTINY", **more: Any
    ) -> httpx.Response:
        return await stage.actor(who).send(method, path, body, purpose=purpose, **more)

    return send


@pytest.fixture
async def sample(call: Call, population: list[DecidedCase]) -> dict[str, Any]:
    """Return a sample that is drawn."""
    return (await drawn(call))[1]


async def test_frame_keeps_its_draw_and_nothing_of_an_erased_case(
    call: Call, sample: dict[str, Any], server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """The verification is what it was; picture, characteristics, texts, reasons and comments have gone."""
    path = f"/v1/scrutiny/samples/{sample['sampleId']}"
    first, *others = await items_of(call, sample)
    await _wrote(call, path, first)
    case_id = await case_of(database, first["pseudonym"])
    before = await everything(server, database)
    verification = (await call(MEMBER, "GET", f"{path}/verification")).json()

    await erased(database, case_id, clock)

    after = await everything(server, database)
    assert len(holding(before, WORDS, REDACTED["text"])) > 4
    assert holding(after, WORDS, REDACTED["text"]) == set()
    assert holding(after, case_id) == {"audit_log", "erasures", "events"}  # nobody referred it, so no source is barred
    now = (await call(MEMBER, "GET", f"{path}/verification")).json()
    assert {name: now[name] for name in ("entries", "drawn", "frameDigest", "seed")} == {
        name: verification[name] for name in ("entries", "drawn", "frameDigest", "seed")
    }
    assert await items_of(call, sample) == others


async def _wrote(call: Call, path: str, item: dict[str, Any]) -> None:
    """Let everybody write what they write of an item."""
    of_item = f"{path}/items/{item['itemId']}"
    text = (await call(OFFICER, "POST", f"{of_item}/texts", REDACTED)).json()
    observed = OBSERVED | {"itemId": item["itemId"]}
    asked = {"pseudonym": item["pseudonym"], "askedBy": MEMBER, "reason": WORDS}
    answers = [
        await call(MANAGER, "POST", f"{of_item}/texts/{text['textId']}/release"),
        await call(MEMBER, "POST", f"{of_item}/scores", SCORE),
        await call(MEMBER, "POST", f"{of_item}/finding", SCORE),
        await call(MEMBER, "POST", f"{path}/observations", observed),
        await call(DPO, "POST", f"{path}/identifications", asked),
    ]
    assert [answer.status_code for answer in answers] == [201] * len(answers), [one.text for one in answers]
    observation = answers[3]
    one = f"{path}/observations/{observation.json()['observationId']}"
    answered = await call(OFFICER, "PATCH", one, {"response": WORDS}, headers={"If-Match": observation.headers["ETag"]})
    assert answered.status_code == 200, answered.text


async def test_every_page_of_a_sample_is_answered_after_an_erasure(
    call: Call, sample: dict[str, Any], database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Items, pack in every form, manifest, report and figures are told; the item is gone to who would score it."""
    path = f"/v1/scrutiny/samples/{sample['sampleId']}"
    first, *_ = await items_of(call, sample)
    await _wrote(call, path, first)
    await erased(database, await case_of(database, first["pseudonym"]), clock)

    read = [await call(MEMBER, "GET", f"{path}{below}") for below in PAGES]
    period = "area=E09000019&from=2026-01-01&to=2026-10-31"
    told = [await call(CHAIR, "GET", f"/v1/statistics/{one}?{period}", purpose="STATISTICS") for one in STATISTICS]
    scored = await call(MEMBER, "POST", f"{path}/items/{first['itemId']}/finding", SCORE)
    asked = {"pseudonym": first["pseudonym"], "askedBy": MEMBER, "reason": WORDS}
    identified = await call(DPO, "POST", f"{path}/identifications", asked)
    observed = await call(MEMBER, "POST", f"{path}/observations", OBSERVED | {"itemId": first["itemId"]})

    assert [answer.status_code for answer in read] == [200] * len(read)
    assert {answer.status_code for answer in told} == {200}
    assert (scored.status_code, identified.status_code, observed.status_code) == (404, 422, 422)


async def test_frame_of_an_erased_case_is_not_drawn(
    call: Call, population: list[DecidedCase], database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Another is frozen, of those that are left; nobody is drawn who is not there."""
    frame = await frozen(call)
    await erased(database, population[0].case_id, clock)

    answer = await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)
    again = await frozen(call)

    assert (answer.status_code, answer.json()["code"]) == (409, "frame-changed")
    assert again["count"] == frame["count"] - 1


async def test_erasure_waits_for_a_frame_that_is_being_frozen(
    call: Call,
    population: list[DecidedCase],
    server: EmbeddedServer,
    database: DatabaseUrls,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A case that was read for the frame before it was erased does not stay in it."""
    read, go_on, freeze = Event(), Event(), freezing.freeze

    def slowly(*told: Any, **more: Any) -> freezing.Frame:
        read.set()
        go_on.wait(10)
        return freeze(*told, **more)

    monkeypatch.setattr(freezing, "freeze", slowly)
    case_id = population[0].case_id
    frame = asyncio.create_task(frozen(call))
    await asyncio.to_thread(read.wait, 10)
    erasure = asyncio.create_task(erased(database, case_id, clock))
    await asyncio.wait({erasure}, timeout=1)
    waited = not erasure.done()
    go_on.set()

    count = (await frame)["count"]
    await erasure

    assert (waited, count) == (True, len(population))
    assert holding(await everything(server, database), case_id) == {"audit_log", "erasures", "events"}
