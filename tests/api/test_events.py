"""The feed of events: what happened, in order, told to who may read of it; nothing left out, nothing under seal."""

import asyncio
from typing import Any

import pytest
from uuid_utils import uuid7

from app.demo.story import a_pre_assessment
from tests.api.acting import (
    CAMDEN,
    ISLINGTON,
    MANAGER,
    OFFICER,
    POLICE,
    PRACTITIONER,
    Actor,
    Document,
    Stage,
    decision,
    opinion,
)

pytestmark = pytest.mark.anyio


async def _feed(actor: Actor, after: str | None = None, limit: int = 200) -> list[Document]:
    """Read a feed to its end."""
    found: list[Document] = []
    while True:
        query = f"?limit={limit}" + (f"&after={after}" if after else "")
        answer = await actor.send("GET", f"/v1/events{query}", purpose="REFERRAL")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["nextCursor"] is None:
            return found
        after = answer.json()["nextCursor"]


def _types(items: list[Document]) -> list[str]:
    return [str(item["eventType"]) for item in items]


async def _say(stage: Stage, who: str, case_id: str, advice: Document, disposal: str) -> None:
    headers = {"If-Match": await stage.actor(who).etag(f"/v1/cases/{case_id}")}
    answer = await stage.actor(who).send(
        "POST", f"/v1/cases/{case_id}/opinions", opinion(advice, disposal), headers=headers
    )
    assert answer.status_code == 201, answer.text


async def _decided(stage: Stage) -> str:
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    for who in (OFFICER, PRACTITIONER):
        await _say(stage, who, case_id, advice, "COMMUNITY_RESOLUTION")
    headers = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
    body = decision(advice, "COMMUNITY_RESOLUTION")
    answer = await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/decision", body, headers=headers)
    assert answer.status_code == 201, answer.text
    return case_id


async def test_life_of_a_case_is_told_in_order(stage: Stage) -> None:
    """From the referral to the decision of record, each with where to read of it."""
    case_id = await _decided(stage)

    items = await _feed(stage.actor(OFFICER))

    assert _types(items) == ["referral.received", "case.pre-assessed", "case.agreed", "decision.made"]
    assert {item["detailUrl"] for item in items} == {f"/v1/cases/{case_id}"}
    assert {item["version"] for item in items} == {1}


async def test_event_holds_ids_and_no_more(stage: Stage) -> None:
    """Nothing of the child, the offence or what was said."""
    await stage.referred()

    (item,) = await _feed(stage.actor(POLICE))

    assert set(item) == {
        "eventId", "eventType", "version", "occurredAt", "description", "detailUrl", "additionalInformation",
    }  # fmt: skip
    assert set(item["additionalInformation"]) == {"caseId", "referralId"}
    assert "Sam" not in str(item)


async def test_sealed_opinion_makes_no_event(stage: Stage) -> None:
    """The feed before and after one agency's opinion is the same, for everybody."""
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    before = [await _feed(stage.actor(who)) for who in (OFFICER, PRACTITIONER, POLICE)]

    await _say(stage, OFFICER, case_id, advice, "COMMUNITY_RESOLUTION")

    assert [await _feed(stage.actor(who)) for who in (OFFICER, PRACTITIONER, POLICE)] == before


async def test_disagreement_is_told_as_escalation(stage: Stage) -> None:
    """Only once both have spoken."""
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    await _say(stage, OFFICER, case_id, advice, "COMMUNITY_RESOLUTION")

    await _say(stage, PRACTITIONER, case_id, advice, "TRIAGE")

    assert _types(await _feed(stage.actor(MANAGER)))[-1] == "case.escalated"


async def test_sender_is_told_of_its_own_referrals_alone(stage: Stage) -> None:
    """By where it can read of them; another system of the same force and areas is told nothing."""
    await _decided(stage)
    other = stage.changed(POLICE, client_id="other-police-system")

    own = await _feed(stage.actor(POLICE))

    assert _types(own) == ["referral.received", "case.pre-assessed", "case.agreed", "decision.made"]
    for item in own:
        read = await stage.actor(POLICE).send("GET", item["detailUrl"], purpose="REFERRAL")
        assert read.json()["caseId"] == item["additionalInformation"]["caseId"]
    assert await _feed(other) == []


