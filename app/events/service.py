"""The caller's own feed: everything it may read of, in order, nothing left out."""

from typing import Any

from sqlalchemy import Row

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import QueryRefused
from app.events.kinds import DESCRIPTIONS, EventType
from app.events.repository import EventRepository
from app.events.schemas import AdditionalInformation, EventAnswer, Feed
from app.identity.call import Call
from app.identity.caller import Role


class EventService:
    """Events, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._events = EventRepository(call)

    async def feed(self, after: str | None, limit: int) -> Feed:
        """Return at most `limit` events after one, or from the first.

        Raises:
            QueryRefused: there is no event of that id.

        """
        await self._events.number()
        number = 0 if after is None else await self._events.number_of(after)
        if number is None:
            raise QueryRefused
        rows = await self._events.after(number, limit + 1)
        shown, more = rows[:limit], len(rows) > limit
        await log.append(self._call, AuditRecord(AuditEvent.CONSULTATION, "events.read", rows=len(shown)))
        items = tuple(self._answer(row) for row in shown)
        return Feed(items=items, next_cursor=items[-1].event_id if more else None)

    def _answer(self, row: Row[Any]) -> EventAnswer:
        kind = EventType(row.event_type)
        reads_cases = self._call.caller.has(Role.CASES_RO)
        return EventAnswer(
            event_id=row.event_id,
            event_type=kind,
            occurred_at=row.occurred_at,
            description=DESCRIPTIONS[kind],
            detail_url=f"/v1/cases/{row.case_id}" if reads_cases else f"/v1/referrals/{row.referral_id}",
            additional_information=AdditionalInformation(case_id=row.case_id, referral_id=row.referral_id),
        )
