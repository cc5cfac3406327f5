"""Opinions, what they come to, and escalation where they conflict.

Every act locks the case's row first, so that two opinions at once are one after the other; the keys of the tables
refuse what slips past. While one agency alone has spoken, nothing that anybody else can read has changed.
"""

from typing import Any, Unpack

from sqlalchemy import Row
from uuid_utils import uuid7

from app.advice.reading import AdvisedOption, ReceiptReader
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService, Counters
from app.cases.states import CaseStatus
from app.decisions import checks
from app.decisions.authority import still_needed
from app.decisions.escalation import escalate, grade_needed
from app.decisions.joint import JointStanding
from app.decisions.live import SPEAKING, Live, opinion_of
from app.decisions.repository import DecisionRepository
from app.decisions.schemas import (
    Condition,
    Departure,
    EscalationAnswer,
    OpinionAnswer,
    OpinionIn,
    OpinionRecorded,
    OpinionsAnswer,
    OverdueEscalation,
    WaitingFor,
)
from app.errors import AlreadyRecorded, FourEyes, NotFound, UnknownAdvice, WrongAgency, WrongState
from app.identity.call import Call
from app.identity.caller import Agency, Grade
from app.law.model import Protocol

_UP_FOR_OPINIONS = frozenset({CaseStatus.RECEIVED, CaseStatus.PRE_ASSESSED, CaseStatus.ESCALATED})


