"""An answer from kept figures is, byte for byte, the answer from the papers."""

import pytest

from app.launch.urls import DatabaseUrls
from app.launch.urls import connect as connect_raw
from tests.api.statistics.conftest import CAMDEN, ISLINGTON, Ask

ALL = ["disproportionality", "engagement", "timeliness", "departures", "completeness", "volumes"]


async def _in_database(seeded: DatabaseUrls, statement: str) -> int:
    """Run something on all figures as the application might; return how many there are."""
    connection = await connect_raw(seeded.app, "the application")
    async with connection.transaction():
        await connection.execute("SELECT set_config('oocd.areas', '*', true), set_config('oocd.person', '*', true)")
        await connection.execute(statement)
        found: int = await connection.fetchval("SELECT count(*) FROM decision_figures WHERE derivation > 0")
    await connection.close()
    return found


@pytest.mark.parametrize("area", [ISLINGTON, CAMDEN])
@pytest.mark.parametrize("statistic", ALL)
async def test_answer_is_the_same_from_figures_and_from_papers(
    ask: Ask, seeded: DatabaseUrls, statistic: str, area: str
) -> None:
    """What was kept before counts no more; the first answer reads the papers, the second what the first one kept."""
    assert await _in_database(seeded, "UPDATE decision_figures SET derivation = 0") == 0

    from_papers = await ask(statistic, area=area)
    kept = await _in_database(seeded, "SELECT")
    from_figures = await ask(statistic, area=area)

    assert from_papers.status_code == 200
    assert kept == {ISLINGTON: 320, CAMDEN: 6}[area]
    assert from_figures.content == from_papers.content
