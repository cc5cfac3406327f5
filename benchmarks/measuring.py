"""Measuring: seconds of CPU of whole families of processes, rounds that take turns, medians and their spread.

CPU time rather than wall-clock time wherever that is the question: other work on the machine changes it little. The
floor and what is measured take turns (ABAB), so that whatever changes meanwhile meets both.
"""

import gc
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import psutil

TICK = 0.01  # seconds; finer the kernel does not count
Run = Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Sizes:
    """How much is measured; `QUICK` is for a busy machine, `TINY` only shows that every benchmark runs."""

    rounds: int
    requests: int
    advices: int
    lines: int
    rows: int
    small_rows: int
    per_second: int
    rate_seconds: int
    starts: int
    patterns: int


FULL = Sizes(
    rounds=5,
    requests=400,
    advices=60,
    lines=10_000,
    rows=1_000_000,
    small_rows=10_000,
    per_second=300,
    rate_seconds=10,
    starts=5,
    patterns=200,
)
QUICK = Sizes(
    rounds=3,
    requests=150,
    advices=30,
    lines=1000,
    rows=100_000,
    small_rows=5_000,
    per_second=20,
    rate_seconds=5,
    starts=2,
    patterns=100,
)
TINY = Sizes(
    rounds=1,
    requests=4,
    advices=2,
    lines=20,
    rows=300,
    small_rows=100,
    per_second=20,
    rate_seconds=1,
    starts=1,
    patterns=5,
)


@dataclass(frozen=True)
class Result:
    """One figure: what was measured, over its floor. `limit` and `aim` are bounds on the ratio, or None.

    `unit` names what `mine` and `floor` are; `at_least` says that the ratio shall not be below the limit, rather than
    not above it. `low` and `high` are the least and the greatest ratio of a round.
    """

    name: str
    mine: float
    floor: float
    ratio: float
    low: float
    high: float
    unit: str
    limit: float | None = None
    aim: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Return whether the limit is kept; None without one."""
        if self.limit is None:
            return None
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def compared(name: str, mine: list[float], floor: list[float], unit: str, **bounds: object) -> Result:
    """Return what pairs of rounds come to: medians, their ratio, and the least and the greatest ratio of a pair."""
    pairs = [one / other for one, other in zip(mine, floor, strict=True)]
    middle, under = median(mine), median(floor)
    return Result(name, middle, under, middle / under, min(pairs), max(pairs), unit, **bounds)  # type: ignore[arg-type]


async def in_turns(mine: Run, floor: Run, rounds: int) -> tuple[list[float], list[float]]:
    """Run the floor and what is measured by turns, after one round of each that does not count."""
    await floor()
    await mine()
    pairs = [(await floor(), await mine()) for _ in range(rounds)]
    return [one for _, one in pairs], [one for one, _ in pairs]


def cpu_of(pids: Collection[int]) -> float:
    """Return the seconds of CPU that processes, their descendants, and the descendants they have buried, have used."""
    total = 0.0
    for pid in pids:
        first = psutil.Process(pid)
        for process in (first, *first.children(recursive=True)):
            try:
                used = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += used.user + used.system + used.children_user + used.children_system
    return total


async def cpu_used(pids: Collection[int], work: Callable[[], Awaitable[object]]) -> float:
    """Return the seconds of CPU that processes used while some work was done."""
    before = cpu_of(pids)
    await work()
    return max(cpu_of(pids) - before, TICK)


def cpu_here(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that a piece of work took in this process."""
    gc.collect()
    begun = process_time()
    work()
    return process_time() - begun


def seconds_of(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work took by the wall clock."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
