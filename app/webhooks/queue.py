"""What waits to be sent to one subscription: put there from the feed, claimed for a while, marked when it is done.

Everything is done in the scope of the client that subscribed, so that the walls of the database stand around what it is
told as they stand around what it reads. A claim runs out: a sender that is killed after it sent and before it could
mark has only sent twice, under one id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.clock import Clock
from app.db.work import Database, Scope, Work
from app.events.models import event_numbers, events, events_waiting
from app.events.repository import EventRepository, Hearer
from app.identity.caller import Caller
from app.webhooks.models import webhook_attempts, webhook_deliveries, webhook_secrets, webhooks
from app.webhooks.posting import Reply
from app.webhooks.schedule import LONGEST_WAIT, wait_after
from app.webhooks.words import AttemptOutcome, DeliveryStatus, DisabledBecause, WebhookStatus

BATCH = 500  # events that are put to wait in one transaction
ABREAST = 8  # messages to one subscription at a time, each of another case
LEASE = timedelta(seconds=60)  # longer than an attempt can take
_own = webhook_deliveries.c
_earlier = webhook_deliveries.alias("earlier")


@dataclass(frozen=True)
class Errand:
    """Acting in the name of a client that asked to be told; the log takes it as it takes a call."""

    caller: Caller
    work: Work
    clock: Clock
    request_id: str
    trace_id: str
    route: str = "webhooks"
    purpose: None = None


@dataclass(frozen=True)
class Claimed:
    """Messages that are this sender's to send for a while, the events that they tell of, and the secrets that sign."""

    webhook: Row[Any]
    deliveries: Sequence[Row[Any]]
    told: dict[str, Row[Any]]
    secrets: Sequence[Row[Any]]


