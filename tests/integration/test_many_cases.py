"""Populations of a whole force: more cases than a statement takes parameters."""

from datetime import date

import pytest
from uuid6 import uuid7

from app.db.work import connect
from app.launch.urls import DatabaseUrls, text_of
from app.law.book import LawBook
from app.scrutiny.decided import DecidedCase
from app.scrutiny.reading import decided_cases
from app.scrutiny.single_agency import issued_alone
from app.statistics import reading
from tests.decided_cases import a_decided_case
from tests.decided_rows import EVERYWHERE, add_decided

pytestmark = pytest.mark.anyio
MORE_THAN_PARAMETERS = 40_000
YEAR = {"areas": ["E09000019"], "first": date(2026, 1, 1), "last": date(2026, 12, 31)}


async def test_population_may_have_more_cases_than_a_statement_has_parameters(
    database: DatabaseUrls, law_book: LawBook
) -> None:
    """Frames, resolutions issued alone, children and forces: each is asked for by as many ids as there are."""
    pool, case = connect(text_of(database.app), pool_size=1, pool_timeout=5), a_decided_case(7)
    await add_decided(pool, [case])
    ids = [case.case_id, *(str(uuid7()) for _ in range(MORE_THAN_PARAMETERS))]

    async with pool.work(EVERYWHERE) as work:
        found: tuple[DecidedCase, ...] = await decided_cases(work, only=ids, **YEAR)
        alone = await issued_alone(work, law_book, only=ids, **YEAR)
        told = await reading.children_of(work, ids), await reading.forces_of(work, ids)

    await pool.close()
    assert ([one.case_id for one in found], alone) == ([case.case_id], ())
    assert told == ({}, {})
