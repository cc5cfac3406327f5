"""Opinions at the same instant: the four-eyes rule is never broken, and no conflict is missed.

Measured elsewhere, a check before an insert broke this rule in most races at every isolation level below SERIALIZABLE;
here the case's row is locked, and keys refuse what slips past.
"""

import asyncio

import httpx
import pytest

from app.identity.caller import Agency
from tests.api.acting import OFFICER, PRACTITIONER, Actor, Stage, opinion

pytestmark = pytest.mark.anyio
ROUNDS = [pytest.param(10, id="short"), pytest.param(50, id="long", marks=pytest.mark.deep)]


async def _speak(actor: Actor, case_id: str, body: object, etag: str) -> httpx.Response:
    return await actor.send("POST", f"/v1/cases/{case_id}/opinions", body, headers={"If-Match": etag})


async def _ready(stage: Stage) -> tuple[str, dict[str, object], str]:
    case_id = await stage.referred()
    advice = await stage.advised(case_id)
    return case_id, advice, await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_conflict_at_one_instant_is_never_missed(stage: Stage, rounds: int) -> None:
    """Whoever comes second is told that the agencies disagree, and the case is escalated."""
    police, yjs = stage.actor(OFFICER), stage.actor(PRACTITIONER)
    for _ in range(rounds):
        case_id, advice, etag = await _ready(stage)

        answers = await asyncio.gather(
            _speak(police, case_id, opinion(advice, "YOUTH_CAUTION"), etag),
            _speak(yjs, case_id, opinion(advice, "TRIAGE"), etag),
        )

        assert [answer.status_code for answer in answers] == [201, 201]
        assert {answer.json()["standing"] for answer in answers} == {"INCOMPLETE", "CONFLICTED"}
        assert (await police.send("GET", f"/v1/cases/{case_id}")).json()["status"] == "ESCALATED"
        assert (await police.send("GET", f"/v1/cases/{case_id}/escalation")).json()["level"] == 2


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_one_person_never_speaks_for_both(stage: Stage, rounds: int) -> None:
    """A seconded officer with a token of each agency is heard once: the other opinion is 409 four-eyes."""
    for_police = stage.changed(OFFICER, client_id="seconded-officer")
    for_yjs = stage.changed(PRACTITIONER, client_id="seconded-officer", agency=Agency.YJS)
    for _ in range(rounds):
        case_id, advice, etag = await _ready(stage)

        answers = await asyncio.gather(
            _speak(for_police, case_id, opinion(advice, "TRIAGE"), etag),
            _speak(for_yjs, case_id, opinion(advice, "TRIAGE"), etag),
        )

        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert {answer.json().get("code") for answer in answers} == {None, "four-eyes"}
        case = (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).json()
        assert case["status"] == "RECEIVED"


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_one_agency_speaks_once(stage: Stage, rounds: int) -> None:
    """Two officers at one instant: one opinion stands, the other is 409 already-recorded."""
    first, second = stage.actor(OFFICER), stage.changed(OFFICER, client_id="another-officer")
    for _ in range(rounds):
        case_id, advice, etag = await _ready(stage)

        answers = await asyncio.gather(
            _speak(first, case_id, opinion(advice, "TRIAGE"), etag),
            _speak(second, case_id, opinion(advice, "YOUTH_CAUTION"), etag),
        )

        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert {answer.json().get("code") for answer in answers} == {None, "already-recorded"}
