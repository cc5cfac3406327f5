"""The demonstration's data: invented cases, led through the service itself from referral to decision, each in its time.

Nothing is inserted beside the service: every act passes its guards, its rules and its log, at the instant that a clock
of its own tells. What is in the database already is left alone, so that loading can be broken off and taken up again.
"""

from asyncio import Semaphore, TaskGroup
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import httpx

from app.demo.seed_acts import Actor, DemonstrationBroken, SettableClock
from app.demo.seed_cases import Case, Step, all_cases
from app.demo.seed_present import present
from app.law.book import LawBook
from app.main import create_app
from app.settings import Settings

SIDE_BY_SIDE = 4
"""How many cases are led at once: fewer than the pool has connections, so that none waits for one in vain."""
PATIENCE = 30.0
"""How many seconds a step waits for a connection; a slow machine must not break the loading off."""


@dataclass(frozen=True)
class Loaded:
    """What loading found and did: cases of the demonstration in all, and the steps taken in them now."""

    cases: int
    steps: int

    def __str__(self) -> str:
        """Return one line that tells it."""
        if not self.steps:
            return f"The {self.cases} invented cases of the demonstration are there already."
        return f"Led {self.cases} invented cases through the service, in {self.steps} steps."


async def load(settings: Settings, law_book: LawBook, *, decided: Mapping[str, int] | None = None) -> Loaded:
    """Load what is missing of the demonstration into a local service's database.

    `decided` asks for less: so many decided cases an area, and no others. Raises `DemonstrationBroken` when a step is
    not answered as it should be; what was done until then stays.
    """
    clock = SettableClock()
    patient = settings.model_copy(update={"pool_timeout_seconds": PATIENCE})
    app = create_app(patient, clock=clock, law_book=law_book)
    cases = all_cases(decided)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://demonstration.invalid") as http,
    ):
        threads = await present(app.state.services.database)
        actor = Actor(http, app.state.issuer, clock, threads, settings.issuer)
        await actor.accept_terms()
        missing = {case: [step for step in case.steps if step not in threads[case.reference].done] for case in cases}
        await _lead(actor, missing)
    return Loaded(len(cases), sum(map(len, missing.values())))


async def _lead(actor: Actor, missing: Mapping[Case, list[Step]]) -> None:
    """Lead cases through the steps that are missing: week after week, and within a week several cases side by side."""
    weeks: defaultdict[date, defaultdict[Case, list[Step]]] = defaultdict(lambda: defaultdict(list))
    for case, steps in missing.items():
        for step in steps:
            day = case.at(step).date()
            weeks[day - timedelta(days=day.weekday())][case].append(step)
    places = Semaphore(SIDE_BY_SIDE)

    async def lead_one(case: Case, steps: list[Step]) -> None:
        async with places:
            await actor.do_in_order(case, steps)

    for week in sorted(weeks):
        try:
            async with TaskGroup() as together:
                for case, steps in weeks[week].items():
                    together.create_task(lead_one(case, steps))
        except* DemonstrationBroken as broken:
            raise broken.exceptions[0] from None
