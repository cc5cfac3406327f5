"""The caller's own feed: everything it may read of, in order, nothing left out."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import QueryRefused
from app.events.repository import EventRepository, Hearer
from app.events.schemas import EventAnswer, Feed, told
from app.identity.call import Call
from app.identity.caller import Role


class EventService:
    """Events, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._events = EventRepository(call.work)
        caller = call.caller
        self._hearer = Hearer(
            caller.client_id,
            reads_cases=caller.has(Role.CASES_RO),
            reads_alerts=caller.has(Role.AUDIT_RO),
            areas=caller.scope.areas,
        )

    async def feed(self, after: str | None, limit: int) -> Feed:
        """Return at most `limit` events after one, or from the first.

        Raises:
            QueryRefused: there is no event of that id, or it was never told to the caller.

        """
        await self._events.number()
        number = 0 if after is None else await self._events.place_of(self._hearer, after)
        if number is None:
            raise QueryRefused
        rows = await self._events.after(self._hearer, number, limit + 1)
        shown, more = rows[:limit], len(rows) > limit
        await log.append(self._call, *_records_of(shown))
        items = tuple(EventAnswer(**told(row, reads_cases=self._hearer.reads_cases)) for row in shown)
        return Feed(items=items, next_cursor=items[-1].event_id if more else None)


def _records_of(shown: Sequence[Row[Any]]) -> list[AuditRecord]:
    """Return a record for each case that is told of, or one that nothing was."""
    seen = Counter((row.case_id, row.area) for row in shown)
    records = [
        AuditRecord(AuditEvent.CONSULTATION, "events.read", case_id, area, ("event",), rows)
        for (case_id, area), rows in seen.items()
    ]
    return records or [AuditRecord(AuditEvent.CONSULTATION, "events.read", rows=0)]
