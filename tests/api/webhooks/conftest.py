"""What tests of webhooks may ask for: a service that may tell this machine, a receiver, and a sender to go round."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from app.settings import Settings
from app.webhooks.posting import Poster
from app.webhooks.sender import Sender
from tests.api.webhooks.receiving import Receiver, receiving
from tests.frozen_clock import FrozenClock

Round = Callable[[], Awaitable[None]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Allow messages to this machine."""
    return settings.model_copy(update={"webhook_loopback": True})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Return a receiver that takes everything."""
    async with receiving() as it:
        yield it


@pytest.fixture
async def poster(app: Any) -> AsyncIterator[Poster]:
    """Return what sends, with less patience than a receiver is given, and enough for a machine that is busy."""
    async with Poster(app.state.webhooks.rules, seconds=5) as it:
        yield it


@pytest.fixture
def sender(app: Any, clock: FrozenClock, poster: Poster) -> Sender:
    """Return a sender on the application's own database."""
    return Sender(app.state.services.database, clock, app.state.webhooks.keyring, poster)


@pytest.fixture
def send(sender: Sender) -> Round:
    """Return a function that sends everything that is due."""

    async def once() -> None:
        await sender.begin_round()
        await sender.finish()

    return once
