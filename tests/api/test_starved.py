"""No connection to the database is free: an answer comes in time, and says when to ask again."""

import asyncio
from typing import Any

import httpx
import pytest

from app.db.work import Scope
from app.demo.story import a_referral
from app.settings import Settings
from tests.api.acting import ISLINGTON, POLICE, TODAY, Stage

pytestmark = pytest.mark.anyio
HELD = 2


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give the service few connections, and little patience for one."""
    return settings.model_copy(update={"pool_size": HELD, "pool_timeout_seconds": 0.2})


async def _asked(stage: Stage) -> httpx.Response:
    return await stage.actor(POLICE).send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")


async def test_want_of_connections_is_answered_in_time_and_passes(app: Any, stage: Stage) -> None:
    """503 with Retry-After while every connection is held, though none is let go; 201 as soon as one is."""
    released, holding = asyncio.Event(), asyncio.Semaphore(0)

    async def hold() -> None:
        async with app.state.services.database.work(Scope(frozenset(), "holder")):
            holding.release()
            await released.wait()

    holders = [asyncio.create_task(hold()) for _ in range(HELD)]
    for _ in holders:
        await holding.acquire()

    starved = await asyncio.gather(*(_asked(stage) for _ in range(4)))
    released.set()
    await asyncio.gather(*holders)
    served = await _asked(stage)

    assert {(one.status_code, one.json()["code"]) for one in starved} == {(503, "unavailable")}
    assert all(int(one.headers["Retry-After"]) > 0 for one in starved)
    assert served.status_code == 201
