"""The log as auditors read it: by index, in periods, and with their own reading in it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.dialects import postgresql

from app.audit.service import AuditFilter, begun, statement_for
from app.db.work import Scope
from app.db.work import connect as database_of
from app.demo.story import a_referral
from app.launch.urls import DatabaseUrls, connect, text_of
from tests.api.acting import ISLINGTON, OFFICER, POLICE, PRACTITIONER, TODAY, Stage
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
CHILD = str(UUID(int=7))
OF_THE_CHILD = """
    SELECT count(*) FILTER (WHERE case_id = $1) AS alone, count(*) FILTER (WHERE $1 = ANY (case_ids)) AS among
      FROM audit_log
"""
# Of ten entries one is a list of fifty cases.
MANY = """
    INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, user_name, case_id, case_ids, area,
                           fields, row_count, request_id, trace_id, route)
    SELECT gen_random_uuid(), timestamptz '2026-01-01' + n * interval '1 minute', 'CONSULTATION', 'case.read', 'i', 'c',
           'user-' || n % 500, CASE WHEN n % 10 > 0 THEN lpad(to_hex(n % 2000), 32, '0')::uuid END,
           CASE WHEN n % 10 = 0 THEN ARRAY(SELECT lpad(to_hex((n / 10 + k) % 20000), 32, '0')::uuid
                                             FROM generate_series(1, 50) k) END,
           'E09000019', '{}', 1, 'r', 't', 'GET /'
      FROM generate_series(1, :rows) n
"""


async def _entries(stage: Stage, query: str) -> list[dict[str, Any]]:
    answer = await stage.actor("demo-auditor").send("GET", f"/v1/audit?{query}", purpose="AUDIT")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_reading_the_log_is_logged(stage: Stage) -> None:
    """Who looked at who looked is answered too, with the case that was asked about."""
    case_id = await stage.referred()
    await _entries(stage, f"caseId={case_id}")

    (entry,) = await _entries(stage, "act=audit.read")

    assert (entry["userName"], entry["caseId"], entry["purpose"]) == ("demo-auditor", case_id, "AUDIT")


async def test_every_characteristic_read_is_logged_by_itself(stage: Stage) -> None:
    """Reading characteristics is an event of its own, with their names and none of their values."""
    case_id = await stage.referred()
    person, path = stage.actor(PRACTITIONER), f"/v1/cases/{case_id}/characteristics"
    present = await person.send("GET", path, purpose="PRE_ASSESSMENT")
    body = {"characteristics": [{"characteristic": "SEND", "status": "DECLINED"}]}
    headers = {"If-Match": present.headers["ETag"]} if present.status_code == 200 else {}
    written = await person.send("PUT", path, body, purpose="PRE_ASSESSMENT", headers=headers)
    assert written.is_success, written.text

    await person.send("GET", path, purpose="PRE_ASSESSMENT")

    entries = await _entries(stage, f"caseId={case_id}&act=characteristics.read")
    assert entries[-1]["fields"] == ["SEND"]
    assert "DECLINED" not in str(entries)


async def test_log_is_filtered_by_event_purpose_area_and_period(stage: Stage) -> None:
    """Each filter narrows; a period that ends before it begins is refused."""
    case_id = await stage.referred()
    await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}")

    read = await _entries(stage, "event=CONSULTATION&purpose=JOINT_DECISION&area=E09000019")
    none = await _entries(stage, "area=E09000007&act=case.read")
    wrong = await stage.actor("demo-auditor").send(
        "GET", "/v1/audit?since=2026-11-21T00:00:00Z&until=2026-11-20T00:00:00Z", purpose="AUDIT"
    )

    assert {entry["act"] for entry in read} == {"case.read"}
    assert none == []
    assert wrong.status_code == 422


async def _status(stage: Stage, query: str) -> tuple[int, str | None]:
    answer = await stage.actor("demo-auditor").send("GET", f"/v1/audit?{query}", purpose="AUDIT")
    return answer.status_code, answer.json().get("code")


async def test_log_of_everybody_is_read_of_31_days_at_most(stage: Stage, clock: FrozenClock) -> None:
    """By default of the last ones; whoever names a case may ask of all time, for a child's record is a child's."""
    case_id = await stage.referred()
    clock.move(to=clock.now() + timedelta(days=40))
    month, longer = (f"{clock.now() - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (31, 32))

    everybody = await _entries(stage, "act=case.received")
    of_the_case = await _entries(stage, f"act=case.received&caseId={case_id}&since=2020-01-01T00:00:00Z")
    before = await _entries(stage, f"act=case.received&until={longer}")
    answers = [await _status(stage, f"since={since}") for since in (month, longer)]

    assert (everybody, len(of_the_case), len(before)) == ([], 1, 1)
    assert answers == [(200, None), (422, "period")]


FILTERS = ("caseId", "subjectId", "event", "act", "purpose", "area", "clientId", "userName", "agency", "requestId",
           "traceId")  # fmt: skip


async def test_log_is_filtered_by_everything_that_it_holds(stage: Stage) -> None:
    """Each filter leaves those entries alone that say what was asked for; what nobody did is nobody's entry."""
    await stage.referred()
    case_id = await stage.pre_assessed()
    await stage.advised(case_id)
    await stage.actor(OFFICER).send("GET", f"/v1/cases/{case_id}", purpose="SUPPORT")
    entries = await _entries(stage, "limit=200")
    entry = next(one for one in entries if one["act"] == "advice.taken")

    found = {name: await _entries(stage, f"limit=200&{name}={entry[name]}") for name in FILTERS}

    assert {name for name, shown in found.items() if {one[name] for one in shown} != {entry[name]}} == set()
    assert {name for name, shown in found.items() if len(shown) >= len(entries)} == {"area"}, "all is of one area"


