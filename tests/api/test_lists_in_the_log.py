"""A list is one entry of the log, and every case that it showed is found in it: by auditors, alerts and verifiers."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.launch.embedded import EmbeddedServer
from app.launch.urls import Connection, DatabaseUrls, connect
from tests.api.acting import CAMDEN, EALING, ISLINGTON, MANAGER, OFFICER, PRACTITIONER, SUPERVISOR, Actor, Stage
from tests.erasing import TELLING, a_telling_referral, erased
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
AUDITOR = "demo-auditor"
VERIFIER = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "verify_audit.py"))
Document = dict[str, Any]


async def _listed(stage: Stage) -> None:
    answer = await stage.actor(OFFICER).send("GET", "/v1/cases")
    assert answer.status_code == 200, answer.text


async def _entries(actor: Actor, query: str = "act=case.listed") -> list[Document]:
    answer = await actor.send("GET", f"/v1/audit?{query}", purpose="AUDIT")
    assert answer.status_code == 200, answer.text
    items: list[Document] = answer.json()["items"]
    return items


async def _alerts(stage: Stage) -> list[Document]:
    answer = await stage.actor(AUDITOR).send("GET", "/v1/alerts?kind=LIMITED_CASE", purpose="AUDIT")
    items: list[Document] = answer.json()["items"]
    return items


async def _limit(stage: Stage, *case_ids: str) -> None:
    """Limit cases to an officer and to those who limit them."""
    named = [{"userName": who, "agency": "POLICE"} for who in (OFFICER, SUPERVISOR)]
    named.append({"userName": MANAGER, "agency": "YJS"})
    why = {"reason": "KNOWN_TO_STAFF", "says": "The child of somebody who works in this office.", "named": named}
    for case_id in case_ids:
        path = f"/v1/cases/{case_id}/limits"
        proposed = await stage.actor(SUPERVISOR).send("POST", path, {"step": "PROPOSED", **why})
        confirmed = await stage.actor(MANAGER).send("POST", path, {"step": "CONFIRMED"})
        assert (proposed.status_code, confirmed.status_code) == (201, 201)


# ── who is found ─────────────────────────────────────────────────────────────


async def test_list_is_one_entry_that_is_found_under_each_of_its_cases(stage: Stage) -> None:
    """With how many cases it showed, and each of their ids; under a case that it did not show it is not."""
    cases = sorted([await stage.referred() for _ in range(3)])
    await _listed(stage)
    later = await stage.referred()

    auditor = stage.actor(AUDITOR)
    (entry,) = await _entries(auditor)
    found = [await _entries(auditor, f"act=case.listed&caseId={case_id}") for case_id in cases]

    assert (entry["caseId"], entry["caseIds"], entry["rowCount"]) == (None, cases, 3)
    assert found == [[entry]] * 3
    assert await _entries(auditor, f"act=case.listed&caseId={later}") == []


async def test_list_of_one_case_names_it_as_any_act_does(stage: Stage) -> None:
    """What asks for the one case of an entry need not know of lists."""
    case_id = await stage.referred()

    await _listed(stage)

    (entry,) = await _entries(stage.actor(AUDITOR))
    assert (entry["caseId"], entry["caseIds"], entry["rowCount"]) == (case_id, None, 1)


async def test_list_over_two_areas_is_an_entry_of_each(stage: Stage) -> None:
    """Whoever reads the log of one area reads of no case of another: not by a case, and not beside one."""
    mine = sorted([await stage.referred(ISLINGTON) for _ in range(2)])
    theirs = sorted([await stage.referred(CAMDEN) for _ in range(2)])

    await _listed(stage)

    entries = {entry["area"]: entry["caseIds"] for entry in await _entries(stage.actor(AUDITOR))}
    one_area = stage.changed(AUDITOR, areas=(ISLINGTON,))
    assert entries == {ISLINGTON: mine, CAMDEN: theirs}
    assert [entry["caseIds"] for entry in await _entries(one_area)] == [mine]
    assert await _entries(one_area, f"caseId={theirs[0]}") == []


async def test_index_of_cases_is_asked_of_ones_own_areas_alone(stage: Stage, database: DatabaseUrls) -> None:
    """The function that asks it is the owner's, whom no area bounds: it bounds itself, and serves nobody else."""
    case_id = await stage.referred()
    await stage.referred()
    await _listed(stage)
    service = await connect(database.app, "the service")

    found = {}
    for areas in ("", EALING, ISLINGTON, "*"):
        async with service.transaction():
            await service.execute("SELECT set_config('oocd.areas', $1, true)", areas)
            found[areas] = len(await service.fetchval("SELECT oocd_entries_naming($1)", case_id))
    others = await service.fetchval("SELECT has_function_privilege('public', 'oocd_entries_naming(uuid)', 'EXECUTE')")
    await service.close()

    assert (found, others) == ({"": 0, EALING: 0, ISLINGTON: 1, "*": 1}, False)


async def test_reading_of_a_meeting_is_one_entry_of_the_meeting_and_its_cases(stage: Stage) -> None:
    """What the cases have in common beside the reading stands in the entry once."""
    there = {"name": "A. Sergeant", "agency": "Police", "role": "Out-of-court sergeant"}
    meeting = {"area": ISLINGTON, "date": "2026-11-24", "members": [there], "attendance": []}
    cases = sorted([await stage.referred() for _ in range(2)])
    held = await stage.actor("demo-panel-coordinator").send("POST", "/v1/panel-meetings", meeting | {"agenda": cases})
    assert held.status_code == 201, held.text

    await stage.actor(OFFICER).send("GET", f"/v1/panel-meetings/{held.json()['meetingId']}")

    (entry,) = await _entries(stage.actor(AUDITOR), "act=panel-meetings.read")
    assert (entry["caseIds"], entry["subjectId"]) == (cases, held.json()["meetingId"])


