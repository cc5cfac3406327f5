"""What a sender sent on a day against what came of it: each missing, extra or different referral is named."""

import hashlib
import json
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from tests.api.acting import ISLINGTON, POLICE, TODAY, Document, Stage

pytestmark = pytest.mark.anyio

DAY = "2026-11-16"  # the day of `referredAt` in the story


def _sent(reference: str) -> tuple[Document, bytes]:
    """Return a referral with the bytes in which it is sent."""
    source = {"force": "metropolitan", "system": "connect", "reference": reference}
    body = a_referral(ISLINGTON, TODAY) | {"source": source, "referredAt": f"{DAY}T10:15:00Z"}
    return body, json.dumps(body).encode()


def _entry(body: Document, raw: bytes) -> Document:
    return {"source": body["source"], "sha256": hashlib.sha256(raw).hexdigest()}


async def _post(stage: Stage, raw: bytes, key: str) -> None:
    headers = {"Authorization": f"Bearer {stage.actor(POLICE).token}", "Content-Type": "application/json"}
    headers |= {"X-Purpose": "REFERRAL", "Idempotency-Key": key}
    assert (await stage.http.post("/v1/referrals", content=raw, headers=headers)).status_code == 201


async def _reconcile(stage: Stage, who: str = POLICE, **manifest: Any) -> httpx.Response:
    body = {"day": DAY} | manifest
    return await stage.actor(who).send("POST", "/v1/referrals/reconciliation", body, purpose="REFERRAL")


async def test_missing_extra_and_different_referrals_are_named(stage: Stage) -> None:
    """One that came as it was sent, one that came otherwise, one that never came, one that was not listed."""
    same, other, lost, unlisted = (_sent(f"r/{number}") for number in range(4))
    for number, (_, raw) in enumerate((same, other, unlisted)):
        await _post(stage, raw, f"key-{number}")
    listed = [_entry(*same), _entry(other[0], b"other bytes"), _entry(*lost)]

    found = (await _reconcile(stage, referrals=listed)).json()

    assert not found["same"]
    assert [one["source"]["reference"] for one in found["missing"]] == ["r/2"]
    assert [one["source"]["reference"] for one in found["extra"]] == ["r/3"]
    assert [one["source"]["reference"] for one in found["different"]] == ["r/1"]
    assert found["different"][0]["sha256"] == hashlib.sha256(other[1]).hexdigest()


async def test_day_that_came_whole_is_the_same_by_list_and_by_digest(stage: Stage) -> None:
    """A line of a batch counts by its own bytes, without the line feed."""
    one, other = _sent("r/1"), _sent("r/2")
    line = json.dumps(other[0] | {"idempotencyKey": "line"}).encode()
    await _post(stage, one[1], "key")
    headers = {"Authorization": f"Bearer {stage.actor(POLICE).token}", "Content-Type": "application/x-ndjson"}
    await stage.http.post("/v1/referrals/batch", content=line + b"\n", headers=headers | {"X-Purpose": "REFERRAL"})
    listed = [_entry(*one), _entry(other[0], line)]
    of_day = "".join(f"{digest}\n" for digest in sorted(entry["sha256"] for entry in listed))

    by_list = (await _reconcile(stage, referrals=listed)).json()
    by_digest = (await _reconcile(stage, count=2, sha256=hashlib.sha256(of_day.encode()).hexdigest())).json()

    assert (by_list["same"], by_digest["same"]) == (True, True)
    assert by_list["received"] == by_digest["received"]
    assert (by_list["missing"], by_digest["missing"]) == ([], None)


async def test_other_client_and_other_day_have_nothing_of_it(stage: Stage) -> None:
    """A sender learns of its own referrals alone."""
    await _post(stage, _sent("r/1")[1], "key")
    other = stage.changed(POLICE, client_id="other-police-system")

    of_other = await other.send(
        "POST", "/v1/referrals/reconciliation", {"day": DAY, "referrals": []}, purpose="REFERRAL"
    )
    of_other_day = await _reconcile(stage, day="2026-11-15", referrals=[])

    assert (of_other.json()["same"], of_other_day.json()["same"]) == (True, True)


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ({}, "manifest"),
        ({"count": 1}, "manifest"),
        ({"referrals": [], "count": 0, "sha256": "0" * 64}, "manifest"),
        ({"count": 1, "sha256": "ABC"}, "pattern"),
        ({"referrals": [_entry(*_sent("r/1"))] * 2}, "repeated-source"),
    ],
)
async def test_manifest_that_says_two_things_or_nothing_is_refused(stage: Stage, manifest: Any, code: str) -> None:
    """422, with what is wrong."""
    answer = await _reconcile(stage, **manifest)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
