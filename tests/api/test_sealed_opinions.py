"""While one agency alone has spoken, nothing that anybody else can read has changed by a byte."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.acting import (
    EXAMPLE_AREA,
    MANAGER,
    OFFICER,
    POLICE,
    POLICE_SENIOR,
    PRACTITIONER,
    SUPERVISOR,
    Actor,
    Stage,
    decision,
)
from tests.api.speaking import post, speak

pytestmark = pytest.mark.anyio

PATHS = (
    "/v1/cases/{}",
    "/v1/cases/{}/timeline",
    "/v1/cases/{}/opinions",
    "/v1/cases/{}/escalation",
    "/v1/cases/{}/decision",
    "/v1/cases/{}/advice",
    "/v1/cases/{}/facts",
    "/v1/cases/{}/authority",
    "/v1/cases/{}/contributions",
    "/v1/cases/{}/representations",
    "/v1/cases/{}/feedback",
    "/v1/cases/{}/transfer",
    "/v1/cases/{}/possible-matches",
    "/v1/cases/{}/pre-assessment",
    "/v1/cases/{}/explanation?audience=CHILD",
    "/v1/cases/{}/delivery",
    "/v1/cases/{}/conditions",
    "/v1/cases/{}/interventions",
    "/v1/cases/{}/completion",
    "/v1/cases/{}/support-offer",
    "/v1/cases",
    "/v1/cases/counts",
    "/v1/cases?updatedSince=2026-11-21T11:59:00Z",
    "/v1/cases?status=ESCALATED",
    "/v1/cases?dueBefore=2027-01-01",
    "/v1/cases?view=DUE_SOON",
    "/v1/cases?view=OVERDUE",
    "/v1/cases?view=MINE",
    "/v1/cases?view=AWAITING_MY_AGENCY",
    "/v1/cases?view=ESCALATED_TO_MY_GRADE",
    "/v1/escalations/overdue",
    "/v1/panel-meetings",
    "/v1/events",
    "/v1/management/figures?area=E99999901&from=2026-11-01&to=2026-11-30",
    "/v1/statistics/departures?area=E99999901&from=2026-11-01&to=2026-11-30",
)
ALWAYS_NEW = {"date", "x-request-id", "traceparent", "traceId", "instance"}


async def all_seen(actor: Actor, case_id: str) -> list[Any]:
    """Read everything that can be read about a case: status, headers, body."""
    seen = []
    for path in PATHS:
        answer = await actor.send("GET", path.format(case_id))
        body = {name: value for name, value in answer.json().items() if name not in ALWAYS_NEW}
        headers = {name: value for name, value in answer.headers.items() if name not in ALWAYS_NEW}
        seen.append((path, answer.status_code, headers, body))
    return seen


@pytest.fixture
async def conflicted(stage: Stage) -> tuple[str, Any]:
    """Return a case that has been escalated to the managers, and its advice."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await stage.advised(case_id)
    for who, disposal in ((OFFICER, "YOUTH_CAUTION"), (PRACTITIONER, "TRIAGE")):
        assert (await speak(stage, who, case_id, advice, disposal)).status_code == 201
    return case_id, advice


@pytest.mark.parametrize(
    ("speaker", "readers"),
    [
        (SUPERVISOR, (PRACTITIONER, MANAGER, "demo-panel-coordinator", "demo-cps")),
        (MANAGER, (OFFICER, SUPERVISOR, "demo-cps")),
    ],
)
async def test_sealed_opinion_leaks_nothing(
    stage: Stage, conflicted: tuple[str, Any], speaker: str, readers: tuple[str, ...]
) -> None:
    """Neither ETag, nor status, timeline, list, count nor any other answer to the others tells that one has spoken."""
    case_id, advice = conflicted
    before = [await all_seen(stage.actor(reader), case_id) for reader in readers]

    spoken = await speak(stage, speaker, case_id, advice, "TRIAGE")

    after = [await all_seen(stage.actor(reader), case_id) for reader in readers]
    assert spoken.status_code == 201
    assert after == before


async def test_seal_is_lifted_for_both_at_once(stage: Stage) -> None:
    """With the second opinion both agencies read both."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await stage.advised(case_id)
    seen: Callable[[str], Any] = lambda who: stage.actor(who).send("GET", f"/v1/cases/{case_id}/opinions")  # noqa: E731

    await speak(stage, OFFICER, case_id, advice, "TRIAGE")
    own, other = (await seen(OFFICER)).json(), (await seen(PRACTITIONER)).json()
    await speak(stage, PRACTITIONER, case_id, advice, "TRIAGE")
    both = [(await seen(who)).json() for who in (OFFICER, PRACTITIONER)]

    assert ([one["agency"] for one in own["items"]], other["items"]) == (["POLICE"], [])
    assert both[0] == both[1]
    assert (both[0]["sealed"], len(both[0]["items"])) == (False, 2)


async def test_timeline_tells_who_spoke_once_the_seal_is_lifted(stage: Stage) -> None:
    """Then, and before the agreement that followed, both opinions stand in it with their agencies."""
    case_id = await stage.pre_assessed(EXAMPLE_AREA)
    advice = await stage.advised(case_id)
    for who in (OFFICER, PRACTITIONER):
        await speak(stage, who, case_id, advice, "TRIAGE")

    told = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}/timeline")).json()["items"]

    assert [(one["act"], one["agency"], one["by"]) for one in told[-3:]] == [
        ("opinion.recorded", "POLICE", OFFICER),
        ("opinion.recorded", "YJS", PRACTITIONER),
        ("case.agreed", "YJS", PRACTITIONER),
    ]


async def test_sealed_opinion_is_not_found_out_by_acting(stage: Stage, conflicted: tuple[str, Any]) -> None:
    """Whoever tries to decide, to speak out of turn or to read the event feed is answered as if nobody had spoken."""
    case_id, advice = conflicted
    sender = stage.actor(POLICE)

    async def tried() -> list[Any]:
        decided = await post(stage.actor(POLICE_SENIOR), case_id, "decision", decision(advice, "TRIAGE"))
        low = await speak(stage, OFFICER, case_id, advice, "TRIAGE")
        told = [await sender.send("GET", path, purpose="REFERRAL") for path in ("/v1/events", "/v1/events?limit=1")]
        answers = [(one.status_code, one.json().get("code")) for one in (decided, low)]
        return [*answers, *(one.json() for one in told)]

    before = await tried()
    spoken = await speak(stage, MANAGER, case_id, advice, "TRIAGE")

    assert spoken.status_code == 201
    assert await tried() == before
    assert before[:2] == [(409, "escalation-open"), (403, "grade-too-low")]
