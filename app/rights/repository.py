"""Reading everything that is held of a child's cases, within the caller's areas."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select

from app.advice.models import advice
from app.assessments.models import pre_assessments
from app.cases.models import (
    case_facts,
    case_links,
    case_timeline,
    case_voices,
    cases,
    characteristics,
    children,
    referrals,
)
from app.decisions.models import decisions, opinions
from app.delivery.models import completions, condition_versions, deliveries, interventions
from app.identity.call import Call
from app.rights.extract import Rows
from app.support.models import support_steps

_PARTS: dict[str, tuple[Table, ColumnElement[Any]]] = {
    "referrals": (referrals, referrals.c.received_at),
    "facts": (case_facts, case_facts.c.version),
    "characteristics": (characteristics, characteristics.c.version),
    "pre_assessments": (pre_assessments, pre_assessments.c.version),
    "advice": (advice, advice.c.advice_id),
    "opinions": (opinions, opinions.c.opinion_id),
    "decisions": (decisions, decisions.c.round),
    "deliveries": (deliveries, deliveries.c.round),
    "varied": (condition_versions, condition_versions.c.recorded_at),
    "interventions": (interventions, interventions.c.recorded_at),
    "completions": (completions, completions.c.round),
    "voices": (case_voices, case_voices.c.voice_id),
    "support": (support_steps, support_steps.c.number),
    "timeline": (case_timeline, case_timeline.c.entry),
}


class RightsRepository:
    """What is held of the children of the areas of one call."""

    def __init__(self, call: Call) -> None:
        self._work = call.work

    async def cases_of(self, child_id: str) -> tuple[str, ...]:
        """Return the case of a child, and those that people linked to it as the same child's, in order of receipt."""
        first = await self._work.one(select(children.c.case_id).where(children.c.child_id == child_id))
        if first is None:
            return ()
        found: set[str] = set()
        new: set[str] = {first.case_id}
        while new:
            found |= new
            new = {row.other_case_id for row in await self._links(new)} - found
        rows = await self._work.many(select(cases.c.case_id).where(cases.c.case_id.in_(found)))
        return tuple(sorted(row.case_id for row in rows))

    async def _links(self, case_ids: Collection[str]) -> Sequence[Row[Any]]:
        return await self._work.many(
            select(case_links.c.other_case_id).where(case_links.c.case_id.in_(case_ids)).distinct()
        )

    async def rows_of(self, case_id: str) -> Rows:
        """Return everything that is held of a case."""
        case = await self._work.one(select(cases).where(cases.c.case_id == case_id))
        child = await self._work.one(select(children).where(children.c.case_id == case_id))
        parts = {
            name: tuple(await self._work.many(select(table).where(table.c.case_id == case_id).order_by(order)))
            for name, (table, order) in _PARTS.items()
        }
        return Rows(case, child, **parts)
