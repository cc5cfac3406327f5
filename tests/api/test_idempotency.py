"""Retrying is safe: one effect to a key, its first answer again, and nothing kept of what was refused."""

import asyncio
import copy
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.db.work import Database, Scope, connect
from app.demo.story import a_referral
from app.http.forgetting import forget
from app.http.idempotency import KEPT_FOR
from app.identity.demo_clients import DEMO_CLIENTS
from app.launch.urls import DatabaseUrls, text_of
from tests.api.acting import ISLINGTON, OFFICER, POLICE, TODAY, Actor, Stage
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
KEY = {"Idempotency-Key": "the-same-key"}


async def _post(actor: Actor, body: Any, headers: dict[str, str] = KEY) -> Any:
    return await actor.send("POST", "/v1/referrals", body, purpose="REFERRAL", headers=headers)


async def _count(urls: DatabaseUrls, table: str, client: str = POLICE) -> int:
    database: Database = connect(text_of(urls.app), pool_size=1, pool_timeout=5)
    try:
        async with database.work(Scope(frozenset({"*"}), client)) as work:
            row = await work.one(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  (a name of our own)
            assert row is not None
            return int(row[0])
    finally:
        await database.close()


async def test_fifty_at_once_make_one_case(stage: Stage, database: DatabaseUrls) -> None:
    """Of fifty parallel posts under one key one takes effect; the others get its answer, or are told to wait."""
    body, actor = a_referral(ISLINGTON, TODAY), stage.actor(POLICE)

    answers = await asyncio.gather(*(_post(actor, body) for _ in range(50)))

    done = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.content for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    assert {answer.json()["code"] for answer in waiting} <= {"idempotency-in-flight"}
    assert all("Retry-After" in answer.headers for answer in waiting)
    assert await _count(database, "cases") == 1
    assert await _count(database, "idempotency_keys") == 1


async def test_same_key_and_body_get_the_first_answer(stage: Stage, database: DatabaseUrls) -> None:
    """Byte for byte, with its status and its Location; a quoted key is the same key."""
    body, actor = a_referral(ISLINGTON, TODAY), stage.actor(POLICE)

    first = await _post(actor, body)
    again = await _post(actor, body, {"Idempotency-Key": '"the-same-key"'})

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await _count(database, "cases") == 1


async def test_same_key_with_another_body_is_refused(stage: Stage) -> None:
    """422, and nothing is done."""
    actor = stage.actor(POLICE)
    await _post(actor, a_referral(ISLINGTON, TODAY))

    other = await _post(actor, a_referral(ISLINGTON, TODAY))

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_same_key_is_told_before_what_is_wrong_with_another_body(stage: Stage) -> None:
    """Whatever would be said of the second body: a key is looked at first."""
    actor = stage.actor(POLICE)
    await _post(actor, a_referral(ISLINGTON, TODAY))

    others = [await _post(actor, body) for body in ({}, a_referral(ISLINGTON, TODAY) | {"area": "E09000007"})]

    assert [(one.status_code, one.json()["code"]) for one in others] == [(422, "idempotency-key-reused")] * 2


async def test_first_answer_is_given_whatever_would_be_said_today(stage: Stage, clock: FrozenClock) -> None:
    """A retry days later is the same request: that another day would refuse it makes no difference."""
    body, actor = a_referral(ISLINGTON, TODAY), stage.actor(POLICE)
    first = await _post(actor, body)
    clock.move(to=clock.now() + KEPT_FOR - timedelta(minutes=1))

    again = await _post(stage.actor(POLICE), body)

    assert (again.status_code, again.content) == (201, first.content)


async def test_another_clients_key_is_another_key(stage: Stage, database: DatabaseUrls) -> None:
    """The same key and body from another client is a request of its own, and gets no answer that was another's."""
    body = a_referral(ISLINGTON, TODAY)
    first = await _post(stage.actor(POLICE), body)
    stranger = Actor(stage.http, stage.issuer.token_for(DEMO_CLIENTS[POLICE], client_id="other-police"))

    other = await _post(stranger, body)

    assert other.status_code == 201
    assert "Idempotency-Replayed" not in other.headers
    assert other.json()["caseId"] != first.json()["caseId"]


async def test_another_persons_key_through_the_same_client_is_refused(stage: Stage) -> None:
    """Through a portal that many persons share, nobody gets the answer that another person got."""
    case_id = await stage.referred()
    path = f"/v1/cases/{case_id}/advice"
    await stage.actor(OFFICER).send("POST", path, {}, headers=KEY)
    colleague = Actor(stage.http, stage.issuer.token_for(DEMO_CLIENTS[OFFICER], user_name="a-colleague"))

    answer = await colleague.send("POST", path, {}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


async def test_refused_attempts_are_not_kept(stage: Stage, database: DatabaseUrls) -> None:
    """A mended retry under the same key works."""
    wrong, actor = a_referral(ISLINGTON, TODAY), stage.actor(POLICE)
    mended = copy.deepcopy(wrong)
    wrong["child"]["dateOfBirth"] = "2000-01-01"

    refused = await _post(actor, wrong)
    kept = await _count(database, "idempotency_keys")
    done = await _post(actor, mended)

    assert (refused.status_code, kept, done.status_code) == (422, 0, 201)


async def test_key_is_forgotten_after_seven_days(stage: Stage, clock: FrozenClock) -> None:
    """Within them the first answer; after them the request is a new one, and this source is a duplicate."""
    body, actor = a_referral(ISLINGTON, TODAY), stage.actor(POLICE)
    await _post(actor, body)
    clock.move(to=clock.now() + KEPT_FOR - timedelta(minutes=1))
    within = await _post(stage.actor(POLICE), body)
    clock.move(minutes=2)

    after = await _post(stage.actor(POLICE), body)

    assert (within.status_code, after.status_code) == (201, 409)


async def test_kept_answers_of_every_client_go_when_their_time_is_over(
    app: Any, stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Also those that nobody asks for again; what is younger stays."""
    await _post(stage.actor(POLICE), a_referral(ISLINGTON, TODAY))
    await _post(stage.changed(POLICE, client_id="another-force"), a_referral(ISLINGTON, TODAY))
    clock.move(to=clock.now() + KEPT_FOR - timedelta(minutes=1))
    await stage.referred()
    early = await forget(app.state.services.database, clock)
    clock.move(minutes=2)

    gone = await forget(app.state.services.database, clock)

    assert (early, gone, await _count(database, "idempotency_keys")) == (0, 2, 1)
