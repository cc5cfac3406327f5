"""The outer walls over HTTP: hosts, origins, markings, sensitive processing, and: no log, no data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from app.http.quota import Quotas
from app.launch.urls import DatabaseUrls, connect
from app.law.book import LawBook
from app.main import create_app
from app.settings import Settings
from tests.api.acting import ISLINGTON, OFFICER, POLICE, PRACTITIONER, TODAY, Stage
from tests.frozen_clock import FrozenClock
from tests.serving import serving

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def _serving(settings: Settings, law_book: LawBook, clock: FrozenClock) -> AsyncIterator[Stage]:
    app = create_app(settings, clock=clock, law_book=law_book)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        yield Stage(http, app.state.issuer)


async def test_only_named_hosts_are_answered(settings: Settings, law_book: LawBook, clock: FrozenClock) -> None:
    """A name that is not this service's is refused before anything is looked at; no answer is built from it."""
    named = settings.model_copy(update={"hosts": ("oocd.example",)})
    async with _serving(named, law_book, clock) as stage:
        answers = [
            await stage.http.get("/health/ping", headers={"Host": host})
            for host in ("oocd.example", "OOCD.example:8443", "evil.example", "oocd.example.evil.example")
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 400, 400]
    assert "evil" not in answers[2].text


async def test_foreign_origins_are_told_nothing(settings: Settings, law_book: LawBook, clock: FrozenClock) -> None:
    """A browser is let through for the origins that are named, without credentials; for none by default."""
    named = settings.model_copy(update={"cors_origins": ("https://panel.example",)})
    ask = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-purpose"}
    async with _serving(named, law_book, clock) as stage:
        own = await stage.http.options("/v1/cases", headers=ask | {"Origin": "https://panel.example"})
        foreign = await stage.http.get("/health/ping", headers={"Origin": "https://evil.example"})
    async with _serving(settings, law_book, clock) as stage:
        none = await stage.http.get("/health/ping", headers={"Origin": "https://panel.example"})

    assert own.headers["Access-Control-Allow-Origin"] == "https://panel.example"
    assert "access-control-allow-credentials" not in own.headers
    assert "access-control-allow-origin" not in foreign.headers
    assert "access-control-allow-origin" not in none.headers


async def test_personal_data_carry_their_marking(stage: Stage) -> None:
    """What is of a child is marked; what is of everybody is not."""
    case_id = await stage.referred()

    case = await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")
    law = await stage.actor(OFFICER).send("GET", "/v1/law/sources")

    assert case.headers["X-Protective-Marking"] == "OFFICIAL-SENSITIVE"
    assert "x-protective-marking" not in law.headers


async def test_characteristics_are_refused_where_no_right_is_named(
    settings: Settings, law_book: LawBook, clock: FrozenClock
) -> None:
    """Without the settings of DPA 2018 s35 a referral with characteristics is refused whole, and a PUT of them too."""
    without = settings.model_copy(update={"sensitive_processing": False})
    referral = a_referral(ISLINGTON, TODAY)
    stated = [{"characteristic": "ETHNICITY", "status": "NOT_ASKED"}]
    referral["child"]["characteristics"] = stated
    async with _serving(without, law_book, clock) as stage:
        refused = await stage.actor(POLICE).send("POST", "/v1/referrals", referral, purpose="REFERRAL")
        del referral["child"]["characteristics"]
        case_id = await stage.referred(referral=referral)
        path = f"/v1/cases/{case_id}/characteristics"
        put = await stage.actor(PRACTITIONER).send("PUT", path, {"characteristics": stated}, purpose="PRE_ASSESSMENT")

    assert [(answer.status_code, answer.json()["code"]) for answer in (refused, put)] == [
        (403, "sensitive-processing-disabled")
    ] * 2


async def test_no_log_no_data(stage: Stage, database: DatabaseUrls) -> None:
    """When the log cannot be written, nothing of a child is shown and nothing is done, wherever one asks."""
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    owner = await connect(database.owner, "the owner")
    await owner.execute("REVOKE INSERT ON audit_log FROM oocd_app")
    await owner.close()
    gets: list[tuple[str, str]] = [
        (OFFICER, "/v1/cases"),
        (OFFICER, f"/v1/cases/{case_id}"),
        (OFFICER, f"/v1/cases/{case_id}/timeline"),
        (OFFICER, f"/v1/cases/{case_id}/pre-assessment"),
        (PRACTITIONER, f"/v1/cases/{case_id}/characteristics"),
        (OFFICER, f"/v1/cases/{case_id}/advice"),
        (OFFICER, f"/v1/cases/{case_id}/opinions"),
        (OFFICER, f"/v1/advice/{advice['adviceId']}"),
        ("demo-auditor", "/v1/audit"),
    ]

    answers: dict[str, Any] = {path: await stage.actor(who).send("GET", path) for who, path in gets}
    post = await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert all("Retry-After" in answer.headers for answer in answers.values())
    assert post.status_code == 503


async def test_client_over_its_share_is_told_when_to_go_on(app: Any, stage: Stage) -> None:
    """429 with Retry-After, before anything is looked for; the other client goes on."""
    app.state.quotas = Quotas(10, window=3600)
    officer = stage.actor(OFFICER)

    answers = [await officer.send("GET", "/v1/cases") for _ in range(2)]
    other = await stage.actor(PRACTITIONER).send("GET", "/v1/cases")

    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["code"] == "too-many-requests"
    assert "Retry-After" in answers[1].headers
    assert other.status_code == 200
