"""What every answer carries, of a live service over real HTTP: success, problem, stream and page alike."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls
from app.law.book import LawBook
from tests.api.acting import ISLINGTON, OFFICER, POLICE, TODAY, Stage
from tests.frozen_clock import FrozenClock
from tests.live_profile import live_service
from tests.serving import serving

pytestmark = pytest.mark.anyio
FRIEND, STRANGER = "https://panel.example", "https://evil.example"
NDJSON = "application/x-ndjson"


@pytest.fixture
async def live(database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve in live mode, with a provider whose keys are at hand and the docs page on."""
    app, provider = live_service(database, law_book, clock, tmp_path, cors_origins=(FRIEND,), docs=True)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        yield Stage(http, provider)


Asked = Callable[[Stage, dict[str, str]], Awaitable[httpx.Response]]


async def _success(stage: Stage, more: dict[str, str]) -> httpx.Response:
    return await stage.actor(OFFICER).send("GET", "/v1/cases", headers=more)


async def _problem(stage: Stage, more: dict[str, str]) -> httpx.Response:
    return await stage.actor(OFFICER).send("GET", "/v1/cases/019e0000-0000-7000-8000-000000000000", headers=more)


async def _nobody(stage: Stage, more: dict[str, str]) -> httpx.Response:
    return await stage.http.get("/v1/cases", headers=more)


async def _stream(stage: Stage, more: dict[str, str]) -> httpx.Response:
    line = json.dumps(a_referral(ISLINGTON, TODAY) | {"idempotencyKey": "a"})
    sent = {"Authorization": f"Bearer {stage.actor(POLICE).token}", "X-Purpose": "REFERRAL", "Content-Type": NDJSON}
    return await stage.http.post("/v1/referrals/batch", content=line, headers=sent | more)


async def _page(stage: Stage, more: dict[str, str]) -> httpx.Response:
    members = [{"name": "A. Sergeant", "agency": "Police", "role": "Sergeant"}]
    body = {"area": ISLINGTON, "date": "2026-11-24", "members": members}
    added = await stage.actor("demo-panel-coordinator").send("POST", "/v1/panel-meetings", body)
    path = f"{added.headers['Location']}/pack"
    return await stage.actor(OFFICER).send("GET", path, headers={"Accept": "text/html"} | more)


KINDS: dict[str, tuple[Asked, int, str]] = {
    "success": (_success, 200, "application/json"),
    "problem": (_problem, 404, "application/problem+json"),
    "refusal of nobody": (_nobody, 401, "application/problem+json"),
    "stream": (_stream, 200, NDJSON),
    "page": (_page, 200, "text/html; charset=utf-8"),
}
EVERY_KIND = pytest.mark.parametrize(("asked", "status", "media"), KINDS.values(), ids=KINDS.keys())


@EVERY_KIND
async def test_answer_of_personal_data_carries_its_headers(live: Stage, asked: Asked, status: int, media: str) -> None:
    """Marked, never kept by a cache, never guessed at by a browser, never again over plain HTTP."""
    answer = await asked(live, {})

    assert (answer.status_code, answer.headers["content-type"]) == (status, media)
    assert answer.headers["X-Protective-Marking"] == "OFFICIAL-SENSITIVE"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@EVERY_KIND
async def test_foreign_origin_is_let_read_nothing(live: Stage, asked: Asked, status: int, media: str) -> None:
    """The origin that is named is told so by itself; a stranger, `null`, and a look-alike are told nothing."""
    friend = await asked(live, {"Origin": FRIEND})
    strangers = [await asked(live, {"Origin": one}) for one in (STRANGER, "null", FRIEND + ".evil.example")]

    assert friend.headers["Access-Control-Allow-Origin"] == FRIEND
    assert [one.headers.get("Access-Control-Allow-Origin") for one in strangers] == [None] * 3
    assert all("access-control-allow-credentials" not in one.headers for one in (friend, *strangers))


@EVERY_KIND
async def test_other_host_is_answered_nothing(live: Stage, asked: Asked, status: int, media: str) -> None:
    """A host that is not named is refused before anything is read; no answer repeats it."""
    sent = live.http.build_request("GET", "/health/ping", headers={"Host": "evil.example"})

    refused, own = await live.http.send(sent), await asked(live, {"X-Forwarded-Host": "evil.example"})

    assert refused.status_code == 400
    assert all("evil" not in str(one.headers) + one.text for one in (refused, own))


async def test_preflight_of_a_stranger_is_refused(live: Stage) -> None:
    """What a browser asks before it sends is refused for an origin, a method or a header that is not named."""
    ask = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-purpose"}
    changes: list[dict[str, str]] = [
        {"Origin": STRANGER},
        {"Origin": FRIEND, "Access-Control-Request-Method": "TRACE"},
        {"Origin": FRIEND, "Access-Control-Request-Headers": "x-http-method-override"},
    ]

    answers = [await live.http.options("/v1/cases", headers=ask | one) for one in changes]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "access-control-allow-origin" not in answers[0].headers


async def test_nothing_redirects(live: Stage) -> None:
    """No spelling of a path is answered by sending the caller elsewhere, least of all to what it called the host."""
    paths = ["/v1/cases/", "/v1//cases", "/docs/", "/openapi.json/", "/", "/problems/"]

    answers = [await live.http.get(path) for path in paths]

    assert [(answer.status_code, "location" in answer.headers) for answer in answers] == [(404, False)] * len(paths)


async def test_location_of_what_is_made_names_no_host(live: Stage) -> None:
    """A path alone: a caller that reached us by one name is not sent to another."""
    members = [{"name": "A. Sergeant", "agency": "Police", "role": "Sergeant"}]
    body = {"area": ISLINGTON, "date": "2026-11-24", "members": members}

    made = await live.actor("demo-panel-coordinator").send("POST", "/v1/panel-meetings", body)

    assert made.headers["Location"].startswith("/v1/panel-meetings/")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/health/ping", "/problems/not-found", "/metrics"])
async def test_public_answer_is_bare_of_marking_and_dressed_otherwise(live: Stage, path: str) -> None:
    """What is of nobody carries no marking, and everything else that every answer carries."""
    answer: Any = await live.http.get(path)

    assert "x-protective-marking" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" in answer.headers
