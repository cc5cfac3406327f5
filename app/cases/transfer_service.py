"""A case that goes to another area: one agency proposes, the other confirms, managers both.

A case still to be decided is spoken on anew there, by that area's protocol: opinions and advice of the old one do not
count. A case that is decided takes its decision with it.
"""

import json
from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.advice.evaluate import open_area, protocol_of
from app.audit import log
from app.audit.events import AuditEvent
from app.cases.facts_service import FactsService, Provenance
from app.cases.moves_repository import MovesRepository
from app.cases.moves_schemas import TransferAnswer, TransferIn, Transfers
from app.cases.own_record import without_own
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.cases.words import FactsOrigin, TransferStep
from app.errors import (
    FieldError,
    GradeTooLow,
    NotFound,
    TransferOpen,
    UnknownArea,
    ValidationFailed,
    WrongAgency,
    WrongState,
)
from app.identity.call import Call
from app.identity.caller import Grade

_MOVABLE = BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW, CaseStatus.DECIDED, CaseStatus.IN_DELIVERY}


class TransferService:
    """Transfers, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._facts = FactsService(call)
        self._repository = CaseRepository(call)
        self._moves = MovesRepository(call)

    async def step(self, case_id: str, body: TransferIn) -> tuple[TransferAnswer, Case]:
        """Propose a transfer, or answer the other agency's proposal; confirmed, the case is in the other area.

        Raises:
            GradeTooLow, WrongAgency: a manager is needed, and the other agency's to answer.
            NotFound: the case is to go where the person who confirms does not reach.
            UnknownArea, ValidationFailed: there is no such area to go to.
            WrongState, TransferOpen: the case has ended, or there is a proposal already, or none.

        """
        case = await self._cases.require(case_id, lock=True)
        self._require_manager()
        rows = await self._moves.transfers(case_id)
        opened = rows[-1] if rows and rows[-1].step == TransferStep.PROPOSED else None
        step = body.step or _meant(opened, body, self._call.caller.agency)
        self._check(case, body, step, opened)
        number = opened.number if opened is not None else 1 + max((row.number for row in rows), default=0)
        row = self._row(case, body, step, number)
        await self._moves.add_transfer(row, record_of(AuditEvent.ALTERATION, "case.transfer", case, "area"))
        act = f"case.transfer-{step.lower()}"
        if step is TransferStep.CONFIRMED:
            case = await self._move(case, body.to_area, act)
        else:
            case = await self._cases.touch(case, act, record_of(AuditEvent.ALTERATION, act, case, "area"))
        latest = (await self._moves.transfers(case_id))[-1]
        return _answer(latest), case

    def _require_manager(self) -> None:
        grade = self._call.caller.grade
        if grade is None or grade.rank < Grade.MANAGER.rank:
            raise GradeTooLow

    def _check(self, case: Case, body: TransferIn, step: TransferStep, opened: Row[Any] | None) -> None:
        if step is not TransferStep.PROPOSED and opened is not None and opened.agency == self._call.caller.agency:
            raise WrongAgency
        self._check_area(case, body, opened)
        if step is TransferStep.CONFIRMED and not self._call.caller.reaches(body.to_area):
            raise NotFound
        if case.status not in _MOVABLE:
            raise WrongState(extra={"caseStatus": case.status.value})
        if (step is TransferStep.PROPOSED) != (opened is None):
            raise TransferOpen

    def _check_area(self, case: Case, body: TransferIn, opened: Row[Any] | None) -> None:
        try:
            open_area(self._call.law_book, body.to_area, self._call.today)
            protocol_of(self._call.law_book, body.to_area, self._call.today)
        except UnknownArea:
            told = FieldError("/toArea", UnknownArea.code, "No protocol is held for this area, or it has ended.")
            raise UnknownArea(errors=(told,)) from None
        if body.to_area == case.area or (opened is not None and opened.to_area != body.to_area):
            told = FieldError("/toArea", "another-area", "The case is there, or another area has been proposed.")
            raise ValidationFailed(errors=(told,))

    async def _move(self, case: Case, to_area: str, act: str) -> Case:
        latest = await self._repository.latest_facts(case.case_id)
        assert latest is not None
        case = await self._moves.move_area(case, to_area, record_of(AuditEvent.DISCLOSURE, act, case, "area"))
        record = record_of(AuditEvent.ALTERATION, act, case, "area", "round")
        if case.status not in BEFORE_DECISION:
            return await self._cases.touch(case, act, record)
        case = await self._cases.reopen(case, act, record, facts_version=case.facts_version + 1)
        facts = without_own(json.loads(latest.facts), latest.own_record)
        await self._facts.add(case, facts, Provenance(FactsOrigin.TRANSFER), "area")
        return case

    def _row(self, case: Case, body: TransferIn, step: TransferStep, number: int) -> dict[str, Any]:
        return {
            "transfer_id": str(uuid7()),
            "case_id": case.case_id,
            "area": case.area,
            "number": number,
            "step": step,
            "from_area": case.area,
            "to_area": body.to_area,
            "reason": body.reason,
            "agency": self._call.caller.agency,
        }

    async def transfers(self, case_id: str) -> Transfers:
        """Return the transfers of a case, step by step."""
        case = await self._cases.require(case_id)
        rows = await self._moves.transfers(case_id)
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "transfers.read", case, "transfers"))
        return Transfers(items=tuple(_answer(row) for row in rows))


def _meant(opened: Row[Any] | None, body: TransferIn, agency: str | None) -> TransferStep:
    """Return what is meant where no step is named: the other agency, naming the same area, confirms."""
    same = opened is not None and opened.to_area == body.to_area and opened.agency != agency
    return TransferStep.CONFIRMED if same else TransferStep.PROPOSED


def _answer(row: Row[Any]) -> TransferAnswer:
    return TransferAnswer(**{str(name): value for name, value in row._mapping.items()})  # noqa: SLF001
