"""What a panel asks for and learns over HTTP: reviews, observations, blind and sighted scores, reserves."""

from typing import Any

import pytest

from app.launch.urls import DatabaseUrls
from app.launch.urls import connect as connect_raw
from app.scrutiny.decided import DecidedCase
from tests.frozen_clock import FrozenClock
from tests.scrutiny_panel import CHAIR, MEMBER, OTHER_MEMBER, Call, accepted, drawn

MEMBERS = [MEMBER, OTHER_MEMBER]
POLICE, YJS = "demo-police-supervisor", "demo-yjs-manager"
AN_OBSERVATION = {"observation": "Victims' wishes were not noted.", "owner": "POLICE", "dueOn": "2027-01-31"}


@pytest.fixture
async def sample(call: Call, population: list[DecidedCase]) -> str:
    """Return the path of a sample whose members have accepted the terms."""
    _, done = await drawn(call, members=MEMBERS)
    await accepted(call, CHAIR, *MEMBERS)
    return f"/v1/scrutiny/samples/{done['sampleId']}"


async def items(call: Call, sample: str, query: str = "") -> list[dict[str, Any]]:
    """Return the items as a member sees them."""
    return list((await call(MEMBER, "GET", f"{sample}/items{query}")).json()["items"])


async def test_request_for_review_tells_both_agencies_and_changes_nothing(
    call: Call, sample: str, database: DatabaseUrls
) -> None:
    """The timeline of the case and an event say that it was asked; decision and status are as they were."""
    first = (await items(call, sample))[0]
    body = {"category": "INAPPROPRIATE", "direction": "TOO_HARSH", "action": "REQUEST_REVIEW"}

    found = await call(CHAIR, "POST", f"{sample}/items/{first['itemId']}/finding", body)

    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    told = await owner.fetch("SELECT case_id, act, status FROM case_timeline WHERE act LIKE 'scrutiny%'")
    events = await owner.fetch("SELECT case_id, event_type FROM events WHERE event_type = 'review.requested'")
    moved = await owner.fetchval("SELECT count(*) FROM cases WHERE status <> 'DECIDED'")
    await owner.close()
    report = (await call(CHAIR, "GET", f"{sample}/report")).json()
    assert (found.status_code, found.json()["action"], report["reviewRequested"]) == (201, "REQUEST_REVIEW", 1)
    assert ([(row["act"], row["status"]) for row in told], moved) == ([("scrutiny.review-requested", None)], 0)
    assert [row["case_id"] for row in events] == [row["case_id"] for row in told]


async def test_conflict_of_interest_brings_the_next_reserve(call: Call, sample: str) -> None:
    """Of the same stratum, by the order that the draw settled; once, however many have a conflict."""
    first = (await items(call, sample))[0]

    for who in MEMBERS:
        await call(who, "POST", f"{sample}/items/{first['itemId']}/scores", {"conflictOfInterest": True})

    after = await items(call, sample)
    proof = (await call(MEMBER, "GET", f"{sample}/verification")).json()
    report = (await call(CHAIR, "GET", f"{sample}/report")).json()
    assert [one["replaces"] for one in after] == [None] * 10 + [first["itemId"]]
    assert after[-1]["stratum"] == first["stratum"]
    assert (report["size"], report["replaced"], report["conflictsOfInterest"]) == (10, 1, 2)
    assert len({one["pseudonym"] for one in after}) == 11
    next_one = next(one["entry"] for one in proof["reserves"] if one["stratum"] == first["stratum"])
    assert [one["entry"] for one in proof["replacements"]] == [next_one]


async def test_blind_items_show_no_characteristic(call: Call, sample: str) -> None:
    """Neither the characteristics nor what is made of them."""
    blind = await items(call, sample, "?sight=BLIND")

    assert {(len(one["characteristics"]), one["stratum"], one["decision"] is None) for one in blind} == {
        (0, "WITHHELD", False)
    }


