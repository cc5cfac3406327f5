"""Killed without warning, again and again, while people work: nothing that was acknowledged is lost or half done."""

import asyncio
import signal
from hashlib import sha256
from pathlib import Path

import pytest

from tests.crash.estate import PATIENCE, Estate, estate
from tests.crash.load import Load, tokens_of
from tests.crash.proofs import halves, log_is_whole, missing

PEOPLE = 4
VICTIMS = ("service", "database", "both")


def _crash(it: Estate, number: int) -> None:
    """Kill service, database or both, and start again what was killed."""
    victim, (worker,) = VICTIMS[number % len(VICTIMS)], it.workers
    if victim in {"database", "both"}:
        it.cluster.kill()
    if victim in {"service", "both"}:
        assert worker.end(signal.SIGKILL) == -signal.SIGKILL
    if victim in {"database", "both"}:
        it.cluster.stop()
        it.cluster.start()
    if victim in {"service", "both"}:
        worker.start()


def _moment(number: int) -> float:
    """Return after how many seconds of work the crash comes: at no regular time."""
    return 0.2 + sha256(f"round {number}".encode()).digest()[0] / 255


async def _rounds(it: Estate, load: Load, rounds: int) -> list[str]:
    """Work through so many crashes; return what is wrong in the end."""
    work = asyncio.create_task(load.run(PEOPLE))
    for number in range(rounds):
        before = len(load.assessed)
        await asyncio.sleep(_moment(number))
        await asyncio.to_thread(_crash, it, number)
        await asyncio.wait_for(load.reach(before + PEOPLE), PATIENCE)  # everybody is at work again
    load.stopping = True
    await work
    return [*load.odd, *await missing(it, load), *await halves(it)]


def _outlives(folder: Path, rounds: int) -> None:
    with estate(folder) as it:
        load = Load(it.workers[0].base_url, tokens_of(it))

        wrong = asyncio.run(_rounds(it, load, rounds))
        verdict = asyncio.run(log_is_whole(it, load, folder))

    assert wrong == []
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    print(f"{rounds} crashes, {len(load.referred)} referrals, {len(load.assessed)} pre-assessments: {verdict.stdout}")  # noqa: T201


def test_nothing_acknowledged_is_lost_or_half_done_by_a_crash(folder: Path) -> None:
    """Service, database, or both, five times."""
    _outlives(folder, 5)


@pytest.mark.deep
def test_nothing_acknowledged_is_lost_or_half_done_by_fifty_crashes(folder: Path) -> None:
    """The same, fifty times."""
    _outlives(folder, 50)
