"""Reading decisions and counting them: from kept figures against the papers, and against DuckDB on the same rows.

The papers are those of cases that the service led to their decisions. Their figures, as the service keeps them, are
what a million rows are made of, with ids of their own, and four children to five decisions; should the service take one
of them for stale, nothing is measured. DuckDB has the same decisions, cases, figures and characteristics in a file, the
figures in columns. It asks what the service asks: the newest decision of each case, whether its figures hold, of each
child the most formal decision and the latest of several alike, and the outcomes by every characteristic.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import asyncpg
import duckdb
from sqlalchemy import text

from app.advice.evaluate import protocol_of
from app.db.work import ALL_AREAS, EVERYBODY, Database, Scope, connect
from app.launch.urls import text_of
from app.law.book import LawBook
from app.scrutiny.groups import lists_of
from app.statistics import kept, reading
from app.statistics.decision import Decision, Reckoner
from app.statistics.figures import Figures
from app.statistics.tables import tables_of
from app.statistics.words import By, Outcome, Statistic
from benchmarks.client import all_of, request
from benchmarks.decided import lead
from benchmarks.measuring import Result, Sizes, compared, cpu_here, cpu_used, in_turns
from benchmarks.world import AREA, Served, World

_HERE = Path(__file__).parent
_COUNTING = Scope(frozenset({ALL_AREAS}), "benchmarks", EVERYBODY)
_FIRST = date(2020, 1, 1)
_STALE = text("UPDATE decision_figures SET derivation = 0")
_FILL = (_HERE / "figures_fill.sql").read_text(encoding="utf-8")
_FLOOR = (_HERE / "figures_floor.sql").read_text(encoding="utf-8")
_HELD = {
    "decisions": "SELECT case_id, decision_id, round, decided_at AT TIME ZONE 'UTC' AS decided_at FROM decisions",
    "cases": "SELECT case_id, status, version FROM cases",
    "characteristics": "SELECT case_id, version FROM characteristics",
    "figures": "SELECT case_id, decision_id, case_version, characteristics_version, derivation, decided_on, shared, "
    "encode(known_by, 'hex') AS known_by FROM decision_figures",
}


@dataclass(frozen=True)
class Counting:
    """How decisions are read and counted in this process, as the service does: from which database, of which days."""

    world: World
    database: Database
    asked: dict[str, Any]

    async def read(self, *, stale: bool = False) -> list[Decision]:
        """Return all decisions; with nothing kept that holds, and nothing kept of it, if so asked."""
        found: list[Decision] = []
        with suppress(_Undone):
            async with self.database.work(_COUNTING) as work:
                if stale:
                    await work.run(_STALE)
                found, _ = await reading.decisions_of(work, **self.asked)
                if stale:
                    raise _Undone
        return found

    async def table(self) -> None:
        """Read all decisions, and count the table of disproportionality."""
        tables_of(Statistic.DISPROPORTIONALITY, await self.read())

    async def stale(self) -> int:
        """Return how many decisions have no figures that hold."""
        async with self.database.work(_COUNTING) as work:
            days = {name: self.asked[name] for name in ("areas", "first", "last")}
            return sum([row.shared is None async for part in kept.standing(work, **days) for row in part])


class _Undone(Exception):
    """What was done in a transaction is not to last."""


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure the papers, then a million figures, then the whole answer over HTTP."""
    gc.set_threshold(50_000)  # as `python -m app` does
    lead(world, sizes.patterns)
    rounds = min(sizes.rounds, 3)
    papers = asyncio.run(_in_process(world, partial(_papers, rounds=rounds)))
    asyncio.run(world.execute(_FILL.format(rows=sizes.rows - sizes.patterns)))
    for table in ("cases", "decisions", "characteristics", "decision_figures"):
        asyncio.run(world.execute(f"VACUUM ANALYZE {table}"))  # as the database does by itself in time
    file = world.data_dir / "floor.duckdb"
    reckoner = Reckoner(*_law(world))
    asyncio.run(_copy(world, file, reckoner))
    mine, under, read = asyncio.run(_in_process(world, partial(_tables, file=file, rounds=rounds)))
    each = 1e6 / sizes.rows
    name = f"reading a decision: figures ({sizes.rows:,}) against papers ({sizes.patterns:,})"
    yield compared(name, [one * each for one in read], [one * 1e6 / sizes.patterns for one in papers], "us of CPU")
    name = f"table of disproportionality, {sizes.rows:,} decisions, read and counted"
    yield compared(name, mine, under, "s of CPU", limit=6.0, aim=1.0)
    with world.service(OOCD_AUDIT_SEAL_SECONDS="3600") as service:
        whole = [asyncio.run(_answer(world, service)) for _ in range(rounds + 1)][1:]
    yield compared(f"the same, the whole answer over HTTP, {sizes.rows:,} decisions", whole, under, "s of CPU")


