"""What of the demonstration is in the database already, so that loading goes on where it stopped.

Read as the application's own role, under row-level security; nothing is written here.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import String, literal, select, union_all

from app.advice.models import advice
from app.assessments.models import pre_assessments
from app.cases.models import characteristics, referrals
from app.db.work import ALL_AREAS, Database, Scope
from app.decisions.models import decisions, opinions
from app.delivery.models import completions, deliveries
from app.demo.seed_cases import Step
from app.demo.seed_facts import SYSTEM

REFERRER = "demo-police"


@dataclass
class Thread:
    """How far one case has got: its id and newest advice, the version that its speakers have read, the steps done."""

    case_id: str | None = None
    advice_id: str | None = None
    etag: str | None = None
    done: set[Step] = field(default_factory=set)


async def present(database: Database) -> defaultdict[str, Thread]:
    """Return how far the cases of the demonstration have got, by reference; one that is not there begins anew."""
    ours = select(referrals.c.case_id).where(referrals.c.client_id == REFERRER, referrals.c.system == SYSTEM)
    steps = union_all(
        select(pre_assessments.c.case_id, literal(Step.PRE_ASSESSMENT.value).label("step")),
        select(characteristics.c.case_id, literal(Step.CHARACTERISTICS.value)).where(characteristics.c.version > 1),
        select(advice.c.case_id, literal(Step.ADVICE.value)),
        select(opinions.c.case_id, opinions.c.agency + literal("_") + opinions.c.level.cast(String)),
        select(decisions.c.case_id, literal(Step.DECISION.value)),
        select(deliveries.c.case_id, literal(Step.DELIVERY.value)),
        select(completions.c.case_id, literal(Step.COMPLETION.value)),
    ).subquery("steps")
    async with database.work(Scope(frozenset({ALL_AREAS}), REFERRER)) as work:
        named = await work.many(select(referrals.c.case_id, referrals.c.reference).where(referrals.c.case_id.in_(ours)))
        taken = await work.many(select(steps).where(steps.c.case_id.in_(ours)))
        advised = await work.many(
            select(advice.c.case_id, advice.c.advice_id).where(advice.c.case_id.in_(ours)).order_by(advice.c.advice_id)
        )
    done: defaultdict[str, set[Step]] = defaultdict(lambda: {Step.REFERRAL})
    for row in taken:
        done[row.case_id].add(Step(row.step))
    newest = {row.case_id: row.advice_id for row in advised}
    threads = defaultdict(Thread)
    for row in named:
        threads[row.reference] = Thread(row.case_id, newest.get(row.case_id), done=done[row.case_id])
    return threads
