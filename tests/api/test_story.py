"""The story that `make demo` tells, against the service over HTTP on a real database."""

import asyncio

import httpx
import pytest

from app.clock import today
from app.demo.data import load
from app.demo.story import play
from app.demo.teller import StoryBroken
from app.identity.demo_clients import CAMDEN, ISLINGTON
from app.law.book import LawBook
from app.settings import Settings
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
A_FEW = {ISLINGTON: 8, CAMDEN: 8}


async def told(client: httpx.AsyncClient, clock: FrozenClock) -> list[str]:
    """Play the story beside the loop that serves it; return its lines."""
    lines: list[str] = []
    await asyncio.to_thread(play, str(client.base_url), lines.append, today(clock))
    return lines


async def test_story_is_answered_as_the_contract_says(
    client: httpx.AsyncClient, clock: FrozenClock, settings: Settings, law_book: LawBook
) -> None:
    """The story comes to its end, and again when it is told a second time."""
    await load(settings, law_book, decided=A_FEW)

    first, second = await told(client, clock), await told(client, clock)

    assert first[-1] == second[-1] == "Every step was answered as the contract says."


async def test_story_breaks_at_the_first_step_that_is_answered_otherwise(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """Without a decided case there is no frame to freeze, and the story says so instead of ending well."""
    with pytest.raises(StoryBroken, match="POST /v1/scrutiny/frames: 422 where 201 was due"):
        await told(client, clock)
