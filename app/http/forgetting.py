"""Forgets the answers that were kept for retries, of every client, once their seven days are over (DPA 2018 s39)."""

import asyncio

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import DateTime

from app.clock import Clock
from app.db.work import ALL_AREAS, Database, Scope
from app.errors import DomainError
from app.http.idempotency import KEPT_FOR
from app.rounds import go_round

EVERY = 3600.0  # seconds
_EVERYBODY = Scope(frozenset({ALL_AREAS}), "oocd-forgetting")
_FORGET = text("SELECT oocd_forget_answers(:before)").bindparams(bindparam("before", type_=DateTime(timezone=True)))
_log = structlog.get_logger("oocd.http")


async def forget(database: Database, clock: Clock) -> int:
    """Forget every answer whose time is over; return how many there were."""
    async with database.work(_EVERYBODY) as work:
        row = await work.one(_FORGET, {"before": clock.now() - KEPT_FOR})
    return 0 if row is None else int(row[0])


async def keep_forgetting(database: Database, clock: Clock, ending: asyncio.Event) -> None:
    """Forget what is due, and again each hour, until told to end; trouble is logged and tried again."""

    async def once() -> None:
        try:
            await forget(database, clock)
        except (DomainError, SQLAlchemyError, OSError) as trouble:
            _log.error("not-forgotten", kind=type(trouble).__name__)

    await go_round(once, every=EVERY, ending=ending)
