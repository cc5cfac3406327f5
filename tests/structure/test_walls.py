"""The walls in the database: forced row-level security, grants, triggers; held against PostgreSQL's own catalogue."""

import asyncio
from typing import Any

import asyncpg
import pytest

from app.launch.urls import DatabaseUrls, connect

PERSONAL = {
    "cases", "referrals", "children", "characteristics", "case_facts", "case_timeline", "pre_assessments", "advice",
    "opinions", "case_speakers", "escalations", "decisions", "audit_log", "idempotency_keys",
    "webhooks", "webhook_secrets", "webhook_deliveries", "webhook_attempts",
    "alerts", "break_glass", "break_glass_reviews", "case_limits",
    "case_authorities", "case_links", "case_transfers", "case_voices", "referral_withdrawals", "support_steps",
    "decision_figures", "statistics_key",
}  # fmt: skip
CHANGEABLE = {
    "cases": {"UPDATE"},
    "decision_figures": {"UPDATE"},
    "idempotency_keys": {"DELETE"},
    "events_waiting": {"DELETE"},
    "quota_windows": {"UPDATE", "DELETE"},
}


def _fetch(urls: DatabaseUrls, statement: str) -> list[Any]:
    async def run() -> list[Any]:
        connection = await connect(urls.owner, "the owner")
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    return asyncio.run(run())


def test_row_level_security_is_forced_on_every_table(database: DatabaseUrls) -> None:
    """Not even the owner sees around it; the one table without is alembic's own."""
    rows = _fetch(
        database,
        """SELECT relname, relrowsecurity AND relforcerowsecurity AS forced FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""",
    )

    assert {row["relname"] for row in rows if row["forced"]} >= PERSONAL
    assert {row["relname"] for row in rows if not row["forced"]} == {"alembic_version"}


def test_every_key_to_another_table_has_an_index(database: DatabaseUrls) -> None:
    """What is of a case is found by the case, and what hangs on a row is found when the row goes or moves."""
    rows = _fetch(
        database,
        """SELECT conrelid::regclass::text AS of, conkey FROM pg_constraint AS key
            WHERE contype = 'f'
              AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = ANY (conkey))""",
    )

    assert rows == []


def test_application_may_not_change_what_is_kept(database: DatabaseUrls) -> None:
    """Beyond reading and adding, it may update cases and their figures, forget old keys, number events and count."""
    rows = _fetch(
        database,
        """SELECT table_name, privilege_type FROM information_schema.role_table_grants
            WHERE grantee = 'oocd_app' AND privilege_type NOT IN ('SELECT', 'INSERT')""",
    )
    granted: dict[str, set[str]] = {}
    for row in rows:
        granted.setdefault(row["table_name"], set()).add(row["privilege_type"])

    assert {name: rights for name, rights in granted.items() if not name.startswith("scrutiny_")} == CHANGEABLE


def test_application_role_is_neither_superuser_nor_owner(database: DatabaseUrls) -> None:
    """The role that serves can see around nothing."""
    (role,) = _fetch(database, "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'oocd_app'")
    owned = _fetch(database, "SELECT 1 FROM pg_class WHERE relowner = 'oocd_app'::regrole")

    assert not any(role.values())
    assert owned == []


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET act = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"])
def test_audit_log_is_only_added_to(database: DatabaseUrls, statement: str) -> None:
    """Even the owner, with the rows in sight, is refused by the trigger."""

    async def run() -> None:
        connection = await connect(database.owner, "the owner")
        try:
            async with connection.transaction():
                await connection.execute("SELECT set_config('oocd.areas', '*', true)")
                await connection.execute(
                    """INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, fields, row_count,
                                              request_id, trace_id, route)
                       VALUES (gen_random_uuid(), now(), 'COLLECTION', 'a', 'i', 'c', '{}', 1, 'r', 't', 'GET /')"""
                )
                await connection.execute(statement)
        finally:
            await connection.close()

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added to"):
        asyncio.run(run())


def test_no_row_is_seen_without_an_area(database: DatabaseUrls) -> None:
    """A transaction that forgot to say whose areas it serves sees nothing."""

    async def run() -> tuple[int, int, int]:
        connection = await connect(database.app, "the application")
        insert = """INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level,
                                       received_at, updated_at)
                    VALUES (gen_random_uuid(), 'E09000019', 'RECEIVED', 'COURT', 1, 1, 1, 1, now(), now())"""
        try:
            async with connection.transaction():
                await connection.execute("SELECT set_config('oocd.areas', 'E09000019', true)")
                await connection.execute(insert)
                own = await connection.fetchval("SELECT count(*) FROM cases")
                await connection.execute("SELECT set_config('oocd.areas', 'E09000007', true)")
                foreign = await connection.fetchval("SELECT count(*) FROM cases")
            return own, foreign, await connection.fetchval("SELECT count(*) FROM cases")
        finally:
            await connection.close()

    assert asyncio.run(run()) == (1, 0, 0)


def test_every_table_of_a_case_knows_of_limits_and_grants(database: DatabaseUrls) -> None:
    """A table that somebody adds beside the others keeps a case for named people from everybody else as they do."""
    rows = _fetch(
        database,
        """SELECT c.relname, array_agg(p.polname::text ORDER BY p.polname) AS policies FROM pg_class c
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'case_id'
             JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname = 'area'
             LEFT JOIN pg_policy p ON p.polrelid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1""",
    )
    # What is told of a case to auditors, who may reach it, what panels drew from, which shows no case, and tombstones.
    apart = {"audit_log", "break_glass", "break_glass_reviews", "case_limits", "erasures", "scrutiny_entries"}

    assert len(rows) > 20
    unaware = {row["relname"] for row in rows if not {"by_grant", "named_alone"} <= set(row["policies"])}
    assert unaware == apart


BESIDE_A_CASE = {
    "panel_meetings", "webhook_deliveries", "webhook_attempts", "scrutiny_secrets", "scrutiny_entries",
    "scrutiny_characteristics", "scrutiny_scores", "scrutiny_findings", "scrutiny_observations", "scrutiny_texts",
    "scrutiny_text_releases", "scrutiny_identifications", "scrutiny_responses", "event_numbers",
}  # fmt: skip


def test_an_erasure_reaches_every_table_of_a_case_and_few_others(database: DatabaseUrls) -> None:
    """A table that somebody adds to a case can be erased; the log, its chain, tombstones and policy never can."""
    of_a_case = _fetch(
        database, "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'cases'::regclass"
    )
    let_go = _fetch(
        database,
        """SELECT t.tgrelid::regclass::text AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE p.proname = 'oocd_refuse_change_but_erasure'""",
    )
    strict = _fetch(
        database,
        """SELECT t.tgrelid::regclass::text AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE p.proname = 'oocd_refuse_change' AND t.tgname = 'append_only'""",
    )

    assert {row["name"] for row in let_go} == {row["name"] for row in of_a_case} | BESIDE_A_CASE | {"cases"}
    assert {row["name"] for row in strict} >= {"audit_log", "audit_chain", "audit_checkpoints", "erasures", "alerts"}


def test_every_function_that_erases_is_the_owners_alone(database: DatabaseUrls) -> None:
    """Nobody else may call one. The application may ask whether a source was erased, and forget answers in time."""
    rows = _fetch(
        database,
        """SELECT proname, has_function_privilege('oocd_app', oid, 'EXECUTE') AS may FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prosrc ~ '(DELETE FROM|erased_sources|erasure_key)'""",
    )

    assert len(rows) > 4
    assert {row["proname"] for row in rows if row["may"]} == {"oocd_is_erased", "oocd_forget_answers"}
