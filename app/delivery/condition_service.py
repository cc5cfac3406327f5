"""Varying the conditions of a youth conditional caution that is under way; what stood before is kept (YCC-19)."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from app.audit import log
from app.audit.events import AuditEvent
from app.cases.recording import record_of
from app.cases.repository import Case
from app.cases.service import CaseService
from app.cases.states import CaseStatus
from app.decisions.repository import DecisionRepository
from app.delivery.checking import Occasion, spent_on
from app.delivery.conditions import Standing, faults_of_variation
from app.delivery.endings import can_be_breached
from app.delivery.occasions import occasion_of
from app.delivery.reading import standing_of
from app.delivery.repository import DeliveryRepository
from app.delivery.schemas import ConditionsAnswer, VariationIn
from app.errors import DeliveryIncomplete, FieldError, NotFound, VoluntaryDisposal, WrongState
from app.identity.call import Call
from app.law.dates import age_on
from app.law.model import DisposalCode
from app.rules.asked_later import AA_AGE


class ConditionService:
    """Conditions, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._decisions = DecisionRepository(call)
        self._deliveries = DeliveryRepository(call)

    async def vary(self, case_id: str, body: VariationIn) -> tuple[ConditionsAnswer, Case]:
        """Let other conditions stand from a day on, all that must be shown to the child being shown again.

        Raises:
            VoluntaryDisposal, WrongState: the disposal has no conditions, or it is not under way.
            DeliveryIncomplete: requirements that are not shown to be met, and faults of the conditions, all at once.
            IfMatchMissing, VersionStale: the caller has not seen the present version of the case.

        """
        case = await self._cases.require(case_id, lock=True)
        decision, delivery = await self._under_way(case)
        versions = await self._versions(delivery)
        occasion = await occasion_of(self._call, case, decision, delivery.given_on)
        adult = self._with_adult(occasion, body.varied_on)
        if faults := faults_of_variation(body, occasion, versions, with_adult=adult):
            rules = list(dict.fromkeys(fault.rule for fault in faults))
            found = tuple(FieldError(one.pointer, one.rule, one.message) for one in faults)
            raise DeliveryIncomplete(errors=found, extra={"rule": rules[0], "rules": rules})
        self._call.require_match(case.etag)
        spent = spent_on(occasion, delivery.given_on, body.conditions)
        row = {
            "version": versions[-1].version + 1,
            "varied_on": body.varied_on,
            "body": {**body.model_dump(mode="json", by_alias=True), "spentOn": None if spent is None else str(spent)},
        }
        record = record_of(AuditEvent.ALTERATION, "conditions.varied", case, "conditions", "spentOn")
        await self._deliveries.add_condition_version(case, row, record)
        case = await self._cases.touch(case, "conditions.varied", record)
        return _answer(case_id, (await self._versions(delivery))[-1]), case

    async def versions(self, case_id: str) -> tuple[ConditionsAnswer, ...]:
        """Return every version of the conditions last given in a case; `NotFound` where none were given."""
        case = await self._cases.require(case_id)
        delivery = await self._deliveries.latest_delivery(case_id)
        if delivery is None or not can_be_breached(DisposalCode(delivery.disposal)):
            raise NotFound
        found = await self._versions(delivery)
        await log.append(
            self._call, record_of(AuditEvent.CONSULTATION, "conditions.read", case, "conditions", "spentOn")
        )
        return tuple(_answer(case_id, one) for one in found)

    async def _under_way(self, case: Case) -> tuple[Row[Any], Row[Any]]:
        decision = await self._decisions.latest_decision(case.case_id)
        if decision is not None and not can_be_breached(DisposalCode(decision.disposal)):
            raise VoluntaryDisposal(extra={"disposal": decision.disposal})
        delivery = await self._deliveries.latest_delivery(case.case_id)
        if decision is None or delivery is None or case.status is not CaseStatus.IN_DELIVERY:
            raise WrongState(extra={"status": case.status.value})
        return decision, delivery

    async def _versions(self, delivery: Row[Any]) -> tuple[Standing, ...]:
        return standing_of(delivery, await self._deliveries.condition_versions(delivery.case_id, delivery.round))

    def _with_adult(self, occasion: Occasion, on: date) -> bool:
        born = date.fromisoformat(occasion.facts["child"]["dateOfBirth"])
        law = self._call.law_book.at(occasion.decided_on, delivery=max(on, occasion.decided_on))
        return age_on(born, on) < law.value(AA_AGE).number


def _answer(case_id: str, one: Standing) -> ConditionsAnswer:
    return ConditionsAnswer(case_id=case_id, **vars(one))
