"""Reading and writing withdrawals, transfers and voices. Each is only ever added; a transfer also moves the area."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.matching import known_by
from app.cases.models import (
    case_transfers,
    case_voices,
    cases,
    child_identifiers,
    referral_withdrawals,
    referrals,
)
from app.cases.repository import Case
from app.cases.schemas import SourceIn
from app.cases.words import VoiceKind
from app.db.base import among
from app.identity.call import Call


class MovesRepository:
    """What moves the cases that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    def _by(self) -> dict[str, object]:
        caller = self._call.caller
        return {"recorded_at": self._call.clock.now(), "recorded_by": caller.user_name or caller.client_id}

    # ── referrals ────────────────────────────────────────────────────────────

    async def referral(self, referral_id: str) -> Row[Any] | None:
        """Return whose a referral is and which case began with it, or None if it is absent or in another's area."""
        wanted = (referrals.c.referral_id, referrals.c.case_id, referrals.c.client_id)
        return await self._work.one(select(*wanted).where(referrals.c.referral_id == referral_id))

    async def withdraw(self, row: Mapping[str, Any], record: AuditRecord) -> Row[Any]:
        """Add a withdrawal; return it."""
        await log.append(self._call, record)
        await self._work.run(insert(referral_withdrawals), {**row, **self._by()})
        found = await self._work.one(
            select(referral_withdrawals).where(referral_withdrawals.c.withdrawal_id == row["withdrawal_id"])
        )
        assert found is not None
        return found

    async def by_source(self, source: SourceIn, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return what the caller's client referred under a source."""
        where = (
            referrals.c.force == source.force,
            referrals.c.system == source.system,
            referrals.c.reference == source.reference,
        )
        return await self._found(_REFERRALS.where(*where), after, limit)

    async def referred_between(self, begin: datetime, end: datetime) -> Sequence[Row[Any]]:
        """Return what the caller's client referred from an instant until before another."""
        wanted = (
            referrals.c.referral_id,
            referrals.c.case_id,
            referrals.c.force,
            referrals.c.system,
            referrals.c.reference,
            referrals.c.sha256,
        )
        of_client = referrals.c.client_id == self._call.caller.client_id
        within = (referrals.c.referred_at >= begin, referrals.c.referred_at < end)
        return await self._work.many(select(*wanted).where(of_client, *within))

    async def by_identifiers(
        self, identifiers: Sequence[Mapping[str, str]], after: str | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Return what the caller's client referred of a child known by any of the identifiers."""
        known = select(child_identifiers.c.case_id).where(among(child_identifiers.c.key, known_by(identifiers)))
        return await self._found(_REFERRALS.where(referrals.c.case_id.in_(known)), after, limit)

    async def _found(self, statement: Select[Any], after: str | None, limit: int) -> Sequence[Row[Any]]:
        own = statement.where(referrals.c.client_id == self._call.caller.client_id)
        own = own.order_by(referrals.c.referral_id).limit(limit)
        return await self._work.many(own if after is None else own.where(referrals.c.referral_id > after))

    # ── transfers ────────────────────────────────────────────────────────────

    async def transfers(self, case_id: str) -> Sequence[Row[Any]]:
        """Return the steps of a case's transfers, in order."""
        statement = select(case_transfers).where(case_transfers.c.case_id == case_id)
        return await self._work.many(statement.order_by(case_transfers.c.transfer_id))

    async def add_transfer(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a step of a transfer."""
        await log.append(self._call, record)
        await self._work.run(insert(case_transfers), {**row, **self._by()})

    async def move_area(self, case: Case, area: str, record: AuditRecord) -> Case:
        """Move a locked case to another area; the keys carry everything of the case with it. Both must be in reach."""
        await log.append(self._call, record)
        await self._work.run(update(cases).where(cases.c.case_id == case.case_id).values(area=area))
        return replace(case, area=area)

    # ── voices ───────────────────────────────────────────────────────────────

    async def voices(self, case_id: str, kind: VoiceKind) -> Sequence[Row[Any]]:
        """Return what was said in a case, oldest first."""
        statement = select(case_voices).where(case_voices.c.case_id == case_id, case_voices.c.kind == kind)
        return await self._work.many(statement.order_by(case_voices.c.voice_id))

    async def add_voice(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add what somebody said."""
        await log.append(self._call, record)
        await self._work.run(insert(case_voices), {**row, **self._by()})


_REFERRALS = select(
    referrals.c.referral_id,
    referrals.c.case_id,
    referrals.c.area,
    referrals.c.force,
    referrals.c.system,
    referrals.c.reference,
    referrals.c.received_at,
    cases.c.status,
).join(cases, cases.c.case_id == referrals.c.case_id)
