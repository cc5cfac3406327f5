"""Withdrawal, search, transfer, representations and feedback over HTTP."""

from typing import Any

import pytest

from app.demo.story import a_referral
from tests.api.acting import (
    CAMDEN,
    EALING,
    ISLINGTON,
    MANAGER,
    OFFICER,
    POLICE,
    PRACTITIONER,
    SUPERVISOR,
    TODAY,
    Document,
    Stage,
    decision,
)
from tests.api.speaking import agreed, changed, decided, post, status_of

pytestmark = pytest.mark.anyio
WHY = {"reason": "The complainant withdrew the allegation."}
HEARD = {"from": "CHILD", "words": "I would like to say sorry myself.", "saidOn": "2026-11-20"}


async def referral_of(stage: Stage, referral: Document | None = None) -> tuple[str, str]:
    """Refer a child; return the ids of referral and case."""
    body = referral or a_referral(ISLINGTON, TODAY)
    answer = (await stage.actor(POLICE).send("POST", "/v1/referrals", body, purpose="REFERRAL")).json()
    return answer["referralId"], answer["caseId"]


# ── withdrawal ───────────────────────────────────────────────────────────────


async def test_withdrawal_deletes_nothing(stage: Stage) -> None:
    """The case is withdrawn and can still be read; it cannot be withdrawn twice, nor assessed, nor referred anew."""
    body = a_referral(ISLINGTON, TODAY)
    referral_id, case_id = await referral_of(stage, body)
    path = f"/v1/referrals/{referral_id}/withdrawal"

    done = await stage.actor(OFFICER).send("POST", path, WHY)
    twice = await stage.actor(OFFICER).send("POST", path, WHY)
    again = await stage.actor(POLICE).send("POST", "/v1/referrals", body, purpose="REFERRAL")

    assert (done.status_code, done.json()["status"], done.json()["withdrawnBy"]) == (201, "WITHDRAWN", OFFICER)
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong-state")
    assert (again.status_code, again.json()["code"]) == (409, "duplicate-referral")
    assert await status_of(stage, case_id) == "WITHDRAWN"


async def test_sender_withdraws_its_own_and_no_other(stage: Stage) -> None:
    """The client that referred may withdraw; another police system finds no such referral."""
    referral_id, _ = await referral_of(stage)
    other = stage.changed(POLICE, client_id="police-of-another-system")
    path = f"/v1/referrals/{referral_id}/withdrawal"

    foreign = await other.send("POST", path, WHY, purpose="REFERRAL")
    own = await stage.actor(POLICE).send("POST", path, WHY, purpose="REFERRAL")

    assert (foreign.status_code, own.status_code) == (404, 201)


@pytest.mark.parametrize("who", [PRACTITIONER, "demo-cps"])
async def test_withdrawal_is_for_the_police(stage: Stage, who: str) -> None:
    """Who did not refer does not withdraw."""
    referral_id, _ = await referral_of(stage)

    answer = await stage.actor(who).send("POST", f"/v1/referrals/{referral_id}/withdrawal", WHY)

    assert answer.status_code == 403


async def test_decided_case_is_not_withdrawn(stage: Stage) -> None:
    """A decision that nobody likes any more is not undone by withdrawing what led to it."""
    referral_id, case_id = await referral_of(stage)
    await decided(stage, case_id, "COMMUNITY_RESOLUTION")

    answer = await stage.actor(OFFICER).send("POST", f"/v1/referrals/{referral_id}/withdrawal", WHY)

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")


# ── search ───────────────────────────────────────────────────────────────────


async def test_own_referrals_are_found_by_source_and_by_identifier(stage: Stage) -> None:
    """The sender finds its own by either, however a number is written; another client finds nothing."""
    identifiers = [{"scheme": "PNC", "value": "26 / 9x"}]
    body = changed(a_referral(ISLINGTON, TODAY), child={"identifiers": [{"scheme": "PNC", "value": "26/9X"}]})
    referral_id, _ = await referral_of(stage, body)
    other = stage.changed(POLICE, client_id="police-of-another-system")

    found = [
        (await actor.send("POST", "/v1/referrals/search", wanted, purpose="REFERRAL")).json()["items"]
        for actor in (stage.actor(POLICE), other)
        for wanted in ({"source": body["source"]}, {"identifiers": identifiers})
    ]

    assert [[one["referralId"] for one in items] for items in found] == [[referral_id], [referral_id], [], []]