def _cases_in(value: Any) -> Iterator[str]:
    """Return every id of a case that an answer holds."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"caseId", "otherCaseId"}:
                yield inner
            yield from _cases_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cases_in(inner)


LISTS = {
    OFFICER: (
        "/v1/cases", "/v1/events", "/v1/panel-meetings", "/v1/cases/{}/possible-matches", "/v1/cases/{}/links",
    ),
    POLICE: ("/v1/events",),
}  # fmt: skip


async def test_every_case_that_a_list_shows_is_in_the_log(stage: Stage, database: DatabaseUrls) -> None:
    """Cases, events, matches, links, meetings, found referrals, a reconciled day: whose id was told is logged."""
    referral, police = a_referral(ISLINGTON, TODAY), stage.actor(POLICE)
    first, second, third = await stage.referred(), await stage.referred(), await stage.referred(referral=referral)
    link = {"caseId": first, "rationale": "Same school and same mother; I know both."}
    await stage.actor(PRACTITIONER).send("POST", f"/v1/cases/{second}/links", link)
    there = {"name": "A. Sergeant", "agency": "Police", "role": "Out-of-court sergeant"}
    meeting = {"area": ISLINGTON, "date": "2026-11-24", "members": [there], "agenda": [first, third], "attendance": []}
    held = await stage.actor("demo-panel-coordinator").send("POST", "/v1/panel-meetings", meeting)
    assert held.status_code == 201, held.text
    answers = [
        await stage.actor(who).send("GET", path.format(second), headers={"X-Request-ID": f"list-{number}-{who}"})
        for who, paths in LISTS.items()
        for number, path in enumerate(paths)
    ]
    day = {"day": referral["referredAt"][:10], "referrals": []}
    answers.append(await police.send("POST", "/v1/referrals/reconciliation", day, purpose="REFERRAL"))
    answers.append(await police.send("POST", "/v1/referrals/search", {"source": referral["source"]}))

    owner = await connect(database.owner, "the owner")
    await owner.execute("SET oocd.areas = '*'")
    logged = {
        row["request_id"]: set(row["named"])
        for row in await owner.fetch(
            """SELECT request_id, array_agg(DISTINCT named::text) AS named
                 FROM audit_log, unnest(case_ids || case_id || subject_id) AS named GROUP BY request_id"""
        )
    }
    await owner.close()

    told = {answer.headers["X-Request-ID"]: set(_cases_in(answer.json())) for answer in answers}
    assert [request for request, cases in told.items() if not cases] == []
    assert [request for request, cases in told.items() if cases - logged[request]] == []


async def test_auditor_of_one_area_reads_of_no_other(stage: Stage) -> None:
    """The log is personal data too; row-level security holds for it."""
    await stage.referred()
    auditor = stage.changed("demo-auditor", areas=("E09000009",))

    answer = await auditor.send("GET", "/v1/audit?act=case.received", purpose="AUDIT")

    assert answer.json()["items"] == []


async def test_no_token_is_ever_logged(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a good one nor a bad one, nor any part that could be used."""
    actor = stage.actor(OFFICER)
    await actor.send("GET", "/v1/cases")
    await stage.http.get("/v1/cases", headers={"Authorization": f"Bearer {actor.token}x", "DPoP": actor.token})

    logged = capsys.readouterr()

    assert "/v1/cases" in logged.out
    assert not any(part in logged.out + logged.err for part in actor.token.split("."))


