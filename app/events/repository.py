"""Numbering what has happened, and reading it in the order of its numbers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, select, text

from app.cases.models import referrals
from app.events.kinds import FOR_SENDER
from app.events.models import event_numbers, events, events_waiting
from app.identity.call import Call
from app.identity.caller import Role

_WAITING = select(exists(select(events_waiting.c.entry)))
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('oocd.event_numbers', 0))")
_NUMBER = text(
    """
    WITH taken AS (DELETE FROM events_waiting RETURNING entry, event_id),
         given AS (SELECT coalesce(max(number), 0) AS last FROM event_numbers)
    INSERT INTO event_numbers (number, event_id)
    SELECT given.last + row_number() OVER (ORDER BY taken.entry), taken.event_id FROM taken, given
    """
)
_EVENT = (
    select(
        events.c.event_id,
        events.c.event_type,
        events.c.occurred_at,
        events.c.case_id,
        referrals.c.referral_id,
    )
    .join(event_numbers, event_numbers.c.event_id == events.c.event_id)
    .join(referrals, referrals.c.case_id == events.c.case_id)
    .order_by(event_numbers.c.number)
)


class EventRepository:
    """The events that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    async def number(self) -> None:
        """Give every committed event its number.

        Of one case the entries are in the order of its acts, since who acts holds the case; and what a later numbering
        finds was committed later. Until this transaction ends nobody else numbers, so there is never a hole to fill.
        """
        async with self._work.widened():
            waiting = await self._work.one(_WAITING)
            if waiting is not None and waiting[0]:
                await self._work.run(_LOCK)
                await self._work.run(_NUMBER)

    async def number_of(self, event_id: str) -> int | None:
        """Return the number of an event, whoever may see it: where a reader stood stays true when a case moves away."""
        row = await self._work.one(select(event_numbers.c.number).where(event_numbers.c.event_id == event_id))
        return None if row is None else int(row.number)

    async def after(self, number: int, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` events after a number: of the caller's areas, or of what its client referred."""
        wanted = _EVENT.where(event_numbers.c.number > number).limit(limit)
        caller = self._call.caller
        if not caller.has(Role.CASES_RO):
            wanted = wanted.where(referrals.c.client_id == caller.client_id, events.c.event_type.in_(FOR_SENDER))
        return await self._work.many(wanted)
