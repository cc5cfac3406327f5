"""Erasure of a case: everything of it goes, a tombstone and an entry of the log stay, and it does not come back."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from uuid_utils import uuid7

from app.http.guard import GuardedRoute
from app.http.signpost import walk
from app.launch.embedded import EmbeddedServer
from app.launch.erasing import erase, erase_again
from app.launch.errors import LaunchError
from app.launch.urls import DatabaseUrls, connect
from app.launch.verifying import run_tool
from tests.api.acting import EALING, EXAMPLE_AREA, MANAGER, OFFICER, POLICE, PRACTITIONER, Document, Stage, decision
from tests.api.objects import told
from tests.api.speaking import agreed, changed
from tests.erasing import (
    CONTROLLER,
    RULE,
    TELLING,
    a_telling_referral,
    a_whole_life,
    backup_of,
    erased,
    everything,
    holding,
)
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
LEFT = {"audit_log", "erasures", "erased_sources", "events"}
WRITTEN_IN = {
    "referrals", "children", "case_facts", "pre_assessments", "advice", "opinions", "decisions", "deliveries",
    "interventions", "contributions", "case_voices", "case_limits", "break_glass", "panel_meetings", "idempotency_keys",
}  # fmt: skip


async def _refer(stage: Stage, body: Document, key: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid7())}
    return await stage.actor(POLICE).send("POST", "/v1/referrals", body, purpose="REFERRAL", headers=headers)


async def _sent_in_a_batch(stage: Stage, *bodies: Document) -> list[Document]:
    lines = [json.dumps(body | {"idempotencyKey": str(uuid7())}) for body in bodies]
    headers = {"Authorization": f"Bearer {stage.actor(POLICE).token}", "X-Purpose": "REFERRAL"}
    headers |= {"Content-Type": "application/x-ndjson"}
    answer = await stage.http.post("/v1/referrals/batch", content="\n".join(lines), headers=headers)
    return [json.loads(line) for line in answer.text.splitlines()]


async def _entries(stage: Stage, query: str) -> list[Document]:
    answer = await stage.actor("demo-auditor").send("GET", f"/v1/audit?{query}", purpose="AUDIT")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


# ── what goes ────────────────────────────────────────────────────────────────


async def test_erasure_leaves_nothing_of_the_child(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """No table holds a name, birth date, number, source or word of the case; its id stands where it must alone."""
    case_id = await a_whole_life(stage)
    before = await everything(server, database)

    await erased(database, case_id, clock)

    after = await everything(server, database)
    assert holding(before, *TELLING) >= WRITTEN_IN
    assert holding(after, *TELLING) == set()
    assert holding(after, case_id) == LEFT


async def test_erasure_touches_no_other_case(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Neither another child's nor another case of the same child; a link between the two goes from either side."""
    same = a_telling_referral(reference="another")
    sibling = await stage.referred(EXAMPLE_AREA, changed(same, child={"identifiers": []}))
    other = await stage.pre_assessed(EXAMPLE_AREA)
    case_id = await stage.referred(EXAMPLE_AREA, a_telling_referral())
    linked = await stage.actor(MANAGER).send(
        "POST", f"/v1/cases/{case_id}/links", {"caseId": sibling, "rationale": "Same school and same mother."}
    )
    kept = {one: [_without(case_id, answer) for answer in await _read(stage, one)] for one in (sibling, other)}

    done = await erased(database, case_id, clock)

    assert linked.status_code == 201, linked.text
    assert {one: [_without(case_id, answer) for answer in await _read(stage, one)] for one in kept} == kept
    links = (await stage.actor(MANAGER).send("GET", f"/v1/cases/{sibling}/links")).json()["items"]
    assert (links, done["records"]["case_links"]) == ([], 1)
    assert "another" in (await everything(server, database))["referrals"]


async def _read(stage: Stage, case_id: str) -> list[Document]:
    paths = [f"/v1/cases/{case_id}{below}" for below in ("", "/facts", "/pre-assessment", "/characteristics")]
    return [(await stage.actor(PRACTITIONER).send("GET", path, purpose="PRE_ASSESSMENT")).json() for path in paths]


def _without(case_id: str, answer: Document) -> Document:
    assert case_id not in json.dumps(answer)
    return {name: value for name, value in answer.items() if name not in {"traceId", "instance"}}