async def test_scores_before_and_after_sight_are_both_kept(call: Call, sample: str) -> None:
    """And the report says how many moved."""
    unseen = await items(call, sample, "?sight=BLIND")
    first, second = [f"{sample}/items/{one['itemId']}/scores" for one in unseen[:2]]
    for path, blind in ((first, "APPROPRIATE"), (second, "INAPPROPRIATE")):
        await call(MEMBER, "POST", path, {"category": blind, "sight": "BLIND"})
    await items(call, sample)
    for path in (first, second):
        await call(MEMBER, "POST", path, {"category": "INAPPROPRIATE"})

    seen = (await call(MEMBER, "GET", first)).json()["items"]
    await call(CHAIR, "POST", f"{sample}/closing")
    report = (await call(CHAIR, "GET", f"{sample}/report")).json()

    assert [(one["sight"], one["category"]) for one in seen] == [("BLIND", "APPROPRIATE"), ("SIGHTED", "INAPPROPRIATE")]
    assert report["movement"] == {"both": 2, "moved": 1}


async def test_blind_score_after_the_sighted_is_refused(call: Call, sample: str) -> None:
    """What was seen cannot be unseen."""
    path = f"{sample}/items/{(await items(call, sample, '?sight=BLIND'))[0]['itemId']}/scores"
    await call(MEMBER, "POST", path, {"category": "APPROPRIATE"})

    late = await call(MEMBER, "POST", path, {"category": "APPROPRIATE", "sight": "BLIND"})

    assert late.status_code == 409


async def test_observation_is_answered_by_the_agency_that_owns_it(call: Call, sample: str) -> None:
    """With a version, so that nobody answers what has changed meanwhile."""
    made = await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION)
    path = made.headers["Location"]
    answer = {"status": "ACCEPTED", "response": "Sergeants check the record since January."}

    blind = await call(POLICE, "PATCH", path, answer)
    done = await call(POLICE, "PATCH", path, answer, **{"If-Match": made.headers["ETag"]})
    stale = await call(POLICE, "PATCH", path, {"status": "DONE"}, **{"If-Match": made.headers["ETag"]})

    assert (made.status_code, made.json()["status"], made.json()["response"]) == (201, "OPEN", None)
    assert [blind.status_code, done.status_code, stale.status_code] == [428, 200, 412]
    assert (done.json()["status"], done.json()["owner"], done.json()["dueOn"]) == ("ACCEPTED", "POLICE", "2027-01-31")


async def test_observation_is_not_the_other_agencys(call: Call, sample: str) -> None:
    """The YJS neither answers nor sees what the police are to answer."""
    made = await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION)

    other = await call(YJS, "PATCH", made.headers["Location"], {"status": "DONE"}, **{"If-Match": '"1"'})
    seen = [(await call(who, "GET", f"{sample}/observations")).json()["items"] for who in (YJS, POLICE, MEMBER)]

    assert (other.status_code, [len(one) for one in seen]) == (403, [0, 1, 1])


@pytest.mark.parametrize(
    "changes", [{"owner": "PARENTS"}, {"dueOn": "soon"}, {"itemId": "019e0000-0000-7000-8000-000000000001"}]
)
async def test_observation_that_nobody_can_answer_is_refused(call: Call, sample: str, changes: dict[str, Any]) -> None:
    """An owner that is no agency, a day that is none, an item of another sample."""
    assert (await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION | changes)).status_code == 422


async def test_change_of_nothing_is_refused(call: Call, sample: str) -> None:
    """A patch without a change."""
    made = await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION)

    assert (await call(POLICE, "PATCH", made.headers["Location"], {}, **{"If-Match": '"1"'})).status_code == 422


async def test_later_edit_shows_as_a_difference(call: Call, sample: str, database: DatabaseUrls) -> None:
    """Before it no item says so, after it every item of the case; what the item shows stays as it was frozen."""
    before = await items(call, sample)
    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    await owner.execute("UPDATE cases SET status = 'COMPLETED'")
    await owner.close()

    after = await items(call, sample)

    changed = [{one["changedSinceFreeze"] for one in told} for told in (before, after)]
    assert (changed, [one["decision"] for one in before]) == ([{False}, {True}], [one["decision"] for one in after])


