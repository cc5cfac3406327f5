"""Ten thousand referrals in one stream, against splitting, validating and COPY of the same rows."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any

import asyncpg
import psutil
from uuid_utils import uuid7

from app.cases.batch import ReferralLine
from app.demo.story_bodies import a_referral
from benchmarks.client import Connection, all_of, request
from benchmarks.floors import REFER, values_of
from benchmarks.measuring import Result, Sizes, compared, cpu_of, cpu_used, in_turns
from benchmarks.world import AREA, Served, World

MOST_MS = 50.0
_STEP = 0.02  # seconds between looks
_COPIED = {
    "cases": "case_id area status route version facts_version round level received_at updated_at due_on",
    "referrals": "referral_id case_id area client_id force system reference referred_at received_at received sha256",
    "children": "child_id case_id area given_names family_name date_of_birth identifiers",
    "case_facts": "case_id area version facts origin agency own_record recorded_at recorded_by",
    "characteristics": "case_id area version items recorded_at recorded_by",
    "case_timeline": "case_id area occurred_at act status agency by",
    "events": "event_id case_id area event_type occurred_at",
    "audit_log": "log_id occurred_at event act issuer client_id agency purpose case_id area fields row_count "
    "request_id trace_id route",
    "idempotency_keys": "client_id route key fingerprint status location body kept_at",
}


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure the CPU of a batch, and then the memory that one takes and the slowest GET while it runs.

    The reads that look how long a GET takes cost CPU of their own, so that no other is measured beside them.
    """
    rounds, per = min(sizes.rounds, 3), 1000 / sizes.lines
    with world.service(OOCD_AUDIT_SEAL_SECONDS="3600") as service:
        floor, batch = partial(_floor, world, sizes.lines), partial(_cpu, world, service, sizes.lines)
        mine, under = asyncio.run(in_turns(batch, floor, rounds))
        done = [asyncio.run(_looked_at(world, service, sizes.lines)) for _ in range(rounds)]
    name = f"batch of {sizes.lines:,}: CPU a line"
    yield compared(name, [one * per for one in mine], [one * per for one in under], "ms of CPU", limit=3.0, aim=1.8)
    size = [one.size / 1e6 for one in done]
    yield compared("batch: memory that the service grew by", [one.grew / 1e6 for one in done], size, "MB", limit=1.0)
    slowest = [one.slowest * 1000 for one in done]
    yield compared("batch: slowest GET meanwhile", slowest, [MOST_MS] * rounds, "ms (wall clock)", limit=1.0)
    usual = [median(one.gets) * 1000 for one in done]
    yield compared("batch: median GET meanwhile", usual, [MOST_MS] * rounds, "ms (wall clock)")


def _body(world: World, lines: int) -> bytes:
    referrals = (a_referral(AREA, world.today) | {"idempotencyKey": str(uuid7())} for _ in range(lines))
    return b"".join(json.dumps(one).encode() + b"\n" for one in referrals)


# ── the floor ────────────────────────────────────────────────────────────────


async def _floor(world: World, lines: int) -> float:
    """Return the seconds of CPU, of this process and the database, that it takes to split, validate and COPY."""
    body = _body(world, lines)
    connection = await asyncpg.connect(world.owner_dsn)  # COPY is not for roles that row-level security binds
    before, begun = cpu_of([world.server.pid]), process_time()
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _COPIED}
    for line in body.splitlines():
        referral = json.loads(line)
        ReferralLine.model_validate(referral)
        for name, made in _rows_of(referral, line).items():
            rows[name] += made
    async with connection.transaction():
        for name, columns in _COPIED.items():
            await connection.copy_records_to_table(name, records=rows[name], columns=columns.split())
    used = cpu_of([world.server.pid]) - before + process_time() - begun
    await connection.close()
    return used


def _rows_of(referral: dict[str, Any], line: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of one referral: those that `REFER` writes."""
    assert REFER
    v = (None, *values_of(referral, line, referral["idempotencyKey"]))
    case, area, now = v[1], v[2], v[3]
    who = "demo-police"
    log = ("http://127.0.0.1:8000", who, "POLICE", "REFERRAL", case, area, ["status", "route"], 1, v[18], v[19])
    return {
        "cases": [(case, area, "RECEIVED", "POLICE_INVESTIGATION", 1, 1, 1, 1, now, now, v[4])],
        "referrals": [(v[5], case, area, who, v[6], v[7], v[8], now, now, v[9], v[10])],
        "children": [(v[11], case, area, v[12], v[13], v[14], "[]")],
        "case_facts": [(case, area, 1, v[15], "REFERRAL", "POLICE", "[]", now, who)],
        "characteristics": [(case, area, 1, v[16], now, who)],
        "case_timeline": [(case, area, now, "referral.received", "RECEIVED", "POLICE", who)],
        "events": [(v[17], case, area, "referral.received", now)],
        "audit_log": [(one, now, "COLLECTION", "case.received", *log, "POST /v1/referrals") for one in v[20]],
        "idempotency_keys": [(who, "POST /v1/referrals/batch", v[21], v[10], 201, v[22], v[23], now)],
    }


# ── the service ──────────────────────────────────────────────────────────────


@dataclass
class _Done:
    """A batch of so many bytes: the bytes of memory that the service grew by, the seconds of each GET meanwhile."""

    size: int
    grew: int
    gets: list[float]

    @property
    def slowest(self) -> float:
        return max(self.gets)


async def _cpu(world: World, service: Served, lines: int) -> float:
    """Return the seconds of CPU, of service and database, that a batch takes."""
    body = _body(world, lines)
    return await cpu_used((*service.pids, world.server.pid), lambda: _sent(world, service, body))


async def _sent(world: World, service: Served, body: bytes) -> None:
    headers = world.headers("demo-police", purpose="REFERRAL")
    wire = request("POST", "/v1/referrals/batch", headers, body).replace(b"application/json", b"application/x-ndjson")
    connection = await Connection.to(service.url)
    answer = await connection.send(wire)
    await connection.close()
    answered = [json.loads(line)["status"] for line in answer.body.splitlines()]
    if set(answered) != {201} or len(answered) != body.count(b"\n"):
        raise RuntimeError("not every line was answered 201")


async def _looked_at(world: World, service: Served, lines: int) -> _Done:
    """Send a batch, and read a case again and again meanwhile."""
    first = json.dumps(a_referral(AREA, world.today)).encode()
    headers = world.headers("demo-police", purpose="REFERRAL", creates=True)
    made = await all_of(service.url, [request("POST", "/v1/referrals", headers, first)], status=201, at_once=1)
    path = f"/v1/cases/{made[0].json()['caseId']}"
    body = _body(world, lines)
    done = _Done(len(body), 0, [])
    async with _looking(world, service, path, done):
        await _sent(world, service, body)
    return done


@asynccontextmanager
async def _looking(world: World, service: Served, path: str, done: _Done) -> AsyncIterator[None]:
    """Meanwhile, read a case again and again, and see how large the service grows."""
    process = psutil.Process(service.pids[0])
    least = process.memory_info().rss
    wire = request("GET", path, world.headers("demo-police-officer"))
    connection = await Connection.to(service.url)

    async def look() -> None:
        while True:
            begun = perf_counter()
            await connection.send(wire)
            done.gets.append(perf_counter() - begun)
            done.grew = max(done.grew, process.memory_info().rss - least)
            await asyncio.sleep(_STEP)

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await connection.close()
