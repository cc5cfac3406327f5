"""The joint decision: opinions, what they come to, escalation, and the decision of record.

Every act locks the case's row first, so that two opinions at once are one after the other; the keys of the tables
refuse what slips past.
"""

from typing import Any, Unpack

from sqlalchemy import Row
from uuid6 import uuid7

from app.advice.reading import Receipt, ReceiptReader
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.repository import Case
from app.cases.service import CaseService, Counters
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.decisions import checks
from app.decisions.escalation import FIRST_LEVEL, escalate, grade_needed, levels_above
from app.decisions.joint import JointStanding, Opinion, combine, dissent
from app.decisions.repository import DecisionRepository
from app.decisions.schemas import (
    Condition,
    DecidedBy,
    DecisionAnswer,
    DecisionIn,
    Departure,
    Dissent,
    EscalationAnswer,
    OpinionAnswer,
    OpinionIn,
    OpinionRecorded,
    OpinionsAnswer,
    WaitingFor,
)
from app.errors import (
    AdviceStale,
    AlreadyRecorded,
    DecisionNotAgreed,
    EscalationOpen,
    FourEyes,
    NotFound,
    OpinionsMissing,
    UnknownAdvice,
    WrongAgency,
    WrongState,
)
from app.identity.call import Call
from app.identity.caller import Agency, Grade
from app.law.model import Protocol

SPEAKING = (Agency.POLICE, Agency.YJS)


