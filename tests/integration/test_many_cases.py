"""Populations of a whole force: more cases than a statement takes parameters."""

from datetime import date

import pytest
from uuid_utils import uuid7

from app.advice.evaluate import protocol_of
from app.cases.states import CaseStatus
from app.db.work import connect
from app.launch.urls import DatabaseUrls, text_of
from app.law.book import LawBook
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import lists_of
from app.scrutiny.reading import decided_cases
from app.scrutiny.single_agency import issued_alone
from app.statistics import kept, reading
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
        told = await kept.known_by_of(work, ids), await kept.forces_of(work, ids)

    await pool.close()
    assert ([one.case_id for one in found], alone) == ([case.case_id], ())
    assert [set(one.values()) for one in told] == [{b""}, {"unknown"}]


async def test_cases_are_read_in_batches_each_once_and_in_order(
    database: DatabaseUrls, law_book: LawBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever of them a batch holds; statistics count them alike, and a withdrawn case is told apart."""
    monkeypatch.setattr("app.scrutiny.reading.BATCH", 2)
    pool = connect(text_of(database.app), pool_size=1, pool_timeout=5)
    statuses = [CaseStatus.WITHDRAWN if number == 3 else CaseStatus.DECIDED for number in range(1, 6)]
    cases = [a_decided_case(number, status=status) for number, status in enumerate(statuses, start=1)]
    await add_decided(pool, cases)

    async with pool.work(EVERYWHERE) as work:
        found = await decided_cases(work, **YEAR)
        protocol = protocol_of(law_book, "E09000019", date(2026, 11, 1))
        counted, left_out = await reading.decisions_of(work, lists=lists_of(law_book), protocol=protocol, **YEAR)

    await pool.close()
    assert [one.case_id for one in found] == [case.case_id for case in cases]
    assert [one.child for one in counted] == [case.case_id for case in cases if case.status is CaseStatus.DECIDED]
    assert {reason: len(days) for reason, days in left_out.items()} == {"WITHDRAWN": 1}
