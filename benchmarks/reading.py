"""Reading one case and a page of fifty among a million, against the same rows by bare asyncpg and ready bytes."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial

from app.demo.story_bodies import a_referral
from app.http.pages import write_cursor
from benchmarks.client import all_of, request
from benchmarks.measuring import Result, Sizes, compared, cpu_used, in_turns
from benchmarks.world import AREA, Served, World

# Cases of other days, before those that are referred now; each id in the order of its receipt.
FILL = """
INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{area}', 'CLOSED', 'POLICE_INVESTIGATION',
       1, 1, 1, 1, now(), now()
  FROM generate_series(1, {rows}) AS n;
"""
# What the database would do behind the measurement, for rows that came all at once: its processes are measured too.
SETTLE = ("VACUUM ANALYZE cases", "CHECKPOINT")


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure a case by its id, the first page, and a page at the depth of a million."""
    for script in (FILL.format(area=AREA, rows=sizes.rows), *SETTLE):
        asyncio.run(world.execute(script))
    with world.service(OOCD_AUDIT_SEAL_SECONDS="3600") as service, world.floor() as floor:
        yield from asyncio.run(_all(world, sizes, service, floor))


async def _all(world: World, sizes: Sizes, service: Served, floor: Served) -> list[Result]:
    one = await _refer(world, service)
    deep = f"01900000-0000-7000-8000-{sizes.rows - 60:012d}"
    of = partial(_compare, world, sizes, service, floor)
    page, after = "/v1/cases?limit=50", f"/v1/cases?limit=50&cursor={write_cursor(deep)}"
    bounds = {"limit": 4.0, "aim": 2.0}
    found = [
        await of("one case by id", f"/v1/cases/{one}", f"/cases/{one}", **bounds),
        await of("one case by id, the floor logging too", f"/v1/cases/{one}", f"/cases/{one}?logged"),
        await of("a page of 50", page, "/cases", **bounds),
        await of("a page of 50, the floor logging too", page, "/cases?logged"),
    ]
    mine, under = await in_turns(
        partial(_cpu, world, sizes, service, after), partial(_cpu, world, sizes, service, page), sizes.rounds
    )
    name = f"page at depth {sizes.rows:,} against page 1"
    return [*found, compared(name, mine, under, "ms of CPU", limit=1.2)]


async def _refer(world: World, service: Served) -> str:
    headers = world.headers("demo-police", purpose="REFERRAL", creates=True)
    wire = request("POST", "/v1/referrals", headers, json.dumps(a_referral(AREA, world.today)).encode())
    answers = await all_of(service.url, [wire], status=201, at_once=1)
    return str(answers[0].json()["caseId"])


async def _compare(
    world: World, sizes: Sizes, service: Served, floor: Served, name: str, ours: str, bare: str, **bounds: float
) -> Result:
    headers = world.headers("demo-police-officer")
    ready = await all_of(service.url, [request("GET", ours, headers)], status=200, at_once=1)
    await all_of(floor.url, [request("PUT", "/ready", {}, ready[0].body)], status=200, at_once=1)
    mine, under = await in_turns(
        partial(_cpu, world, sizes, service, ours), partial(_cpu, world, sizes, floor, bare), sizes.rounds
    )
    return compared(name, mine, under, "ms of CPU", **bounds)


async def _cpu(world: World, sizes: Sizes, served: Served, path: str) -> float:
    wires = [request("GET", path, world.headers("demo-police-officer"))] * sizes.requests
    used = await cpu_used((*served.pids, world.server.pid), lambda: all_of(served.url, wires, status=200))
    return used * 1000 / sizes.requests
