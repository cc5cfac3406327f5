"""What is sent: all that the client may read of, signed, in the order of each case, until it arrives."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from app.launch.urls import DatabaseUrls
from app.webhooks.posting import Poster
from app.webhooks.queue import LEASE, Queue
from app.webhooks.schedule import WAITS
from app.webhooks.sender import Sender
from tests.api.acting import CAMDEN, ISLINGTON, MANAGER, OFFICER, POLICE, PRACTITIONER, Actor, Document, Stage, opinion
from tests.api.webhooks.conftest import Round
from tests.api.webhooks.receiving import NEVER, Received, Receiver, receiving
from tests.erasing import erased
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio


async def _subscribed(actor: Actor, receiver: Receiver, **changes: Any) -> Document:
    answer = await actor.send("POST", "/v1/webhooks", {"url": receiver.url} | changes)
    assert answer.status_code == 201, answer.text
    made: Document = answer.json()
    return made


def _verified(message: Received, secret: str, clock: FrozenClock) -> Document:
    """Let the package of the standard verify a message, at the time that the test has it."""
    found = Webhook(secret)
    at = clock.now()
    assert abs(int(message.headers["webhook-timestamp"]) - at.timestamp()) < 300
    expected = found.sign(
        message.headers["webhook-id"],
        at.fromtimestamp(int(message.headers["webhook-timestamp"]), at.tzinfo),
        message.raw.decode(),
    )
    assert expected in message.headers["webhook-signature"].split(" ")
    return message.body


async def _log(actor: Actor, webhook: Document) -> list[Document]:
    answer = await actor.send("GET", f"/v1/webhooks/{webhook['webhookId']}/deliveries")
    items: list[Document] = answer.json()["items"]
    return items


async def test_message_is_what_the_feed_tells_signed_as_the_standard_has_it(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """And its place among the messages of its case; `webhook-id` is the event's id."""
    police = stage.actor(POLICE)
    webhook = await _subscribed(police, receiver)
    await stage.referred()

    await send()

    (message,) = receiver.received
    (event,) = (await police.send("GET", "/v1/events", purpose="REFERRAL")).json()["items"]
    assert _verified(message, webhook["secret"], clock) == event | {"sequence": 1}
    assert message.headers["webhook-id"] == event["eventId"]
    assert message.headers["host"] == f"127.0.0.1:{receiver.port}"


async def test_subscription_hears_from_its_registration_on_and_nothing_twice(
    stage: Stage, receiver: Receiver, send: Round
) -> None:
    """However often the sender goes round."""
    await stage.referred()
    await _subscribed(stage.actor(POLICE), receiver)
    later = await stage.referred()

    for _ in range(3):
        await send()

    assert [one.body["additionalInformation"]["caseId"] for one in receiver.received] == [later]


async def test_subscription_hears_what_its_client_may_read_and_no_more(
    stage: Stage, receiver: Receiver, send: Round
) -> None:
    """Another system of the same areas hears nothing; another area hears nothing; who reads cases hears of its own."""
    roles = stage.changed(MANAGER, areas=(CAMDEN,), client_id="camden", roles=_with_webhooks(MANAGER))
    async with receiving() as others, receiving() as camden:
        await _subscribed(stage.actor(POLICE), receiver)
        await _subscribed(stage.changed(POLICE, client_id="other-police"), others)
        await _subscribed(roles, camden)
        case_id = await stage.pre_assessed(ISLINGTON)
        elsewhere = await stage.referred(CAMDEN)

        await send()

    assert others.received == []
    assert [one.body["detailUrl"] for one in camden.received] == [f"/v1/cases/{elsewhere}"]
    told = [(one.body["eventType"], one.body["additionalInformation"]["caseId"]) for one in receiver.received]
    assert sorted(told) == sorted(
        [("referral.received", case_id), ("case.pre-assessed", case_id), ("referral.received", elsewhere)]
    )


def _with_webhooks(client_id: str) -> tuple[Any, ...]:
    from app.identity.caller import Role  # noqa: PLC0415
    from app.identity.demo_clients import DEMO_CLIENTS  # noqa: PLC0415

    return (*DEMO_CLIENTS[client_id].roles, Role.WEBHOOKS_RW)


