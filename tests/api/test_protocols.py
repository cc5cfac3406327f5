"""Local protocols over HTTP: drafted by one agency, approved by the other, used from their day, never weaker."""

import asyncio
from typing import Any

import httpx
import pytest

from app.demo.story import a_referral
from tests.api.acting import CAMDEN, EALING, ISLINGTON, TODAY, Actor, Document, Stage
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio

POLICY_POLICE, POLICY_YJS = "demo-policy-police", "demo-policy-yjs"
VERSIONS = f"/v1/protocols/{ISLINGTON}/versions"
TOMORROW = "2026-11-22"


async def _draft(stage: Stage, **changes: Any) -> Document:
    """Return Islington's present protocol as a draft for tomorrow, with some keys changed."""
    seen = await stage.actor(POLICY_POLICE).send("GET", VERSIONS)
    document: Document = {**seen.json()["items"][-1], "kind": "LOCAL", "inForceFrom": TOMORROW, **changes}
    del document["version"]
    return document


async def _post(actor: Actor, body: Any, path: str = VERSIONS) -> httpx.Response:
    return await actor.send("POST", path, body, purpose=None)


async def _drafted(stage: Stage, **changes: Any) -> Document:
    answer = await _post(stage.actor(POLICY_POLICE), await _draft(stage, **changes))
    assert answer.status_code == 201, answer.text
    made: Document = answer.json()
    return made


async def _approve(actor: Actor, version: int) -> httpx.Response:
    return await _post(actor, {}, f"{VERSIONS}/{version}/approval")


async def _standing(stage: Stage, as_at: str, disposal: str) -> str:
    """Return how a disposal stands for a child of Islington on a day."""
    facts = a_referral(ISLINGTON, TODAY)
    body = {name: facts[name] for name in ("area", "offences", "victims", "history")} | {"asAt": as_at}
    body["child"] = {"dateOfBirth": facts["child"]["dateOfBirth"]}
    answer = await stage.actor(POLICY_YJS).send("POST", "/v1/advice", body)
    assert answer.status_code == 200, answer.text
    return next(str(one["standing"]) for one in answer.json()["options"] if one["disposal"] == disposal)


async def test_example_that_ships_is_the_first_version(stage: Stage) -> None:
    """Any valid token reads a protocol; the one that ships is labelled as an example."""
    seen = await stage.actor("demo-auditor").send("GET", VERSIONS, purpose=None)

    assert seen.status_code == 200
    assert [(one["version"], one["state"], one["kind"]) for one in seen.json()["items"]] == [(1, "SHIPPED", "EXAMPLE")]


async def test_draft_waits_for_the_other_agency(stage: Stage) -> None:
    """A draft takes the next number and says whose it is."""
    made = await _drafted(stage, safetyDays=35)

    assert (made["version"], made["state"], made["approved"]) == (2, "DRAFT", None)
    assert (made["drafted"]["agency"], made["safetyDays"]) == ("POLICE", 35)


async def test_approved_protocol_is_what_advice_uses_from_its_day(stage: Stage) -> None:
    """Triage is off from the day that the approved version begins; the day before, the old version speaks."""
    made = await _drafted(stage, optionsEnabled=["NO_FURTHER_ACTION", "YOUTH_CAUTION", "CHARGE"])
    drafted = await _standing(stage, TOMORROW, "TRIAGE")
    approved = await _approve(stage.actor(POLICY_YJS), made["version"])

    assert (approved.status_code, approved.json()["state"]) == (201, "APPROVED")
    assert drafted == await _standing(stage, str(TODAY), "TRIAGE") == "AVAILABLE"
    assert await _standing(stage, TOMORROW, "TRIAGE") == "POLICY_BLOCK"


async def test_stored_advice_names_the_version_and_replays_the_same(stage: Stage, clock: FrozenClock) -> None:
    """A receipt keeps the protocol version that it was given under, and a later version leaves it as it is."""
    case_id = await stage.referred()
    before = await stage.advised(case_id)
    await _approve(stage.actor(POLICY_YJS), (await _drafted(stage, safetyDays=35))["version"])

    clock.move(days=1)
    after = await stage.advised(case_id)
    replayed = await stage.actor("demo-police-officer").send("POST", f"/v1/advice/{before['adviceId']}/replay", {})

    assert (before["protocol"]["version"], after["protocol"]["version"]) == (1, 2)
    assert replayed.json()["same"] is True


