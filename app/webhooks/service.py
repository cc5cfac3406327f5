"""What a client does with its subscriptions: registers, changes, removes, pings, sees what came of each message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit.events import AuditEvent, AuditRecord
from app.errors import FieldError, NotFound, TooManyWebhooks, Unavailable, ValidationFailed
from app.events.repository import EventRepository
from app.identity.call import Call, etag_of
from app.identity.caller import Role
from app.webhooks.repository import WebhookRepository
from app.webhooks.schemas import (
    AttemptAnswer,
    MessageAnswer,
    SecretAnswer,
    WebhookAnswer,
    WebhookChange,
    WebhookIn,
    WebhookMade,
)
from app.webhooks.signing import Keyring
from app.webhooks.targets import TargetRules, fault_of
from app.webhooks.words import DeliveryStatus, DisabledBecause, WebhookStatus

MOST = 20  # subscriptions of one client
OVERLAP = timedelta(hours=24)  # for which a former secret still signs beside the new one


@dataclass(frozen=True)
class WebhookTerms:
    """What a deployment says of webhooks: the key behind the secrets, if it has one, and where messages may go."""

    keyring: Keyring | None
    rules: TargetRules


class WebhookService:
    """Subscriptions, for one call."""

    def __init__(self, call: Call, terms: WebhookTerms) -> None:
        self._call = call
        self._terms = terms
        self._webhooks = WebhookRepository(call)

    async def register(self, body: WebhookIn) -> tuple[WebhookMade, str]:
        """Register a subscription, from what happens next on; return it with its secret, and its entity tag.

        Raises:
            Unavailable: this deployment has no key for secrets.
            ValidationFailed: nothing may be sent to the address.
            TooManyWebhooks: the client has as many as it may have.

        """
        keyring = self._keyring()
        self._refuse_target(body.url)
        if await self._webhooks.count() >= MOST:
            raise TooManyWebhooks
        events = EventRepository(self._call.work)
        await events.number()
        webhook_id = str(uuid7())
        row = {
            "webhook_id": webhook_id,
            "url": body.url,
            "event_types": list(body.event_types),
            **self._reach(),
            "status": WebhookStatus.ENABLED,
            "position": await events.last_number(),
            "version": 1,
            "made_at": self._call.clock.now(),
            "made_by": self._call.caller.user_name or self._call.caller.client_id,
        }
        await self._webhooks.add(row, _record("webhook.registered", "url", "eventTypes"))
        await self._webhooks.add_secret(webhook_id, 1, keyring.key_id)
        answer, etag = await self.read(webhook_id)
        return WebhookMade(**vars(answer), secret=keyring.secret(webhook_id, 1)), etag

    async def read(self, webhook_id: str) -> tuple[WebhookAnswer, str]:
        """Return a subscription and its entity tag."""
        row = await require_webhook(self._call, webhook_id)
        (answer,) = await self._answers([row])
        return answer, etag_of(row.version)

    async def list_webhooks(self, after: str | None, limit: int) -> Sequence[WebhookAnswer]:
        """Return one more than `limit` subscriptions, if there are so many, oldest first."""
        return await self._answers(await self._webhooks.many(after, limit + 1))

    async def change(self, webhook_id: str, body: WebhookChange) -> tuple[WebhookAnswer, str]:
        """Change a subscription; from now on it hears what the present token may read."""
        if body.url is not None:
            self._refuse_target(body.url)
        row = await require_webhook(self._call, webhook_id, hold=True)
        self._call.require_match(etag_of(row.version))
        values = body.model_dump(exclude_none=True, by_alias=False)
        if body.status is not None:
            values["disabled_because"] = None if body.status is WebhookStatus.ENABLED else DisabledBecause.OWNER
        if body.event_types is not None:
            values["event_types"] = list(body.event_types)
        await self._webhooks.change(webhook_id, values | self._reach(), _record("webhook.changed", *sorted(values)))
        return await self.read(webhook_id)

    async def remove(self, webhook_id: str) -> None:
        """Remove a subscription: nothing more is sent; what was sent stays in the log."""
        await require_webhook(self._call, webhook_id, hold=True)
        removed = {"removed_at": self._call.clock.now()}
        await self._webhooks.change(webhook_id, removed, _record("webhook.removed"))

    async def rotate(self, webhook_id: str) -> SecretAnswer:
        """Make a new secret; for a while messages are signed with both."""
        keyring = self._keyring()
        row = await require_webhook(self._call, webhook_id, hold=True)
        newest = (await self._webhooks.secrets([row.webhook_id]))[0].number + 1
        await self._webhooks.add_secret(webhook_id, newest, keyring.key_id)
        await self._webhooks.change(webhook_id, {}, _record("webhook.secret-rotated"))
        now = self._call.clock.now()
        return SecretAnswer(
            webhook_id=webhook_id,
            secret=keyring.secret(webhook_id, newest),
            secret_made_at=now,
            former_secret_until=now + OVERLAP,
        )

    async def ping(self, webhook_id: str) -> MessageAnswer:
        """Put a ping where it waits to be sent."""
        await require_webhook(self._call, webhook_id)
        delivery_id = str(uuid7())
        await self._webhooks.add_delivery(
            {"delivery_id": delivery_id, "webhook_id": webhook_id}, _record("webhook.pinged")
        )
        return await self._delivery(delivery_id)

    async def redeliver(self, delivery_id: str) -> MessageAnswer:
        """Send a message again, under the id that it had: whoever dealt with it knows it."""
        await require_delivery(self._call, delivery_id)
        await self._webhooks.wait_again(delivery_id, _record("webhook.redelivered"))
        return await self._delivery(delivery_id)

    async def deliveries(self, webhook_id: str, before: str | None, limit: int) -> Sequence[MessageAnswer]:
        """Return one more than `limit` messages of a subscription, if there are so many, newest first."""
        rows = await self._webhooks.deliveries(webhook_id, before, limit + 1)
        attempts = await self._webhooks.attempts([row.delivery_id for row in rows])
        return [_delivery(row, [one for one in attempts if one.delivery_id == row.delivery_id]) for row in rows]

    async def _delivery(self, delivery_id: str) -> MessageAnswer:
        return _delivery(await require_delivery(self._call, delivery_id), await self._webhooks.attempts([delivery_id]))

    async def _answers(self, rows: Sequence[Row[Any]]) -> list[WebhookAnswer]:
        ids = [row.webhook_id for row in rows]
        waiting, secrets = await self._webhooks.waiting(ids), await self._webhooks.secrets(ids)
        made = {one: [secret.made_at for secret in secrets if secret.webhook_id == one] for one in ids}
        now = self._call.clock.now()
        return [_answer(row, made[row.webhook_id], waiting.get(row.webhook_id, 0), now) for row in rows]

    def _reach(self) -> dict[str, Any]:
        caller = self._call.caller
        hears = {"reads_cases": caller.has(Role.CASES_RO), "reads_alerts": caller.has(Role.AUDIT_RO)}
        return {"areas": sorted(caller.areas), **hears}

    def _keyring(self) -> Keyring:
        if self._terms.keyring is None:
            raise Unavailable("This deployment has no key for the secrets of webhooks, so none can be made.")
        return self._terms.keyring

    def _refuse_target(self, url: str) -> None:
        fault = fault_of(url, self._call.caller.client_id, self._terms.rules)
        if fault is not None:
            raise ValidationFailed(errors=(FieldError("/url", "target-refused", fault),))


async def require_webhook(call: Call, webhook_id: str, *, hold: bool = False) -> Row[Any]:
    """Return a subscription of the client, or raise `NotFound`."""
    row = await WebhookRepository(call).one(webhook_id, hold=hold)
    if row is None:
        raise NotFound
    return row


async def require_delivery(call: Call, delivery_id: str) -> Row[Any]:
    """Return a message to the client, or raise `NotFound`."""
    row = await WebhookRepository(call).delivery(delivery_id)
    if row is None:
        raise NotFound
    return row


def _record(act: str, *fields: str) -> AuditRecord:
    return AuditRecord(AuditEvent.ALTERATION, act, fields=fields)


def _answer(row: Row[Any], secrets: Sequence[datetime], waiting: int, now: datetime) -> WebhookAnswer:
    until = secrets[0] + OVERLAP if len(secrets) > 1 else None
    return WebhookAnswer(
        webhook_id=row.webhook_id,
        url=row.url,
        event_types=row.event_types,
        areas=row.areas,
        status=row.status,
        disabled_because=row.disabled_because,
        made_at=row.made_at,
        secret_made_at=secrets[0],
        former_secret_until=until if until is not None and until > now else None,
        waiting=waiting,
    )


def _delivery(row: Row[Any], attempts: Sequence[Row[Any]]) -> MessageAnswer:
    return MessageAnswer(
        delivery_id=row.delivery_id,
        event_id=row.event_id,
        event_type=row.event_type,
        sequence=row.sequence,
        status=row.status,
        made_at=row.made_at,
        next_attempt_at=row.due_at if row.status == DeliveryStatus.WAITING else None,
        attempts=tuple(
            AttemptAnswer(
                attempted_at=one.attempted_at,
                outcome=one.outcome,
                answered=one.answered,
                milliseconds=one.milliseconds,
            )
            for one in attempts
        ),
    )
