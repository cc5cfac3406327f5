"""What the child or family says: of the proposed outcome before it is settled, and afterwards of how it was."""

from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent
from app.cases.moves_repository import MovesRepository
from app.cases.moves_schemas import VoiceAnswer, VoiceIn, VoicesAnswer
from app.cases.recording import record_of
from app.cases.repository import CaseRepository
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.cases.words import VoiceKind
from app.errors import FieldError, ValidationFailed, WrongState
from app.identity.call import Call

_HEARD_AT: dict[VoiceKind, frozenset[CaseStatus]] = {
    VoiceKind.REPRESENTATION: BEFORE_DECISION
    | {CaseStatus.SUPPORT_REVIEW, CaseStatus.DECIDED, CaseStatus.IN_DELIVERY, CaseStatus.NOT_COMPLETED},
    VoiceKind.FEEDBACK: frozenset(CaseStatus) - {CaseStatus.RESTRICTED},
}


class VoiceService:
    """Representations and feedback, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._repository = CaseRepository(call)
        self._moves = MovesRepository(call)

    async def record(self, case_id: str, kind: VoiceKind, body: VoiceIn) -> VoiceAnswer:
        """Record what somebody said; a representation is a new version of the case: whoever decides must have seen it.

        Raises:
            ValidationFailed: it is of a day that has not come.
            WrongState: the case has ended, or is restricted.

        """
        case = await self._cases.require(case_id, lock=True)
        if body.said_on > self._call.today:
            told = FieldError("/saidOn", "in-the-future", "This day has not come yet.")
            raise ValidationFailed(errors=(told,))
        if case.status not in _HEARD_AT[kind]:
            raise WrongState(extra={"caseStatus": case.status.value})
        row = {"voice_id": str(uuid7()), "case_id": case_id, "area": case.area, "kind": kind}
        act = f"{kind.lower()}.recorded"
        record = record_of(AuditEvent.COLLECTION, act, case, "words")
        await self._moves.add_voice(row | body.model_dump(by_alias=False), record)
        if kind is VoiceKind.REPRESENTATION:
            await self._cases.touch(case, act, record)
        else:
            await self._repository.add_to_timeline(case, act)
        return _answer((await self._moves.voices(case_id, kind))[-1])

    async def read(self, case_id: str, kind: VoiceKind) -> VoicesAnswer:
        """Return what was said in a case, oldest first."""
        case = await self._cases.require(case_id)
        rows = await self._moves.voices(case_id, kind)
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, f"{kind.lower()}.read", case, "words"))
        return VoicesAnswer(items=tuple(_answer(row) for row in rows))


def _answer(row: Row[Any]) -> VoiceAnswer:
    return VoiceAnswer(**{str(name): value for name, value in row._mapping.items() if name != "area"})  # noqa: SLF001
