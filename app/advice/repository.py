"""Reading and writing receipts of advice."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from app.advice.models import advice
from app.audit import log
from app.audit.events import AuditRecord
from app.identity.call import Call


class AdviceRepository:
    """The receipts that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def find(self, advice_id: str) -> Row[Any] | None:
        """Return a receipt, or None if it is absent or in another's area."""
        return await self._call.work.one(select(advice).where(advice.c.advice_id == advice_id))

    async def of_case(self, case_id: str, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` receipts of a case, oldest first."""
        statement = select(advice).where(advice.c.case_id == case_id).order_by(advice.c.advice_id).limit(limit)
        return await self._call.work.many(statement if after is None else statement.where(advice.c.advice_id > after))

    async def latest(self, case_id: str) -> Row[Any] | None:
        """Return the newest receipt of a case; ids are in the order of time."""
        statement = select(advice.c.advice_id, advice.c.facts_version).where(advice.c.case_id == case_id)
        return await self._call.work.one(statement.order_by(advice.c.advice_id.desc()).limit(1))

    async def add(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a receipt."""
        await log.append(self._call, record)
        await self._call.work.run(insert(advice), dict(row))
