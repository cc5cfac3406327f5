"""Offering support to a child whose case is not up for a joint decision: reviewed, offered, accepted or declined."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import CaseStatus
from app.clock import london_day
from app.errors import FieldError, ValidationFailed, WrongState
from app.identity.call import Call
from app.rules.facts import CareStatus
from app.support.criteria import criteria, rule_of
from app.support.repository import SupportRepository
from app.support.schemas import CriterionAnswer, SupportAnswer, SupportIn, SupportStepAnswer, Turnaround
from app.support.steps import FOLLOWS, SupportStep, may_follow


class SupportService:
    """Offers of support, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._repository = CaseRepository(call)
        self._support = SupportRepository(call)

    async def record(self, case_id: str, body: SupportIn) -> tuple[SupportAnswer, Case]:
        """Record a step; that the offer has ended closes the case.

        Raises:
            ValidationFailed: the day has not come.
            WrongState: the case is up for a joint decision, or closed, or this step does not follow the last.

        """
        case = await self._cases.require(case_id, lock=True)
        if body.taken_on > self._call.today:
            told = FieldError("/on", "in-the-future", "This day has not come yet.")
            raise ValidationFailed(errors=(told,))
        steps = await self._support.steps(case_id)
        if case.status is not CaseStatus.SUPPORT_REVIEW or not may_follow(_last(steps), body.step):
            raise WrongState(extra={"caseStatus": case.status.value})
        row = {"step_id": str(uuid7()), "case_id": case_id, "area": case.area, "number": len(steps) + 1}
        act = f"support.{body.step.lower()}"
        record = record_of(AuditEvent.COLLECTION, act, case, "step", "support")
        await self._support.add(row | body.model_dump(by_alias=False), record)
        case = await self._cases.touch(case, act, record)
        if body.step is SupportStep.ENDED:
            case = await self._cases.move(case, CaseStatus.CLOSED, record)
        return await self._answer(case), case

    async def read(self, case_id: str) -> SupportAnswer:
        """Return how far the offer of support has come, and what the criteria of Turnaround say."""
        case = await self._cases.require(case_id)
        if not await self._support.steps(case_id) and case.status is not CaseStatus.SUPPORT_REVIEW:
            raise WrongState(extra={"caseStatus": case.status.value})
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "support.read", case, "support"))
        return await self._answer(case)

    async def _answer(self, case: Case) -> SupportAnswer:
        steps = await self._support.steps(case.case_id)
        follows = FOLLOWS[_last(steps)] if case.status is CaseStatus.SUPPORT_REVIEW else frozenset()
        return SupportAnswer(
            case_id=case.case_id,
            status=case.status,
            step=_last(steps),
            may_follow=tuple(step for step in SupportStep if step in follows),
            turnaround=await self._turnaround(case),
            items=tuple(_step(row) for row in steps),
        )

    async def _turnaround(self, case: Case) -> Turnaround:
        facts = await self._repository.latest_facts(case.case_id)
        assert facts is not None
        child, law = json.loads(facts.facts)["child"], self._call.law_book.at(self._call.today)
        care = CareStatus(child.get("careStatus", CareStatus.UNKNOWN))
        found = criteria(law, date.fromisoformat(child["dateOfBirth"]), london_day(case.received_at), care)
        rule = law.rule(rule_of(law))
        return Turnaround(
            rule=rule.id,
            says=rule.says,
            certainty=rule.certainty,
            criteria=tuple(CriterionAnswer(**vars(one)) for one in found),
        )


def _last(steps: Sequence[Row[Any]]) -> SupportStep | None:
    return SupportStep(steps[-1].step) if steps else None


def _step(row: Row[Any]) -> SupportStepAnswer:
    names = ("number", "step", "taken_on", "support", "note", "recorded_at", "recorded_by")
    return SupportStepAnswer(**{name: getattr(row, name) for name in names})