@pytest.mark.parametrize("rows", [20_000, pytest.param(1_000_000, marks=pytest.mark.deep)])
async def test_who_saw_a_child_is_answered_by_index(database: DatabaseUrls, rows: int) -> None:
    """Who saw this child between two instants, alone or in a list: by the indexes of cases, and no more than is shown.

    As the role of the service, whose every question row-level security bounds.
    """
    owner, service = await connect(database.owner, "the owner"), await connect(database.app, "the service")
    await owner.execute("SET oocd.areas = '*'")
    await service.execute("SET oocd.areas = 'E09000019'")
    await owner.execute(MANY.replace(":rows", str(rows)))
    await owner.execute("ANALYZE audit_log")
    wanted = AuditFilter(case_id=CHILD, since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2028, 1, 1, tzinfo=UTC))
    statement = statement_for(wanted, 51).compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})

    found = await service.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) {statement}")

    of_the_child = await owner.fetchrow(OF_THE_CHILD, CHILD)
    await owner.close()
    await service.close()
    top = json.loads(found)[0]["Plan"]
    assert "ix_audit_log_case_id_occurred_at" in found
    assert "Seq Scan" not in found
    # Of an entry that names one case a page; of one that names several its place in the index of ids too; and once what
    # the database looks up of the function. All of the log would be a page for each thirty entries.
    wanted_pages = of_the_child["alone"] + 6 * of_the_child["among"] + 120
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] <= wanted_pages < rows // 30


async def test_period_is_read_from_its_beginning(database: DatabaseUrls) -> None:
    """The last hours of a long log: every entry of them, and no page of what was written before them."""
    owner = await connect(database.owner, "the owner")
    await owner.execute("SET oocd.areas = '*'")
    at = "timestamptz '2026-01-01' + n * interval '1 minute'"
    await owner.execute(MANY.replace("gen_random_uuid()", f"oocd_uuid7({at})").replace(":rows", "20000"))
    await owner.execute("ANALYZE audit_log")
    last = await owner.fetch("SELECT log_id FROM audit_log ORDER BY occurred_at DESC LIMIT 20")
    pool = database_of(text_of(database.app), pool_size=1, pool_timeout=5)
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=19_981)

    async with pool.work(Scope(frozenset({"E09000019"}), "c")) as work:
        statement = statement_for(await begun(work, AuditFilter(since=since)), 51)
        found = await work.many(statement)
    text = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    plan = await owner.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON) {text}")

    await pool.close()
    await owner.close()
    top = json.loads(plan)[0]["Plan"]
    assert [row.log_id for row in found] == [str(row["log_id"]) for row in reversed(last)]
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] < 30
