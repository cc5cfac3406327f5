"""A page of cases is planned once, wherever in a long list it begins."""

from uuid import UUID

import asyncpg
import pytest

from app.cases.lists import list_question
from app.identity.caller import Agency
from app.launch.urls import DatabaseUrls, text_of

pytestmark = pytest.mark.anyio
AREA, ROWS = "E09000019", 20_000
FILL = """
    INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'E09000019', 'CLOSED', 'COURT', 1, 1, 1, 1, now(), now()
      FROM generate_series(1, $1) AS n
"""
OPENING = (AREA, "c", "somebody", 0, 0, None, None)


async def test_page_at_the_end_of_a_long_list_is_planned_once(database: DatabaseUrls) -> None:
    """Planning takes longer than reading a page; what is left behind a case is nothing to plan by."""
    owner = await asyncpg.connect(text_of(database.owner.set(drivername="postgresql")))
    await owner.execute("SET oocd.areas = '*'")
    await owner.execute(FILL, ROWS)
    await owner.execute("ANALYZE cases")
    await owner.close()
    service = await asyncpg.connect(text_of(database.app.set(drivername="postgresql")))
    question = list_question(frozenset({"after"}), None, Agency.POLICE, 51)

    pages = [await service.fetch(question.opened, str(UUID(int=ROWS - 60)), *OPENING) for _ in range(20)]

    plans = await service.fetchrow(
        "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE 'WITH opened%'"
    )
    await service.close()
    assert {len(page) for page in pages} == {51}
    assert tuple(plans) == (5, 15), "five of their own, by which PostgreSQL finds that one for all is as good"
