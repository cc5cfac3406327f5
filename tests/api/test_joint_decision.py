"""The joint decision over HTTP: sealed opinions, agreement, escalation, and who may decide what."""

from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, connect
from tests.api.acting import (
    CAMDEN,
    EXAMPLE_AREA,
    ISLINGTON,
    MANAGER,
    OFFICER,
    POLICE,
    POLICE_SENIOR,
    PRACTITIONER,
    SUPERVISOR,
    TODAY,
    YJS_SENIOR,
    Document,
    Stage,
    decision,
    opinion,
)

pytestmark = pytest.mark.anyio


async def _post(stage: Stage, client: str, case_id: str, what: str, body: Document) -> httpx.Response:
    actor = stage.actor(client)
    match = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
    return await actor.send("POST", f"/v1/cases/{case_id}/{what}", body, headers=match)


async def _said(stage: Stage, case_id: str, advice: Document, *opinions: tuple[str, str]) -> None:
    for client, disposal in opinions:
        answer = await _post(stage, client, case_id, "opinions", opinion(advice, disposal))
        assert answer.status_code == 201, answer.text


async def _advised(stage: Stage, area: str = ISLINGTON, **offence: Any) -> tuple[str, Document]:
    referral = a_referral(area, TODAY)
    referral["offences"][0].update(offence)
    case_id = await stage.referred(area, referral)
    return case_id, await stage.advised(case_id)


async def test_sealed_opinion_leaks_nothing(stage: Stage) -> None:
    """Until both have spoken, neither tag, status, timeline nor list tells the other agency that one has."""
    case_id, advice = await _advised(stage)
    yjs, path = stage.actor(PRACTITIONER), f"/v1/cases/{case_id}"
    before = [await yjs.send("GET", path + part) for part in ("", "/timeline", "/opinions")]

    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"))

    after = [await yjs.send("GET", path + part) for part in ("", "/timeline", "/opinions")]
    assert [answer.content for answer in after] == [answer.content for answer in before]
    assert [answer.headers.get("ETag") for answer in after] == [answer.headers.get("ETag") for answer in before]


async def test_seal_is_lifted_for_both_at_once(stage: Stage) -> None:
    """With the second opinion both see both."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))

    for client in (OFFICER, PRACTITIONER):
        seen = (await stage.actor(client).send("GET", f"/v1/cases/{case_id}/opinions")).json()
        assert (seen["standing"], seen["sealed"]) == ("AGREED", False)
        assert {one["agency"] for one in seen["items"]} == {"POLICE", "YJS"}


async def test_author_may_replace_a_sealed_opinion(stage: Stage) -> None:
    """A second thought before the seal is lifted counts; afterwards none does."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "YOUTH_CAUTION"), (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))

    late = await _post(stage, OFFICER, case_id, "opinions", opinion(advice, "YOUTH_CAUTION"))

    assert late.status_code == 409
    seen = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/opinions")).json()
    assert seen["standing"] == "AGREED"


