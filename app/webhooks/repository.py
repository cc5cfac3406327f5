"""Reading and writing what a client asked for and what was sent to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, select, update

from app.audit import log
from app.audit.events import AuditRecord
from app.events.models import events
from app.identity.call import Call
from app.webhooks.models import webhook_attempts, webhook_deliveries, webhook_secrets, webhooks
from app.webhooks.words import DeliveryStatus

_DELIVERY = select(webhook_deliveries, events.c.event_type).outerjoin(
    events, events.c.event_id == webhook_deliveries.c.event_id
)


class WebhookRepository:
    """The subscriptions of one call's client."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    async def one(self, webhook_id: str, *, hold: bool = False) -> Row[Any] | None:
        """Return a subscription of the client; with `hold`, nobody else changes it until the call ends."""
        statement = self._own().where(webhooks.c.webhook_id == webhook_id)
        return await self._work.one(statement.with_for_update() if hold else statement)

    async def many(self, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` subscriptions of the client, oldest first."""
        statement = self._own().order_by(webhooks.c.webhook_id).limit(limit)
        return await self._work.many(statement if after is None else statement.where(webhooks.c.webhook_id > after))

    async def count(self) -> int:
        """Return how many subscriptions the client has."""
        row = await self._work.one(select(func.count()).select_from(self._own().subquery()))
        return 0 if row is None else int(row[0])

    async def add(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a subscription."""
        await log.append(self._call, record)
        await self._work.run(insert(webhooks), {**row, "client_id": self._client})

    async def change(self, webhook_id: str, values: Mapping[str, Any], record: AuditRecord) -> None:
        """Change a subscription that is held."""
        await log.append(self._call, record)
        statement = update(webhooks).where(webhooks.c.webhook_id == webhook_id)
        await self._work.run(statement.values(**values, version=webhooks.c.version + 1))

    async def add_secret(self, webhook_id: str, number: int, key_id: str) -> None:
        """Note that a subscription has a secret of this number from now on."""
        row = {"webhook_id": webhook_id, "number": number, "key_id": key_id}
        said = {"client_id": self._client, "made_at": self._call.clock.now()}
        await self._work.run(insert(webhook_secrets), row | said)

    async def secrets(self, webhook_ids: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the numbers of the secrets of subscriptions, newest first."""
        statement = select(webhook_secrets).where(webhook_secrets.c.webhook_id.in_(webhook_ids))
        return await self._work.many(statement.order_by(webhook_secrets.c.number.desc()))

    async def waiting(self, webhook_ids: Sequence[str]) -> dict[str, int]:
        """Return how many messages wait to be delivered, by subscription."""
        own = webhook_deliveries.c
        statement = select(own.webhook_id, func.count().label("n")).group_by(own.webhook_id)
        rows = await self._work.many(
            statement.where(own.webhook_id.in_(webhook_ids), own.status == DeliveryStatus.WAITING)
        )
        return {row.webhook_id: row.n for row in rows}

    async def delivery(self, delivery_id: str) -> Row[Any] | None:
        """Return a message to a subscription that the client has."""
        kept = exists(self._own().where(webhooks.c.webhook_id == webhook_deliveries.c.webhook_id))
        return await self._work.one(_DELIVERY.where(webhook_deliveries.c.delivery_id == delivery_id, kept))

    async def deliveries(self, webhook_id: str, before: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` messages of a subscription, newest first."""
        own = webhook_deliveries.c
        statement = _DELIVERY.where(own.webhook_id == webhook_id).order_by(own.delivery_id.desc()).limit(limit)
        return await self._work.many(statement if before is None else statement.where(own.delivery_id < before))

    async def attempts(self, delivery_ids: Sequence[str]) -> Sequence[Row[Any]]:
        """Return every attempt to deliver these messages, in order."""
        statement = select(webhook_attempts).where(webhook_attempts.c.delivery_id.in_(delivery_ids))
        return await self._work.many(statement.order_by(webhook_attempts.c.attempt_id))

    async def add_delivery(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Put a message where it waits to be sent."""
        await log.append(self._call, record)
        now = self._call.clock.now()
        waits = {"status": DeliveryStatus.WAITING, "attempts": 0, "made_at": now, "due_at": now}
        await self._work.run(insert(webhook_deliveries), {**row, "client_id": self._client, **waits})

    async def wait_again(self, delivery_id: str, record: AuditRecord) -> None:
        """Let a message wait to be sent from now on, with every attempt before it."""
        await log.append(self._call, record)
        values = {"status": DeliveryStatus.WAITING, "attempts": 0, "due_at": self._call.clock.now()}
        await self._work.run(
            update(webhook_deliveries).where(webhook_deliveries.c.delivery_id == delivery_id).values(**values)
        )

    @property
    def _client(self) -> str:
        return self._call.caller.client_id

    def _own(self) -> Select[Any]:
        return select(webhooks).where(webhooks.c.client_id == self._client, webhooks.c.removed_at.is_(None))
