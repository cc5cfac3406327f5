"""Whose agreement a disposal needs, over HTTP: recorded with a reference, never for what is excluded."""

from typing import Any

import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, ISLINGTON, OFFICER, TODAY, Stage, decision
from tests.api.speaking import agreed, changed, post, status_of
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
CPS = "demo-cps"


def an_authority(disposal: str, **changes: Any) -> dict[str, Any]:
    """Return what the CPS agreed to."""
    body = {"disposal": disposal, "authority": "CPS", "reference": "01AA/1234567/26", "decidedOn": "2026-11-20"}
    return body | changes


async def domestic(stage: Stage) -> str:
    """Refer a case in which only the CPS may decide on a youth conditional caution."""
    offence = {"circumstances": ["DOMESTIC_ABUSE"], "officerScore": {"base": 4, "score": 4}}
    return await stage.pre_assessed(EXAMPLE_AREA, changed(a_referral(EXAMPLE_AREA, TODAY), offence=offence))


async def test_agreement_that_needs_the_cps_waits_for_it(stage: Stage) -> None:
    """Agreed, the case awaits the authority; the police cannot decide without it, and can with it."""
    case_id = await domestic(stage)
    advice = await agreed(stage, case_id, "YOUTH_CONDITIONAL_CAUTION")
    officer, body = stage.actor(OFFICER), decision(advice, "YOUTH_CONDITIONAL_CAUTION")

    waiting, refused = await status_of(stage, case_id), await post(officer, case_id, "decision", body)
    recorded = await officer.send("POST", f"/v1/cases/{case_id}/authority", an_authority("YOUTH_CONDITIONAL_CAUTION"))
    ready, made = await status_of(stage, case_id), await post(officer, case_id, "decision", body)

    assert (waiting, refused.status_code, refused.json()["code"]) == ("AWAITING_AUTHORITY", 422, "authority-missing")
    assert (recorded.status_code, ready, made.status_code) == (201, "OPINIONS", 201)


async def test_prosecutor_decides_its_own_case(stage: Stage) -> None:
    """The person of the CPS needs nobody's agreement but its own."""
    case_id = await domestic(stage)
    advice = await agreed(stage, case_id, "YOUTH_CONDITIONAL_CAUTION")

    made = await post(stage.actor(CPS), case_id, "decision", decision(advice, "YOUTH_CONDITIONAL_CAUTION"))

    assert (made.status_code, made.json()["decidedBy"]["agency"]) == (201, "CPS")


async def test_prosecutor_does_not_decide_a_police_case(stage: Stage) -> None:
    """Where no authority of the CPS is needed the decision is the police's."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await agreed(stage, case_id, "COMMUNITY_RESOLUTION")

    answer = await post(stage.actor(CPS), case_id, "decision", decision(advice, "COMMUNITY_RESOLUTION"))

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-agency")


async def test_refused_authority_lets_both_speak_anew(stage: Stage) -> None:
    """What the CPS refused cannot be decided: the case is up for opinions again, in a new round."""
    case_id = await domestic(stage)
    await agreed(stage, case_id, "YOUTH_CONDITIONAL_CAUTION")

    body = an_authority("YOUTH_CONDITIONAL_CAUTION", decision="REFUSED", reasons="Charge is in the public interest.")
    await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/authority", body)
    again = await agreed(stage, case_id, "DEFERRED_PROSECUTION")

    assert again["adviceId"]
    assert await status_of(stage, case_id) == "OPINIONS"


async def test_policy_block_passes_with_an_authority_and_its_reasons_alone(stage: Stage) -> None:
    """Islington has Outcome 22 off: an inspector may allow it, saying why."""
    case_id = await stage.pre_assessed(ISLINGTON)
    advice = await agreed(stage, case_id, "OUTCOME_22")
    officer, body = stage.actor(OFFICER), decision(advice, "OUTCOME_22")
    path, named = f"/v1/cases/{case_id}/authority", an_authority("OUTCOME_22", authority="INSPECTOR", byWhom="Insp 12")

    waiting, refused = await status_of(stage, case_id), await post(officer, case_id, "decision", body)
    unexplained = await officer.send("POST", path, named)
    explained = await officer.send("POST", path, named | {"reasons": "The child lives in Camden, which offers it."})
    made = await post(officer, case_id, "decision", body)

    assert (waiting, refused.status_code, unexplained.status_code) == ("AWAITING_AUTHORITY", 422, 422)
    assert (explained.status_code, made.status_code) == (201, 201), made.text


async def test_no_authority_allows_what_is_excluded(stage: Stage) -> None:
    """A caution without an admission is nobody's to allow; the rule is named."""
    denied = changed(a_referral(EXAMPLE_AREA, TODAY), offence={"response": {"kind": "DENIED"}})
    case_id = await stage.referred(EXAMPLE_AREA, denied)

    answer = await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/authority", an_authority("YOUTH_CAUTION"))

    assert (answer.status_code, answer.json()["code"]) == (422, "disposal-excluded")
    assert answer.json()["rule"] == "YC-01"


async def test_cps_speaks_for_itself_alone(stage: Stage) -> None:
    """A prosecutor records no inspector's agreement."""
    case_id = await domestic(stage)

    body = an_authority("YOUTH_CONDITIONAL_CAUTION", authority="INSPECTOR")
    answer = await stage.actor(CPS).send("POST", f"/v1/cases/{case_id}/authority", body)

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-agency")


async def test_birthday_between_advice_and_opinion_is_caught(stage: Stage, clock: FrozenClock) -> None:
    """A caution that the advice still offered is refused on the day on which the child is 18."""
    referral = changed(
        a_referral(EXAMPLE_AREA, TODAY),
        child={"dateOfBirth": "2008-11-22"},
        offence={"officerScore": {"base": 3, "score": 3}},
    )
    case_id = await stage.pre_assessed(EXAMPLE_AREA, referral)
    advice = await stage.advised(case_id)
    clock.move(days=1)

    answer = await post(
        stage.actor(OFFICER),
        case_id,
        "opinions",
        {"disposal": "YOUTH_CAUTION", "rationale": "A caution is proportionate here.", "adviceId": advice["adviceId"]},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "disposal-excluded")
    assert answer.json()["rule"] == "AGE-04"
