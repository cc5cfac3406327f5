"""Turning 18, and running out of time to prosecute, caught at each of three moments: opinion, decision, delivery."""

from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from tests.api.acting import EXAMPLE_AREA, OFFICER, PRACTITIONER, TODAY, Document, Stage, decision
from tests.api.delivering import a_delivery, decide, deliver
from tests.api.speaking import agreed, post, speak
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
CAUTION = "YOUTH_CAUTION"
CAUSES: dict[str, tuple[Document, Document, set[str]]] = {
    "eighteen": ({"dateOfBirth": "2008-11-22"}, {}, {"AGE-04"}),
    "out-of-time": (
        {},
        {"offence": "common_assault", "committedOn": "2026-05-21", "reportedOn": "2026-05-21"},
        {"TIM-01", "TIM-06"},
    ),
}


@pytest.fixture(params=CAUSES)
async def last_day(request: Any, stage: Stage) -> tuple[str, set[str]]:
    """Return a case whose last day for a caution is today, and the rules that will say so tomorrow."""
    child, offence, rules = CAUSES[request.param]
    referral = a_referral(EXAMPLE_AREA, TODAY)
    referral["child"] |= child
    if offence:
        del referral["offences"][0]["cjsCode"]
        referral["offences"][0] |= offence
        referral["offences"][0]["response"]["on"] = "2026-05-25"
    return await stage.pre_assessed(EXAMPLE_AREA, referral), rules


def _refused(answer: httpx.Response, rules: set[str]) -> bool:
    return (answer.status_code, answer.json()["code"]) == (422, "disposal-excluded") and bool(
        rules & set(answer.json()["rules"])
    )


async def test_it_is_caught_between_advice_and_opinion(
    stage: Stage, clock: FrozenClock, last_day: tuple[str, set[str]]
) -> None:
    """One agency spoke in time; a day later the other cannot hold the same, and no caution can be agreed."""
    case_id, rules = last_day
    advice = await stage.advised(case_id)
    in_time = await speak(stage, OFFICER, case_id, advice, CAUTION)
    clock.move(days=1)

    late = await speak(stage, PRACTITIONER, case_id, advice, CAUTION)

    assert in_time.status_code == 201, in_time.text
    assert _refused(late, rules), late.text


async def test_it_is_caught_between_opinion_and_decision(
    stage: Stage, clock: FrozenClock, last_day: tuple[str, set[str]]
) -> None:
    """Both hold it; a day later it cannot be decided, and fresh advice opens the case to be spoken on anew."""
    case_id, rules = last_day
    advice = await agreed(stage, case_id, CAUTION)
    clock.move(days=1)

    late = await post(stage.actor(OFFICER), case_id, "decision", decision(advice, CAUTION))
    await stage.advised(case_id)

    case = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).json()
    assert _refused(late, rules), late.text
    assert case["status"] == "PRE_ASSESSED"


async def test_it_is_caught_between_decision_and_delivery(
    stage: Stage, clock: FrozenClock, last_day: tuple[str, set[str]]
) -> None:
    """It is decided in time; a day later it cannot be given, though it could have been the day before."""
    case_id, rules = last_day
    await decide(stage, case_id, CAUTION)
    clock.move(days=1)

    late = await deliver(stage, case_id, a_delivery(CAUTION, givenOn="2026-11-22"))
    in_time = await deliver(stage, case_id, a_delivery(CAUTION, givenOn="2026-11-21"))

    assert _refused(late, rules), late.text
    assert in_time.status_code == 201, in_time.text