class DecisionService:
    """The joint decision on cases, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._decisions = DecisionRepository(call)
        self._receipts = ReceiptReader(call)

    # ── opinions ─────────────────────────────────────────────────────────────

    async def record_opinion(self, case_id: str, body: OpinionIn) -> OpinionRecorded:
        """Record the caller's agency's opinion at the level that the case has reached.

        Raises:
            GradeTooLow, WrongAgency: the person may not speak at this level.
            UnknownAdvice, DisposalExcluded, DepartureUnexplained, RationaleCopied: what it says cannot be accepted.
            IfMatchMissing, VersionStale: the caller has not seen the present version.
            WrongState, FourEyes, AlreadyRecorded: the case, or who has spoken, does not allow it.

        """
        case = await self._cases.require(case_id, lock=True)
        agency, protocol = self._agency(), self._protocol(case)
        checks.grade(self._call.caller.grade, grade_needed(protocol, case.level, agency))
        receipt = await self._receipt(case, body.advice_id)
        option = receipt.option(body.disposal)
        checks.not_excluded(option)
        checks.departure(body.departs, option, self._call.law_book)
        checks.own_words(body.rationale, receipt)
        self._call.require_match(case.etag)
        return await self._add_opinion(case, protocol, agency, body)

    async def _add_opinion(self, case: Case, protocol: Protocol, agency: Agency, body: OpinionIn) -> OpinionRecorded:
        if case.status not in BEFORE_DECISION or case.status is CaseStatus.OPINIONS:
            raise WrongState(extra={"status": case.status.value})
        live = {(row.level, row.agency): row for row in await self._decisions.live_opinions(case)}
        mine = live.get((case.level, agency))
        if mine is not None and (mine.person_key != self._call.caller.person_key or self._lifted(case, live)):
            raise AlreadyRecorded
        if await self._decisions.speaks_for(case, self._call.caller.person_key, agency) != agency:
            raise FourEyes
        row = self._opinion_row(case, agency, body, turn=1 if mine is None else mine.turn + 1)
        record = _record(
            AuditEvent.COLLECTION, "opinion.recorded", case, "disposal", "rationale", "conditions", "departs"
        )
        await self._decisions.add_opinion(row, record)
        said = {who: _opinion(live.get((case.level, who))) for who in SPEAKING} | {agency: _opinion_of(row)}
        standing = combine(said[Agency.POLICE], said[Agency.YJS])
        if standing is JointStanding.AGREED:
            await self._lift(case, CaseStatus.OPINIONS)
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

    async def _lift(self, case: Case, to: CaseStatus, **changes: Unpack[Counters]) -> Case:
        """Lift the seal: only now do status, version and timeline tell that anyone has spoken."""
        record = _record(AuditEvent.ALTERATION, "opinions.unsealed", case, "status")
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
        record = _record(AuditEvent.ALTERATION, "case.escalated", moved, "level", "dueOn")
        await self._decisions.add_escalation(moved, escalation, record)

    async def opinions(self, case_id: str) -> OpinionsAnswer:
        """Return the opinions that the caller may see: its own agency's, and the other's once the seal is lifted."""
        case = await self._cases.require(case_id)
        protocol, rows = self._protocol(case), await self._decisions.live_opinions(case)
        live = {(row.level, row.agency): row for row in rows}
        sealed = protocol.opinions_sealed and not self._lifted(case, live)
        seen = [row for row in rows if row.level < case.level or not sealed or row.agency == self._call.caller.agency]
        record = _record(AuditEvent.CONSULTATION, "opinions.read", case, "disposal", "rationale", rows=len(seen))
        await log.append(self._call, record)
        return OpinionsAnswer(
            level=case.level,
            standing=self._standing(case, live),
            sealed=sealed,
            items=tuple(_opinion_answer(row) for row in seen),
        )

    def _lifted(self, case: Case, live: dict[tuple[int, str], Row[Any]]) -> bool:
        return self._standing(case, live) is not JointStanding.INCOMPLETE

    def _standing(self, case: Case, live: dict[tuple[int, str], Row[Any]]) -> JointStanding:
        police, yjs = (_opinion(live.get((case.level, agency))) for agency in SPEAKING)
        return combine(police, yjs)

    # ── escalation ───────────────────────────────────────────────────────────

    async def escalation(self, case_id: str) -> EscalationAnswer:
        """Return the level that a disagreement has reached, who must speak and by when; `NotFound` if there is none."""
        case = await self._cases.require(case_id)
        row = await self._decisions.escalation(case)
        if row is None:
            raise NotFound
        protocol = self._protocol(case)
        live = {(opinion.level, opinion.agency): opinion for opinion in await self._decisions.live_opinions(case)}
        # Whether the other agency has spoken is under seal: both are waited for until both have.
        waiting = () if self._lifted(case, live) else SPEAKING
        await log.append(self._call, _record(AuditEvent.CONSULTATION, "escalation.read", case, "level", "dueOn"))
        return EscalationAnswer(
            level=row.level,
            because=row.because,
            waiting_for=tuple(
                WaitingFor(agency=agency, grade=Grade(grade_needed(protocol, row.level, agency) or Grade.PRACTITIONER))
                for agency in waiting
            ),
            due_on=row.due_on,
        )

    # ── decision ─────────────────────────────────────────────────────────────

    async def decide(self, case_id: str, body: DecisionIn) -> tuple[DecisionAnswer, Case]:
        """Make the decision of record.

        Raises:
            GradeTooLow, WrongAgency: the person may not decide at this level or in this case.
            UnknownAdvice, DisposalExcluded, FactsMissing, AuthorityMissing, ValidationFailed: it cannot be accepted.
            IfMatchMissing, VersionStale: the caller has not seen the present version.
            WrongState, OpinionsMissing, EscalationOpen, DecisionNotAgreed, AdviceStale: not now, or not this.

        """
        case = await self._cases.require(case_id, lock=True)
        protocol, agency = self._protocol(case), self._agency(Agency.POLICE, Agency.CPS)
        checks.grade(self._call.caller.grade, grade_needed(protocol, case.level, Agency.POLICE))
        receipt = await self._receipt(case, body.advice_id)
        for option in (receipt.option(body.disposal), await self._receipts.present_option(case, body.disposal)):
            checks.may_be_given(option, agency)
        code = checks.outcome_code(self._call.law_book, body, receipt.option(body.disposal), self._call.today)
        self._call.require_match(case.etag)
        return await self._decide(case, protocol, agency, body, code)

    async def _decide(
        self, case: Case, protocol: Protocol, agency: Agency, body: DecisionIn, code: checks.OutcomeCode
    ) -> tuple[DecisionAnswer, Case]:
        rows = await self._decisions.live_opinions(case)
        live = {(row.level, row.agency): row for row in rows}
        self._refuse_early(case, protocol, live, body)
        if not await self._receipts.is_latest(case, body.advice_id):
            raise AdviceStale
        said = tuple(opinion for row in rows if (opinion := _opinion(row)) is not None)
        answer = self._decision_answer(case, agency, body, code, dissent(said, body.disposal))
        record = _record(
            AuditEvent.ALTERATION, "decision.made", case, "disposal", "outcomeCode", "rationale", "dissent"
        )
        await self._decisions.add_decision(self._decision_row(case, answer), record)
        decided = await self._cases.move(case, CaseStatus.DECIDED, record)
        return answer, decided

    def _refuse_early(
        self, case: Case, protocol: Protocol, live: dict[tuple[int, str], Row[Any]], body: DecisionIn
    ) -> None:
        if case.status not in BEFORE_DECISION:
            raise WrongState(extra={"status": case.status.value})
        standing = self._standing(case, live)
        last = not levels_above(protocol, case.level)
        if standing is JointStanding.INCOMPLETE:
            raise OpinionsMissing if case.level == FIRST_LEVEL else EscalationOpen
        if standing is JointStanding.CONFLICTED and not last:
            raise EscalationOpen
        if standing is JointStanding.AGREED and live[case.level, Agency.POLICE].disposal != body.disposal:
            raise DecisionNotAgreed

    def _decision_answer(
        self, case: Case, agency: Agency, body: DecisionIn, code: checks.OutcomeCode, dissenting: tuple[Opinion, ...]
    ) -> DecisionAnswer:
        caller = self._call.caller
        return DecisionAnswer(
            decision_id=str(uuid7()),
            case_id=case.case_id,
            disposal=body.disposal,
            outcome_code=code.code,
            outcome_code_when=code.when,
            decided_by=DecidedBy(
                agency=agency, grade=caller.grade or Grade.PRACTITIONER, user_name=caller.user_name or caller.client_id
            ),
            decided_at=self._call.clock.now(),
            level=case.level,
            rationale=body.rationale,
            advice_id=body.advice_id,
            dissent=tuple(
                Dissent(
                    agency=Agency(o.agency), level=o.level, disposal=o.disposal, by=o.user_name, rationale=o.rationale
                )
                for o in dissenting
            ),
        )

    def _decision_row(self, case: Case, answer: DecisionAnswer) -> dict[str, Any]:
        return {
            "decision_id": answer.decision_id,
            "case_id": case.case_id,
            "area": case.area,
            "round": case.round,
            "level": answer.level,
            "disposal": answer.disposal,
            "outcome_code": answer.outcome_code,
            "outcome_code_when": answer.outcome_code_when,
            "agency": answer.decided_by.agency,
            "user_name": answer.decided_by.user_name,
            "grade": answer.decided_by.grade,
            "rationale": answer.rationale,
            "advice_id": answer.advice_id,
            "dissent": [one.model_dump(mode="json") for one in answer.dissent],
            "answer": answer.model_dump_json().encode(),
            "decided_at": answer.decided_at,
        }

    async def decision(self, case_id: str) -> DecisionAnswer:
        """Return the newest decision of record; `NotFound` if there is none."""
        case = await self._cases.require(case_id)
        row = await self._decisions.latest_decision(case_id)
        if row is None:
            raise NotFound
        await log.append(self._call, _record(AuditEvent.CONSULTATION, "decision.read", case, "decision"))
        return DecisionAnswer.model_validate_json(row.answer)

    # ── shared ───────────────────────────────────────────────────────────────

    def _agency(self, *allowed: Agency) -> Agency:
        agency = self._call.caller.agency
        if agency is None or agency not in (allowed or SPEAKING):
            raise WrongAgency
        return agency

    def _protocol(self, case: Case) -> Protocol:
        return self._receipts.protocol(case.area, self._call.today)

    async def _receipt(self, case: Case, advice_id: str) -> Receipt:
        receipt = await self._receipts.find(case, advice_id)
        if receipt is None:
            raise UnknownAdvice
        return receipt


def _record(event: AuditEvent, act: str, case: Case, *fields: str, rows: int = 1) -> AuditRecord:
    return AuditRecord(event=event, act=act, case_id=case.case_id, area=case.area, fields=fields, rows=rows)


def _opinion(row: Row[Any] | None) -> Opinion | None:
    return None if row is None else _opinion_of(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for it)


def _opinion_of(row: Any) -> Opinion:  # noqa: ANN401  (a row's mapping)
    return Opinion(
        agency=row["agency"],
        level=row["level"],
        disposal=row["disposal"],
        user_name=row["user_name"],
        rationale=row["rationale"],
    )


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