@pytest.mark.parametrize("wanted", [{}, {"identifiers": []}, {"name": "Sam"}])
async def test_search_asks_for_something(stage: Stage, wanted: Any) -> None:
    """An empty search is not a search for everything; names are not searched by."""
    answer = await stage.actor(POLICE).send("POST", "/v1/referrals/search", wanted, purpose="REFERRAL")

    assert answer.status_code == 422


# ── transfer ─────────────────────────────────────────────────────────────────


def to(area: str, **changes: Any) -> Document:
    """Return a transfer to an area."""
    return {"toArea": area, "reason": "The child has moved to an aunt."} | changes


async def test_transfer_takes_both_agencies(stage: Stage) -> None:
    """The police propose, the YJS confirms: the case and all of it are in the other area, to be spoken on anew."""
    case_id = await stage.pre_assessed()
    await agreed(stage, case_id, "COMMUNITY_RESOLUTION")
    path = f"/v1/cases/{case_id}/transfer"

    proposed = await stage.actor(SUPERVISOR).send("POST", path, to(CAMDEN))
    own = await stage.actor(SUPERVISOR).send("POST", path, to(CAMDEN, step="CONFIRMED"))
    confirmed = await stage.actor(MANAGER).send("POST", path, to(CAMDEN))

    case = (await stage.changed(OFFICER, areas=(CAMDEN,)).send("GET", f"/v1/cases/{case_id}")).json()
    left = await stage.changed(OFFICER, areas=(ISLINGTON,)).send("GET", f"/v1/cases/{case_id}")
    assert (proposed.json()["step"], own.status_code, confirmed.json()["step"]) == ("PROPOSED", 403, "CONFIRMED")
    assert (case["area"], case["status"], left.status_code) == (CAMDEN, "PRE_ASSESSED", 404)
    assert (await decided(stage, case_id, "OUTCOME_22"))["dissent"] == []


async def test_advice_of_the_old_area_decides_nothing_in_the_new(stage: Stage) -> None:
    """After the transfer the old advice is stale, and still says of itself what it said there."""
    case_id = await stage.pre_assessed()
    advice = await stage.advised(case_id)
    path = f"/v1/cases/{case_id}/transfer"
    await stage.actor(SUPERVISOR).send("POST", path, to(CAMDEN))
    await stage.actor(MANAGER).send("POST", path, to(CAMDEN))
    await agreed(stage, case_id, "COMMUNITY_RESOLUTION")

    stale = await post(stage.actor(OFFICER), case_id, "decision", decision(advice, "COMMUNITY_RESOLUTION"))
    replayed = await stage.actor(OFFICER).send("POST", f"/v1/advice/{advice['adviceId']}/replay", {})

    assert (stale.status_code, stale.json()["code"]) == (409, "advice-stale")
    assert replayed.json()["same"] is True


async def test_decided_case_takes_its_decision_along(stage: Stage) -> None:
    """After the decision only the area changes."""
    case_id = await stage.pre_assessed()
    made = await decided(stage, case_id, "COMMUNITY_RESOLUTION")
    for who in (SUPERVISOR, MANAGER):
        await stage.actor(who).send("POST", f"/v1/cases/{case_id}/transfer", to(CAMDEN))

    there = stage.changed(OFFICER, areas=(CAMDEN,))

    assert (await there.send("GET", f"/v1/cases/{case_id}/decision")).json() == made
    assert (await there.send("GET", f"/v1/cases/{case_id}")).json()["status"] == "DECIDED"


