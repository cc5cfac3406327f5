"""Alerts go out by themselves: to clients that read the log, without a name, and to nobody else."""

import pytest

from app.identity.caller import Role
from tests.api.acting import CAMDEN, ISLINGTON, OFFICER, Actor, Document, Stage
from tests.api.objects import AUDITOR
from tests.api.webhooks.conftest import Round
from tests.api.webhooks.receiving import Receiver, receiving

pytestmark = pytest.mark.anyio
READS_THE_LOG = (Role.AUDIT_RO, Role.WEBHOOKS_RW)
READS_CASES = (Role.CASES_RO, Role.WEBHOOKS_RW)


async def _subscribed(actor: Actor, receiver: Receiver) -> None:
    answer = await actor.send("POST", "/v1/webhooks", {"url": receiver.url})
    assert answer.status_code == 201, answer.text


async def _glass_broken(stage: Stage) -> tuple[str, str]:
    """Read a case of Islington under a grant; return it with the grant."""
    case_id, duty = await stage.referred(ISLINGTON), stage.actor("demo-duty-officer")
    body = {"caseId": case_id, "reason": "A missing child; the night team needs the address."}
    grant = (await duty.send("POST", "/v1/break-glass", body)).json()["grantId"]
    read = await duty.send("GET", f"/v1/cases/{case_id}", headers={"X-Break-Glass": grant})
    assert read.status_code == 200, read.text
    return case_id, grant


async def _feed(actor: Actor) -> list[Document]:
    answer = await actor.send("GET", "/v1/events", purpose="AUDIT")
    assert answer.status_code == 200, answer.text
    items: list[Document] = answer.json()["items"]
    return items


async def test_broken_glass_is_told_at_once_to_who_reads_the_log(stage: Stage, receiver: Receiver, send: Round) -> None:
    """One message for each alert that can be read, and of each the entry of the log that says whose it is."""
    auditor = stage.changed(AUDITOR, client_id="privacy", roles=READS_THE_LOG)
    await _subscribed(auditor, receiver)
    case_id, _ = await _glass_broken(stage)

    await send()

    alerts = (await auditor.send("GET", "/v1/alerts?kind=BREAK_GLASS", purpose="AUDIT")).json()["items"]
    entries = (await auditor.send("GET", f"/v1/audit?caseId={case_id}", purpose="AUDIT")).json()["items"]
    told = {one.body["eventId"] for one in receiver.received}
    assert {one.body["eventType"] for one in receiver.received} == {"alert.break-glass"}
    assert told == {alert["logId"] for alert in alerts}
    assert {entry["act"] for entry in entries if entry["logId"] in told} >= {"break-glass.given", "case.read"}


async def test_alert_names_nobody(stage: Stage, receiver: Receiver, send: Round) -> None:
    """Neither the case nor the grant, the child, the officer or the reason stands in what is sent."""
    await _subscribed(stage.changed(AUDITOR, client_id="privacy", roles=READS_THE_LOG), receiver)
    case_id, grant = await _glass_broken(stage)

    await send()

    said = b"".join(one.raw for one in receiver.received).decode()
    assert said
    assert [word for word in (case_id, grant, "Sam", "Example", "demo-duty", "night team") if word in said] == []
    assert receiver.received[0].body["detailUrl"] == "/v1/alerts"


async def test_alert_is_told_to_nobody_else(stage: Stage, receiver: Receiver, send: Round) -> None:
    """Not to who reads the cases of the area, nor to who reads the log of another."""
    async with receiving() as elsewhere:
        await _subscribed(stage.changed(OFFICER, client_id="cases", roles=READS_CASES), receiver)
        camden = stage.changed(AUDITOR, client_id="camden", roles=READS_THE_LOG, areas=(CAMDEN,))
        await _subscribed(camden, elsewhere)
        await _glass_broken(stage)

        await send()

        assert {one.body["eventType"] for one in receiver.received} == {"referral.received"}
        assert elsewhere.received == []


async def test_feed_of_who_reads_the_log_is_of_alerts_alone(stage: Stage) -> None:
    """It tells nothing of what happens to cases; and the feed of who reads cases nothing of alerts."""
    await _glass_broken(stage)

    alerts, cases = await _feed(stage.actor(AUDITOR)), await _feed(stage.actor(OFFICER))

    assert {one["eventType"] for one in alerts} == {"alert.break-glass"}
    assert {tuple(one["additionalInformation"].values()) for one in alerts} == {(None, None)}
    assert {one["eventType"] for one in cases} == {"referral.received"}


async def test_place_in_a_feed_of_alerts_is_good(stage: Stage) -> None:
    """Whoever asks on from an alert is told what came after it; an alert of another area is no place."""
    await _glass_broken(stage)
    first, *others = await _feed(stage.actor(AUDITOR))
    camden = stage.changed(AUDITOR, areas=(CAMDEN,))

    onward = await stage.actor(AUDITOR).send("GET", f"/v1/events?after={first['eventId']}", purpose="AUDIT")
    foreign = await camden.send("GET", f"/v1/events?after={first['eventId']}", purpose="AUDIT")

    assert onward.json()["items"] == others
    assert foreign.status_code == 400
