"""The sender: goes round the subscriptions, and sends each what waits for it. Several may run beside each other.

Each subscription has a lane of its own, so that a receiver that is slow or away holds up nobody else. What is not
delivered stays where it waits; nothing is ever dropped because a receiver, or the sender, was away.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from app.clock import Clock
from app.db.work import ALL_AREAS, Database, Scope
from app.errors import DomainError
from app.events.repository import EventRepository
from app.events.schemas import told
from app.rounds import go_round
from app.webhooks.posting import Poster
from app.webhooks.queue import Claimed, Queue, awaited, is_something_new
from app.webhooks.schemas import Message, Ping
from app.webhooks.service import OVERLAP
from app.webhooks.signing import Keyring, headers

EVERYTHING = Scope(areas=frozenset({ALL_AREAS}), client_id="oocd-webhooks")
_log = structlog.get_logger("oocd.webhooks")


class Sender:
    """Sends what waits for the subscriptions of one database."""

    def __init__(self, database: Database, clock: Clock, keyring: Keyring, poster: Poster) -> None:
        self._database = database
        self._clock = clock
        self._keyring = keyring
        self._poster = poster
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._ending = False

    async def run(self, every: float, ending: asyncio.Event) -> None:
        """Go round until told to end; what is on its way by then is finished and marked, and no more is claimed."""
        try:
            await go_round(self.begin_round, every=every, ending=ending)
        finally:
            self._ending = True
            await self.finish()

    async def begin_round(self) -> None:
        """Let every subscription for which there is something to do go on in a lane of its own."""
        try:
            found = await self._awaited()
        except (DomainError, SQLAlchemyError, OSError) as trouble:
            _log.error("round-failed", kind=type(trouble).__name__)
            return
        self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.done()}
        for webhook in found:
            if webhook.webhook_id not in self._lanes:
                self._lanes[webhook.webhook_id] = asyncio.create_task(self._lane(webhook))

    async def finish(self) -> None:
        """Wait until nothing is on its way."""
        await asyncio.gather(*self._lanes.values())

    async def _awaited(self) -> Sequence[Row[Any]]:
        async with self._database.work(EVERYTHING) as work:
            if await is_something_new(work):
                await EventRepository(work).number()
            return await awaited(work, self._clock.now())

    async def _lane(self, webhook: Row[Any]) -> None:
        """Send one subscription what waits for it, a few at a time, until nothing is due."""
        queue = Queue(self._database, self._clock, webhook)
        try:
            await queue.fill()
            while not self._ending and (claimed := await queue.claim(self._keyring.key_id)) is not None:
                await asyncio.gather(*(self._send(queue, claimed, one) for one in claimed.deliveries))
        except (DomainError, SQLAlchemyError, OSError) as trouble:
            _log.error("lane-failed", webhook=webhook.webhook_id, kind=type(trouble).__name__)

    async def _send(self, queue: Queue, claimed: Claimed, delivery: Row[Any]) -> None:
        body = _body(claimed, delivery)
        now = self._clock.now()
        signed = headers(delivery.event_id or delivery.delivery_id, now, body, self._secrets(claimed, now))
        reply = await self._poster.post(claimed.webhook.url, signed, body)
        await queue.mark(delivery, reply)
        _log.info("sent", webhook=claimed.webhook.webhook_id, delivery=delivery.delivery_id, outcome=reply.outcome)

    def _secrets(self, claimed: Claimed, now: datetime) -> list[str]:
        """Return the newest secret, and for a while the one before; none that was made under another key."""
        newest, *former = claimed.secrets
        in_force = [newest, *(former if newest.made_at + OVERLAP > now else ())]
        webhook_id = claimed.webhook.webhook_id
        known = [one.number for one in in_force if one.key_id == self._keyring.key_id]
        return [self._keyring.secret(webhook_id, number) for number in known]


def _body(claimed: Claimed, delivery: Row[Any]) -> bytes:
    if delivery.event_id is None:
        path = f"/v1/webhooks/{claimed.webhook.webhook_id}"
        return Ping(occurred_at=delivery.made_at, detail_url=path).model_dump_json().encode()
    event = told(claimed.told[delivery.event_id], reads_cases=claimed.webhook.reads_cases)
    return Message(**event, sequence=delivery.sequence).model_dump_json().encode()