async def test_declined_transfer_changes_nothing(stage: Stage) -> None:
    """The other agency says no: the case stays, and can be proposed again."""
    case_id = await stage.referred()
    path = f"/v1/cases/{case_id}/transfer"
    steps = [
        await stage.actor(who).send("POST", path, to(CAMDEN, **step))
        for who, step in ((MANAGER, {}), (SUPERVISOR, {"step": "DECLINED"}), (SUPERVISOR, {}))
    ]

    told = (await stage.actor(OFFICER).send("GET", path)).json()["items"]

    assert [step.status_code for step in steps] == [201, 201, 201]
    assert [(one["number"], one["step"], one["agency"]) for one in told] == [
        (1, "PROPOSED", "YJS"),
        (1, "DECLINED", "POLICE"),
        (2, "PROPOSED", "POLICE"),
    ]
    assert {one["area"] for one in told} == {ISLINGTON}


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        (OFFICER, to(CAMDEN), 403, "grade-too-low"),
        (SUPERVISOR, to("E09000033"), 422, "unknown-area"),
        (SUPERVISOR, to(ISLINGTON), 422, "another-area"),
        (SUPERVISOR, to(CAMDEN, step="CONFIRMED"), 409, "transfer-open"),
        (SUPERVISOR, to(CAMDEN, reason="no"), 422, "too-short"),
    ],
)
async def test_transfer_is_refused(stage: Stage, who: str, body: Document, status: int, code: str) -> None:
    """Managers transfer, to an area that there is, with a reason."""
    case_id = await stage.referred()

    answer = await stage.actor(who).send("POST", f"/v1/cases/{case_id}/transfer", body)

    codes = {answer.json()["code"], *(error["code"] for error in answer.json()["errors"])}
    assert answer.status_code == status
    assert code in codes


async def test_nobody_sends_a_case_where_they_do_not_reach(stage: Stage) -> None:
    """Who confirms must reach both areas."""
    case_id = await stage.referred()
    path = f"/v1/cases/{case_id}/transfer"
    await stage.actor(SUPERVISOR).send("POST", path, to(EALING))

    answer = await stage.actor(MANAGER).send("POST", path, to(EALING))

    assert answer.status_code == 404


# ── what the child and family say ────────────────────────────────────────────


async def test_representation_must_have_been_seen_by_who_decides(stage: Stage) -> None:
    """What the child says of the proposed outcome makes a new version: a decision on the old one is 412."""
    case_id = await stage.pre_assessed()
    advice = await agreed(stage, case_id, "COMMUNITY_RESOLUTION")
    etag = await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")
    told = await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{case_id}/representations", HEARD)

    answer = await stage.actor(OFFICER).send(
        "POST",
        f"/v1/cases/{case_id}/decision",
        decision(advice, "COMMUNITY_RESOLUTION"),
        headers={"If-Match": etag},
    )

    assert (told.status_code, told.json()["from"], answer.status_code) == (201, "CHILD", 412)


async def test_feedback_is_heard_after_the_decision(stage: Stage) -> None:
    """How it was is asked afterwards, and kept apart from representations."""
    case_id = await stage.pre_assessed()
    await decided(stage, case_id, "COMMUNITY_RESOLUTION")
    path = f"/v1/cases/{case_id}"

    told = await stage.actor(PRACTITIONER).send("POST", f"{path}/feedback", HEARD)

    feedback = (await stage.actor(OFFICER).send("GET", f"{path}/feedback")).json()["items"]
    representations = (await stage.actor(OFFICER).send("GET", f"{path}/representations")).json()["items"]
    assert told.status_code == 201
    assert [one["words"] for one in feedback] == [HEARD["words"]]
    assert representations == []


async def test_nothing_is_said_tomorrow(stage: Stage) -> None:
    """A day that has not come is refused."""
    case_id = await stage.referred()

    answer = await stage.actor(PRACTITIONER).send(
        "POST", f"/v1/cases/{case_id}/representations", HEARD | {"saidOn": "2026-11-22"}
    )

    assert answer.status_code == 422