class OpinionService:
    """Opinions and escalations, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._decisions = DecisionRepository(call)
        self._receipts = ReceiptReader(call)
        self._repository = CaseRepository(call)

    # ── opinions ─────────────────────────────────────────────────────────────

    async def record_opinion(self, case_id: str, body: OpinionIn) -> OpinionRecorded:
        """Record the caller's agency's opinion at the level that the case has reached.

        Raises:
            GradeTooLow, WrongAgency: the person may not speak at this level.
            UnknownAdvice, DisposalExcluded, DepartureUnexplained, RationaleCopied: what it says cannot be accepted;
                excluded also where a birthday or a time limit has passed since the advice.
            CalendarEnds: the last day of an escalation could not be counted.
            IfMatchMissing, VersionStale: the caller has not seen the present version.
            WrongState, FourEyes, AlreadyRecorded: the case, or who has spoken, does not allow it.

        """
        case = await self._cases.require(case_id, lock=True)
        checks.up_for_decision(case.route)
        agency, protocol = self._agency(), self._protocol(case)
        checks.grade(self._call.caller.grade, grade_needed(protocol, case.level, agency))
        checks.escalation_can_be_dated(protocol, case.level, self._call.today)
        receipt = await self._receipts.find(case, body.advice_id)
        if receipt is None:
            raise UnknownAdvice
        option, present = receipt.option(body.disposal), await self._receipts.present_option(case, body.disposal)
        checks.not_excluded(option)
        checks.not_excluded(present)
        checks.departure(body.departs, option, self._call.law_book)
        checks.departure_authorised(body.departs, protocol)
        checks.own_words(body.rationale, receipt)
        self._call.require_match(case.etag)
        return await self._add_opinion(case, protocol, agency, body, present)

    async def _add_opinion(
        self, case: Case, protocol: Protocol, agency: Agency, body: OpinionIn, present: AdvisedOption
    ) -> OpinionRecorded:
        if case.status not in _UP_FOR_OPINIONS:
            raise WrongState(extra={"caseStatus": case.status.value})
        live = Live(case, await self._decisions.live_opinions(case))
        mine = live.at(agency)
        if mine is not None and (mine.person_key not in self._call.caller.person_keys or live.lifted):
            raise AlreadyRecorded
        if await self._decisions.speaks_for(case, self._call.caller.person_keys, agency) != {agency}:
            raise FourEyes
        row = self._opinion_row(case, agency, body, turn=1 if mine is None else mine.turn + 1)
        fields = ("disposal", "rationale", "conditions", "departs")
        await self._decisions.add_opinion(row, record_of(AuditEvent.COLLECTION, "opinion.recorded", case, *fields))
        standing = live.with_one(opinion_of(row))
        if standing is JointStanding.AGREED:
            await self._agree(case, present)
        elif standing is JointStanding.CONFLICTED:
            await self._conflict(case, protocol)
        return OpinionRecorded(
            opinion_id=str(row["opinion_id"]),
            agency=agency,
            level=case.level,
            standing=standing,
            sealed=standing is JointStanding.INCOMPLETE and protocol.opinions_sealed,
        )

    def _opinion_row(self, case: Case, agency: Agency, body: OpinionIn, *, turn: int) -> dict[str, Any]:
        caller = self._call.caller
        return {
            "opinion_id": str(uuid7()),
            "case_id": case.case_id,
            "area": case.area,
            "round": case.round,
            "level": case.level,
            "agency": agency,
            "turn": turn,
            "person_key": caller.person_key,
            "user_name": caller.user_name,
            "grade": caller.grade or Grade.PRACTITIONER,
            "disposal": body.disposal,
            "rationale": body.rationale,
            "conditions": [condition.model_dump(mode="json") for condition in body.conditions],
            "departs": None if body.departs is None else body.departs.model_dump(mode="json"),
            "advice_id": body.advice_id,
            "recorded_at": self._call.clock.now(),
        }

    async def _agree(self, case: Case, option: AdvisedOption) -> None:
        recorded = await self._decisions.authorities(case)
        waits = still_needed(recorded, str(option.document["disposal"]), option.standing, option.authority)
        await self._lift(case, CaseStatus.AWAITING_AUTHORITY if waits else CaseStatus.OPINIONS)

    async def _lift(self, case: Case, to: CaseStatus, **changes: Unpack[Counters]) -> Case:
        """Lift the seal: only now do status, version and timeline tell that anyone has spoken, and when."""
        for row in await self._decisions.live_opinions(case):
            if row.level == case.level:
                told = {"at": row.recorded_at, "agency": row.agency, "by": row.user_name}
                await self._repository.tell(case, "opinion.recorded", **told)
        record = record_of(AuditEvent.ALTERATION, "opinions.unsealed", case, "status")
        if case.status is to:
            return await self._cases.touch(case, "opinions.unsealed", record, **changes)
        return await self._cases.move(case, to, record, **changes)

    async def _conflict(self, case: Case, protocol: Protocol) -> None:
        escalation = escalate(protocol, case.level, self._call.today)
        if escalation is None:
            # The last level: its dissent stands, and the police, or the CPS in its cases, decide (PRC-09).
            await self._lift(case, CaseStatus.ESCALATED)
            return
        moved = await self._lift(case, CaseStatus.ESCALATED, level=escalation.level)
        record = record_of(AuditEvent.ALTERATION, "case.escalated", moved, "level", "dueOn")
        await self._decisions.add_escalation(moved, escalation, record)

    async def opinions(self, case_id: str) -> OpinionsAnswer:
        """Return the opinions that the caller may see: its own agency's, and the other's once the seal is lifted."""
        case = await self._cases.require(case_id)
        protocol, live = self._protocol(case), Live(case, await self._decisions.live_opinions(case))
        sealed = protocol.opinions_sealed and not live.lifted
        mine = self._call.caller.agency
        seen = [row for row in live.rows if row.level < case.level or not sealed or row.agency == mine]
        record = record_of(AuditEvent.CONSULTATION, "opinions.read", case, "disposal", "rationale", rows=len(seen))
        await log.append(self._call, record)
        return OpinionsAnswer(
            level=case.level, standing=live.standing, sealed=sealed, items=tuple(_opinion_answer(row) for row in seen)
        )

    # ── escalation ───────────────────────────────────────────────────────────

    async def escalation(self, case_id: str) -> EscalationAnswer:
        """Return the level that a disagreement has reached, who must speak and by when; `NotFound` if there is none."""
        case = await self._cases.require(case_id)
        row = await self._decisions.escalation(case)
        if row is None:
            raise NotFound
        live = Live(case, await self._decisions.live_opinions(case))
        # Whether the other agency has spoken is under seal: both are waited for until both have.
        waiting = () if live.lifted else self._waiting(case, row.level)
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "escalation.read", case, "level", "dueOn"))
        return EscalationAnswer(level=row.level, because=row.because, waiting_for=waiting, due_on=row.due_on)

    def _waiting(self, case: Case, level: int) -> tuple[WaitingFor, ...]:
        protocol = self._protocol(case)
        return tuple(
            WaitingFor(agency=agency, grade=Grade(grade_needed(protocol, level, agency) or Grade.PRACTITIONER))
            for agency in SPEAKING
        )

    async def overdue(self, after: str | None, limit: int) -> list[OverdueEscalation]:
        """Return the open escalations whose day has passed, one beyond the limit if there is one."""
        rows = await self._decisions.overdue_escalations(self._call.today, after, limit + 1)
        shown = [
            AuditRecord(AuditEvent.CONSULTATION, "escalation.listed", row.case_id, row.area, ("level", "dueOn"))
            for row in rows[:limit]
        ]
        if shown:
            await log.append(self._call, *shown)
        return [_overdue(row) for row in rows]

    # ── shared ───────────────────────────────────────────────────────────────

    def _agency(self) -> Agency:
        agency = self._call.caller.agency
        if agency is None or agency not in SPEAKING:
            raise WrongAgency
        return agency

    def _protocol(self, case: Case) -> Protocol:
        return self._receipts.protocol(case.area, self._call.today)


def _overdue(row: Row[Any]) -> OverdueEscalation:
    return OverdueEscalation(**{str(name): value for name, value in row._mapping.items()})  # noqa: SLF001


def _opinion_answer(row: Row[Any]) -> OpinionAnswer:
    return OpinionAnswer(
        opinion_id=row.opinion_id,
        agency=row.agency,
        level=row.level,
        grade=row.grade,
        by=row.user_name,
        disposal=row.disposal,
        rationale=row.rationale,
        conditions=tuple(Condition.model_validate(condition) for condition in row.conditions),
        departs=None if row.departs is None else Departure.model_validate(row.departs),
        advice_id=row.advice_id,
        recorded_at=row.recorded_at,
    )