async def test_opinion_under_seal_is_told_to_nobody(stage: Stage, receiver: Receiver, send: Round) -> None:
    """What was sent before and after it is the same."""
    yjs = stage.changed(PRACTITIONER, roles=_with_webhooks(PRACTITIONER))
    await _subscribed(yjs, receiver)
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    await send()
    before = len(receiver.received)

    officer = stage.actor(OFFICER)
    headers = {"If-Match": await officer.etag(f"/v1/cases/{case_id}")}
    body = opinion(advice, "COMMUNITY_RESOLUTION")
    assert (await officer.send("POST", f"/v1/cases/{case_id}/opinions", body, headers=headers)).status_code == 201
    await send()

    assert len(receiver.received) == before > 0


async def test_case_that_moved_away_before_it_was_sent_is_withheld(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """What may no longer be read is no longer told."""
    islington = stage.changed(MANAGER, areas=(ISLINGTON,), roles=_with_webhooks(MANAGER))
    webhook = await _subscribed(islington, receiver)
    receiver.answers = [500, 204]
    case_id = await stage.referred(ISLINGTON)
    await send()
    body = {"toArea": CAMDEN, "reason": "The child has moved to an aunt."}
    for who in ("demo-police-supervisor", MANAGER):
        assert (await stage.actor(who).send("POST", f"/v1/cases/{case_id}/transfer", body)).status_code == 201
    clock.move(minutes=10)

    await send()

    assert len(receiver.received) == 1
    assert [one["status"] for one in await _log(islington, webhook)] == ["WITHHELD"]


async def test_kinds_that_were_not_asked_for_are_not_sent(stage: Stage, receiver: Receiver, send: Round) -> None:
    """And leave no gap in the sequence."""
    await _subscribed(stage.actor(POLICE), receiver, eventTypes=["case.pre-assessed"])
    await stage.pre_assessed()

    await send()

    assert [(one.body["eventType"], one.body["sequence"]) for one in receiver.received] == [("case.pre-assessed", 1)]


async def test_events_of_a_case_arrive_in_order_and_other_cases_do_not_wait(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """While the first message of a case is not delivered, its second is not sent."""
    receiver.answers = [500, 204]
    await _subscribed(stage.actor(POLICE), receiver)
    first = await stage.pre_assessed()
    second = await stage.referred()
    await send()
    before = [one.body["eventType"] for one in receiver.received]
    clock.move(seconds=10)

    await send()

    own = [one.body for one in receiver.received if one.body["additionalInformation"]["caseId"] == first]
    assert before.count("case.pre-assessed") <= 1
    assert [one["sequence"] for one in own if one["eventType"] == "case.pre-assessed"] == [2]
    assert [one["sequence"] for one in own][-1] == 2
    assert second in {one.body["additionalInformation"]["caseId"] for one in receiver.received}


async def test_receiver_that_was_away_for_three_days_gets_everything_once(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """In order, each under the id that the first attempt had."""
    receiver.answers = [503]
    await _subscribed(stage.actor(POLICE), receiver)
    cases = [await stage.pre_assessed() for _ in range(3)]
    for hours in (0, 1, 2, 3, 6, 12, 12, 12, 12, 12):
        clock.move(hours=hours)
        await send()
    tried = {one.headers["webhook-id"] for one in receiver.received}
    receiver.received.clear()
    receiver.answers = [204]

    for _ in range(4):
        clock.move(hours=30)
        await send()

    told = [(one.body["additionalInformation"]["caseId"], one.body["sequence"]) for one in receiver.received]
    assert sorted(told) == sorted((case, sequence) for case in cases for sequence in (1, 2))
    assert all(told.index((case, 1)) < told.index((case, 2)) for case in cases)
    assert tried <= {one.headers["webhook-id"] for one in receiver.received}


async def test_waits_grow_as_the_schedule_says_and_end(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """Nothing is sent before its time; after the tenth attempt a message is given up, and can be sent again."""
    receiver.answers = [500]
    police = stage.actor(POLICE)
    webhook = await _subscribed(police, receiver)
    await stage.referred()
    await send()
    for number, wait in enumerate(WAITS, start=1):
        clock.move(seconds=wait - 1)
        await send()
        assert len(receiver.received) == number
        clock.move(seconds=wait * 0.2 + 2)
        await send()

    police = stage.actor(POLICE)
    (given_up,) = await _log(police, webhook)
    receiver.answers = [204]
    await police.send("POST", f"/v1/webhooks/deliveries/{given_up['deliveryId']}/redeliver")
    await send()

    (delivered,) = await _log(police, webhook)
    assert (given_up["status"], len(given_up["attempts"])) == ("GIVEN_UP", 10)
    assert (delivered["status"], len(delivered["attempts"])) == ("DELIVERED", 11)
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


async def test_receiver_may_ask_to_wait_longer(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """By Retry-After, up to a day."""
    receiver.answers, receiver.headers = [429, 204], ("Retry-After: 600",)
    await _subscribed(stage.actor(POLICE), receiver)
    await stage.referred()
    await send()
    clock.move(seconds=500)
    await send()
    early = len(receiver.received)
    clock.move(seconds=101)

    await send()

    assert (early, len(receiver.received)) == (1, 2)


async def test_receiver_that_is_gone_is_sent_nothing_until_its_owner_says_so(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """410 disables; once enabled, all that happened meanwhile arrives."""
    receiver.answers = [410, 204]
    police = stage.actor(POLICE)
    webhook = await _subscribed(police, receiver)
    path = f"/v1/webhooks/{webhook['webhookId']}"
    await stage.referred()
    await send()
    disabled = (await police.send("GET", path)).json()
    await stage.referred()
    clock.move(days=1)
    await send()
    meanwhile = len(receiver.received)

    police = stage.actor(POLICE)
    await police.send("PATCH", path, {"status": "ENABLED"}, headers={"If-Match": await police.etag(path)})
    await send()

    assert (disabled["status"], disabled["disabledBecause"]) == ("DISABLED", "GONE")
    assert meanwhile == 1
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 2
    assert (await police.send("GET", path)).json()["waiting"] == 0


async def test_rotation_signs_with_both_secrets_for_a_day(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock
) -> None:
    """Then with the new one alone."""
    police = stage.actor(POLICE)
    webhook = await _subscribed(police, receiver)
    path = f"/v1/webhooks/{webhook['webhookId']}"
    rotated = (await police.send("POST", f"{path}/rotation")).json()
    await stage.referred()
    await send()
    during = receiver.received[-1]
    until = (await police.send("GET", path)).json()["formerSecretUntil"]
    clock.move(hours=24)
    await stage.referred()

    await send()

    signatures = during.headers["webhook-signature"].split(" ")
    at = clock.now() - timedelta(hours=24)
    by_either = [
        Webhook(secret).sign(during.headers["webhook-id"], at, during.raw.decode())
        for secret in (rotated["secret"], webhook["secret"])
    ]
    assert signatures == by_either
    after = receiver.received[-1]
    assert _verified(after, rotated["secret"], clock)
    assert after.headers["webhook-signature"].count("v1,") == 1
    assert until == rotated["formerSecretUntil"]
    assert (await stage.actor(POLICE).send("GET", path)).json()["formerSecretUntil"] is None


async def test_ping_arrives_signed(stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock) -> None:
    """Of nothing that happened, but whether it can be heard."""
    police = stage.actor(POLICE)
    webhook = await _subscribed(police, receiver)
    ping = (await police.send("POST", f"/v1/webhooks/{webhook['webhookId']}/ping")).json()

    await send()

    (message,) = receiver.received
    assert _verified(message, webhook["secret"], clock)["eventType"] == "webhook.ping"
    assert message.headers["webhook-id"] == ping["deliveryId"]
    (logged,) = await _log(police, webhook)
    assert (logged["status"], logged["eventType"]) == ("DELIVERED", None)


async def test_log_tells_every_attempt(stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock) -> None:
    """Refused, redirected, without an answer, delivered; a redirect is not followed."""
    async with receiving() as elsewhere:
        receiver.answers = [500, 302, NEVER, 204]
        receiver.headers = (f"Location: {elsewhere.url}",)
        police = stage.actor(POLICE)
        webhook = await _subscribed(police, receiver)
        await stage.referred()
        for _ in range(4):
            await send()
            clock.move(hours=1)

    (logged,) = await _log(stage.actor(POLICE), webhook)
    told = [(one["outcome"], one["answered"]) for one in logged["attempts"]]
    assert told == [("REFUSED", 500), ("REDIRECTED", 302), ("TIMED_OUT", None), ("DELIVERED", 204)]
    assert elsewhere.connections == 0


async def test_sender_killed_between_sending_and_marking_loses_nothing(
    stage: Stage, receiver: Receiver, sender: Sender, send: Round, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the claim has run out the message is sent again, under the same id."""
    await _subscribed(stage.actor(POLICE), receiver)
    await stage.referred()

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Queue, "mark", killed)
        await sender.begin_round()
        with pytest.raises(asyncio.CancelledError):
            await sender.finish()
    await send()
    while_claimed = len(receiver.received)
    clock.move(seconds=LEASE.total_seconds())

    await send()

    assert while_claimed == 1
    assert len(receiver.received) == 2
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    clock.move(days=1)
    await send()
    assert len(receiver.received) == 2


async def test_senders_beside_each_other_send_each_message_once(
    app: Any, stage: Stage, receiver: Receiver, clock: FrozenClock, poster: Poster
) -> None:
    """Claims keep them apart."""
    await _subscribed(stage.actor(POLICE), receiver)
    for _ in range(10):
        await stage.referred()
    senders = [Sender(app.state.services.database, clock, app.state.webhooks.keyring, poster) for _ in range(3)]

    await asyncio.gather(*(one.begin_round() for one in senders))
    await asyncio.gather(*(one.finish() for one in senders))

    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert len(ids) == len(set(ids)) == 10


async def test_receiver_that_is_away_holds_nobody_up(stage: Stage, receiver: Receiver, sender: Sender) -> None:
    """Another subscription is told before the first one's patience ends."""
    receiver.answers = [NEVER]
    async with receiving() as quick:
        slowly = await _subscribed(stage.actor(POLICE), receiver)
        quickly = await _subscribed(stage.actor(POLICE), quick)
        await stage.referred()

        await sender.begin_round()
        lanes = dict(sender._lanes)
        await asyncio.wait([lanes[quickly["webhookId"]]])
        still_waiting = not lanes[slowly["webhookId"]].done()
        await sender.finish()

    assert still_waiting
    assert len(quick.received) == 1


async def test_what_is_sent_is_in_the_log_before_it_is_sent(stage: Stage, receiver: Receiver, send: Round) -> None:
    """Each disclosure by its case and the client that was told."""
    await _subscribed(stage.actor(POLICE), receiver)
    case_id = await stage.referred()

    await send()

    query = "/v1/audit?act=webhook.sent&event=DISCLOSURE"
    (entry,) = (await stage.actor("demo-auditor").send("GET", query, purpose="AUDIT")).json()["items"]
    assert (entry["caseId"], entry["clientId"]) == (case_id, POLICE)


async def test_nothing_is_signed_under_a_key_that_is_not_the_subscriptions(
    app: Any, stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock, poster: Poster
) -> None:
    """A sender with another key sends nothing, and spoils nothing."""
    from app.webhooks.signing import Keyring  # noqa: PLC0415

    await _subscribed(stage.actor(POLICE), receiver)
    await stage.referred()
    stranger = Sender(app.state.services.database, clock, Keyring(b"x" * 32), poster)

    await stranger.begin_round()
    await stranger.finish()
    before = len(receiver.received)
    await send()

    assert (before, len(receiver.received)) == (0, 1)


async def test_lease_is_longer_than_an_attempt_can_take() -> None:
    """Or two senders would be at one message."""
    from app.webhooks.posting import SECONDS  # noqa: PLC0415

    assert timedelta(seconds=SECONDS) * 2 < LEASE


async def test_what_waits_of_an_erased_case_is_not_sent(
    stage: Stage, receiver: Receiver, send: Round, clock: FrozenClock, database: DatabaseUrls
) -> None:
    """One message was refused; after the erasure it is neither tried again nor listed, and others are sent."""
    webhook = await _subscribed(stage.actor(POLICE), receiver)
    case_id = await stage.referred()
    receiver.answers = [500, 204]
    await send()
    await erased(database, case_id, clock)
    other = await stage.referred()
    clock.move(days=1)

    await send()

    assert [one.body["additionalInformation"]["caseId"] for one in receiver.received] == [case_id, other]
    assert [one["status"] for one in await _log(stage.actor(POLICE), webhook)] == ["DELIVERED"]
