"""Scrutiny of cases that were led through the service itself, from the referral on."""

import json
from collections import Counter
from typing import Any

from app.demo.data import load
from app.law.book import LawBook
from app.scrutiny.groups import UNKNOWN
from app.settings import Settings
from tests.scrutiny_panel import CAMDEN, CHAIR, DICE, ISLINGTON, MEMBER, Call, a_frame

PERIOD = {"decidedFrom": "2025-10-01", "decidedTo": "2026-10-31"}


async def test_led_cases_become_items(call: Call, settings: Settings, law_book: LawBook) -> None:
    """What the services leave behind is what scrutiny reads: every item is whole, and none is of fewer than five."""
    await load(settings, law_book, decided={ISLINGTON: 8, CAMDEN: 8})
    frame = (await call(CHAIR, "POST", "/v1/scrutiny/frames", a_frame(**PERIOD, strata=[], size=500))).json()
    sample = (await call(CHAIR, "POST", f"/v1/scrutiny/frames/{frame['frameId']}/draw", DICE)).json()

    items = (await call(MEMBER, "GET", f"/v1/scrutiny/samples/{sample['sampleId']}/items?limit=200")).json()["items"]

    assert len(items) == frame["count"] > 10
    assert {len(item["advice"]) for item in items} == {10}
    assert {tuple(sorted({one["agency"] for one in item["opinions"]})) for item in items} == {("POLICE", "YJS")}
    assert any(item["escalation"] for item in items)
    assert UNKNOWN not in {item["engagement"] for item in items}
    assert min(Counter(way_shown(item) for item in items).values()) >= 5


def way_shown(item: dict[str, Any]) -> str:
    """Return what an item tells of its quasi-identifiers."""
    told = {row["characteristic"]: row["value"] for row in item["characteristics"]}
    names = ("ageBand", "area", "quarter", "offenceGroup")
    return json.dumps([*(item[name] for name in names), told["SEX"], told["ETHNICITY"]])
