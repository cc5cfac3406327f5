"""Advice: over HTTP against an endpoint that answers ready bytes, and the rules against themselves without findings."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from app.advice.evaluate import Basis, basis_on
from app.advice.schemas import AdviceRequest
from app.law.book import LawBook
from app.rules.advise import advise
from app.rules.case import case_of
from app.rules.evaluate import requirements_for
from app.rules.facts import CaseFacts
from benchmarks.children import a_child
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
    asked = [AdviceRequest.model_validate(a_child(number, AREA, world.today)) for number in range(sizes.advices)]
    bases = [basis_on(book, one.area, one.as_at) for one in asked]

    def fresh() -> list[tuple[CaseFacts, Basis]]:
        """Facts that nothing has read yet: what is shown of them is worked out once for a case."""
        return [(one.to_facts(), basis) for one, basis in zip(asked, bases, strict=True)]

    rounds = [(_cpu(_without_findings, fresh()), _cpu(_advise, fresh())) for _ in range(sizes.rounds + 1)][1:]
    mine, under = [one for _, one in rounds], [one for one, _ in rounds]
    return compared("advise, with all findings", mine, under, "ms of CPU", limit=6.0, aim=2.5)


def _cpu(evaluate: Callable[[CaseFacts, Basis], object], known: list[tuple[CaseFacts, Basis]]) -> float:
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
    bodies = [json.dumps(a_child(number, AREA, world.today)).encode() for number in range(sizes.requests)]
    first = await all_of(service.url, [request("POST", "/v1/advice", headers, bodies[0])], status=200, at_once=1)
    await all_of(floor.url, [request("PUT", "/ready", {}, first[0].body)], status=200, at_once=1)
    return await in_turns(
        partial(_rate, world, service, "/v1/advice", headers, bodies),
        partial(_rate, world, floor, "/ready", headers, bodies * _FLOOR_TIMES),
        sizes.rounds,
    )


async def _rate(world: World, served: Served, path: str, headers: Mapping[str, str], bodies: list[bytes]) -> float:
    wires = [request("POST", path, headers, body) for body in bodies]
    used = await cpu_used((*served.pids, world.server.pid), lambda: all_of(served.url, wires, status=200))
    return len(bodies) / used


_FLOOR_TIMES = 10
"""How much oftener the floor is asked: it is quick, and the kernel counts hundredths of a second."""
