"""Break-glass: one person reads one case for half an hour, gives a reason, and is looked at by somebody else.

It opens nothing but reading: the database lets nothing be written under a grant. Each use is in the log and raises an
alert; a person whose earlier use waits too long for its review is given no other.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Row
from uuid_utils import uuid7

from app.access.repository import AccessRepository
from app.access.schemas import BreakGlassIn, GrantAnswer, GrantGiven, ReviewIn
from app.access.words import LASTS, REVIEW_WITHIN, GrantState
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.repository import Case, CaseRepository
from app.errors import (
    AlreadyReviewed,
    BreakGlassNeedless,
    BreakGlassRefused,
    BreakGlassUnreviewed,
    FourEyes,
    NotFound,
    WrongAgency,
)
from app.http.guard import read_id
from app.identity.call import Call
from app.law.calendar import working_days_after

_log = structlog.get_logger("oocd.alert")


class GlassService:
    """Break-glass, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._repository = AccessRepository(call)

    # ── asking and using ─────────────────────────────────────────────────────

    async def give(self, body: BreakGlassIn) -> GrantGiven:
        """Give the caller a grant on a case that it does not reach.

        Raises:
            BreakGlassUnreviewed: an earlier grant of the caller waits too long for its review.
            NotFound: there is no such case.
            BreakGlassNeedless: the caller reaches the case anyway.

        """
        call = self._call
        if await self._repository.own_overdue(call.today):
            raise BreakGlassUnreviewed
        case = await self._case(read_id(body.case_id))
        await call.work.reach(case.case_id)
        now, caller = call.clock.now(), call.caller
        row = {
            "grant_id": str(uuid7()),
            "case_id": case.case_id,
            "area": case.area,
            "account_key": caller.account_key,
            "person_key": caller.person_key,
            "user_name": caller.user_name,
            "agency": caller.agency,
            "reason": body.reason,
            "given_at": now,
            "until": now + LASTS,
            "review_due_on": working_days_after(call.today, REVIEW_WITHIN),
        }
        await self._repository.add_grant(row, self._record("break-glass.given", case.case_id, case.area, row))
        # Whoever watches the service is told at once; of whom and of what stands in the log, for who may read it.
        _log.warning("break-glass", trace=call.trace_id)
        return GrantGiven(**{name: row[name] for name in ("grant_id", "case_id", "until", "review_due_on")})

    async def _case(self, case_id: str) -> Case:
        cases = CaseRepository(self._call)
        if await cases.find(case_id) is not None:
            raise BreakGlassNeedless
        async with self._call.work.widened():
            case = await cases.find(case_id)
        if case is None:
            raise NotFound
        return case

    async def use(self, grant_id: str, method: str, path: Mapping[str, str]) -> None:
        """Let this call read the case of the caller's own grant; raise `BreakGlassRefused` for anything else."""
        row = await self._grant(grant_id)
        own = row is not None and row.account_key == self._call.caller.account_key
        if row is None or not own or row.until <= self._call.clock.now():
            raise BreakGlassRefused
        if method != "GET" or path.get("caseId") != row.case_id:
            raise BreakGlassRefused
        await self._call.work.reach(row.case_id)
        used = self._record("break-glass.used", row.case_id, row.area, {"grant_id": row.grant_id})
        await log.append(self._call, used)

    async def _grant(self, grant_id: str) -> Row[Any] | None:
        try:
            return await self._repository.grant(read_id(grant_id))
        except NotFound:
            return None

    # ── looking at it ────────────────────────────────────────────────────────

    async def grants(self, state: GrantState | None, after: str | None, limit: int) -> list[GrantAnswer]:
        """Return one more grant than `limit` if there is one, oldest first."""
        rows = await self._repository.grants(state, self._call.today, after, limit + 1)
        records = [self._read(row) for row in rows[:limit]]
        if records:
            await log.append(self._call, *records)
        return [_answer(row, self._call.today) for row in rows]

    async def require(self, grant_id: str) -> Row[Any]:
        """Return a grant that the caller may see; raise `NotFound` for any other."""
        row = await self._repository.grant(grant_id)
        if row is None:
            raise NotFound
        return row

    async def grant(self, grant_id: str) -> GrantAnswer:
        """Return a grant with its review."""
        row = await self.require(grant_id)
        await log.append(self._call, self._read(row))
        return _answer(row, self._call.today)

    async def review(self, grant_id: str, body: ReviewIn) -> GrantAnswer:
        """Close a grant with what the caller found.

        Raises:
            FourEyes: it is the caller's own, through whatever account.
            WrongAgency: the reviewer is of the agency of the person reviewed.
            AlreadyReviewed: it is closed.

        """
        row, caller = await self.require(grant_id), self._call.caller
        if caller.person_keys & {row.account_key, row.person_key}:
            raise FourEyes
        if caller.agency == row.agency:
            raise WrongAgency
        if row.finding is not None:
            raise AlreadyReviewed
        review = {
            "grant_id": row.grant_id,
            "case_id": row.case_id,
            "area": row.area,
            "finding": body.finding,
            "says": body.says,
            "agency": caller.agency,
            "reviewed_by": caller.user_name,
            "reviewed_at": self._call.clock.now(),
        }
        record = self._record("break-glass.reviewed", row.case_id, row.area, review, AuditEvent.COLLECTION)
        await self._repository.add_review(review, record)
        return _answer(await self.require(grant_id), self._call.today)

    def _read(self, row: Row[Any]) -> AuditRecord:
        told = {"grant_id": row.grant_id, "reason": row.reason, "finding": row.finding, "says": row.says}
        return self._record("break-glass.read", row.case_id, row.area, told)

    def _record(
        self,
        act: str,
        case_id: str,
        area: str,
        touched: Mapping[str, Any],
        event: AuditEvent = AuditEvent.CONSULTATION,
    ) -> AuditRecord:
        fields = tuple(sorted({"reason", "finding", "says"} & set(touched)))
        subject = str(touched["grant_id"])
        return AuditRecord(event, act, case_id, area, fields, subject_id=subject)


def _answer(row: Row[Any], today: date) -> GrantAnswer:
    state = GrantState.REVIEWED if row.finding is not None else GrantState.UNREVIEWED
    if row.finding is None and row.review_due_on < today:
        state = GrantState.OVERDUE
    shown = {name: value for name, value in row._mapping.items() if name in GrantAnswer.model_fields}  # noqa: SLF001
    return GrantAnswer(**shown, by=row.user_name, state=state)