async def test_sender_is_not_told_what_it_cannot_read(stage: Stage) -> None:
    """A new version of a pre-assessment is told to who reads cases."""
    case_id = await stage.pre_assessed()
    path = f"/v1/cases/{case_id}/pre-assessment"
    yjs = stage.actor(PRACTITIONER)
    changed = await yjs.send(
        "PUT", path, a_pre_assessment(), purpose="PRE_ASSESSMENT", headers={"If-Match": await yjs.etag(path)}
    )
    assert changed.status_code == 200, changed.text

    assert _types(await _feed(yjs))[-1] == "case.updated"
    assert "case.updated" not in _types(await _feed(stage.actor(POLICE)))


async def test_other_area_is_told_nothing(stage: Stage) -> None:
    """Not even that there is something."""
    await stage.referred(CAMDEN)

    assert await _feed(stage.actor("demo-yjs-ealing")) == []


async def test_act_that_was_refused_made_no_event(stage: Stage) -> None:
    """The event stands in the transaction of its act."""
    case_id = await stage.referred()
    body = {"disposal": "TRIAGE", "rationale": "No opinion has been given.", "adviceId": str(uuid7())}
    headers = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
    answer = await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/decision", body, headers=headers)
    assert answer.status_code >= 400

    assert _types(await _feed(stage.actor(OFFICER))) == ["referral.received"]


async def test_pages_of_a_feed_miss_and_repeat_nothing(stage: Stage) -> None:
    """One at a time or all at once."""
    for _ in range(4):
        await stage.referred()

    everything = await _feed(stage.actor(POLICE))

    assert len(everything) == 4
    assert await _feed(stage.actor(POLICE), limit=1) == everything
    assert await _feed(stage.actor(POLICE), after=everything[1]["eventId"]) == everything[2:]


async def test_reader_beside_many_writers_sees_each_event_once_and_none_late(stage: Stage) -> None:
    """What the reader gathered while they wrote is, in its order, what the feed holds in the end."""
    gathered: list[Document] = []
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            gathered.extend(await _feed(stage.actor(POLICE), after=gathered[-1]["eventId"] if gathered else None))

    async def write() -> None:
        await asyncio.gather(*(stage.referred() for _ in range(20)))
        done.set()

    await asyncio.gather(read(), write())
    gathered.extend(await _feed(stage.actor(POLICE), after=gathered[-1]["eventId"] if gathered else None))

    assert len(gathered) == 20
    assert gathered == await _feed(stage.actor(POLICE))


@pytest.mark.parametrize(
    ("query", "status"),
    [("after=x", 422), ("after=019a0000-0000-7000-8000-000000000000", 400), ("since=x", 400)],
)
async def test_place_that_was_never_given_is_refused(stage: Stage, query: str, status: int) -> None:
    """Rather than to begin again from the first, in silence."""
    answer = await stage.actor(POLICE).send("GET", f"/v1/events?{query}", purpose="REFERRAL")

    assert answer.status_code == status


@pytest.mark.parametrize("who", ["demo-analyst", "demo-scrutiny-chair"])
async def test_who_reads_no_case_and_refers_no_child_has_no_feed(stage: Stage, who: str) -> None:
    """403, whatever happened."""
    answer: Any = await stage.actor(who).send("GET", "/v1/events", purpose="AUDIT")

    assert answer.status_code == 403


async def test_reader_keeps_its_place_when_a_case_moves_away(stage: Stage) -> None:
    """The area that let a case go is told nothing of it any more, and goes on from where it stood."""
    islington = stage.changed(MANAGER, areas=(ISLINGTON,))
    camden = stage.changed(MANAGER, areas=(CAMDEN,))
    case_id = await stage.referred(ISLINGTON)
    (last,) = await _feed(islington)
    path = f"/v1/cases/{case_id}/transfer"
    body = {"toArea": CAMDEN, "reason": "The child has moved to an aunt."}
    for who in ("demo-police-supervisor", MANAGER):
        done = await stage.actor(who).send("POST", path, body)
        assert done.status_code == 201, done.text

    other = await stage.referred(ISLINGTON)

    assert [item["additionalInformation"]["caseId"] for item in await _feed(islington, last["eventId"])] == [other]
    assert {item["additionalInformation"]["caseId"] for item in await _feed(camden)} == {case_id}
