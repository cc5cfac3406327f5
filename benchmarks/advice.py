"""Advice: over HTTP against an endpoint that answers ready bytes, and the rules against themselves without findings."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from app.advice.evaluate import Basis, basis_on
from app.advice.schemas import AdviceRequest
from app.demo.story_bodies import a_referral, facts_of
from app.law.book import LawBook
from app.rules.advise import advise
from app.rules.case import case_of
from app.rules.evaluate import requirements_for
from app.rules.facts import CaseFacts
from benchmarks.client import all_of, request
from benchmarks.measuring import Result, Sizes, compared, cpu_here, cpu_used, in_turns
from benchmarks.world import AREA, Served, World


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure the rules in this process, then the rate of stateless advice over HTTP."""
    yield _rules(world, sizes)
    with world.service() as service, world.floor() as floor:
        mine, under = asyncio.run(_rates(world, sizes, service, floor))
        bounds = {"limit": 0.35, "at_least": True}
        yield compared("advice over HTTP: rate", mine, under, "a second of CPU", **bounds)


def _rules(world: World, sizes: Sizes) -> Result:
    book = LawBook.load()
    asked = [AdviceRequest.model_validate(_body(world, number)) for number in range(sizes.advices)]
    known = [(one.to_facts(), basis_on(book, one.area, one.as_at)) for one in asked]
    rounds = [(_cpu(_without_findings, known), _cpu(_advise, known)) for _ in range(sizes.rounds + 1)][1:]
    mine, under = [one for _, one in rounds], [one for one, _ in rounds]
    return compared("advise, with all findings", mine, under, "ms of CPU", limit=6.0, aim=2.5)


def _cpu(evaluate: Any, known: list[tuple[CaseFacts, Basis]]) -> float:  # noqa: ANN401  (either of the two below)
    def each() -> None:
        for facts, basis in known:
            evaluate(facts, basis)

    return cpu_here(each) * 1000 / len(known)


def _advise(facts: CaseFacts, basis: Basis) -> object:
    return advise(facts, basis.law, basis.protocol, basis.matrix)


def _without_findings(facts: CaseFacts, basis: Basis) -> list[str]:
    """Ask every requirement of every disposal of every offence, as `advise` does, and keep the bare answers."""
    case = case_of(facts, basis.law, basis.protocol, basis.matrix)
    return [
        asked.check(matter).answer
        for disposal in basis.law.disposals
        for matter in case.seen_for(disposal)
        for asked in requirements_for(matter, disposal)
    ]


async def _rates(world: World, sizes: Sizes, service: Served, floor: Served) -> tuple[list[float], list[float]]:
    headers = world.headers("demo-police-officer")
    bodies = [json.dumps(_body(world, number)).encode() for number in range(sizes.requests // 2)]
    first = await all_of(service.url, [request("POST", "/v1/advice", headers, bodies[0])], status=200, at_once=1)
    await all_of(floor.url, [request("PUT", "/ready", {}, first[0].body)], status=200, at_once=1)
    return await in_turns(
        partial(_rate, world, service, "/v1/advice", headers, bodies),
        partial(_rate, world, floor, "/ready", headers, bodies),
        sizes.rounds,
    )


async def _rate(world: World, served: Served, path: str, headers: Mapping[str, str], bodies: list[bytes]) -> float:
    wires = [request("POST", path, headers, body) for body in bodies]
    used = await cpu_used((*served.pids, world.server.pid), lambda: all_of(served.url, wires, status=200))
    return len(bodies) / used


def _body(world: World, number: int) -> dict[str, Any]:
    """Return a request for advice; no two of a run have all their facts alike."""
    body = facts_of(a_referral(AREA, world.today - timedelta(days=number % 200)), world.today)
    body["offences"][0]["officerScore"] = {"base": 2, "score": 1 + number % 4, "rationale": f"Number {number}."}
    return body
