"""Referrals after they were received: withdrawn with a reason, and found again by those who sent them."""

from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.moves_repository import MovesRepository
from app.cases.moves_schemas import FoundReferral, SearchIn, WithdrawalAnswer, WithdrawalIn
from app.cases.schemas import SourceIn
from app.cases.service import CaseService
from app.cases.states import CaseStatus
from app.errors import NotFound
from app.identity.call import Call


class ReferralService:
    """Referrals, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._moves = MovesRepository(call)

    async def withdraw(self, referral_id: str, body: WithdrawalIn) -> WithdrawalAnswer:
        """Withdraw a referral before its decision; nothing is deleted, and it is still counted.

        Raises:
            WrongState: the case is decided, or withdrawn already.

        """
        referral = await self._moves.referral(referral_id)
        if referral is None:
            raise NotFound
        case = await self._cases.require(referral.case_id, lock=True)
        told = AuditRecord(AuditEvent.ALTERATION, "referral.withdrawn", case.case_id, case.area, ("status", "reason"))
        case = await self._cases.move(case, CaseStatus.WITHDRAWN, told)
        ids = {"withdrawal_id": str(uuid7()), "case_id": case.case_id, "area": case.area, "referral_id": referral_id}
        row = await self._moves.withdraw(ids | {"reason": body.reason}, told)
        return WithdrawalAnswer(
            referral_id=referral_id,
            case_id=case.case_id,
            status=case.status,
            reason=row.reason,
            withdrawn_at=row.recorded_at,
            withdrawn_by=row.recorded_by,
        )

    async def search(self, body: SearchIn, after: str | None, limit: int) -> list[FoundReferral]:
        """Return what the caller's own client referred, by source or by the child's identifiers; each is logged."""
        if body.source is not None:
            rows = await self._moves.by_source(body.source, after, limit + 1)
        else:
            wanted = [one.model_dump(mode="json") for one in body.identifiers or ()]
            rows = await self._moves.by_identifiers(wanted, after, limit + 1)
        shown = [
            AuditRecord(AuditEvent.CONSULTATION, "referral.found", row.case_id, row.area, ("source", "status"))
            for row in rows[:limit]
        ]
        if shown:
            await log.append(self._call, *shown)
        return [_found(row) for row in rows]


def _found(row: Row[Any]) -> FoundReferral:
    return FoundReferral(
        referral_id=row.referral_id,
        case_id=row.case_id,
        status=row.status,
        source=SourceIn(force=row.force, system=row.system, reference=row.reference),
        received_at=row.received_at,
    )