async def test_colleague_may_not_replace_an_opinion(stage: Stage) -> None:
    """The agency has spoken through somebody else."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"))

    answer = await _post(stage, SUPERVISOR, case_id, "opinions", opinion(advice, "TRIAGE"))

    assert (answer.status_code, answer.json()["code"]) == (409, "already-recorded")


async def test_agreement_becomes_a_decision_the_police_system_reads(stage: Stage) -> None:
    """Outcome 8 now, by the officer, at level 1, without dissent; and the referral shows it."""
    police = stage.actor(POLICE)
    made = (await police.send("POST", "/v1/referrals", a_referral(ISLINGTON, TODAY), purpose="REFERRAL")).json()
    case_id = made["caseId"]
    advice = await stage.advised(case_id)
    chosen = "COMMUNITY_RESOLUTION"
    await _said(stage, case_id, advice, (OFFICER, chosen), (PRACTITIONER, chosen))

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, chosen))

    assert answer.status_code == 201
    body = answer.json()
    assert (body["disposal"], body["outcomeCode"], body["outcomeCodeWhen"]) == (chosen, "8", "NOW")
    assert (body["decidedBy"]["agency"], body["level"], body["dissent"]) == ("POLICE", 1, [])
    read = (await police.send("GET", f"/v1/referrals/{made['referralId']}", purpose="REFERRAL")).json()
    assert (read["status"], read["decision"]["outcomeCode"]) == ("DECIDED", "8")


async def test_conflict_goes_up_two_levels_and_ends_with_the_police(stage: Stage) -> None:
    """Managers, then seniors; where those disagree too the police decide, and all dissent is kept."""
    case_id, advice = await _advised(stage, EXAMPLE_AREA)
    await _said(stage, case_id, advice, (OFFICER, "YOUTH_CAUTION"), (PRACTITIONER, "TRIAGE"))
    second = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/escalation")).json()
    await _said(stage, case_id, advice, (SUPERVISOR, "YOUTH_CAUTION"), (MANAGER, "TRIAGE"))
    third = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/escalation")).json()
    body = decision(advice, "YOUTH_CAUTION")
    early = await _post(stage, POLICE_SENIOR, case_id, "decision", body)
    await _said(stage, case_id, advice, (POLICE_SENIOR, "YOUTH_CAUTION"), (YJS_SENIOR, "TRIAGE"))

    low = await _post(stage, SUPERVISOR, case_id, "decision", body)
    made = await _post(stage, POLICE_SENIOR, case_id, "decision", body)

    assert (second["level"], second["dueOn"]) == (2, "2026-11-24")
    assert second["waitingFor"] == [{"agency": "POLICE", "grade": "MANAGER"}, {"agency": "YJS", "grade": "MANAGER"}]
    assert (third["level"], third["dueOn"]) == (3, "2026-11-27")
    assert (early.status_code, early.json()["code"]) == (409, "escalation-open")
    assert (low.status_code, low.json()["code"]) == (403, "grade-too-low")
    assert made.status_code == 201
    assert [(d["agency"], d["level"]) for d in made.json()["dissent"]] == [("YJS", 1), ("YJS", 2), ("YJS", 3)]


async def test_practitioner_may_not_speak_at_the_managers_level(stage: Stage) -> None:
    """Above the first level each agency speaks through the grade of the level."""
    case_id, advice = await _advised(stage, CAMDEN)
    await _said(stage, case_id, advice, (OFFICER, "YOUTH_CAUTION"), (PRACTITIONER, "TRIAGE"))

    answer = await _post(stage, PRACTITIONER, case_id, "opinions", opinion(advice, "TRIAGE"))

    assert (answer.status_code, answer.json()["code"]) == (403, "grade-too-low")


async def test_no_escalation_where_nobody_disagrees(stage: Stage) -> None:
    """There is nothing to read."""
    case_id = await stage.referred()

    assert (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/escalation")).status_code == 404


async def test_departure_from_advice_is_explained_or_refused(stage: Stage) -> None:
    """A disposal that the advice does not indicate needs its reason; an indicated one has none to give."""
    case_id, advice = await _advised(stage)
    unexplained = opinion(advice, "YOUTH_CAUTION") | {"departs": None}
    needless = opinion(advice, "TRIAGE") | {"departs": opinion(advice, "YOUTH_CAUTION")["departs"]}

    refused = await _post(stage, OFFICER, case_id, "opinions", unexplained)
    odd = await _post(stage, OFFICER, case_id, "opinions", needless)

    assert (refused.status_code, refused.json()["code"]) == (422, "departure-unexplained")
    assert odd.status_code == 422


async def test_rationale_pasted_from_the_advice_is_refused(stage: Stage) -> None:
    """Nobody has thought where the engine's sentence stands for a person's."""
    case_id, advice = await _advised(stage)
    reason = next(f["reason"] for o in advice["options"] for f in o["findings"] if len(f["reason"]) > 20)

    answer = await _post(stage, OFFICER, case_id, "opinions", opinion(advice, "TRIAGE") | {"rationale": reason.upper()})

    assert (answer.status_code, answer.json()["code"]) == (422, "rationale-copied")


async def test_decision_waits_for_both_opinions(stage: Stage) -> None:
    """One agency alone decides nothing."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"))

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, "TRIAGE"))

    assert (answer.status_code, answer.json()["code"]) == (409, "opinions-missing")


async def test_decision_is_what_was_agreed(stage: Stage) -> None:
    """Nobody decides something else than what both hold."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, "COMMUNITY_RESOLUTION"))

    assert (answer.status_code, answer.json()["code"]) == (409, "decision-not-agreed")


async def test_excluded_disposal_is_refused_with_its_rule(stage: Stage) -> None:
    """No admission, no youth caution, whoever agrees."""
    response = {"kind": "DENIED", "on": "2026-11-01", "to": "CONSTABLE", "appropriateAdult": "PRESENT"}
    case_id, advice = await _advised(stage, response={**response, "legalAdvice": "TAKEN", "understood": "YES"})
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, "YOUTH_CAUTION"))

    assert (answer.status_code, answer.json()["code"]) == (422, "disposal-excluded")
    assert answer.json()["rule"] == "YC-01"


async def test_open_disposal_is_refused(stage: Stage) -> None:
    """A fact that the disposal turns on is missing."""
    case_id, advice = await _advised(stage, evidence="NOT_ASSESSED")
    chosen = "COMMUNITY_RESOLUTION"
    await _said(stage, case_id, advice, (OFFICER, chosen), (PRACTITIONER, chosen))

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, chosen))

    assert (answer.status_code, answer.json()["code"]) == (422, "facts-missing")


async def test_newer_advice_makes_the_older_stale(stage: Stage) -> None:
    """The decision rests on the latest advice on the latest facts."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))
    newer = await stage.advised(case_id)

    stale = await _post(stage, OFFICER, case_id, "decision", decision(advice, "TRIAGE"))
    fresh = await _post(stage, OFFICER, case_id, "decision", decision(newer, "TRIAGE"))

    assert (stale.status_code, stale.json()["code"]) == (409, "advice-stale")
    assert fresh.status_code == 201


