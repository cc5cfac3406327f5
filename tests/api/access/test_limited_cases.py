"""Children whose cases are for named people alone: set and lifted by two agencies, absent for everybody else."""

from typing import Any

import pytest

from app.demo.story import a_referral
from app.identity.caller import Role
from tests.api.acting import (
    CAMDEN,
    EXAMPLE_AREA,
    ISLINGTON,
    MANAGER,
    OFFICER,
    POLICE,
    PRACTITIONER,
    SUPERVISOR,
    TODAY,
    Document,
    Stage,
)
from tests.api.delivering import delivered
from tests.api.objects import told

pytestmark = pytest.mark.anyio
AUDITOR = "demo-auditor"
NAMED = [
    {"userName": OFFICER, "agency": "POLICE"},
    {"userName": SUPERVISOR, "agency": "POLICE"},
    {"userName": MANAGER, "agency": "YJS"},
]
A_LIMIT: Document = {
    "step": "PROPOSED",
    "reason": "KNOWN_TO_STAFF",
    "says": "The child of somebody who works in this office.",
    "named": NAMED,
}
LIFTED: Document = {
    "step": "PROPOSED",
    "reason": "NO_LONGER_NEEDED",
    "says": "The member of staff has left the service.",
    "named": [],
}


async def _step(stage: Stage, who: str, case_id: str, body: Document) -> tuple[int, str | None]:
    answer = await stage.actor(who).send("POST", f"/v1/cases/{case_id}/limits", body)
    return answer.status_code, answer.json().get("code")


async def _limited(stage: Stage, case_id: str) -> str:
    assert await _step(stage, SUPERVISOR, case_id, A_LIMIT) == (201, None)
    assert await _step(stage, MANAGER, case_id, {"step": "CONFIRMED"}) == (201, None)
    return case_id


async def _sees(stage: Stage, who: str, path: str, purpose: str = "JOINT_DECISION") -> Any:
    return await stage.actor(who).send("GET", path, purpose=purpose)


async def test_limited_case_is_absent_for_who_is_not_named(stage: Stage) -> None:
    """In the whole of its life and in every list: the practitioner who wrote its pre-assessment among them."""
    open_case = await stage.referred()
    case_id = await _limited(stage, await stage.pre_assessed())
    advice_id = (await stage.advised(case_id))["adviceId"]

    paths = [f"/v1/cases/{case_id}{below}" for below in ("", "/timeline", "/facts", "/pre-assessment", "/limits")]
    hidden = [await _sees(stage, PRACTITIONER, path) for path in (*paths, f"/v1/advice/{advice_id}")]
    listed = {one["caseId"] for one in (await _sees(stage, PRACTITIONER, "/v1/cases")).json()["items"]}
    events = (await _sees(stage, PRACTITIONER, "/v1/events")).json()["items"]

    assert [answer.status_code for answer in hidden] == [404] * len(hidden)
    assert listed == {open_case}
    assert {one["additionalInformation"]["caseId"] for one in events} == {open_case}


async def test_limited_case_answers_like_an_absent_one(stage: Stage) -> None:
    """That a case is limited is itself told to nobody: not even that there is one."""
    case_id = await _limited(stage, await stage.referred())

    limited = await _sees(stage, PRACTITIONER, f"/v1/cases/{case_id}")
    absent = await _sees(stage, PRACTITIONER, "/v1/cases/019e0000-0000-7000-8000-000000000000")

    assert told(limited) == told(absent)


async def test_named_people_work_on(stage: Stage) -> None:
    """They read the case and find it in their lists, as before."""
    case_id = await _limited(stage, await stage.referred())

    case = await _sees(stage, OFFICER, f"/v1/cases/{case_id}")
    listed = (await _sees(stage, MANAGER, "/v1/cases")).json()["items"]

    assert (case.status_code, [one["caseId"] for one in listed]) == (200, [case_id])


async def test_system_that_referred_reads_it_no_more(stage: Stage) -> None:
    """A system shows what it reads to all its users; a second message is told to be one, and leaves nothing."""
    body = a_referral(ISLINGTON, TODAY)
    first = await stage.actor(POLICE).send("POST", "/v1/referrals", body, purpose="REFERRAL")
    await _limited(stage, first.json()["caseId"])

    read = await _sees(stage, POLICE, f"/v1/referrals/{first.json()['referralId']}", "REFERRAL")
    again = await stage.actor(POLICE).send("POST", "/v1/referrals", body, purpose="REFERRAL")

    assert (read.status_code, again.status_code, again.json()["code"]) == (404, 409, "duplicate-referral")


async def test_every_access_to_a_limited_case_raises_an_alert(stage: Stage) -> None:
    """A reading and a listing by a named person, each; an open case raises none."""
    open_case = await stage.referred()
    case_id = await _limited(stage, await stage.referred())
    known = len((await _sees(stage, AUDITOR, "/v1/alerts", "AUDIT")).json()["items"])
    for path in (f"/v1/cases/{case_id}", f"/v1/cases/{open_case}", "/v1/cases"):
        await _sees(stage, OFFICER, path)

    alerts = (await _sees(stage, AUDITOR, "/v1/alerts?kind=LIMITED_CASE", "AUDIT")).json()["items"][known:]

    entries = (await _sees(stage, AUDITOR, f"/v1/audit?caseId={case_id}", "AUDIT")).json()["items"]
    acts = {entry["logId"]: entry["act"] for entry in entries}
    assert [acts[alert["logId"]] for alert in alerts] == ["case.read", "case.listed"]