@pytest.mark.parametrize(
    ("approver", "code"),
    [(POLICY_POLICE, "own-draft"), ("colleague", "other-agency-needed"), ("analyst", "role-missing")],
)
async def test_draft_is_approved_by_nobody_else_than_the_other_agency(stage: Stage, approver: str, code: str) -> None:
    """Not by the author, not by the author's agency, not without the role."""
    made = await _drafted(stage)
    actors = {
        "colleague": stage.changed(POLICY_POLICE, client_id="demo-policy-police-2"),
        "analyst": stage.actor("demo-analyst"),
    }

    refused = await _approve(actors.get(approver) or stage.actor(approver), made["version"])

    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_approved_version_is_approved_once(stage: Stage) -> None:
    """What is approved stays as it is."""
    made = await _drafted(stage)
    await _approve(stage.actor(POLICY_YJS), made["version"])

    again = await _approve(stage.actor(POLICY_YJS), made["version"])

    assert (again.status_code, again.json()["code"]) == (409, "already-approved")


async def test_draft_whose_day_has_come_is_overtaken(stage: Stage, clock: FrozenClock) -> None:
    """A version never begins in the past, also when the approval is late."""
    made = await _drafted(stage)

    clock.move(days=1)
    late = await _approve(stage.actor(POLICY_YJS), made["version"])

    assert (late.status_code, late.json()["code"]) == (409, "draft-overtaken")
    assert late.json()["errors"][0]["code"] == "start-in-past"


async def test_draft_before_an_approved_version_is_overtaken(stage: Stage) -> None:
    """Of two drafts the later is approved first; the earlier cannot come after it."""
    first, second = await _drafted(stage), await _drafted(stage, safetyDays=35)
    await _approve(stage.actor(POLICY_YJS), second["version"])

    late = await _approve(stage.actor(POLICY_YJS), first["version"])

    assert (late.status_code, late.json()["code"]) == (409, "draft-overtaken")


@pytest.mark.parametrize(
    ("changes", "pointer", "code", "rules"),
    [
        ({"inForceFrom": "2026-11-21"}, "/inForceFrom", "start-in-past", []),
        ({"majorityVote": True}, "/majorityVote", "settled-by-law", ["PRC-12"]),
        ({"panel": {"voting": "MAJORITY"}}, "/panel/voting", "settled-by-law", ["PRC-12"]),
        ({"appropriateAdultAge": 17}, "/appropriateAdultAge", "settled-by-law", ["YC-04"]),
        ({"safetyDays": -1}, "/safetyDays", "weakens-law", ["TIM-01"]),
        ({"admissionMode": {"YOUTH_CAUTION": "ACCEPT"}}, "/admissionMode", "weakens-law", ["YC-01"]),
        ({"authority": []}, "/authority", "weakens-law", ["CHG-02", "CHG-03", "OFF-03", "YC-07", "YCC-07"]),
        ({"colour": "red"}, "/colour", "unknown-key", []),
        ({"version": 7}, "/version", "version-out-of-turn", []),
        ({"area": CAMDEN}, "/area", "another-area", []),
    ],
)
async def test_draft_that_weakens_the_law_is_refused_with_the_rule(
    stage: Stage, changes: Document, pointer: str, code: str, rules: list[str]
) -> None:
    """No statute is weakened, no majority decides, nothing begins in the past."""
    body = await _draft(stage) | changes

    refused = await _post(stage.actor(POLICY_POLICE), body)

    assert (refused.status_code, refused.json()["code"]) == (422, "protocol-refused")
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in refused.json()["errors"]}
    assert refused.json()["rules"] == rules


async def test_every_fault_of_a_draft_is_told_at_once(stage: Stage) -> None:
    """Nobody mends a document one fault at a time."""
    body = await _draft(stage) | {"safetyDays": -1, "inForceFrom": "2020-01-01", "authority": []}

    refused = await _post(stage.actor(POLICY_POLICE), body)

    assert {one["pointer"] for one in refused.json()["errors"]} == {"/safetyDays", "/inForceFrom", "/authority"}


