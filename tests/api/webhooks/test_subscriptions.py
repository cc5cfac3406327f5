"""Subscriptions: the client's own, its secret shown once, each act in the log."""

from typing import Any

import pytest

from app.launch.urls import DatabaseUrls, connect
from tests.api.acting import POLICE, Actor, Document, Stage

pytestmark = pytest.mark.anyio
ADDRESS = "https://hooks.police.example/oocd"


async def _made(actor: Actor, **changes: Any) -> Document:
    answer = await actor.send("POST", "/v1/webhooks", {"url": ADDRESS} | changes)
    assert answer.status_code == 201, answer.text
    made: Document = answer.json()
    return made


async def test_subscription_is_made_and_read_without_its_secret(stage: Stage) -> None:
    """The secret stands in the first answer alone."""
    police = stage.actor(POLICE)

    made = await _made(police, eventTypes=["decision.made"])
    read = (await police.send("GET", f"/v1/webhooks/{made['webhookId']}")).json()

    assert made["secret"].startswith("whsec_")
    assert {**read, "secret": made["secret"]} == made
    assert (read["status"], read["eventTypes"], read["waiting"]) == ("ENABLED", ["decision.made"], 0)
    assert (await police.send("GET", "/v1/webhooks")).json()["items"] == [read]


async def test_retry_of_registration_makes_one_and_does_not_show_the_secret_again(stage: Stage) -> None:
    """What is kept for retries holds no secret."""
    police, key = stage.actor(POLICE), {"Idempotency-Key": "once"}

    first = await police.send("POST", "/v1/webhooks", {"url": ADDRESS}, headers=key)
    second = await police.send("POST", "/v1/webhooks", {"url": ADDRESS}, headers=key)

    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json() == first.json() | {"secret": None}
    assert len((await police.send("GET", "/v1/webhooks")).json()["items"]) == 1


async def test_no_secret_is_in_the_database(stage: Stage, database: DatabaseUrls) -> None:
    """Not after registration, not after a rotation; in no table, as text or bytes."""
    police = stage.actor(POLICE)
    made = await _made(police)
    rotated = (await police.send("POST", f"/v1/webhooks/{made['webhookId']}/rotation")).json()
    connection = await connect(database.owner, "the owner")

    found = []
    async with connection.transaction():
        await connection.execute(
            "SELECT set_config('oocd.areas', '*', true), set_config('oocd.client', $1, true)", POLICE
        )
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in tables:
            rows = await connection.fetch(f"SELECT * FROM {table}")  # noqa: S608  (names from the catalogue)
            found += [
                table for row in rows for secret in (made["secret"], rotated["secret"]) if secret[6:] in str(dict(row))
            ]
    await connection.close()

    assert found == []


async def test_another_clients_subscription_is_absent(stage: Stage) -> None:
    """To read, change, remove, ping, rotate, or see what was sent to it."""
    made = await _made(stage.actor(POLICE))
    other = stage.changed(POLICE, client_id="other-police", areas=("*",))
    path = f"/v1/webhooks/{made['webhookId']}"

    answers = [
        await other.send("GET", path),
        await other.send("PATCH", path, {"url": ADDRESS}, headers={"If-Match": '"1"'}),
        await other.send("DELETE", path),
        await other.send("POST", f"{path}/ping"),
        await other.send("POST", f"{path}/rotation"),
        await other.send("GET", f"{path}/deliveries"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert (await other.send("GET", "/v1/webhooks")).json()["items"] == []


async def test_message_to_another_client_cannot_be_sent_again(stage: Stage) -> None:
    """It is absent too."""
    police = stage.actor(POLICE)
    made = await _made(police)
    ping = (await police.send("POST", f"/v1/webhooks/{made['webhookId']}/ping")).json()
    path = f"/v1/webhooks/deliveries/{ping['deliveryId']}/redeliver"

    assert (await stage.changed(POLICE, client_id="other-police").send("POST", path)).status_code == 404
    assert (await police.send("POST", path)).status_code == 202


async def test_change_needs_the_present_version(stage: Stage) -> None:
    """428 without one, 412 with an old one."""
    police = stage.actor(POLICE)
    made = await _made(police)
    path = f"/v1/webhooks/{made['webhookId']}"
    body = {"eventTypes": ["referral.withdrawn"]}

    missing = await police.send("PATCH", path, body)
    changed = await police.send("PATCH", path, body, headers={"If-Match": await police.etag(path)})
    stale = await police.send("PATCH", path, body, headers={"If-Match": '"1"'})

    assert [answer.status_code for answer in (missing, changed, stale)] == [428, 200, 412]
    assert changed.json()["eventTypes"] == ["referral.withdrawn"]


async def test_removed_subscription_is_absent(stage: Stage) -> None:
    """204, then 404."""
    police = stage.actor(POLICE)
    path = f"/v1/webhooks/{(await _made(police))['webhookId']}"

    answers = [await police.send(method, path) for method in ("DELETE", "GET", "DELETE")]

    assert [answer.status_code for answer in answers] == [204, 404, 404]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "http://hooks.police.example/"},
        {"url": "https://169.254.169.254/"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://hooks.police.example:22/"},
        {"url": "https://user@hooks.police.example/"},
        {"url": ADDRESS, "eventTypes": ["opinion.given"]},
        {"url": ADDRESS, "secret": "whsec_mine"},
    ],
)
async def test_what_cannot_be_told_or_reached_is_refused(stage: Stage, body: Document) -> None:
    """422, and nothing is made."""
    police = stage.actor(POLICE)

    answer = await police.send("POST", "/v1/webhooks", body)

    assert answer.status_code == 422
    assert (await police.send("GET", "/v1/webhooks")).json()["items"] == []


async def test_client_has_no_more_than_twenty(stage: Stage) -> None:
    """409 for the next."""
    police = stage.actor(POLICE)
    for _ in range(20):
        await _made(police)

    answer = await police.send("POST", "/v1/webhooks", {"url": ADDRESS})

    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-webhooks")


async def test_every_act_is_in_the_log(stage: Stage) -> None:
    """By whom, and which fields; never the address or a secret."""
    police = stage.actor(POLICE)
    path = f"/v1/webhooks/{(await _made(police))['webhookId']}"
    await police.send("POST", f"{path}/rotation")
    await police.send("PATCH", path, {"status": "DISABLED"}, headers={"If-Match": await police.etag(path)})
    await police.send("POST", f"{path}/ping")
    await police.send("DELETE", path)

    entries = (await stage.actor("demo-auditor").send("GET", "/v1/audit", purpose="AUDIT")).json()["items"]

    acts = {entry["act"] for entry in entries if entry["clientId"] == POLICE}
    assert acts >= {
        "webhook.registered", "webhook.secret-rotated", "webhook.changed", "webhook.pinged", "webhook.removed",
    }  # fmt: skip
    assert "hooks.police" not in str(entries)
