"""Reading and writing grants, reviews, limits and alerts. Every write takes the audit record of the act."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from app.access.models import alerts, break_glass, break_glass_reviews, case_limits
from app.access.words import GrantState
from app.audit import log
from app.audit.events import AuditRecord
from app.db.work import Work
from app.identity.call import Call

_GRANTS = select(
    break_glass,
    break_glass_reviews.c.finding,
    break_glass_reviews.c.says,
    break_glass_reviews.c.reviewed_by,
    break_glass_reviews.c.reviewed_at,
).select_from(break_glass.outerjoin(break_glass_reviews, break_glass_reviews.c.grant_id == break_glass.c.grant_id))
_UNREVIEWED = break_glass_reviews.c.grant_id.is_(None)


class AccessRepository:
    """Unusual access, as far as one call may see it."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    # ── grants ───────────────────────────────────────────────────────────────

    async def grant(self, grant_id: str) -> Row[Any] | None:
        """Return a grant with its review: one's own, or one on a case of the caller's areas."""
        return await self._work.one(_GRANTS.where(break_glass.c.grant_id == grant_id))

    async def grants(self, state: GrantState | None, today: date, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` grants in a state, oldest first."""
        wanted = _GRANTS.order_by(break_glass.c.grant_id).limit(limit)
        if after is not None:
            wanted = wanted.where(break_glass.c.grant_id > after)
        match state:
            case GrantState.REVIEWED:
                wanted = wanted.where(~_UNREVIEWED)
            case GrantState.UNREVIEWED:
                wanted = wanted.where(_UNREVIEWED, break_glass.c.review_due_on >= today)
            case GrantState.OVERDUE:
                wanted = wanted.where(_UNREVIEWED, break_glass.c.review_due_on < today)
            case None:
                pass
        return await self._work.many(wanted)

    async def own_overdue(self, today: date) -> bool:
        """Return whether a grant of the caller waits for its review longer than it may."""
        keys = self._call.caller.person_keys
        overdue = _GRANTS.where(break_glass.c.person_key.in_(keys), _UNREVIEWED, break_glass.c.review_due_on < today)
        async with self._work.widened():  # the reviews are for the case's area to see, and the grants of any account
            return await self._work.one(overdue.limit(1)) is not None

    async def add_grant(self, row: Mapping[str, Any], *records: AuditRecord) -> None:
        """Add a grant."""
        await log.append(self._call, *records)
        await self._work.run(insert(break_glass), dict(row))

    async def add_review(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add the review of a grant."""
        await log.append(self._call, record)
        await self._work.run(insert(break_glass_reviews), dict(row))

    # ── limits ───────────────────────────────────────────────────────────────

    async def limits(self, case_id: str) -> Sequence[Row[Any]]:
        """Return every step of the limits of a case, oldest first."""
        steps = select(case_limits).where(case_limits.c.case_id == case_id)
        return await self._work.many(steps.order_by(case_limits.c.number, case_limits.c.limit_id))

    async def add_limit(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a step of a limit."""
        await log.append(self._call, record)
        await self._work.run(insert(case_limits), dict(row))

    # ── alerts ───────────────────────────────────────────────────────────────

    async def alerts(self, kind: str | None, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` alerts of the caller's areas, oldest first."""
        wanted = select(alerts).order_by(alerts.c.log_id).limit(limit)
        wanted = wanted if kind is None else wanted.where(alerts.c.kind == kind)
        return await self._work.many(wanted if after is None else wanted.where(alerts.c.log_id > after))


async def count_overdue(work: Work, now: datetime, today: date) -> int:
    """Return how many grants that have ended wait for their review longer than they may, in all areas."""
    waiting = select(func.count()).select_from(
        break_glass.outerjoin(break_glass_reviews, break_glass_reviews.c.grant_id == break_glass.c.grant_id)
    )
    row = await work.one(waiting.where(_UNREVIEWED, break_glass.c.review_due_on < today, break_glass.c.until < now))
    assert row is not None
    return int(row[0])