async def test_limit_takes_two_managers_of_two_agencies(stage: Stage) -> None:
    """Not a practitioner, nor the proposer, nor a colleague of the proposer; until it is confirmed nothing hides."""
    case_id = await stage.referred()
    low = await _step(stage, OFFICER, case_id, A_LIMIT)
    first = await _step(stage, SUPERVISOR, case_id, A_LIMIT)
    own = await _step(stage, SUPERVISOR, case_id, {"step": "CONFIRMED"})
    colleague = await _step(stage, "demo-police-senior", case_id, {"step": "CONFIRMED"})
    twice = await _step(stage, MANAGER, case_id, A_LIMIT)

    still = await _sees(stage, PRACTITIONER, f"/v1/cases/{case_id}")

    assert [low, first, own, colleague, twice] == [
        (403, "grade-too-low"), (201, None), (409, "four-eyes"), (403, "wrong-agency"), (409, "limit-open"),
    ]  # fmt: skip
    assert still.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"named": NAMED[:2]},
        {"named": []},
        {"reason": None},
        {"says": "Short."},
        {"reason": "NO_LONGER_NEEDED"},
    ],
    ids=["one agency alone", "nobody", "no reason", "no words", "lifting that names people"],
)
async def test_proposal_that_would_strand_a_case_is_refused(stage: Stage, changes: Document) -> None:
    """Both agencies decide on a case, so people of both are named, or nobody to lift it."""
    case_id = await stage.referred()
    body = {name: value for name, value in (A_LIMIT | changes).items() if value is not None}

    assert (await _step(stage, SUPERVISOR, case_id, body))[0] == 422


async def test_declined_proposal_hides_nothing(stage: Stage) -> None:
    """The other agency may say no; then another may be proposed."""
    case_id = await stage.referred()
    await _step(stage, SUPERVISOR, case_id, A_LIMIT)
    await _step(stage, MANAGER, case_id, {"step": "DECLINED"})

    seen = await _sees(stage, PRACTITIONER, f"/v1/cases/{case_id}/limits")

    assert (seen.status_code, seen.json()["limited"]) == (200, False)
    assert [one["step"] for one in seen.json()["items"]] == ["PROPOSED", "DECLINED"]
    assert await _step(stage, SUPERVISOR, case_id, A_LIMIT) == (201, None)


async def test_limit_is_lifted_as_it_was_set(stage: Stage) -> None:
    """By two, with a reason; then the case is everybody's of the area again."""
    case_id = await _limited(stage, await stage.referred())
    await _step(stage, MANAGER, case_id, LIFTED)
    before = await _sees(stage, PRACTITIONER, f"/v1/cases/{case_id}")
    await _step(stage, SUPERVISOR, case_id, {"step": "CONFIRMED"})

    after = await _sees(stage, PRACTITIONER, f"/v1/cases/{case_id}")

    assert (before.status_code, after.status_code) == (404, 200)


async def test_glass_can_be_broken_on_a_limited_case(stage: Stage) -> None:
    """An emergency does not wait for the named; it is alerted as what it is."""
    case_id = await _limited(stage, await stage.referred())
    duty = stage.changed("demo-duty-officer", areas=(ISLINGTON,))
    body = {"caseId": case_id, "reason": "The child is in danger tonight; nobody named answers."}
    grant = await duty.send("POST", "/v1/break-glass", body)

    read = await duty.send("GET", f"/v1/cases/{case_id}", headers={"X-Break-Glass": grant.json()["grantId"]})

    assert (grant.status_code, read.status_code) == (201, 200)


async def test_figures_count_a_limited_case_for_everybody_alike(stage: Stage) -> None:
    """Who is named sees no other figure than who is not: the difference would tell of the child."""
    for _ in range(4):
        await delivered(stage, "TRIAGE")
    case_id = await delivered(stage, "TRIAGE")
    query = f"/v1/management/figures?area={EXAMPLE_AREA}&from=2026-11-01&to=2026-11-30"
    before = await _sees(stage, "demo-scrutiny-chair", query, "STATISTICS")
    await _limited(stage, case_id)

    named = stage.changed(OFFICER, roles=(Role.STATISTICS_RO,))
    after = [await named.send("GET", query), await _sees(stage, "demo-scrutiny-chair", query, "STATISTICS")]

    assert before.json()["volumes"]["total"] == 5
    assert [answer.json()["volumes"] for answer in after] == [before.json()["volumes"]] * 2


