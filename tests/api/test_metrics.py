"""What Prometheus reads: figures by route template, and nothing of anybody."""

import re
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app.settings import Mode, Settings
from tests.api.acting import OFFICER, POLICE, Stage
from tests.serving import serving

pytestmark = pytest.mark.anyio

CANARY = "canary-7e1f"


async def _figures(http: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """Return every figure by its name and the values of its labels."""
    answer = await http.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (one.name, *(value for name, value in one.labels.items() if name != "law")): one.value
        for family in families
        for one in family.samples
    }


async def test_requests_are_counted_by_template_method_and_status(stage: Stage) -> None:
    """Two cases read are two of one route."""
    for case_id in [await stage.referred(), await stage.referred()]:
        await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")

    figures = await _figures(stage.http)

    assert figures["oocd_http_requests_total", "GET", "/v1/cases/{caseId}", "200"] == 2
    assert figures["oocd_http_requests_total", "POST", "/v1/referrals", "201"] == 2
    assert figures["oocd_http_request_seconds_count", "POST", "/v1/referrals"] == 2


async def test_figures_say_by_which_rules_the_service_runs(stage: Stage) -> None:
    """The digest of the law and the engine, as every answer carries them."""
    headers = (await stage.http.get("/health/ping")).headers

    names = [name for name in await _figures(stage.http) if name[0] == "oocd_rules_info"]

    assert [set(name[1:3]) for name in names] == [{headers["Engine-Version"], headers["Law-Digest"]}]


async def test_nothing_that_was_sent_stands_among_the_figures(stage: Stage) -> None:
    """Not a path, a query, a header, a body, a method that nobody knows, a client or an id."""
    case_id = await stage.referred()
    await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}?{CANARY}=1")
    await stage.actor(POLICE).send("POST", f"/v1/{CANARY}", {CANARY: CANARY}, headers={"X-Request-ID": CANARY})
    await stage.http.request("PROPFIND", f"/{CANARY}")

    text = (await stage.http.get("/metrics")).text

    assert CANARY not in text
    assert case_id not in text
    assert "PROPFIND" not in text
    assert POLICE not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


async def test_refusals_of_the_edge_are_counted_too(stage: Stage) -> None:
    """What never came to a route is there under none."""
    await stage.http.get("/health/ping", headers={"X-Long": "x" * 20_000})

    figures = await _figures(stage.http)

    assert figures["oocd_http_requests_total", "GET", "none", "431"] == 1


async def test_live_service_shows_figures_to_who_has_their_token_alone(
    settings: Settings, clock: Any, law_book: Any
) -> None:
    """404 where none is set, 401 without it or with another, 200 with it."""
    from app.main import create_app  # noqa: PLC0415 - unit tests need none of it

    found = []
    for changes in ({"mode": Mode.LIVE}, {"metrics_token": SecretStr("of-the-monitoring")}):
        app = create_app(settings, clock=clock, law_book=law_book)
        app.state.settings = settings.model_copy(update=changes)
        async with serving(app) as base_url, httpx.AsyncClient(base_url=base_url) as http:
            for token in (None, "another", "of-the-monitoring"):
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                found.append((await http.get("/metrics", headers=headers)).status_code)

    assert found == [404, 404, 404, 401, 401, 200]
