"""The demonstration's invented cases mimic the published shares of Islington: the statistics show them."""

from typing import Any

import httpx
import pytest

from app.demo.data import load
from app.identity.demo_clients import DEMO_CLIENTS
from app.law.book import LawBook
from app.settings import Settings

PERIOD = {"area": "E09000019", "from": "2025-10-01", "to": "2026-10-31"}


@pytest.mark.deep
async def test_demonstration_reproduces_the_published_table(app: Any, settings: Settings, law_book: LawBook) -> None:
    """Black and Mixed children against White: disproportionality ratio and relative rate index as in the plan."""
    await load(settings, law_book)
    token = app.state.issuer.token_for(DEMO_CLIENTS["demo-analyst"])
    headers = {"Authorization": f"Bearer {token}", "X-Purpose": "STATISTICS"}
    transport = httpx.ASGITransport(app=app)

    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as c,
    ):
        answer = (await c.get("/v1/statistics/disproportionality", params=PERIOD, headers=headers)).json()

    rates = next(one["rates"] for one in answer["readings"] if one["name"] == "DEALT_WITH")
    told = {rate["group"]: rate["comparison"] for rate in rates if rate["comparison"]}
    found = {group: (one["disproportionalityRatio"], one["relativeRateIndex"]["value"]) for group, one in told.items()}
    assert found["BLACK"] == (pytest.approx(1.8, abs=0.05), pytest.approx(3.225, abs=0.2))
    assert found["MIXED"] == (pytest.approx(1.429, abs=0.05), pytest.approx(2.560, abs=0.2))
