"""Reading and writing the steps of offers of support; only ever added to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from app.audit import log
from app.audit.events import AuditRecord
from app.identity.call import Call
from app.support.models import support_steps


class SupportRepository:
    """The offers of support that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def steps(self, case_id: str) -> Sequence[Row[Any]]:
        """Return the steps of a case, in order."""
        statement = select(support_steps).where(support_steps.c.case_id == case_id).order_by(support_steps.c.number)
        return await self._call.work.many(statement)

    async def add(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a step."""
        await log.append(self._call, record)
        caller = self._call.caller
        by = {"recorded_at": self._call.clock.now(), "recorded_by": caller.user_name or caller.client_id}
        await self._call.work.run(insert(support_steps), {**row, **by})
