"""Starting, resting, and a second worker."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from time import perf_counter, sleep

import httpx
import psutil
from uuid_utils import uuid7

from app.demo.story_bodies import a_referral
from app.launch.migrate import ROOT
from app.launch.urls import text_of
from benchmarks.children import a_child
from benchmarks.client import all_of, request
from benchmarks.measuring import Result, Sizes, compared, in_turns
from benchmarks.world import AREA, Served, World

IMPORTS = "import fastapi, sqlalchemy, pydantic"
CONNECTIONS = 16
UNSEALED = {"OOCD_AUDIT_SEAL_SECONDS": "3600"}


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure the time from start to first answer, memory at rest, and what a second worker adds."""
    rounds = [(_imports(world), _first_answer(world)) for _ in range(sizes.starts + 1)][1:]
    for place, unit in ((0, "s of CPU"), (1, "s (wall clock)")):
        mine, under = [one[place] for _, one in rounds], [one[place] for one, _ in rounds]
        yield compared(f"start to first answer: {unit}", mine, under, "s", limit=3.0)
    held = [(_at_rest(world, "benchmarks.resting"), _at_rest(world, "benchmarks.service")) for _ in range(2)]
    mine, under = [one for _, one in held], [one for one, _ in held]
    yield compared("memory of a worker at rest", mine, under, "MB", limit=2.0)
    with world.service(**UNSEALED) as one, world.service(**UNSEALED) as other:
        for name, wires, status, bounds in (
            ("advice", _advices, 200, {"limit": 1.3, "at_least": True}),
            ("referrals", _referrals, 201, {}),
        ):
            rate = partial(_rate, partial(wires, world, sizes), status)
            mine, under = asyncio.run(in_turns(partial(rate, one, other), partial(rate, one), sizes.rounds))
            yield compared(f"two workers against one: {name}", mine, under, "a second (wall clock)", **bounds)


def _compiled(world: World) -> dict[str, str]:
    """Return an environment in which bytecode is kept: the round that does not count makes it, for the floor too."""
    return os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(world.data_dir.parent / "bytecode")}


def _imports(world: World) -> tuple[float, float]:
    """Return the seconds of CPU and of the wall clock that it takes Python to import what any such service imports."""
    begun = perf_counter()
    process = psutil.Popen([sys.executable, "-c", IMPORTS], cwd=ROOT, env=_compiled(world))
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, perf_counter() - begun


def _first_answer(world: World) -> tuple[float, float]:
    """Return the seconds of CPU and of the wall clock from the start of a live service to its first answer."""
    port = 20_000 + os.getpid() % 20_000
    begun = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=_live(world, port), stdout=subprocess.DEVNULL
    )
    try:
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/health/readiness").status_code == httpx.codes.OK:
                    break
            if process.poll() is not None:
                raise RuntimeError("the service did not start")
            sleep(0.01)
        took = perf_counter() - begun
        used = psutil.Process(process.pid).cpu_times()
        return used.user + used.system, took
    finally:
        process.terminate()
        process.wait()


def _live(world: World, port: int) -> dict[str, str]:
    world.data_dir.mkdir(exist_ok=True)
    return _compiled(world) | {
        "DATABASE_URL": text_of(world.urls.app),
        "DATA_DIR": str(world.data_dir),
        "PORT": str(port),
        "OOCD_ISSUER": "https://issuer.invalid",
        "OOCD_JWKS_URL": "https://issuer.invalid/jwks.json",
        "OOCD_HOSTS": '["127.0.0.1"]',
        "OOCD_SENSITIVE_PROCESSING": "false",
        "OOCD_AUDIT_KEY_FILE": str(_audit_key(world)),
    }


def _audit_key(world: World) -> object:
    from app.audit.signing import KEY_FILE, signer_from  # noqa: PLC0415 - the imports of this file are not measured

    place = world.data_dir / KEY_FILE
    signer_from(place, make=True)
    return place


def _at_rest(world: World, module: str) -> float:
    """Return the megabytes that a process holds after its first answers, with nothing to do."""
    with world.started(module) as served:
        asyncio.run(_ask(served.url))
        sleep(1.0)
        held = psutil.Process(served.pids[0]).memory_full_info()
        return float(held.uss) / 1e6


async def _ask(url: str) -> None:
    await all_of(url, [request("GET", "/health/readiness", {})] * 20, status=200)


def _advices(world: World, sizes: Sizes) -> list[bytes]:
    """Return requests whose work is the workers' own: the database is asked whether the law is as it was, no more."""
    headers = world.headers("demo-police-officer")
    bodies = [json.dumps(a_child(number, AREA, world.today)).encode() for number in range(sizes.requests)]
    return [request("POST", "/v1/advice", headers, one) for one in bodies]


def _referrals(world: World, sizes: Sizes) -> list[bytes]:
    """Return requests of which the database has its share, on the same cores."""
    headers = world.headers("demo-police", purpose="REFERRAL")
    bodies = [json.dumps(a_referral(AREA, world.today)).encode() for _ in range(sizes.requests)]
    return [request("POST", "/v1/referrals", {**headers, "Idempotency-Key": str(uuid7())}, one) for one in bodies]


async def _rate(make: Callable[[], list[bytes]], status: int, *workers: Served) -> float:
    """Return how many requests a second are answered over sixteen connections, of which each worker has its share.

    A proxy deals them out so. On one socket, whichever worker wakes first takes all that wait.
    """
    wires = make()
    begun = perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for place, worker in enumerate(workers):
            share, connections = wires[place :: len(workers)], CONNECTIONS // len(workers)
            tasks.create_task(all_of(worker.url, share, status=status, at_once=connections))
    return len(wires) / (perf_counter() - begun)