class Queue:
    """What waits for one subscription."""

    def __init__(self, database: Database, clock: Clock, webhook: Row[Any]) -> None:
        self._database = database
        self._clock = clock
        self._id = webhook.webhook_id
        self._client = webhook.client_id
        self._scope = Scope(areas=frozenset(webhook.areas), client_id=webhook.client_id)
        self._hearer = Hearer(
            webhook.client_id,
            reads_cases=webhook.reads_cases,
            reads_alerts=webhook.reads_alerts,
            areas=self._scope.areas,
        )

    async def fill(self) -> None:
        """Put everything that has happened, and that the client may be told, where it waits; each once, in order."""
        more = True
        while more:
            async with self._database.work(self._scope) as work:
                more = await self._fill_some(work)

    async def claim(self, key_id: str) -> Claimed | None:
        """Claim messages that are due, none of a case of which an earlier one waits; None if there are none.

        What is about to be told is written to the log first: no log, no data. Nothing is claimed that could not be
        signed, for want of the key under which the newest secret was made.
        """
        async with self._database.work(self._scope) as work:
            webhook = await work.one(_ENABLED.where(webhooks.c.webhook_id == self._id))
            secrets = await work.many(_SECRETS.where(webhook_secrets.c.webhook_id == self._id))
            if webhook is None or secrets[0].key_id != key_id:
                return None
            deliveries = await work.many(self._claiming())
            ids = [one.event_id for one in deliveries if one.event_id is not None]
            heard = await EventRepository(work).among(self._hearer, ids)
            told = {one.event_id: one for one in heard if _wanted(webhook, one)}
            await self._withhold(work, [one for one in deliveries if one.event_id and one.event_id not in told])
            kept = [one for one in deliveries if one.event_id is None or one.event_id in told]
            for one in kept:
                await self._note(work, one, told.get(one.event_id))
            return Claimed(webhook, kept, told, secrets) if deliveries else None

    async def mark(self, delivery: Row[Any], reply: Reply) -> None:
        """Note what came of an attempt; a sender whose claim has run out may still say that it delivered."""
        now = self._clock.now()
        attempt = {"attempt_id": str(uuid7()), "delivery_id": delivery.delivery_id, "client_id": self._client}
        came = {"outcome": reply.outcome, "answered": reply.answered, "milliseconds": reply.milliseconds}
        changes = _changes(delivery, reply, now)
        mine = update(webhook_deliveries).where(_own.delivery_id == delivery.delivery_id)
        if reply.outcome is not AttemptOutcome.DELIVERED:
            mine = mine.where(_own.attempts == delivery.attempts, _own.status == DeliveryStatus.WAITING)
        async with self._database.work(self._scope) as work:
            await work.run(insert(webhook_attempts), {**attempt, **came, "attempted_at": now})
            await work.run(mine.values(**changes))
            if reply.outcome is AttemptOutcome.GONE:
                await self._disable(work, delivery)

    async def _fill_some(self, work: Work) -> bool:
        webhook = await work.one(_ENABLED.where(webhooks.c.webhook_id == self._id).with_for_update(skip_locked=True))
        if webhook is None:
            return False
        feed = EventRepository(work)
        last = await feed.last_number()
        rows = await feed.after(self._hearer, webhook.position, BATCH)
        wanted = [row for row in rows if _wanted(webhook, row)]
        if wanted:
            await work.run(insert(webhook_deliveries), await self._numbered(work, wanted))
        full = len(rows) == BATCH
        position = rows[-1].number if full else max([last, *(row.number for row in rows)])
        if position != webhook.position:
            await work.run(update(webhooks).where(webhooks.c.webhook_id == self._id).values(position=position))
        return full

    async def _numbered(self, work: Work, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """Return the rows of messages, each with its place among those of its case and the one that it follows."""
        statement = (
            select(events.c.case_id, _own.delivery_id, _own.sequence)
            .ext(distinct_on(events.c.case_id))
            .join(events, events.c.event_id == _own.event_id)
            .where(_own.webhook_id == self._id, events.c.case_id.in_({row.case_id for row in rows}))
            .order_by(events.c.case_id, _own.sequence.desc())
        )
        before = {row.case_id: (row.delivery_id, row.sequence) for row in await work.many(statement)}
        now, made = self._clock.now(), []
        for row in rows:
            follows, sequence = before.get(row.case_id, (None, 0))
            delivery_id = str(uuid7())
            if row.case_id is not None:  # an alert is of no case, and waits for no other
                before[row.case_id] = (delivery_id, sequence + 1)
            made.append(
                {
                    "delivery_id": delivery_id,
                    "webhook_id": self._id,
                    "client_id": self._client,
                    "event_id": row.event_id,
                    "sequence": sequence + 1,
                    "follows": follows,
                    "status": DeliveryStatus.WAITING,
                    "attempts": 0,
                    "made_at": now,
                    "due_at": now,
                }
            )
        return made

    def _claiming(self) -> Any:  # noqa: ANN401  (a statement)
        now = self._clock.now()
        held_up = exists().where(_earlier.c.delivery_id == _own.follows, _earlier.c.status == DeliveryStatus.WAITING)
        due = (
            select(_own.delivery_id)
            .where(_own.webhook_id == self._id, _own.status == DeliveryStatus.WAITING, _own.due_at <= now)
            .where(or_(_own.claimed_until.is_(None), _own.claimed_until <= now), ~held_up)
            .order_by(_own.due_at, _own.delivery_id)
            .limit(ABREAST)
            .with_for_update(of=webhook_deliveries, skip_locked=True)
        )
        return (
            update(webhook_deliveries)
            .where(_own.delivery_id.in_(due.scalar_subquery()))
            .values(claimed_until=now + LEASE, attempts=_own.attempts + 1)
            .returning(webhook_deliveries)
        )

    async def _withhold(self, work: Work, deliveries: Sequence[Row[Any]]) -> None:
        if deliveries:
            ids = [one.delivery_id for one in deliveries]
            withheld = {"status": DeliveryStatus.WITHHELD, "claimed_until": None}
            await work.run(update(webhook_deliveries).where(_own.delivery_id.in_(ids)).values(**withheld))

    async def _note(self, work: Work, delivery: Row[Any], event: Row[Any] | None) -> None:
        told = {} if event is None else {"case_id": event.case_id, "area": event.area}
        await log.append(self._errand(work, delivery), AuditRecord(AuditEvent.DISCLOSURE, "webhook.sent", **told))

    async def _disable(self, work: Work, delivery: Row[Any]) -> None:
        gone = {"status": WebhookStatus.DISABLED, "disabled_because": DisabledBecause.GONE}
        await work.run(
            update(webhooks).where(webhooks.c.webhook_id == self._id).values(**gone, version=webhooks.c.version + 1)
        )
        record = AuditRecord(AuditEvent.ALTERATION, "webhook.gone", fields=("status",))
        await log.append(self._errand(work, delivery), record)

    def _errand(self, work: Work, delivery: Row[Any]) -> Errand:
        areas = self._scope.areas
        receiver = Caller("webhooks", self._client, None, None, None, frozenset(), areas)
        return Errand(receiver, work, self._clock, delivery.delivery_id, delivery.delivery_id.replace("-", ""))


_ENABLED = select(webhooks).where(webhooks.c.status == WebhookStatus.ENABLED, webhooks.c.removed_at.is_(None))
_SECRETS = select(webhook_secrets).order_by(webhook_secrets.c.number.desc()).limit(2)


async def awaited(work: Work, now: datetime) -> Sequence[Row[Any]]:
    """Return the subscriptions for which there is something to do, as one sees them who sees every area."""
    due = exists().where(
        _own.webhook_id == webhooks.c.webhook_id, _own.status == DeliveryStatus.WAITING, _own.due_at <= now
    )
    last = select(func.coalesce(func.max(event_numbers.c.number), 0)).scalar_subquery()
    return await work.many(_ENABLED.where(or_(webhooks.c.position < last, due)).order_by(webhooks.c.webhook_id))


async def is_something_new(work: Work) -> bool:
    """Return whether an event has no number yet."""
    return await work.one(select(events_waiting.c.entry).limit(1)) is not None


def _wanted(webhook: Row[Any], event: Row[Any]) -> bool:
    return not webhook.event_types or event.event_type in webhook.event_types


def _changes(delivery: Row[Any], reply: Reply, now: datetime) -> dict[str, Any]:
    """Return how a message stands after an attempt."""
    if reply.outcome is AttemptOutcome.DELIVERED:
        return {"status": DeliveryStatus.DELIVERED, "claimed_until": None}
    if reply.outcome is AttemptOutcome.GONE:  # it waits until the owner says that somebody is there again
        return {"due_at": now, "attempts": 0, "claimed_until": None}
    wait = wait_after(delivery.attempts, delivery.delivery_id)
    if wait is None:
        return {"status": DeliveryStatus.GIVEN_UP, "claimed_until": None}
    asked = timedelta(seconds=reply.retry_after or 0)
    return {"due_at": now + max(wait, min(asked, LONGEST_WAIT)), "claimed_until": None}
