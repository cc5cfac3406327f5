"""Figures kept beside decisions never change what is counted: whatever happened since, the papers say the same."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count as numbers
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, insert, select, update
from uuid_utils import uuid7

from app.access.models import case_limits
from app.advice.evaluate import protocol_of
from app.advice.models import advice
from app.assessments.models import pre_assessments
from app.cases.models import cases, characteristics, children, referrals
from app.db.work import Database, Work, connect
from app.decisions.models import decisions, opinions
from app.launch.embedded import EmbeddedServer
from app.launch.erasing import erase
from app.launch.urls import DatabaseUrls, text_of
from app.launch.urls import connect as connect_raw
from app.law.book import LawBook
from app.scrutiny.groups import lists_of
from app.statistics import reading
from app.statistics.models import decision_figures
from tests.counting import CAMDEN, COUNTING, ISLINGTON, YEAR, count, count_from_papers, held, terms_of
from tests.decided_cases import DISPOSALS, a_decided_case, stated
from tests.decided_rows import add_decided
from tests.erasing import CONTROLLER, RULE
from tests.frozen_clock import FrozenClock

pytestmark = pytest.mark.anyio
T = TypeVar("T")


class Chance:
    """Choices that look like chance, and are the same each time."""

    def __init__(self, seed: int) -> None:
        self._seed, self._numbers = seed, numbers()

    def choice(self, things: Sequence[T]) -> T:
        """Return one of some things."""
        return things[self.within(0, len(things) - 1)]

    def within(self, least: int, most: int) -> int:
        """Return a number between two, both included."""
        digest = sha256(f"{self._seed} {next(self._numbers)}".encode()).digest()
        return least + int.from_bytes(digest[:4]) % (most - least + 1)


@pytest.fixture
async def pool(database: DatabaseUrls) -> AsyncIterator[Database]:
    """Connect as the application, for as long as the test lasts."""
    pool = connect(text_of(database.app), pool_size=2, pool_timeout=5)
    yield pool
    await pool.close()


@pytest.fixture
def terms(law_book: LawBook) -> dict[str, Any]:
    """Return the lists and the protocol under which Islington counts."""
    return terms_of(law_book)


async def add_cases(pool: Database, how_many: int) -> list[str]:
    """Add decided cases of two areas, some of them one child's; return their ids."""
    added = [
        a_decided_case(number, DISPOSALS[number % len(DISPOSALS)], area=CAMDEN if number % 4 == 0 else ISLINGTON)
        for number in range(1, how_many + 1)
    ]
    await add_decided(pool, added)
    async with pool.work(COUNTING) as work:
        for number, one in enumerate(added):
            own = {"case_id": one.case_id, "area": one.area}
            await work.run(insert(children), own | _child(number // 2))
            await work.run(insert(referrals), own | _referral(number, one.received_at))
    return [one.case_id for one in added]


def _child(number: int) -> dict[str, Any]:
    told = {"given_names": "Blue", "family_name": "Rowan", "date_of_birth": date(2011, 3, 2)}
    return told | {"child_id": str(uuid7()), "identifiers": [{"scheme": "PNC", "value": f"INVENTED {number}"}]}


def _referral(number: int, at: datetime) -> dict[str, Any]:
    told = {
        "client_id": "tests",
        "force": ("metropolitan", "btp")[number % 2],
        "system": "RMS",
        "reference": f"{number}",
    }
    return told | {"referral_id": str(uuid7()), "referred_at": at, "received_at": at, "received": b"{}", "sha256": "0"}


# ── what may happen to a case, as the services leave it ──────────────────────

Act = Callable[[Work, str, Chance], Any]


async def _row(work: Work, table: Any, case_id: str, *order: Any) -> dict[str, Any] | None:
    found = await work.one(select(table).where(table.c.case_id == case_id).order_by(*order).limit(1))
    return None if found is None else dict(found._mapping)


async def _next_version(work: Work, case_id: str, **changes: Any) -> None:
    own = cases.c
    await work.run(update(cases).where(own.case_id == case_id).values(version=own.version + 1, **changes))


async def say_characteristics_again(work: Work, case_id: str, chance: Chance) -> None:
    """Put them again, as may be done in every status; the case keeps its version."""
    last = await _row(work, characteristics, case_id, characteristics.c.version.desc())
    assert last is not None
    said = [
        stated("ETHNICITY", chance.choice(["A1", "B1", "W1", "O1"])),
        stated("SEX", chance.choice(["MALE", "FEMALE"])),
    ]
    await work.run(
        insert(characteristics), last | {"version": last["version"] + 1, "items": said[: chance.within(0, 2)]}
    )


async def move(work: Work, case_id: str, chance: Chance) -> None:
    """Withdraw it, restrict it, give what was decided, or bring it back."""
    await _next_version(work, case_id, status=chance.choice(["WITHDRAWN", "RESTRICTED", "IN_DELIVERY", "DECIDED"]))


async def pre_assess_again(work: Work, case_id: str, chance: Chance) -> None:
    """Add a version, of before the decision or of after it."""
    last = await _row(work, pre_assessments, case_id, pre_assessments.c.version.desc())
    assert last is not None
    anew = {"pre_assessment_id": str(uuid7()), "version": last["version"] + 1}
    level = chance.choice(["FULL", "PARTIAL", "NONE"])
    anew |= {"recorded_at": last["recorded_at"] + timedelta(days=chance.within(0, 20))}
    await work.run(insert(pre_assessments), last | anew | {"body": f'{{"engagement":{{"level":"{level}"}}}}'.encode()})
    await _next_version(work, case_id)


async def decide_again(work: Work, case_id: str, chance: Chance) -> None:
    """Decide in a new round, on new advice and opinions, of which one departs from it."""
    last = await _row(work, decisions, case_id, decisions.c.round.desc())
    told, said = await _row(work, advice, case_id), await _row(work, opinions, case_id)
    assert last is not None
    assert told is not None
    assert said is not None
    at, number = last["decided_at"] + timedelta(days=chance.within(1, 200)), last["round"] + 1
    new = {"advice_id": str(uuid7()), "round": number}
    await work.run(insert(advice), told | {"advice_id": new["advice_id"]})
    departs = {"from": "ADVICE", "reason": chance.choice(["CHILD_WELFARE", "NEW_INFORMATION"]), "why": "So."}
    spoken = {"opinion_id": str(uuid7()), "recorded_at": at - timedelta(hours=1), "departs": departs}
    await work.run(insert(opinions), said | new | spoken)
    decided = {"decision_id": str(uuid7()), "decided_at": at, "disposal": chance.choice(DISPOSALS)}
    await work.run(insert(decisions), last | new | decided)
    await _next_version(work, case_id, round=number)


async def transfer(work: Work, case_id: str, chance: Chance) -> None:
    """Move it to another area, with all that hangs on it; its version stays."""
    area = chance.choice([ISLINGTON, CAMDEN])
    await work.run(update(cases).where(cases.c.case_id == case_id).values(area=area))


async def limit(work: Work, case_id: str, chance: Chance) -> None:
    """Let it be for named people alone."""
    number = 1 + (await work.many(select(func.count()).select_from(case_limits)))[0][0]
    own = await _row(work, cases, case_id)
    assert own is not None
    told = {"limit_id": str(uuid7()), "case_id": case_id, "area": own["area"], "number": number, "step": "CONFIRMED"}
    said = {"named": ["somebody"], "names": ["S"], "reason": "AT_RISK", "says": "So.", "agency": "YJS"}
    by = {"person_key": "p", "recorded_at": own["received_at"], "recorded_by": "somebody"}
    await work.run(insert(case_limits), told | said | by)


ACTS: tuple[Act, ...] = (say_characteristics_again, move, pre_assess_again, decide_again, transfer, limit)


def _asked(law_book: LawBook, chance: Chance) -> dict[str, Any]:
    """Return how somebody asks: areas, days, grouping and protocol."""
    protocol = protocol_of(law_book, ISLINGTON, date(2026, 11, 1))
    changes = {"assess_wd": chance.within(1, 8), "notify_wd": chance.within(1, 8)}
    first = date(2026, chance.within(1, 7), 1)
    return {
        "areas": chance.choice([[ISLINGTON], [CAMDEN], [ISLINGTON, CAMDEN]]),
        "first": first,
        "last": first + timedelta(days=chance.within(30, 300)),
        "lists": lists_of(law_book, grouping=chance.choice(["fiveGroups2001", "fiveGroups2011"])),
        "protocol": protocol.model_copy(update=changes),
    }


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_kept_figures_count_as_the_papers_do(
    pool: Database, database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, seed: int
) -> None:
    """After each of twenty acts on some of twelve cases, however it is asked; and after one of them was erased."""
    await _play(pool, database, law_book, clock, seed)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(3, 60))
async def test_whatever_happens_at_length_kept_figures_count_as_the_papers_do(
    pool: Database, database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, seed: int
) -> None:
    """The same, more often than in every run."""
    await _play(pool, database, law_book, clock, seed)


async def _play(pool: Database, database: DatabaseUrls, law_book: LawBook, clock: FrozenClock, seed: int) -> None:
    chance, ids = Chance(seed), await add_cases(pool, 12)

    for step in range(20):
        if step == 10:
            await erase(database.owner, ids.pop(), rule=RULE, by=CONTROLLER, clock=clock)
        else:
            async with pool.work(COUNTING) as work:
                await chance.choice(ACTS)(work, chance.choice(ids), chance)
        asked = _asked(law_book, chance)

        assert await count(pool, **asked) == await count_from_papers(pool, **asked)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_figures_hold_until_something_they_rest_on_changes(
    pool: Database, terms: dict[str, Any], act: Act
) -> None:
    """A transfer and a limit change nothing that is counted; everything else is worked out anew, of that case alone."""
    first, second, _ = await add_cases(pool, 3)
    await count(pool, **terms)

    async with pool.work(COUNTING) as work:
        await act(work, first, Chance(5))

    found = await held(pool, areas=[ISLINGTON, CAMDEN])
    assert found[second]
    assert found[first] is (act in {transfer, limit})


async def test_figures_are_kept_once_read_and_nothing_else_is_asked(pool: Database, terms: dict[str, Any]) -> None:
    """The first answer keeps them; after it, not one paper is read, and the answer is the same."""
    await add_cases(pool, 3)

    first = await count(pool, **terms)

    assert await held(pool) == dict.fromkeys(await held(pool), True)
    assert [one.child for one in first[0]] != []
    assert await count(pool, **terms) == first


async def test_papers_that_change_nothing_kept_are_not_read(
    pool: Database, server: EmbeddedServer, database: DatabaseUrls, terms: dict[str, Any]
) -> None:
    """With every advice and assessment gone, kept figures still count what was decided on them."""
    await add_cases(pool, 3)
    before = await count(pool, **terms)
    await _as_superuser(server, database, "DELETE FROM advice; DELETE FROM opinions; DELETE FROM pre_assessments")

    assert await count(pool, **terms) == before
    assert await count_from_papers(pool, **terms) == ([], {})


async def test_forgetting_all_figures_changes_no_answer(
    pool: Database, server: EmbeddedServer, database: DatabaseUrls, terms: dict[str, Any]
) -> None:
    """They are worked out and kept anew."""
    await add_cases(pool, 6)
    before = await count(pool, **terms)
    await _as_superuser(server, database, "DELETE FROM decision_figures")

    assert not any((await held(pool)).values())
    assert await count(pool, **terms) == before
    assert all((await held(pool)).values())


async def test_two_who_read_at_once_are_told_the_same(pool: Database, terms: dict[str, Any]) -> None:
    """The one keeps figures; the other does not wait for it, and keeps none."""
    await add_cases(pool, 6)

    async with pool.work(COUNTING) as one, pool.work(COUNTING) as other:
        told = [await reading.decisions_of(work, **(YEAR | terms)) for work in (one, other)]

    assert told[0] == told[1]
    assert all((await held(pool)).values())


async def test_who_may_not_keep_figures_is_answered_all_the_same(
    pool: Database, server: EmbeddedServer, database: DatabaseUrls, terms: dict[str, Any]
) -> None:
    """A write that fails is undone by itself; what else the call does stays."""
    (case_id, *_) = await add_cases(pool, 3)
    await _as_superuser(server, database, "REVOKE INSERT ON decision_figures FROM oocd_app")

    async with pool.work(COUNTING) as work:
        told = await reading.decisions_of(work, **(YEAR | terms))
        await _next_version(work, case_id)

    assert told == await count_from_papers(pool, **terms)
    assert not any((await held(pool)).values())
    async with pool.work(COUNTING) as work:
        assert (await _row(work, cases, case_id) or {})["version"] == 6


async def test_limited_case_is_counted_and_its_figures_are_shown_to_nobody(
    pool: Database, terms: dict[str, Any]
) -> None:
    """Who is not named sees no row of its figures; who counts sees past the limit."""
    (case_id, *_) = await add_cases(pool, 3)
    before = await count(pool, **terms)
    async with pool.work(COUNTING) as work:
        await limit(work, case_id, Chance(1))

    async with pool.work(replace(COUNTING, person="another")) as work:
        seen = await _row(work, decision_figures, case_id)
    assert seen is None
    assert await count(pool, **terms) == before


async def test_figures_go_with_their_case(
    pool: Database, database: DatabaseUrls, terms: dict[str, Any], clock: FrozenClock
) -> None:
    """To another area, when it is transferred; and away, when it is erased."""
    first, second, _ = await add_cases(pool, 3)
    await count(pool, **terms)

    async with pool.work(COUNTING) as work:
        await work.run(update(cases).where(cases.c.case_id == first).values(area=CAMDEN))
    await erase(database.owner, second, rule=RULE, by=CONTROLLER, clock=clock)

    async with pool.work(COUNTING) as work:
        assert (await _row(work, decision_figures, first) or {})["area"] == CAMDEN
        assert await _row(work, decision_figures, second) is None


async def _as_superuser(server: EmbeddedServer, database: DatabaseUrls, statement: str) -> None:
    """Do what nobody may, past triggers and policies."""
    connection = await connect_raw(server.url(database=database.app.database), "the server of the tests")
    await connection.execute(f"SET session_replication_role = replica; {statement}")
    await connection.close()
