"""What every test of a scrutiny panel may ask for."""

from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

from app.db.work import connect
from app.launch.urls import DatabaseUrls, text_of
from app.scrutiny.decided import DecidedCase
from tests.decided_rows import add_decided
from tests.scrutiny_panel import Call, KnownEntropy, thirty_cases

_keys = count(1)


@pytest.fixture
async def population(database: DatabaseUrls) -> list[DecidedCase]:
    """Fill the database with thirty decided cases."""
    cases = thirty_cases()
    work = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    await add_decided(work, cases)
    await work.close()
    return cases


@pytest.fixture
def app_with_known_chance(app: Any) -> Any:
    """Let the test say what chance gives."""
    app.state.entropy = KnownEntropy()
    return app


@pytest.fixture
def call(client: httpx.AsyncClient, token_for: Callable[[str], str]) -> Call:
    """Return a function that calls as a demo client, with purpose and key."""

    async def send(who: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {token_for(who)}", "X-Purpose": "SCRUTINY"}
        if method == "POST":
            sent["Idempotency-Key"] = f"key-{next(_keys)}"
        return await client.request(method, path, json=body, headers=sent | headers)

    return send
