"""How PostgreSQL finds what people work on and who is known already: by index, however much has ended."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import asyncpg
import pytest

from app.cases.child_repository import KNOWN_BY
from app.cases.filters import CaseView
from app.cases.lists import Looking, list_question, values_of
from app.identity.caller import Agency, Caller, Grade
from app.launch.urls import DatabaseUrls, text_of

pytestmark = pytest.mark.anyio
AREA = "E09000019"
FILL = f"""
INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
SELECT gen_random_uuid(), '{AREA}', CASE WHEN n % 1000 = 0 THEN 'RECEIVED' ELSE 'CLOSED' END, 'COURT',
       1, 1, 1, 1, now(), now()
  FROM generate_series(1, 20000) AS n
"""  # noqa: S608 - a test's own words
CHILDREN = f"""
WITH the_cases AS (
    INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, '{AREA}', 'RECEIVED', 'COURT', 1, 1, 1, 1, now(), now()
      FROM generate_series(1, 20000) AS n
), the_children AS (
    INSERT INTO children (child_id, case_id, area, given_names, family_name, date_of_birth, identifiers)
    SELECT gen_random_uuid(), lpad(to_hex(n), 32, '0')::uuid, '{AREA}', 'Sam', 'Example',
           date '2008-01-01' + n % 3000, jsonb_build_array(jsonb_build_object('scheme', 'PNC', 'value', n::text))
      FROM generate_series(1, 20000) AS n
)
INSERT INTO child_identifiers
SELECT lpad(to_hex(n), 32, '0')::uuid, '{AREA}', 'pnc ' || n FROM generate_series(1, 20000) AS n
"""  # noqa: S608 - a test's own words
PLANS = ("force_custom_plan", "force_generic_plan")
CALLER = Caller("issuer", "client", "user", Agency.POLICE, Grade.PRACTITIONER, frozenset(), frozenset({AREA}))


@asynccontextmanager
async def _seen_by_the_application(database: DatabaseUrls, fill: str) -> AsyncIterator[asyncpg.Connection]:
    owner = await asyncpg.connect(text_of(database.owner.set(drivername="postgresql")))
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    await owner.execute(fill)
    await owner.execute("ANALYZE cases, children, child_identifiers")
    await owner.close()
    connection = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    await connection.execute("SELECT set_config('oocd.areas', $1, false)", AREA)
    yield connection
    await connection.close()


@pytest.mark.parametrize("plans", PLANS)
async def test_every_view_looks_among_open_cases_alone(database: DatabaseUrls, plans: str) -> None:
    """A list that people work from does not take longer with every case that has ended."""
    values = values_of(Looking(CALLER, date(2026, 11, 20), [(AREA, 2)]))
    async with _seen_by_the_application(database, FILL) as application:
        await application.execute(f"SET plan_cache_mode = {plans}")
        for view in CaseView:
            question = list_question(frozenset(), view, CALLER.agency, 51)
            told = await application.fetch(f"EXPLAIN {question.sql}", *question.arguments(values))
            plan = "\n".join(row[0] for row in told)
            assert "ix_cases_open" in plan, (view, plan)
            assert "Seq Scan on cases" not in plan, (view, plan)


@pytest.mark.parametrize("plans", PLANS)
async def test_child_is_known_by_a_number_without_going_through_all(database: DatabaseUrls, plans: str) -> None:
    """Every referral that names a number asks it; row-level security must not keep the index from being used."""
    async with _seen_by_the_application(database, CHILDREN) as application:
        await application.execute(f"SET plan_cache_mode = {plans}")
        await application.execute(f"PREPARE known (text[]) AS {KNOWN_BY.sql}")
        told = await application.fetch("EXPLAIN (ANALYZE, TIMING OFF) EXECUTE known(ARRAY['pnc 77', 'pnc 78'])")

    plan = "\n".join(row[0] for row in told)
    assert "ix_child_identifiers_key" in plan, plan
    assert not re.search(r"Seq Scan on (children|child_identifiers|cases)", plan), plan
    assert "(actual rows=2.00 loops=1)" in plan, plan


@pytest.mark.parametrize("question", [KNOWN_BY.sql, KNOWN_BY.opened])
async def test_plan_made_while_few_were_known_asks_the_index_too(database: DatabaseUrls, question: str) -> None:
    """A connection keeps the plan that it made on its first day, however many children come after."""
    opening = f"'{AREA}', 'c', '', 0, 0, NULL, NULL" if "oocd_open" in question else ""
    known = f"EXECUTE known(ARRAY['pnc 77']{', ' if opening else ''}{opening})"
    application = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    await application.execute("SELECT set_config('oocd.areas', $1, false)", AREA)
    await application.execute(CHILDREN.replace("(1, 20000)", "(1, 300)"))
    await application.execute(f"PREPARE known AS {question}")
    for _ in range(6):
        await application.fetch(known)
    await application.execute(CHILDREN.replace("(1, 20000)", "(301, 20000)"))

    told = await application.fetch(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF) {known}")

    await application.close()
    plan = "\n".join(row[0] for row in told)
    assert not re.search(r"Seq Scan on (children|child_identifiers|cases)", plan), plan
    assert "(actual rows=1.00 loops=1)" in plan.splitlines()[0], plan
