"""A full referral over HTTP, against a bare endpoint that writes the same rows with one statement."""

import asyncio
import json
from collections.abc import Iterator, Mapping

from uuid_utils import uuid7

from app.demo.story_bodies import a_referral
from benchmarks.client import all_of, at_rate, request
from benchmarks.measuring import Result, Sizes, compared, cpu_used, in_turns, percentile
from benchmarks.world import AREA, Served, World

# Children of other days, each known by a number.
CHILDREN = """
INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{area}', 'CLOSED', 'POLICE_INVESTIGATION',
       1, 1, 1, 1, now(), now()
  FROM generate_series(1, {rows}) AS n;
INSERT INTO children (child_id, case_id, area, given_names, family_name, date_of_birth, identifiers)
SELECT gen_random_uuid(), ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{area}', 'Sam', 'Example',
       date '2008-01-01' + n % 6000, jsonb_build_array(jsonb_build_object('scheme', 'PNC', 'value', n::text))
  FROM generate_series(1, {rows}) AS n;
INSERT INTO child_identifiers
SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{area}', 'pnc ' || n
  FROM generate_series(1, {rows}) AS n;
"""


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure CPU per request of server and database together, then the slowest per cent at a constant rate."""
    # First, while nothing waits to be sealed; what the floor writes is sealed too, in rounds that are counted as ours.
    with world.service(OOCD_AUDIT_SEAL_SECONDS="1") as service, world.floor() as floor:
        mine, under = asyncio.run(_cpu(world, sizes, service, floor))
        yield compared("referral: CPU per request, the log sealed meanwhile", mine, under, "ms of CPU")
    with world.service(OOCD_AUDIT_SEAL_SECONDS="3600") as service, world.floor() as floor:
        mine, under = asyncio.run(_cpu(world, sizes, service, floor))
        yield compared("referral: CPU per request", mine, under, "ms of CPU", limit=1.8, aim=1.3)
        mine, under = asyncio.run(_cpu(world, sizes, service, floor, numbered=True))
        yield compared("referral with a number: CPU per request", mine, under, "ms of CPU")
        mine, under = asyncio.run(_slowest(world, sizes, service, floor))
        yield compared(f"referral: p99 at {sizes.per_second} a second", mine, under, "ms (wall clock)", limit=2.0)
        # By the same service: another would begin with sealing what was written so far.
        under = _settled(world, sizes, service, floor)
        asyncio.run(world.execute(CHILDREN.format(area=AREA, rows=sizes.rows)))
        mine = _settled(world, sizes, service, floor)
        name = f"referral with a number among {sizes.rows:,} children, against few"
        yield compared(name, mine, under, "ms of CPU", limit=1.2)


def _settled(world: World, sizes: Sizes, service: Served, floor: Served) -> list[float]:
    """Measure referrals with a number once the database has done what it does by itself after many rows."""
    for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
        asyncio.run(world.execute(statement))
    mine, _ = asyncio.run(_cpu(world, sizes, service, floor, numbered=True))
    return mine


async def _cpu(
    world: World, sizes: Sizes, service: Served, floor: Served, *, numbered: bool = False
) -> tuple[list[float], list[float]]:
    headers = world.headers("demo-police", purpose="REFERRAL")

    async def of(served: Served, path: str) -> float:
        wires = [_wire(world, path, headers, numbered=numbered) for _ in range(sizes.requests)]
        used = await cpu_used((*served.pids, world.server.pid), lambda: all_of(served.url, wires, status=201))
        return used * 1000 / sizes.requests

    return await in_turns(lambda: of(service, "/v1/referrals"), lambda: of(floor, "/referrals"), sizes.rounds)


async def _slowest(world: World, sizes: Sizes, service: Served, floor: Served) -> tuple[list[float], list[float]]:
    headers = world.headers("demo-police", purpose="REFERRAL")

    async def of(served: Served, path: str) -> float:
        wires = [_wire(world, path, headers) for _ in range(sizes.per_second * sizes.rate_seconds)]
        took = await at_rate(served.url, wires, status=201, per_second=sizes.per_second)
        return percentile(took, 0.99) * 1000

    rounds = min(sizes.rounds, 3)
    return await in_turns(lambda: of(service, "/v1/referrals"), lambda: of(floor, "/referrals"), rounds)


def _wire(world: World, path: str, headers: Mapping[str, str], *, numbered: bool = False) -> bytes:
    body = a_referral(AREA, world.today)
    if numbered:
        body["child"]["identifiers"] = [{"scheme": "PNC", "value": str(uuid7())}]
    return request("POST", path, {**headers, "Idempotency-Key": str(uuid7())}, json.dumps(body).encode())
