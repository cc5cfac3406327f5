"""Break-glass over HTTP: one case, one person, half an hour, reading alone; alerted, reviewed by somebody else."""

from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from app.demo.story import a_referral
from app.identity.caller import Agency, Role
from tests.api.acting import CAMDEN, EALING, ISLINGTON, OFFICER, POLICE, TODAY, Document, Stage
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
DUTY, AUDITOR = "demo-duty-officer", "demo-auditor"
GLASS = "/v1/break-glass"
WHY = "A child is missing; the night team needs to know where else to look."
FOUND = {"finding": "JUSTIFIED", "says": "The missing-person log of the night bears it out."}


async def _asked(stage: Stage, case_id: str, who: str = DUTY, **changes: Any) -> httpx.Response:
    body = {"caseId": case_id, "reason": WHY} | changes
    return await stage.actor(who).send("POST", GLASS, body)


async def _given(stage: Stage, case_id: str) -> Document:
    answer = await _asked(stage, case_id)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _under(stage: Stage, grant: Document, path: str, method: str = "GET", **more: Any) -> httpx.Response:
    actor = stage.changed(DUTY, **more) if more else stage.actor(DUTY)
    return await actor.send(method, path, None, headers={"X-Break-Glass": grant["grantId"]})


async def _audited(stage: Stage, path: str) -> list[Document]:
    answer = await stage.actor(AUDITOR).send("GET", path, purpose="AUDIT")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_grant_opens_one_case_that_was_as_absent_before(stage: Stage) -> None:
    """The case, and what stands below it; no other case of that area."""
    case_id, other = await stage.referred(), await stage.referred()
    before = await stage.actor(DUTY).send("GET", f"/v1/cases/{case_id}")

    grant = await _given(stage, case_id)

    opened = [await _under(stage, grant, f"/v1/cases/{case_id}{below}") for below in ("", "/timeline", "/facts")]
    closed = await _under(stage, grant, f"/v1/cases/{other}")
    assert before.status_code == 404
    assert [answer.status_code for answer in opened] == [200, 200, 200]
    assert (closed.status_code, closed.json()["code"]) == (403, "break-glass-refused")


async def test_without_naming_the_grant_nothing_is_opened(stage: Stage) -> None:
    """Neither the case nor a list; the grant is used knowingly, each time."""
    case_id = await stage.referred()
    await _given(stage, case_id)

    case = await stage.actor(DUTY).send("GET", f"/v1/cases/{case_id}")
    listed = await stage.actor(DUTY).send("GET", "/v1/cases")

    assert (case.status_code, listed.json()["items"]) == (404, [])


