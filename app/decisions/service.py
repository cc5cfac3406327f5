"""The decision of record: made by a person of the police, or of the CPS in its cases, once the opinions allow it.

The case's row is locked first. What the advice said and what the facts come to today must both allow the disposal; a
policy block or a needed authority passes only with that authority's recorded decision.
"""

from typing import Any

from uuid_utils import uuid7

from app.advice.reading import ReceiptReader
from app.audit import log
from app.audit.events import AuditEvent
from app.cases.recording import record_of
from app.cases.repository import Case
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.decisions import checks
from app.decisions.escalation import FIRST_LEVEL, grade_needed, levels_above
from app.decisions.joint import JointStanding, Opinion, dissent
from app.decisions.live import Live
from app.decisions.repository import DecisionRepository
from app.decisions.schemas import DecidedBy, DecisionAnswer, DecisionIn, Dissent
from app.errors import (
    AdviceStale,
    DecisionNotAgreed,
    EscalationOpen,
    NotFound,
    OpinionsMissing,
    UnknownAdvice,
    WrongAgency,
    WrongState,
)
from app.identity.call import Call
from app.identity.caller import Agency, Grade
from app.law.model import Protocol


class DecisionService:
    """The decisions of record, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._decisions = DecisionRepository(call)
        self._receipts = ReceiptReader(call)

    async def decide(self, case_id: str, body: DecisionIn) -> tuple[DecisionAnswer, Case]:
        """Make the decision of record.

        Raises:
            GradeTooLow, WrongAgency: the person may not decide at this level or in this case.
            UnknownAdvice, DisposalExcluded, FactsMissing, AuthorityMissing, RationaleCopied,
                ValidationFailed: it cannot be accepted.
            IfMatchMissing, VersionStale: the caller has not seen the present version.
            WrongState, OpinionsMissing, EscalationOpen, DecisionNotAgreed, AdviceStale: not now, or not this.

        """
        case = await self._cases.require(case_id, lock=True)
        checks.up_for_decision(case.route)
        protocol, agency = self._receipts.protocol(case.area, self._call.today), self._agency()
        checks.grade(self._call.caller.grade, grade_needed(protocol, case.level, Agency.POLICE))
        receipt = await self._receipts.find(case, body.advice_id)
        if receipt is None:
            raise UnknownAdvice
        recorded = await self._decisions.authorities(case)
        for option in (receipt.option(body.disposal), await self._receipts.present_option(case, body.disposal)):
            checks.may_be_given(option, agency, recorded)
        checks.own_words(body.rationale, receipt)
        code = checks.outcome_code(self._call.law_book, body, receipt.option(body.disposal), self._call.today)
        self._call.require_match(case.etag)
        return await self._decide(case, protocol, agency, body, code)

    async def _decide(
        self, case: Case, protocol: Protocol, agency: Agency, body: DecisionIn, code: checks.OutcomeCode
    ) -> tuple[DecisionAnswer, Case]:
        live = Live(case, await self._decisions.live_opinions(case))
        _refuse_early(case, protocol, live, body)
        if not await self._receipts.is_latest(case, body.advice_id):
            raise AdviceStale
        answer = self._decision_answer(case, agency, body, code, dissent(live.said, body.disposal))
        record = record_of(
            AuditEvent.ALTERATION, "decision.made", case, "disposal", "outcomeCode", "rationale", "dissent"
        )
        await self._decisions.add_decision(self._decision_row(case, answer), record)
        decided = await self._cases.move(case, CaseStatus.DECIDED, record)
        return answer, decided

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
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "decision.read", case, "decision"))
        return DecisionAnswer.model_validate_json(row.answer)

    def _agency(self) -> Agency:
        agency = self._call.caller.agency
        if agency is None or agency not in {Agency.POLICE, Agency.CPS}:
            raise WrongAgency
        return agency


def _refuse_early(case: Case, protocol: Protocol, live: Live, body: DecisionIn) -> None:
    """Raise unless both have spoken and agree on this, or disagree at the last level, where somebody decides."""
    if case.status not in BEFORE_DECISION:
        raise WrongState(extra={"caseStatus": case.status.value})
    last = not levels_above(protocol, case.level)
    if live.standing is JointStanding.INCOMPLETE:
        raise OpinionsMissing if case.level == FIRST_LEVEL else EscalationOpen
    if live.standing is JointStanding.CONFLICTED and not last:
        raise EscalationOpen
    if live.agreed is not None and live.agreed != body.disposal:
        raise DecisionNotAgreed
