"""The counts behind the table of disproportionality, against DuckDB over the same decisions.

Both have the decisions at hand: the service as what it has read, DuckDB as a table in memory. Each takes of each child
the most formal decision, the latest of several alike, and counts outcomes by every characteristic. What it takes to
read the decisions is measured in `figures`.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb

from app.statistics.decision import Decision
from app.statistics.tables import tables_of
from app.statistics.words import By, Statistic
from benchmarks.measuring import Result, Sizes, compared, cpu_here
from benchmarks.world import World

_DISPOSALS = ("COMMUNITY_RESOLUTION", "YOUTH_CAUTION", "CHARGE", "TRIAGE")
_GROUPS = {By.ETHNICITY: ("WHITE", "BLACK", "ASIAN", "MIXED"), By.SEX: ("MALE", "FEMALE")}
_ANY = ("YES", "NO", "UNKNOWN")
_FIRST = date(2026, 1, 1)
_FILL = """
CREATE TABLE decisions AS
SELECT (n % {children})::VARCHAR AS child, DATE '2026-01-01' + (n % 365)::INTEGER AS day,
       [0, 1, 2, 0][n % 4 + 1] AS formality, {columns}
  FROM range({rows}) AS numbers(n)
"""
_COUNT = """
WITH counted AS (SELECT * FROM decisions QUALIFY row_number() OVER
                 (PARTITION BY child ORDER BY formality DESC, day DESC) = 1)
SELECT {by}, formality, count(*) FROM counted GROUP BY GROUPING SETS ({sets})
"""


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure the counts over a million decisions."""
    del world
    rows, rounds = sizes.rows, min(sizes.rounds, 3)
    decisions = _decisions(rows)
    with duckdb.connect(config={"threads": 1}) as floor:
        floor.execute(_FILL.format(rows=rows, children=_children(rows), columns=", ".join(map(_column, By))))
        names = [by.value.lower() for by in By]
        sets = ", ".join(f"({name}, formality)" for name in names)
        count = _COUNT.format(by=", ".join(names), sets=sets)
        pairs = [
            (
                cpu_here(lambda: floor.execute(count).fetchall()) * 1000,
                cpu_here(lambda: tables_of(Statistic.DISPROPORTIONALITY, decisions)) * 1000,
            )
            for _ in range(rounds + 1)
        ][1:]
    mine, under = [one for _, one in pairs], [one for one, _ in pairs]
    yield compared(f"table of disproportionality, {rows:,} decisions", mine, under, "ms of CPU", limit=6.0, aim=1.0)


def _children(rows: int) -> int:
    return max(1, rows * 4 // 5)


def _column(by: By) -> str:
    words = _GROUPS.get(by, _ANY)
    return f"{list(words)}[n % {len(words)} + 1] AS {by.value.lower()}"


def _decisions(rows: int) -> list[Decision]:
    """Return the decisions that DuckDB is given, as statistics hold them."""
    groups = [{by: _GROUPS.get(by, _ANY)[number % len(_GROUPS.get(by, _ANY))] for by in By} for number in range(12)]
    return [
        Decision(
            child=str(number % _children(rows)),
            day=_FIRST + timedelta(days=number % 365),
            force="metropolitan",
            disposal=_DISPOSALS[number % len(_DISPOSALS)],
            groups=groups[number % len(groups)],
            engagement="FULL",
            stratum="",
            offences=1,
            clocks={},
            direction="",
            reasons=(),
            level=1,
            answered=frozenset(),
            days_to_decision=1,
        )
        for number in range(rows)
    ]