async def test_grant_opens_no_list_and_no_writing(stage: Stage) -> None:
    """It reads below the case that it names, and that is all."""
    case_id = await stage.referred()
    grant = await _given(stage, case_id)

    answers = [
        await _under(stage, grant, "/v1/cases"),
        await _under(stage, grant, "/v1/events"),
        await stage.changed(DUTY, roles=(Role.CASES_RO, Role.ADVICE_RO)).send(
            "POST", f"/v1/cases/{case_id}/advice", {}, headers={"X-Break-Glass": grant["grantId"]}
        ),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_grant_is_its_owners_alone(stage: Stage) -> None:
    """Another person's request that names it is refused like one that names none."""
    case_id = await stage.referred()
    grant = await _given(stage, case_id)
    path = f"/v1/cases/{case_id}"

    other = await stage.actor("demo-yjs-ealing").send("GET", path, headers={"X-Break-Glass": grant["grantId"]})
    none = await stage.actor("demo-yjs-ealing").send("GET", path, headers={"X-Break-Glass": str(uuid7())})

    assert [answer.status_code for answer in (other, none)] == [403, 403]
    assert other.json()["code"] == none.json()["code"] == "break-glass-refused"


async def test_grant_ends_after_half_an_hour(stage: Stage, clock: FrozenClock) -> None:
    """One second before it still opens; then it is over, and whoever needs more asks again."""
    case_id = await stage.referred()
    grant = await _given(stage, case_id)
    clock.move(minutes=29, seconds=59)
    last = await _under(stage, grant, f"/v1/cases/{case_id}")
    clock.move(seconds=1)

    over = await _under(stage, grant, f"/v1/cases/{case_id}")

    assert (last.status_code, over.status_code) == (200, 403)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"reason": "Need it."}, 422, "too-short"),
        ({"caseId": "019e0000-0000-7000-8000-000000000000"}, 404, "not-found"),
        ({"caseId": "../x"}, 404, "not-found"),
    ],
)
async def test_asking_takes_a_case_and_a_true_reason(stage: Stage, changes: Document, status: int, code: str) -> None:
    """Twenty characters at least, and a case that there is."""
    answer = await _asked(stage, await stage.referred(), **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_own_case_needs_no_breaking(stage: Stage) -> None:
    """Whoever reaches the case already is told so; no grant, no alert."""
    referral = a_referral(EALING, TODAY)
    made = await stage.changed(POLICE, areas=(EALING,)).send("POST", "/v1/referrals", referral, purpose="REFERRAL")

    answer = await _asked(stage, made.json()["caseId"])

    assert (answer.status_code, answer.json()["code"]) == (409, "break-glass-needless")
    assert await _audited(stage, "/v1/alerts") == []


async def test_alert_is_raised_at_once_and_names_nobody(stage: Stage) -> None:
    """Asking and each reading raise one, without case or person; the entry of the log has both."""
    case_id = await stage.referred()
    grant = await _given(stage, case_id)
    await _under(stage, grant, f"/v1/cases/{case_id}")

    alerts = await _audited(stage, "/v1/alerts?kind=BREAK_GLASS")

    entries = {entry["logId"]: entry for entry in await _audited(stage, f"/v1/audit?caseId={case_id}")}
    acts = [entries[alert["logId"]]["act"] for alert in alerts]
    assert acts == ["break-glass.given", "break-glass.used", "case.read"]
    assert {entries[alert["logId"]]["userName"] for alert in alerts} == {DUTY}
    assert {name for alert in alerts for name in alert} == {"logId", "kind", "area", "occurredAt"}


async def test_review_is_for_another_person_of_another_agency(stage: Stage) -> None:
    """Not the person, by whatever account; not a colleague; then once."""
    grant = await _given(stage, await stage.referred())
    path = f"{GLASS}/{grant['grantId']}/review"
    own = stage.changed(AUDITOR, client_id=DUTY, agency=Agency.YJS)
    colleague = stage.changed(AUDITOR, agency=Agency.POLICE)

    answers = [
        await actor.send("POST", path, FOUND, purpose="AUDIT")
        for actor in (own, colleague, stage.actor(AUDITOR), stage.actor(AUDITOR))
    ]

    assert [(answer.status_code, answer.json().get("code")) for answer in answers] == [
        (409, "four-eyes"),
        (403, "wrong-agency"),
        (201, None),
        (409, "already-reviewed"),
    ]
    assert (answers[2].json()["state"], answers[2].json()["reviewedBy"]) == ("REVIEWED", AUDITOR)


async def test_grant_not_reviewed_in_five_working_days_is_overdue(stage: Stage, clock: FrozenClock) -> None:
    """It is listed, counted for operators, and bars the person from another until somebody has looked."""
    case_id, other = await stage.referred(), await stage.referred(CAMDEN)
    grant = await _given(stage, case_id)
    clock.move(days=6)
    in_time = await _audited(stage, f"{GLASS}?state=OVERDUE")
    clock.move(days=2)

    overdue = await _audited(stage, f"{GLASS}?state=OVERDUE")
    metrics = (await stage.http.get("/metrics")).text
    barred = await _asked(stage, other)
    await stage.actor(AUDITOR).send("POST", f"{GLASS}/{grant['grantId']}/review", FOUND, purpose="AUDIT")
    again = await _asked(stage, other)

    assert (in_time, [one["grantId"] for one in overdue]) == ([], [grant["grantId"]])
    assert "oocd_break_glass_overdue 1.0" in metrics
    assert (barred.status_code, barred.json()["code"], again.status_code) == (409, "break-glass-unreviewed", 201)
    assert "oocd_break_glass_overdue 0.0" in (await stage.http.get("/metrics")).text


async def test_grants_are_seen_by_auditors_of_the_cases_area(stage: Stage) -> None:
    """Those of another area see none, and reading them is logged."""
    case_id = await stage.referred(ISLINGTON)
    grant = await _given(stage, case_id)

    own = await _audited(stage, GLASS)
    other = await stage.changed(AUDITOR, areas=(EALING,)).send("GET", GLASS, purpose="AUDIT")

    assert [one["grantId"] for one in own] == [grant["grantId"]]
    assert (own[0]["reason"], own[0]["by"], own[0]["state"]) == (WHY, DUTY, "UNREVIEWED")
    assert other.json()["items"] == []
    assert [one["userName"] for one in await _audited(stage, "/v1/audit?act=break-glass.read")] == [AUDITOR]


async def test_officer_of_the_area_needs_no_grant_and_is_told_of_none(stage: Stage) -> None:
    """Who works on the case sees neither grants nor alerts: those are for who watches."""
    await _given(stage, await stage.referred())

    answers = [await stage.actor(OFFICER).send("GET", path) for path in (GLASS, "/v1/alerts")]

    assert [answer.status_code for answer in answers] == [403, 403]