@pytest.mark.parametrize("shown", ["/items", "/export?format=html", "/export/manifest"])
async def test_whoever_was_shown_the_characteristics_scores_blind_no_more(call: Call, sample: str, shown: str) -> None:
    """By the list, by a pack or by its files; a conflict of interest can still be told."""
    path = f"{sample}/items/{(await items(call, sample, '?sight=BLIND'))[0]['itemId']}/scores"
    await call(MEMBER, "GET", f"{sample}{shown}")

    late = await call(MEMBER, "POST", path, {"category": "APPROPRIATE", "sight": "BLIND"})
    other = await call(OTHER_MEMBER, "POST", path, {"category": "APPROPRIATE", "sight": "BLIND"})

    assert (late.status_code, other.status_code) == (409, 201)


async def test_blind_pack_leaves_the_characteristics_out(call: Call, sample: str, database: DatabaseUrls) -> None:
    """In every form; and the log does not say that they were disclosed."""
    packs = [(await call(MEMBER, "GET", f"{sample}/export?sight=BLIND&format={one}")).text for one in ("json", "html")]
    rows = (await call(MEMBER, "GET", f"{sample}/export?sight=BLIND&format=csv")).text
    path = f"{sample}/items/{(await items(call, sample, '?sight=BLIND'))[0]['itemId']}/scores"
    scored = await call(MEMBER, "POST", path, {"category": "APPROPRIATE", "sight": "BLIND"})

    owner = await connect_raw(database.owner, "test")
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    fields = await owner.fetch("SELECT DISTINCT fields FROM audit_log WHERE act = 'scrutiny.item-read'")
    await owner.close()
    assert [text for text in (*packs, rows) if "STATED" in text or "Special educational" in text] == []
    assert scored.status_code == 201
    assert ["characteristics" in row["fields"] for row in fields] == [False]


# ── learning comes back ──────────────────────────────────────────────────────


async def next_pack(call: Call, sample: str, **changes: Any) -> dict[str, Any]:
    """Return the pack of the panel after this one."""
    frame = (await call(CHAIR, "GET", sample)).json()["frameId"]
    _, done = await drawn(call, members=MEMBERS, redrawOf=frame, reason="The next panel.", **changes)
    answer = await call(MEMBER, "GET", f"/v1/scrutiny/samples/{done['sampleId']}/export")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_observation_is_seen_again_by_the_next_panel(call: Call, sample: str) -> None:
    """Open or accepted, with the answer if there is one; a panel's own are not in its own pack."""
    made = await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION)
    answer = {"status": "ACCEPTED", "response": "Sergeants check the record since January."}
    await call(POLICE, "PATCH", made.headers["Location"], answer, **{"If-Match": made.headers["ETag"]})

    own = (await call(MEMBER, "GET", f"{sample}/export")).json()
    again = await next_pack(call, sample)

    assert own["earlierObservations"] == []
    assert [(one["observation"], one["status"], one["response"]) for one in again["earlierObservations"]] == [
        (AN_OBSERVATION["observation"], "ACCEPTED", answer["response"])
    ]


async def test_settled_observation_is_seen_once_more_and_then_no_longer(
    call: Call, sample: str, clock: FrozenClock
) -> None:
    """The next panel learns that it is done; the one after that is not told again, but of what nobody answered."""
    made = await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION)
    await call(MEMBER, "POST", f"{sample}/observations", AN_OBSERVATION | {"observation": "Nobody answers this."})
    done = {"status": "DONE", "response": "Done."}
    await call(POLICE, "PATCH", made.headers["Location"], done, **{"If-Match": made.headers["ETag"]})

    clock.move(minutes=1)
    first = await next_pack(call, sample)
    clock.move(minutes=1)
    second = await next_pack(call, f"/v1/scrutiny/samples/{first['sample']['sampleId']}")

    told = [[one["status"] for one in pack["earlierObservations"]] for pack in (first, second)]
    assert told == [["DONE", "OPEN"], ["OPEN"]]