async def test_birthday_between_advice_and_decision_is_caught(stage: Stage, clock: Any) -> None:
    """Eighteen on the day of the decision: a youth caution is no longer lawful, whatever the advice said."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["child"]["dateOfBirth"] = "2008-11-22"
    case_id = await stage.referred(EXAMPLE_AREA, referral)
    advice = await stage.advised(case_id)
    await _said(stage, case_id, advice, (OFFICER, "YOUTH_CAUTION"), (PRACTITIONER, "YOUTH_CAUTION"))
    clock.move(days=1)

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, "YOUTH_CAUTION"))

    assert (answer.status_code, answer.json()["code"]) == (422, "disposal-excluded")
    assert answer.json()["rule"] == "AGE-04"


async def test_machine_neither_speaks_nor_decides(stage: Stage) -> None:
    """A token without a person behind it gets 403 human-required."""
    case_id, advice = await _advised(stage)
    machine = stage.changed(OFFICER, person=False)

    for what, body in (("opinions", opinion(advice, "TRIAGE")), ("decision", decision(advice, "TRIAGE"))):
        answer = await machine.send("POST", f"/v1/cases/{case_id}/{what}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "human-required")


async def test_no_further_action_names_its_outcome_code(stage: Stage) -> None:
    """The decision-maker says which of the codes of no further action it is."""
    case_id, advice = await _advised(stage)
    chosen = "NO_FURTHER_ACTION"
    await _said(stage, case_id, advice, (OFFICER, chosen), (PRACTITIONER, chosen))
    body = decision(advice, chosen)

    unnamed = await _post(stage, OFFICER, case_id, "decision", body)
    foreign = await _post(stage, OFFICER, case_id, "decision", body | {"outcomeCode": "8"})
    named = await _post(stage, OFFICER, case_id, "decision", body | {"outcomeCode": "10"})

    assert (unnamed.status_code, foreign.status_code, named.status_code) == (422, 422, 201)
    assert named.json()["outcomeCode"] == "10"


async def test_a_case_of_the_cps_is_decided_by_the_prosecutor(stage: Stage) -> None:
    """Robbery is indictable only: a youth caution is the CPS's to decide, and only there does the CPS decide."""
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["offences"][0].pop("cjsCode")
    referral["offences"][0]["offence"] = "robbery"
    case_id = await stage.referred(EXAMPLE_AREA, referral)
    advice = await stage.advised(case_id)
    await _said(stage, case_id, advice, (OFFICER, "YOUTH_CAUTION"), (PRACTITIONER, "YOUTH_CAUTION"))
    body = decision(advice, "YOUTH_CAUTION")

    police = await _post(stage, OFFICER, case_id, "decision", body)
    prosecutor = await _post(stage, "demo-cps", case_id, "decision", body)

    assert (police.status_code, police.json()["code"]) == (422, "authority-missing")
    assert prosecutor.status_code == 201
    assert prosecutor.json()["decidedBy"]["agency"] == "CPS"


async def test_decided_case_takes_no_more(stage: Stage) -> None:
    """What is decided is not opined upon, pre-assessed or decided again."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))
    await _post(stage, OFFICER, case_id, "decision", decision(advice, "TRIAGE"))

    again = await _post(stage, OFFICER, case_id, "decision", decision(advice, "TRIAGE"))
    late = await _post(stage, OFFICER, case_id, "opinions", opinion(advice, "TRIAGE"))

    assert (again.status_code, late.status_code) == (409, 409)


@pytest.mark.parametrize("status", ["WITHDRAWN", "RESTRICTED"])
async def test_case_that_is_withdrawn_or_restricted_is_not_decided(
    stage: Stage, database: DatabaseUrls, status: str
) -> None:
    """Agreed on before; from then on there is nothing to decide."""
    case_id, advice = await _advised(stage)
    await _said(stage, case_id, advice, (OFFICER, "TRIAGE"), (PRACTITIONER, "TRIAGE"))
    owner = await connect(database.owner, "the owner")
    async with owner.transaction():
        await owner.execute("SELECT set_config('oocd.areas', '*', true)")
        await owner.execute("UPDATE cases SET status = $1 WHERE case_id = $2", status, case_id)
    await owner.close()

    answer = await _post(stage, OFFICER, case_id, "decision", decision(advice, "TRIAGE"))

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