async def test_subject_access_shows_no_other_child_of_a_list(stage: Stage) -> None:
    """A child is told what is held of it, and not beside whom it was listed."""
    own, other = await stage.referred(), await stage.referred()
    await _listed(stage)
    child = (await stage.actor(PRACTITIONER).send("GET", f"/v1/cases/{own}")).json()["child"]["childId"]

    given = await stage.actor("demo-sar").send("GET", f"/subject-access-request?prn={child}", purpose="SUBJECT_RIGHTS")

    assert (given.status_code, own in given.text, other in given.text) == (200, True, False)


# ── alerts ───────────────────────────────────────────────────────────────────


async def test_limited_case_in_a_list_raises_one_alert_of_the_entry(stage: Stage) -> None:
    """However many of them are limited; the entry says which cases they may be."""
    cases = [await stage.referred() for _ in range(3)]
    await _limit(stage, *cases[:2])
    before = await _alerts(stage)

    await _listed(stage)

    (entry,) = await _entries(stage.actor(AUDITOR))
    raised = (await _alerts(stage))[len(before) :]
    assert [(one["logId"], one["area"]) for one in raised] == [(entry["logId"], ISLINGTON)]
    assert set(cases) == set(entry["caseIds"])


async def test_list_of_open_cases_raises_no_alert(stage: Stage) -> None:
    """While another case is limited, which the list does not show to who is not named."""
    cases = [await stage.referred() for _ in range(3)]
    await _limit(stage, cases[0])
    before = await _alerts(stage)

    await stage.actor(PRACTITIONER).send("GET", "/v1/cases")

    (entry,) = await _entries(stage.actor(AUDITOR))
    assert (set(entry["caseIds"]), await _alerts(stage)) == (set(cases[1:]), before)


# ── what it holds, and that it holds ─────────────────────────────────────────


async def test_no_value_is_in_the_entry_of_a_list(stage: Stage, database: DatabaseUrls) -> None:
    """Ids and names of fields; no name, number, birth date or source of any child."""
    for reference in ("a", "b"):
        await stage.referred(referral=a_telling_referral(ISLINGTON, reference=reference))
    await _listed(stage)
    owner = await connect(database.owner, "the owner")
    await owner.execute("SET oocd.areas = '*'")

    (row,) = await owner.fetch("SELECT audit_log::text AS whole FROM audit_log WHERE case_ids IS NOT NULL")
    await owner.close()

    assert [word for word in TELLING if word in row["whole"]] == []


async def _leave_out(db: Connection) -> None:
    await db.execute("UPDATE audit_log SET case_ids = case_ids[:2] WHERE case_ids IS NOT NULL")


async def _exchange(db: Connection) -> None:
    await db.execute("UPDATE audit_log SET case_ids[1] = gen_random_uuid() WHERE case_ids IS NOT NULL")


async def _name_none(db: Connection) -> None:
    await db.execute("UPDATE audit_log SET case_ids = NULL WHERE case_ids IS NOT NULL")


@pytest.mark.parametrize("tamper", [None, _leave_out, _exchange, _name_none])
async def test_whoever_changes_the_cases_of_a_list_is_found_out(
    app: Any,
    stage: Stage,
    server: EmbeddedServer,
    database: DatabaseUrls,
    tamper: Callable[[Connection], Any] | None,
) -> None:
    """By the service and by the offline verifier; who changes nothing is not."""
    for _ in range(3):
        await stage.referred()
    await _listed(stage)
    made = await app.state.sealer.checkpoint()
    (key,) = app.state.audit_keys.values()
    administrator = await connect(server.url(database=database.app.database), "the superuser")
    await administrator.execute("SET session_replication_role = replica")
    if tamper is not None:
        await tamper(administrator)
    await administrator.close()

    auditor = stage.changed(AUDITOR, areas=("*",))
    ours = (await auditor.send("GET", "/v1/audit/verification", purpose="AUDIT")).json()
    export = await auditor.send("GET", "/v1/audit/export", purpose="AUDIT", headers={"Accept": "application/x-ndjson"})

    log = VERIFIER["Log"]()
    log.read(iter(export.text.splitlines()))
    witness = {**made.signed(), "signature": made.signature, "publicKey": key}
    theirs = VERIFIER["verify"](log, [witness], [])
    told = [fault["code"] for fault in ours["faults"]], ["has been changed" in fault for fault in theirs]
    assert told == (([], []) if tamper is None else (["ENTRY_CHANGED"], [True]))


async def test_entry_of_a_list_is_proved_with_its_cases(app: Any, stage: Stage) -> None:
    """The entry that a proof shows is the one that its digest is of."""
    cases = sorted([await stage.referred() for _ in range(2)])
    await _listed(stage)
    await app.state.sealer.checkpoint()
    (entry,) = await _entries(stage.actor(AUDITOR))

    proof = await stage.actor(AUDITOR).send("GET", f"/v1/audit/proof/{entry['logId']}", purpose="AUDIT")

    shown = proof.json()["entry"]
    assert shown["caseIds"] == cases
    assert VERIFIER["sha256"](VERIFIER["canonical"](shown)).hex() == proof.json()["digest"]


async def test_erasure_leaves_the_entry_of_a_list_as_it_is(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """The log holds the ids of what was shown, of the erased child and of the other, and held nothing else."""
    gone, kept = await stage.referred(), await stage.referred()
    await _listed(stage)
    before = await _entries(stage.actor(AUDITOR))

    await erased(database, gone, clock)

    after = await _entries(stage.actor(AUDITOR), f"act=case.listed&caseId={gone}")
    assert (after, json.dumps(after).count(kept)) == (before, 1)
