"""Numbering what has happened, and reading it in the order of its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, literal, or_, select, text

from app.cases.models import case_transfers, referrals
from app.db.work import ALL_AREAS, Work
from app.events.kinds import ALERTS, FOR_SENDER
from app.events.models import event_numbers, events, events_waiting

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
        event_numbers.c.number,
        events.c.event_id,
        events.c.event_type,
        events.c.occurred_at,
        func.coalesce(events.c.case_id, events.c.erased_case_id).label("case_id"),
        events.c.area,
        referrals.c.referral_id,
    )
    .join(event_numbers, event_numbers.c.event_id == events.c.event_id)
    .outerjoin(referrals, referrals.c.case_id == events.c.case_id)
    .order_by(event_numbers.c.number)
)


_LAST = select(func.coalesce(func.max(event_numbers.c.number), 0))


@dataclass(frozen=True)
class Hearer:
    """Who is told: of every case that its unit of work sees, in its areas, or of what its client referred; of alerts.

    `reads_cases`, `reads_alerts`: whether it may read either.
    """

    client_id: str
    reads_cases: bool
    reads_alerts: bool
    areas: frozenset[str]

    def heard(self) -> Select[Any]:
        """Return the statement for the events of which it is told, in order."""
        return _EVENT.where(or_(*self._kinds()))

    def place(self) -> Select[Any]:
        """Return the statement for the numbers of all events of which it is or was told, whoever sees their cases."""
        gone = exists().where(case_transfers.c.case_id == events.c.case_id, case_transfers.c.from_area.in_(self.areas))
        near = or_(literal(ALL_AREAS in self.areas), events.c.area.in_(self.areas), gone)
        return self.heard().where(or_(self._sent(), near))

    def erased_place(self) -> Select[Any]:
        """Return the statement for the numbers of the events of its areas that went with their cases."""
        near = or_(literal(ALL_AREAS in self.areas), event_numbers.c.erased_area.in_(self.areas))
        return select(event_numbers.c.number).where(event_numbers.c.erased_area.is_not(None), near)

    def _kinds(self) -> list[ColumnElement[bool]]:
        told = [events.c.event_type.not_in(ALERTS) if self.reads_cases else self._sent()]
        return told + ([events.c.event_type.in_(ALERTS)] if self.reads_alerts else [])

    def _sent(self) -> ColumnElement[bool]:
        if self.reads_cases:
            return false()
        return and_(referrals.c.client_id == self.client_id, events.c.event_type.in_(FOR_SENDER))


class EventRepository:
    """The events of one unit of work, which sees its areas alone."""

    def __init__(self, work: Work) -> None:
        self._work = work

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

    async def place_of(self, hearer: Hearer, event_id: str) -> int | None:
        """Return the number of an event that one is told of, or was until the case moved away; None for any other.

        So a reader keeps its place, and the id of an event that was never told to it is as good as one that is none. Of
        an event that went with its case the number is left, which is a place to whoever knows the id in its area.
        """
        async with self._work.widened():
            row = await self._work.one(hearer.place().where(events.c.event_id == event_id))
            if row is None:
                row = await self._work.one(hearer.erased_place().where(event_numbers.c.event_id == event_id))
        return None if row is None else int(row.number)

    async def last_number(self) -> int:
        """Return the newest number there is, 0 before the first."""
        row = await self._work.one(_LAST)
        return 0 if row is None else int(row[0])

    async def after(self, hearer: Hearer, number: int, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` events after a number of which one is told."""
        return await self._work.many(hearer.heard().where(event_numbers.c.number > number).limit(limit))

    async def among(self, hearer: Hearer, event_ids: Sequence[str]) -> Sequence[Row[Any]]:
        """Return those of these events of which one is told as things stand now."""
        return await self._work.many(hearer.heard().where(events.c.event_id.in_(event_ids)))
