"""A seconded officer over HTTP: one human never speaks for both agencies, through whatever accounts."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.identity.demo_clients import DEMO_CLIENTS
from app.law.book import LawBook
from app.main import create_app
from app.settings import Settings
from tests.api.acting import OFFICER, PRACTITIONER, Actor, Stage, opinion
from tests.frozen_clock import FrozenClock
from tests.serving import serving

pytestmark = pytest.mark.anyio


def _as_account(stage: Stage, client: str, **claims: Any) -> Actor:
    return Actor(stage.http, stage.issuer.token_for(DEMO_CLIENTS[client], **claims))


async def _speak(actor: Actor, stage: Stage, case_id: str) -> httpx.Response:
    advice = await stage.advised(case_id)
    match = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
    return await actor.send("POST", f"/v1/cases/{case_id}/opinions", opinion(advice, "TRIAGE"), headers=match)


async def test_two_accounts_with_one_warrant_number_are_one_person(stage: Stage) -> None:
    """The police account has spoken, so the council account of the same officer may not; a colleague may."""
    case_id = await stage.pre_assessed()
    police = _as_account(stage, OFFICER, user_name="jo.police", person="MPS-1234")
    council = _as_account(stage, PRACTITIONER, user_name="jo.council", person="MPS-1234")
    colleague = _as_account(stage, PRACTITIONER, user_name="sam.council", person="LBI-77")

    answers = [await _speak(actor, stage, case_id) for actor in (police, council, colleague)]

    assert [(answer.status_code, answer.json().get("code")) for answer in answers] == [
        (201, None),
        (409, "four-eyes"),
        (201, None),
    ]


async def test_officer_who_spoke_before_the_claim_came_is_still_the_same(stage: Stage) -> None:
    """The account alone was known then; it is one of the person's keys now."""
    case_id = await stage.pre_assessed()
    await _speak(_as_account(stage, OFFICER, user_name="jo"), stage, case_id)

    now = await _speak(_as_account(stage, PRACTITIONER, user_name="jo", person="MPS-1234"), stage, case_id)

    assert (now.status_code, now.json()["code"]) == (409, "four-eyes")


@pytest.fixture
async def joined(settings: Settings, law_book: LawBook, clock: FrozenClock) -> AsyncIterator[Stage]:
    """Serve where two accounts are known to be one person's."""
    told = settings.model_copy(update={"same_person": (("jo.police", "jo.council"),)})
    app = create_app(told, clock=clock, law_book=law_book)
    async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        yield Stage(http, app.state.issuer)


async def test_accounts_that_the_deployment_joins_speak_for_one_agency(joined: Stage) -> None:
    """Where the provider cannot say that two accounts are one person's, the deployment does."""
    case_id = await joined.pre_assessed()
    police = _as_account(joined, OFFICER, user_name="jo.police")
    council = _as_account(joined, PRACTITIONER, user_name="jo.council")

    answers = [await _speak(actor, joined, case_id) for actor in (council, police)]

    assert [answer.status_code for answer in answers] == [201, 409]


async def test_draft_is_not_approved_by_its_author_through_another_account(stage: Stage) -> None:
    """Two persons of two agencies: two accounts are not two persons."""
    author = _as_account(stage, "demo-policy-police", user_name="jo.police", person="MPS-1234")
    other = _as_account(stage, "demo-policy-yjs", user_name="jo.council", person="MPS-1234")
    path = "/v1/protocols/E09000019/versions"
    shipped = (await author.send("GET", path)).json()["items"][-1]
    draft = {name: value for name, value in shipped.items() if name != "version"}
    made = await author.send("POST", path, draft | {"kind": "LOCAL", "inForceFrom": "2026-11-22"})

    approved = await other.send("POST", f"{path}/{made.json()['version']}/approval", {})

    assert (made.status_code, approved.status_code, approved.json()["code"]) == (201, 403, "own-draft")
