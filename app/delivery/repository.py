"""Reading and writing deliveries, their conditions, interventions and completions; a change is a new version."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.repository import Case
from app.decisions.models import decisions
from app.delivery.models import completions, condition_versions, deliveries, interventions
from app.identity.call import Call


class DeliveryRepository:
    """What was delivered, as far as one call may see it."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    async def latest_delivery(self, case_id: str) -> Row[Any] | None:
        """Return the newest delivery of a case."""
        return await self._latest(deliveries, case_id)

    async def latest_completion(self, case_id: str) -> Row[Any] | None:
        """Return the newest completion of a case."""
        return await self._latest(completions, case_id)

    async def decision_of_round(self, case_id: str, number: int) -> Row[Any] | None:
        """Return the decision that a delivery or completion of a round belongs to, a later round's or not."""
        return await self._work.one(
            select(decisions).where(decisions.c.case_id == case_id, decisions.c.round == number)
        )

    async def _latest(self, table: Table, case_id: str) -> Row[Any] | None:
        return await self._work.one(
            select(table).where(table.c.case_id == case_id).order_by(table.c.round.desc()).limit(1)
        )

    async def add_delivery(self, case: Case, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a delivery in the round that the case is in."""
        await log.append(self._call, record)
        await self._work.run(insert(deliveries), {**self._of(case), **row})

    async def add_completion(self, case: Case, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a completion in the round that the case is in."""
        await log.append(self._call, record)
        await self._work.run(insert(completions), {**self._of(case), **row})

    # ── conditions ───────────────────────────────────────────────────────────

    async def condition_versions(self, case_id: str, number: int) -> Sequence[Row[Any]]:
        """Return how the conditions given in a round were varied, in order."""
        return await self._work.many(
            select(condition_versions)
            .where(condition_versions.c.case_id == case_id, condition_versions.c.round == number)
            .order_by(condition_versions.c.version)
        )

    async def add_condition_version(self, case: Case, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a version of the conditions in the round that the case is in."""
        await log.append(self._call, record)
        await self._work.run(insert(condition_versions), {**self._of(case), **row})

    # ── interventions ────────────────────────────────────────────────────────

    async def interventions(self, case_id: str) -> Sequence[Row[Any]]:
        """Return the newest version of each intervention of a case, in the order in which they were added."""
        return await self._work.many(
            select(interventions)
            .ext(distinct_on(interventions.c.intervention_id))
            .where(interventions.c.case_id == case_id)
            .order_by(interventions.c.intervention_id, interventions.c.version.desc())
        )

    async def intervention(self, case_id: str, intervention_id: str) -> Row[Any] | None:
        """Return the newest version of one intervention of a case."""
        return await self._work.one(
            select(interventions)
            .where(interventions.c.case_id == case_id, interventions.c.intervention_id == intervention_id)
            .order_by(interventions.c.version.desc())
            .limit(1)
        )

    async def add_intervention(
        self, case: Case, intervention_id: str, version: int, body: Mapping[str, Any], record: AuditRecord
    ) -> None:
        """Add a version of an intervention."""
        await log.append(self._call, record)
        row = {"intervention_id": intervention_id, "version": version, "body": dict(body)}
        await self._work.run(insert(interventions), {**self._of(case), **row})

    def _of(self, case: Case) -> dict[str, Any]:
        return {
            "case_id": case.case_id,
            "area": case.area,
            "round": case.round,
            "recorded_at": self._call.clock.now(),
            "recorded_by": self._call.caller.user_name or self._call.caller.client_id,
        }