async def test_versions_are_compared_key_by_key(stage: Stage) -> None:
    """Only what differs is shown, before and after."""
    always = {"when": ["ALWAYS"], "disposals": []}
    made = await _drafted(stage, safetyDays=35, countersign=always)

    seen = await stage.actor(POLICY_YJS).send("GET", f"{VERSIONS}/compare?from=1&to={made['version']}", purpose=None)

    found = {one["key"]: (one["before"], one["after"]) for one in seen.json()["differences"]}
    assert found == {
        "version": (1, 2), "kind": ("EXAMPLE", "LOCAL"), "inForceFrom": ("2013-04-08", TOMORROW),
        "safetyDays": (28, 35), "countersign": ({"when": ["HIGH_LEVEL", "CONTRADICTION"], "disposals": []}, always),
    }  # fmt: skip


async def test_pre_assessment_is_complete_once_signed_as_the_protocol_asks(stage: Stage, clock: FrozenClock) -> None:
    """The area agrees that a manager looks at each one: from that day an unsigned one is not complete, and says so."""
    path = f"/v1/cases/{await stage.pre_assessed(ISLINGTON)}/pre-assessment"
    drafted = await _drafted(stage, countersign={"when": ["ALWAYS"]})
    await _approve(stage.actor(POLICY_YJS), drafted["version"])
    before = (await stage.actor("demo-yjs-manager").send("GET", path)).json()

    clock.move(days=1)
    after = (await stage.actor("demo-yjs-manager").send("GET", path)).json()

    assert (before["complete"], before["countersignature"]["asked"]) == (True, False)
    assert (after["complete"], after["countersignature"]["because"]) == (False, ["LOCAL_PROTOCOL"])
    assert after["missing"] == [{"pointer": "/countersignedBy", "who": "YJS_MANAGER"}]


async def test_old_versions_stay_readable(stage: Stage) -> None:
    """After an approval the version before can be read as it was."""
    before = (await stage.actor(POLICY_YJS).send("GET", f"{VERSIONS}/1")).json()
    await _approve(stage.actor(POLICY_YJS), (await _drafted(stage, safetyDays=35))["version"])

    assert (await stage.actor(POLICY_YJS).send("GET", f"{VERSIONS}/1")).json() == before


@pytest.mark.parametrize("path", [f"{VERSIONS}/9", f"{VERSIONS}/x", "/v1/protocols/E09000099/versions"])
async def test_absent_version_is_not_found(stage: Stage, path: str) -> None:
    """Neither a version nor an area that nobody has written for."""
    assert (await stage.actor(POLICY_YJS).send("GET", path)).status_code == 404


async def test_protocol_of_another_area_is_read_and_not_written(stage: Stage) -> None:
    """Ealing's protocol is not Islington's to draft."""
    path = f"/v1/protocols/{EALING}/versions"
    seen = await stage.actor(POLICY_POLICE).send("GET", path)

    refused = await _post(stage.actor(POLICY_POLICE), seen.json()["items"][0], path)

    assert (seen.status_code, refused.status_code) == (200, 404)


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        ("demo-police-officer", {}, "role-missing"),
        (POLICY_POLICE, {"person": False}, "human-required"),
    ],
)
async def test_only_a_person_with_the_role_drafts(stage: Stage, who: str, changes: Any, code: str) -> None:
    """A machine sets no policy."""
    refused = await _post(stage.changed(who, **changes), await _draft(stage))

    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_drafts_made_at_once_take_different_numbers(stage: Stage) -> None:
    """Two agencies drafting at the same moment do not collide."""
    body = await _draft(stage)

    made = await asyncio.gather(*(_post(stage.actor(client), body) for client in (POLICY_POLICE, POLICY_YJS)))

    assert sorted(one.json()["version"] for one in made) == [2, 3]


async def test_drafting_and_approving_are_in_the_log(stage: Stage) -> None:
    """Who drafted and who approved can be read in the audit log."""
    await _approve(stage.actor(POLICY_YJS), (await _drafted(stage))["version"])

    seen = await stage.changed("demo-auditor").send("GET", "/v1/audit", purpose="AUDIT")

    acts = {one["act"]: one["userName"] for one in seen.json()["items"]}
    assert {"protocol.drafted", "protocol.approved"} <= set(acts)
    assert acts["protocol.drafted"] != acts["protocol.approved"]