def _law(world: World) -> tuple[Any, Any]:
    book = LawBook.load()
    return lists_of(book), protocol_of(book, AREA, world.today)


async def _in_process(world: World, measure: Callable[[Counting], Awaitable[Any]]) -> Any:  # noqa: ANN401  (what it measures)
    lists, protocol = _law(world)
    asked = {"areas": [AREA], "first": _FIRST, "last": world.today - timedelta(days=1)}
    database = connect(text_of(world.urls.app), pool_size=1, pool_timeout=30)
    try:
        return await measure(Counting(world, database, asked | {"lists": lists, "protocol": protocol}))
    finally:
        await database.close()


async def _cpu(world: World, work: Callable[[], Awaitable[object]]) -> float:
    """Return the seconds of CPU that this process and the database used."""
    begun = process_time()
    of_database = await cpu_used((world.server.pid,), work)
    return of_database + process_time() - begun


async def _papers(counting: Counting, *, rounds: int) -> list[float]:
    """Return the seconds of reading everything from the papers; keep it at the end."""
    found = [await _cpu(counting.world, partial(counting.read, stale=True)) for _ in range(rounds + 1)][1:]
    await counting.read()
    return found


async def _tables(counting: Counting, *, file: Path, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of the table read and counted, of the floor's, and of reading alone."""
    if stale := await counting.stale():
        raise RuntimeError(f"{stale} figures do not hold")

    async def floor() -> float:
        return cpu_here(partial(_floor, file, counting.asked["last"]))

    mine, under = await in_turns(partial(_cpu, counting.world, counting.table), floor, rounds)
    return mine, under, [await _cpu(counting.world, counting.read) for _ in range(rounds)]


def _floor(file: Path, last: date) -> None:
    names = [by.value.lower() for by in By]
    sets = ", ".join(f"({name}, formality)" for name in names)
    with duckdb.connect(file, read_only=True, config={"threads": 1}) as floor:
        floor.execute(_FLOOR.format(first=_FIRST, last=last, by=", ".join(names), sets=sets)).fetchall()


async def _copy(world: World, file: Path, reckoner: Reckoner) -> None:
    """Copy what is asked from the database to DuckDB, with the groups and the formality of every figures as columns."""
    connection = await asyncpg.connect(world.owner_dsn)
    with duckdb.connect(file) as floor:
        for table, query in _HELD.items():
            rows = file.with_suffix(".csv")
            await connection.copy_from_query(query, output=rows, format="csv", header=True)
            floor.execute(f"CREATE TABLE {table} AS FROM read_csv('{rows}', all_varchar = false)")
        told = await connection.fetch("SELECT DISTINCT ON (shared) * FROM decision_figures")
        columns = ", ".join(f"{by.value.lower()} VARCHAR" for by in By)
        floor.execute(f"CREATE TABLE shapes (shared VARCHAR, formality INTEGER, {columns})")
        marks = "INSERT INTO shapes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        floor.executemany(marks, [_shape(row, reckoner) for row in told])
        floor.execute(
            "CREATE TABLE kept AS SELECT f.* EXCLUDE (shared, known_by), unhex(known_by) AS known_by, "
            "s.* EXCLUDE (shared) FROM figures f JOIN shapes s USING (shared); DROP TABLE figures"
        )
    await connection.close()


def _shape(row: asyncpg.Record, reckoner: Reckoner) -> list[object]:
    one = reckoner.decision("", Figures(**{name: row[name] for name in Figures._fields}))
    return [row["shared"], tuple(Outcome).index(one.outcome), *(one.groups[by] for by in By)]


async def _answer(world: World, service: Served) -> float:
    yesterday = world.today - timedelta(days=1)
    path = f"/v1/statistics/disproportionality?area={AREA}&from={_FIRST}&to={yesterday}"
    wire = request("GET", path, world.headers("demo-analyst", purpose="STATISTICS"))
    return await cpu_used((*service.pids, world.server.pid), lambda: all_of(service.url, [wire], status=200, at_once=1))
