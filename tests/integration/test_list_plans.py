"""How PostgreSQL finds what a view shows: among the cases that are open, however many have ended."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from app.cases.filters import CaseView
from app.cases.lists import Looking, condition
from app.cases.models import cases
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
CALLER = Caller("issuer", "client", "user", Agency.POLICE, Grade.PRACTITIONER, frozenset(), frozenset({AREA}))


@pytest.fixture
async def application(database: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """Reach, as the application does, twenty thousand cases of which nearly all have ended."""
    owner = await asyncpg.connect(text_of(database.owner.set(drivername="postgresql")))
    await owner.execute("SELECT set_config('oocd.areas', '*', false)")
    await owner.execute(FILL)
    await owner.execute("ANALYZE cases")
    await owner.close()
    connection = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    await connection.execute("SELECT set_config('oocd.areas', $1, false)", AREA)
    yield connection
    await connection.close()


async def test_every_view_looks_among_open_cases_alone(application: asyncpg.Connection) -> None:
    """A list that people work from does not take longer with every case that has ended."""
    looking = Looking(CALLER, date(2026, 11, 20), [(AREA, 2)])
    for view in CaseView:
        statement = select(cases.c.case_id).where(condition(view, looking)).order_by(cases.c.case_id).limit(50)
        text = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
        plan = "\n".join(row[0] for row in await application.fetch(f"EXPLAIN {text}"))
        assert "ix_cases_open" in plan, (view, plan)
        assert "Seq Scan on cases" not in plan, (view, plan)