async def test_limit_goes_with_a_case_to_another_area(stage: Stage) -> None:
    """The named keep it, and whoever is not named sees it in neither area."""
    case_id = await _limited(stage, await stage.referred())
    body = {"toArea": CAMDEN, "reason": "The family has moved to Camden."}
    steps = [
        await stage.actor(who).send("POST", f"/v1/cases/{case_id}/transfer", body) for who in (SUPERVISOR, MANAGER)
    ]

    named, other = [await _sees(stage, who, f"/v1/cases/{case_id}") for who in (OFFICER, PRACTITIONER)]

    assert [answer.status_code for answer in steps] == [201, 201], steps[-1].text
    assert (named.status_code, named.json()["area"], other.status_code) == (200, CAMDEN, 404)


async def test_meeting_pack_leaves_out_what_the_reader_may_not_see(stage: Stage) -> None:
    """A case that was put on an agenda before it was limited is not in the pack of who is not named."""
    case_id = await stage.pre_assessed()
    members = [{"name": "A. Sergeant", "agency": "Police", "role": "Sergeant"}]
    meeting = {"area": ISLINGTON, "date": "2026-11-24", "members": members, "agenda": [case_id]}
    added = await stage.actor("demo-panel-coordinator").send("POST", "/v1/panel-meetings", meeting)
    await _limited(stage, case_id)

    pack = await _sees(stage, PRACTITIONER, f"{added.headers['Location']}/pack")

    assert pack.status_code == 200, pack.text
    assert "familyName" not in pack.text


# ── the child's other cases ──────────────────────────────────────────────────


def _of_child(value: str, area: str = ISLINGTON, born: str | None = None) -> Document:
    body = a_referral(area, TODAY)
    child = body["child"] | {"identifiers": [{"scheme": "PNC", "value": value}]}
    return body | {"child": child | ({"dateOfBirth": born} if born else {})}


@pytest.mark.parametrize("comes", ["after the limit", "before it"])
async def test_limit_holds_for_the_childs_other_cases(stage: Stage, comes: str) -> None:
    """Whichever came first: the named read both, and whoever is not named finds neither."""
    first = await stage.referred(referral=_of_child("24/1 A"))
    other = await stage.referred(referral=_of_child("24/1a")) if comes == "before it" else ""
    await _limited(stage, first)
    other = other or await stage.referred(referral=_of_child("24/1a"))

    named, unnamed = [await _sees(stage, who, f"/v1/cases/{other}") for who in (OFFICER, PRACTITIONER)]
    limits = (await _sees(stage, MANAGER, f"/v1/cases/{other}/limits")).json()

    assert (named.status_code, unnamed.status_code) == (200, 404)
    assert (limits["limited"], [one["carriedFrom"] for one in limits["items"]]) == (True, [first])


async def test_system_that_refers_a_limited_child_again_is_answered_as_ever(stage: Stage) -> None:
    """Nothing in the answer tells it that the child is limited."""
    await _limited(stage, await stage.referred(referral=_of_child("24/1")))

    answers = [
        await stage.actor(POLICE).send("POST", "/v1/referrals", _of_child(value), purpose="REFERRAL")
        for value in ("24/1", "24/2")
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json().keys() == answers[1].json().keys()


@pytest.mark.parametrize(
    "other",
    [_of_child("24/2"), _of_child("24/1", born="2011-03-04"), _of_child("24/1", area=CAMDEN)],
    ids=["another identifier", "another birth date", "another area"],
)
async def test_limit_holds_for_no_other_child_and_no_other_area(stage: Stage, other: Document) -> None:
    """Nobody is named for another area, and a case that nobody may see would be nobody's to decide."""
    await _limited(stage, await stage.referred(referral=_of_child("24/1")))

    case_id = await stage.referred(referral=other)

    assert (await _sees(stage, PRACTITIONER, f"/v1/cases/{case_id}")).status_code == 200


async def test_limit_goes_to_a_case_that_is_linked(stage: Stage) -> None:
    """A named person says that an open case is the same child's; and the next like it is limited too."""
    limited, opened = await stage.referred(), await stage.referred(referral=_of_child("24/1"))
    await _limited(stage, limited)
    body = {"caseId": limited, "rationale": "The same name and the same day of birth."}
    linked = await stage.actor(MANAGER).send("POST", f"/v1/cases/{opened}/links", body)
    assert linked.status_code == 201, linked.text

    following = await stage.referred(referral=_of_child("24/1"))

    seen = [(await _sees(stage, PRACTITIONER, f"/v1/cases/{case}")).status_code for case in (opened, following)]
    assert seen == [404, 404]


async def test_carried_limit_is_lifted_by_itself(stage: Stage) -> None:
    """Each case is looked at; what is lifted for one stays for the other, and does not come back to the first."""
    first = await _limited(stage, await stage.referred(referral=_of_child("24/1")))
    other = await stage.referred(referral=_of_child("24/1"))
    assert await _step(stage, MANAGER, other, LIFTED) == (201, None)
    assert await _step(stage, SUPERVISOR, other, {"step": "CONFIRMED"}) == (201, None)

    seen = [(await _sees(stage, PRACTITIONER, f"/v1/cases/{case}")).status_code for case in (first, other)]

    assert seen == [404, 200]
