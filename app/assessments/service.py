"""Writing and reading the pre-assessment; the facts that it establishes become the case's newest facts."""

import json
from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import PRE_ASSESSED, protocol_of
from app.assessments.completeness import basis_of, missing_facts, report_on
from app.assessments.repository import AssessmentRepository
from app.assessments.schemas import (
    ContradictionAnswer,
    Countersignature,
    Missing,
    PreAssessmentAnswer,
    PreAssessmentIn,
)
from app.audit import log
from app.audit.events import AuditEvent
from app.cases.fact_owners import owners
from app.cases.facts_service import FactsService, Provenance, require_owner
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService, Counters
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.cases.words import FactsOrigin
from app.errors import FieldError, NotFound, ValidationFailed, WrongState
from app.identity.call import Call, etag_of


class AssessmentService:
    """Pre-assessments, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._facts = FactsService(call)
        self._repository = CaseRepository(call)
        self._assessments = AssessmentRepository(call)

    async def put(self, case_id: str, body: PreAssessmentIn) -> tuple[PreAssessmentAnswer, str, bool]:
        """Add a version of the pre-assessment; return it, its entity tag, and whether it is the first.

        Raises:
            WrongAgency: a fact that it establishes is another agency's to establish.
            ValidationFailed: its author would countersign it.
            IfMatchMissing, VersionStale: there is one already, and the caller has not seen it.
            WrongState: the case is decided, or was never up for decision.

        """
        case = await self._cases.require(case_id, lock=True)
        updates = body.established_facts()
        require_owner(self._call, updates, "/factUpdates")
        if body.countersigned_by is not None and body.countersigned_by == self._call.caller.user_name:
            told = FieldError("/countersignedBy", "own-countersignature", "Its author does not countersign it.")
            raise ValidationFailed(errors=(told,))
        present = await self._assessments.latest(case_id)
        if present is not None:
            self._call.require_match(etag_of(present.version))
        if case.status not in BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW}:
            raise WrongState(extra={"caseStatus": case.status.value})
        version = 1 if present is None else present.version + 1
        document = body.model_dump(mode="json", exclude_none=True, exclude_unset=True)
        event = AuditEvent.COLLECTION if present is None else AuditEvent.ALTERATION
        record = record_of(event, "pre-assessment.recorded", case, *sorted(document))
        await self._assessments.add(case, version, json.dumps(document, ensure_ascii=False).encode(), record)
        await self._move(case, updates)
        row = await self._assessments.latest(case_id)
        assert row is not None
        return await self._answer(case, row), etag_of(version), present is None

    async def _move(self, case: Case, updates: dict[str, Any]) -> None:
        document = await self._facts.merged(case, updates, "/factUpdates")
        facts_version = case.facts_version + 1 if updates else case.facts_version
        due = await self._facts.due_on(case, document, PRE_ASSESSED)
        changes = Counters(facts_version=facts_version, due_on=due)
        record = record_of(AuditEvent.ALTERATION, "case.pre-assessed", case, "status", "factsVersion")
        if case.status is CaseStatus.RECEIVED:
            case = await self._cases.move(case, CaseStatus.PRE_ASSESSED, record, **changes)
        else:
            case = await self._cases.touch(case, "case.pre-assessment-updated", record, **changes)
        if updates:
            await self._facts.add(case, document, Provenance(FactsOrigin.PRE_ASSESSMENT), *owners(updates))

    async def read(self, case_id: str) -> tuple[PreAssessmentAnswer, str]:
        """Return the newest version and its entity tag; `NotFound` if there is none."""
        case = await self._cases.require(case_id)
        row = await self._assessments.latest(case_id)
        if row is None:
            raise NotFound
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "pre-assessment.read", case, "preAssessment"))
        return await self._answer(case, row), etag_of(row.version)

    async def _answer(self, case: Case, row: Row[Any]) -> PreAssessmentAnswer:
        document, latest = json.loads(row.body), await self._repository.latest_facts(case.case_id)
        assert latest is not None
        facts = json.loads(latest.facts)
        protocol = protocol_of(self._call.law_book, case.area, self._call.today)
        report = report_on(document, facts, protocol)
        because = report.countersign_because
        return PreAssessmentAnswer(
            case_id=row.case_id,
            version=row.version,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            complete=not report.missing,
            missing=tuple(Missing(pointer=pointer, who=who) for pointer, who in report.missing),
            facts_missing=tuple(Missing(pointer=pointer, who=who) for pointer, who in missing_facts(facts)),
            contradictions=tuple(ContradictionAnswer(**vars(one)) for one in report.contradictions),
            countersignature=Countersignature(asked=bool(because), because=because, by=document.get("countersignedBy")),
            basis=basis_of(document),
            pre_assessment=PreAssessmentIn.model_validate(document),
        )