def test_every_kept_answer_names_what_it_is_of(app: Any) -> None:
    """Answers kept for retries are found by an id of the case, or of the item of a sample: each that tells has one."""
    document, ids = app.openapi(), {"caseId", "itemId", "opinionId", "adviceId"}
    paths = [
        route.path
        for route in walk(app.routes)
        if isinstance(route, GuardedRoute) and route.guard.creates and re.search(r"\{(caseId|itemId)\}", route.path)
    ]

    told = {path: _members(document, document["paths"][path]["post"]["responses"]["201"]) for path in paths}

    assert len(told) > 15
    assert [path for path, members in told.items() if not members & ids] == []


def _members(document: Document, answer: Document) -> set[str]:
    """Return the members of an answer, as the description tells them."""
    named = answer["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
    return set(document["components"]["schemas"][named]["properties"])


# ── that it does not come back ───────────────────────────────────────────────


async def test_erased_source_is_not_taken_again(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Not under a new key, nor as the retry of the first request, nor in a batch; and nothing of it is stored."""
    body, key = a_telling_referral(), str(uuid7())
    case_id = (await _refer(stage, body, key)).json()["caseId"]
    await erased(database, case_id, clock)

    answers = [await _refer(stage, body), await _refer(stage, body, key)]
    (line,) = await _sent_in_a_batch(stage, body)

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(409, "erased")] * 2
    assert (line["status"], line["problem"]["code"]) == (409, "erased")
    assert holding(await everything(server, database), *TELLING) == set()


async def test_erased_line_spoils_no_other_of_its_batch(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Before it, beside it and after it, each is received."""
    await erased(database, await stage.referred(EXAMPLE_AREA, a_telling_referral()), clock)
    new = [a_telling_referral(reference=f"new-{number}") for number in range(3)]

    lines = await _sent_in_a_batch(stage, new[0], a_telling_referral(), *new[1:])

    assert [line["status"] for line in lines] == [201, 409, 201, 201]


async def test_erasure_bars_no_other_source_and_no_other_client(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """The child may be referred anew; and what one client's source was tells another client nothing."""
    await erased(database, await stage.referred(EXAMPLE_AREA, a_telling_referral()), clock)
    stranger = stage.changed(POLICE, client_id="another-force")

    anew = await _refer(stage, a_telling_referral(reference="another"))
    elsewhere = await stranger.send("POST", "/v1/referrals", a_telling_referral(), purpose="REFERRAL")

    assert (anew.status_code, elsewhere.status_code) == (201, 201)


async def test_erasure_leaves_a_client_named_by_a_uuid_its_other_answers(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Its name stands in what it was answered on another case; a retry there is answered as the first time."""
    client = stage.changed(POLICE, client_id=str(uuid7()))
    made = [
        (await client.send("POST", "/v1/referrals", a_telling_referral(reference=one), purpose="REFERRAL")).json()
        for one in ("first", "second")
    ]
    path, key = f"/v1/referrals/{made[1]['referralId']}/withdrawal", {"Idempotency-Key": str(uuid7())}
    body = {"reason": "It was referred in error."}
    first = await client.send("POST", path, body, purpose="REFERRAL", headers=key)

    await erased(database, made[0]["caseId"], clock)

    again = await client.send("POST", path, body, purpose="REFERRAL", headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content


# ── what is answered of it ───────────────────────────────────────────────────


async def test_decision_on_an_erased_case_is_refused(stage: Stage, database: DatabaseUrls, clock: FrozenClock) -> None:
    """Agreed, advised and about to be decided: 409, and nothing is decided."""
    case_id = await stage.pre_assessed()
    advice = await agreed(stage, case_id, "COMMUNITY_RESOLUTION")
    match = {"If-Match": await stage.actor(OFFICER).etag(f"/v1/cases/{case_id}")}
    await erased(database, case_id, clock)

    body = decision(advice, "COMMUNITY_RESOLUTION")
    answer = await stage.actor(OFFICER).send("POST", f"/v1/cases/{case_id}/decision", body, headers=match)

    assert (answer.status_code, answer.json()["code"]) == (409, "erased")


async def test_erased_case_is_absent_to_who_reads_and_gone_to_who_writes(
    app: Any, stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """On every route of a case: 404 to a GET, 409 to whatever would change it, and never a fault."""
    case_id = await a_whole_life(stage)
    await erased(database, case_id, clock)
    routes = [route for route in walk(app.routes) if isinstance(route, GuardedRoute) and "{caseId}" in route.path]
    everyone = [stage.actor(who) for who in (OFFICER, PRACTITIONER, MANAGER, "demo-panel-coordinator")]

    answers: dict[str, set[tuple[int, str]]] = {"GET": set(), "other": set()}
    for route in routes:
        (method,) = route.methods
        path = route.path.replace("{caseId}", case_id).replace("{interventionId}", str(uuid7()))
        for actor in everyone:
            answer = await actor.send(method, path, None if method == "GET" else {})
            if answer.status_code != 403:
                answers["GET" if method == "GET" else "other"].add((answer.status_code, answer.json()["code"]))

    assert len(routes) > 30
    assert answers == {"GET": {(404, "not-found")}, "other": {(409, "erased")}}


async def test_foreign_caller_is_told_nothing_of_an_erasure(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """To another area the erased case is as absent as one that never was, also to who would write."""
    case_id = await stage.referred()
    await erased(database, case_id, clock)
    stranger = stage.changed(PRACTITIONER, areas=(EALING,))

    answers = [
        await stranger.send("PUT", f"/v1/cases/{one}/pre-assessment", {}, purpose="PRE_ASSESSMENT")
        for one in (case_id, str(uuid7()))
    ]

    assert answers[0].status_code == 404
    assert told(answers[0]) == told(answers[1])


async def test_meeting_is_read_without_the_erased_case(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Its agenda, conflicts and, where it was of this case alone, notes have gone; the meeting took place."""
    await erased(database, await a_whole_life(stage), clock)

    answer = await stage.actor("demo-panel-coordinator").send("GET", "/v1/panel-meetings")

    (meeting,) = answer.json()["items"]
    assert (meeting["agenda"], meeting["conflictsOfInterest"], meeting["notes"]) == ([], [], None)


async def test_notes_of_a_meeting_on_other_children_too_are_named_to_who_erases(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Nobody but a person can tell which of them tell of whom."""
    case_id, other = await stage.referred(EXAMPLE_AREA), await stage.referred(EXAMPLE_AREA)
    body = {
        "area": EXAMPLE_AREA,
        "date": "2026-11-24",
        "members": [{"name": "A", "agency": "Police", "role": "Sergeant"}],
        "agenda": [case_id, other],
        "notes": "Of both.",
    }
    made = (await stage.actor("demo-panel-coordinator").send("POST", "/v1/panel-meetings", body)).json()

    done = await erased(database, case_id, clock)

    kept = (await stage.actor("demo-panel-coordinator").send("GET", f"/v1/panel-meetings/{made['meetingId']}")).json()
    assert done["meetingsWithNotes"] == [made["meetingId"]]
    assert (kept["agenda"], kept["notes"]) == ([other], "Of both.")


async def test_notes_that_were_written_anew_are_forgotten_as_they_were(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Whoever takes the child out of a meeting's notes, and then erases the case, leaves no version that tells."""
    case_id, other = await stage.referred(EXAMPLE_AREA), await stage.referred(EXAMPLE_AREA)
    coordinator = stage.actor("demo-panel-coordinator")
    body = {
        "area": EXAMPLE_AREA,
        "date": "2026-11-24",
        "members": [{"name": "A", "agency": "Police", "role": "Sergeant"}],
        "agenda": [case_id],
        "notes": "Of the one child.",
    }
    made = await coordinator.send("POST", "/v1/panel-meetings", body)
    path = f"/v1/panel-meetings/{made.json()['meetingId']}"
    again = body | {"agenda": [other], "notes": "Of the other child."}
    anew = await coordinator.send("PUT", path, again, headers={"If-Match": made.headers["ETag"]})

    done = await erased(database, case_id, clock)

    assert anew.status_code == 200, anew.text
    assert done["meetingsWithNotes"] == [made.json()["meetingId"]]
    assert holding(await everything(server, database), "Of the one child.") == set()
    assert (await coordinator.send("GET", path)).json()["notes"] == "Of the other child."


async def test_reader_of_events_keeps_its_place(stage: Stage, database: DatabaseUrls, clock: FrozenClock) -> None:
    """The last event that it knows has gone with its case; what comes after it is told, and that the case is gone."""
    case_id = await stage.referred()
    last = (await stage.actor(OFFICER).send("GET", "/v1/events")).json()["items"][-1]["eventId"]
    await erased(database, case_id, clock)
    after = await stage.referred()

    answer = await stage.actor(OFFICER).send("GET", f"/v1/events?after={last}")

    told_of = [(one["eventType"], one["additionalInformation"]["caseId"]) for one in answer.json()["items"]]
    assert told_of == [("case.erased", case_id), ("referral.received", after)]


async def test_erased_event_of_another_area_is_no_place(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """It answers like an id that is none."""
    case_id = await stage.referred()
    last = (await stage.actor(OFFICER).send("GET", "/v1/events")).json()["items"][-1]["eventId"]
    await erased(database, case_id, clock)
    stranger = stage.changed(PRACTITIONER, areas=(EALING,))

    foreign, absent = [await stranger.send("GET", f"/v1/events?after={one}") for one in (last, str(uuid7()))]

    assert foreign.status_code == 400
    assert told(foreign) == told(absent)


async def test_who_follows_cases_is_told_that_one_was_erased(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """Once, by its id alone, in its area and nowhere else: whoever was told of it must erase it too (DPA 2018 s48)."""
    case_id = await stage.referred()
    await erased(database, case_id, clock)
    stranger = stage.changed(PRACTITIONER, areas=(EALING,))

    near, far = [await one.send("GET", "/v1/events") for one in (stage.actor(PRACTITIONER), stranger)]

    (event,) = near.json()["items"]
    assert (event["eventType"], event["additionalInformation"]) == (
        "case.erased",
        {"caseId": case_id, "referralId": None},
    )
    assert far.json()["items"] == []


async def test_limit_that_was_carried_from_an_erased_case_stays_and_names_it_no_more(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """The child's other case is for the same people as before; nothing of it tells whose the erased case was."""
    case_id = await a_whole_life(stage)
    other = (await _refer(stage, a_telling_referral(reference="another"))).json()["caseId"]
    limits = f"/v1/cases/{other}/limits"
    before = (await stage.actor(OFFICER).send("GET", limits)).json()

    await erased(database, case_id, clock)

    after = (await stage.actor(OFFICER).send("GET", limits)).json()
    assert [one["carriedFrom"] for one in before["items"]] == [case_id]
    assert after == before | {"items": [before["items"][0] | {"carriedFrom": None}]}
    assert holding(await everything(server, database), case_id) == LEFT


# ── what is left ─────────────────────────────────────────────────────────────


async def test_erasure_is_one_entry_without_a_value(stage: Stage, database: DatabaseUrls, clock: FrozenClock) -> None:
    """What kinds of record went, of which case, by whom, by which rule and when (DPA 2018 s62)."""
    case_id = await a_whole_life(stage)

    done = await erased(database, case_id, clock)

    entries = await _entries(stage, f"caseId={case_id}&event=ERASURE")
    (entry,) = entries
    assert (entry["act"], entry["userName"], entry["reason"]) == ("case.erased", CONTROLLER, RULE)
    assert (entry["subjectId"], entry["area"]) == (done["erasureId"], EXAMPLE_AREA)
    assert (set(entry["fields"]), entry["rowCount"]) == (set(done["records"]), sum(done["records"].values()))
    assert set(done["records"]) >= (WRITTEN_IN - {"idempotency_keys", "panel_meetings"}) | {"cases"}


async def test_log_is_whole_after_an_erasure(
    app: Any, stage: Stage, database: DatabaseUrls, clock: FrozenClock, tmp_path: Path
) -> None:
    """Whoever holds an export and a checkpoint finds entries of before, the erasure and after in one chain."""
    await erased(database, await a_whole_life(stage), clock)
    await stage.referred()
    made = await app.state.sealer.checkpoint()
    (key,) = app.state.audit_keys.values()
    export, witness = tmp_path / "export.ndjson", tmp_path / "witness.json"
    witness.write_text(json.dumps(made.signed() | {"signature": made.signature, "publicKey": key}))
    auditor = stage.changed("demo-auditor", areas=("*",))

    export.write_text((await auditor.send("GET", "/v1/audit/export", purpose="AUDIT", headers={"Accept": "*/*"})).text)

    whole = await asyncio.to_thread(run_tool, "verify_audit.py", [str(export), "--witness", str(witness)])
    other = export.read_text().replace(RULE, "another rule")
    export.write_text(other)
    forged = await asyncio.to_thread(run_tool, "verify_audit.py", [str(export), "--witness", str(witness)])
    assert (whole, forged) == (0, 1)


# ── by whom alone ────────────────────────────────────────────────────────────


NOT_THE_APPLICATIONS = (
    "SELECT oocd_erase($1, 'by nobody', 'nobody', now())",
    "DELETE FROM cases WHERE case_id = $1",
    "DELETE FROM referrals WHERE case_id = $1",
    "INSERT INTO erasures SELECT $1, $1, 'E09000019', now(), 'a rule', 'somebody'",
    "SELECT * FROM erased_sources WHERE case_id = $1",
    "SELECT * FROM erasure_key WHERE $1::uuid IS NOT NULL",
    "SELECT oocd_source_digest($1::uuid::text, '', '', '')",
)


async def test_application_can_neither_erase_nor_see_what_was(stage: Stage, database: DatabaseUrls) -> None:
    """With every area in sight: the service that the world reaches holds no right to destroy."""
    case_id = await stage.referred()
    connection = await connect(database.app, "the application")
    await connection.execute("SELECT set_config('oocd.areas', '*', false)")

    for statement in NOT_THE_APPLICATIONS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement, case_id)

    await connection.close()


async def test_owner_deletes_nothing_past_the_function(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock
) -> None:
    """What was erased a transaction ago opens nothing now."""
    await erased(database, await stage.referred(), clock)
    await stage.referred()
    connection = await connect(database.owner, "the owner")
    await connection.execute("SELECT set_config('oocd.areas', '*', false)")

    for statement in ("DELETE FROM case_timeline", "DELETE FROM cases", "UPDATE erasures SET rule = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added to"):
            await connection.execute(statement)

    await connection.close()


async def test_erasure_takes_a_case_a_rule_and_a_name(stage: Stage, database: DatabaseUrls, clock: FrozenClock) -> None:
    """And is refused for another case, twice, without either word, and to the application's role."""
    case_id = await stage.referred()
    good = {"rule": RULE, "by": CONTROLLER, "clock": clock}

    for owner, case, terms in (
        (database.owner, str(uuid7()), good),
        (database.owner, "no id", good),
        (database.owner, case_id, good | {"rule": " "}),
        (database.owner, case_id, good | {"by": "two\nlines"}),
        (database.app, case_id, good),
    ):
        with pytest.raises(LaunchError):
            await erase(owner, case, **terms)
    await erase(database.owner, case_id, **good)

    with pytest.raises(LaunchError, match="no such case"):
        await erase(database.owner, case_id, **good)


# ── after a restore ──────────────────────────────────────────────────────────


async def test_erasures_are_done_again_after_a_restore(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock, tmp_path: Path
) -> None:
    """A backup from before has the child again; what the command printed erases it there, and bars its source."""
    case_id = await stage.referred(EXAMPLE_AREA, a_telling_referral())
    async with backup_of(server, database) as restored:
        kept = tmp_path / "erasures.ndjson"
        kept.write_text(f"{json.dumps(await erased(database, case_id, clock))}\n")
        before = holding(await everything(server, restored), *TELLING)

        done = [one async for one in erase_again(restored.owner, kept, clock)]
        once_more = [one async for one in erase_again(restored.owner, kept, clock)]

        after = await everything(server, restored)
    assert "children" in before
    assert (done, once_more) == ([(case_id, True)], [(case_id, False)])
    assert (holding(after, *TELLING), holding(after, case_id)) == (set(), LEFT)


async def test_source_stays_barred_where_the_backup_is_from_before_the_referral(
    stage: Stage, server: EmbeddedServer, database: DatabaseUrls, clock: FrozenClock, tmp_path: Path
) -> None:
    """The case is not there, and the system that sends again what was lost does not bring it."""
    async with backup_of(server, database) as restored:
        case_id = await stage.referred(EXAMPLE_AREA, a_telling_referral())
        kept = tmp_path / "erasures.ndjson"
        kept.write_text(json.dumps(await erased(database, case_id, clock)))

        done = [one async for one in erase_again(restored.owner, kept, clock)]

        source = a_telling_referral()["source"]
        connection = await connect(restored.app, "the application")
        asked = ("SELECT oocd_is_erased($1, $2, $3, $4)", POLICE, source["force"], source["system"])
        barred = [await connection.fetchval(*asked, reference) for reference in (source["reference"], "another")]
        await connection.close()
    assert (done, barred) == ([(case_id, False)], [True, False])


async def test_file_that_is_no_list_of_erasures_erases_nothing(
    stage: Stage, database: DatabaseUrls, clock: FrozenClock, tmp_path: Path
) -> None:
    """What cannot be read whole is refused before anything is done."""
    case_id, kept = await stage.referred(), tmp_path / "erasures.ndjson"
    good = {"caseId": case_id, "rule": RULE, "by": CONTROLLER, "sources": []}

    for wrong in ("{", "[]", '{"caseId": "x"}', json.dumps(good | {"caseId": "x"}), json.dumps(good | {"rule": ""})):
        kept.write_text(f"{json.dumps(good)}\n{wrong}")
        with pytest.raises(LaunchError):
            _ = [one async for one in erase_again(database.owner, kept, clock)]

    assert (await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")).status_code == 200
