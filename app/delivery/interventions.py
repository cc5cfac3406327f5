"""What is done with the child: added, changed by a new version, read. The same for children on any disposal."""

from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import CaseStatus
from app.decisions.repository import DecisionRepository
from app.delivery.endings import can_be_breached
from app.delivery.repository import DeliveryRepository
from app.delivery.schemas import InterventionAnswer, InterventionChange, InterventionIn
from app.errors import FieldError, NotFound, ValidationFailed, VoluntaryDisposal, WrongState
from app.identity.call import Call, etag_of
from app.law.model import DisposalCode

OPEN = frozenset({CaseStatus.DECIDED, CaseStatus.IN_DELIVERY, CaseStatus.SUPPORT_REVIEW})
"""The points of a case at which something is done with the child."""


class InterventionService:
    """Interventions, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._deliveries = DeliveryRepository(call)

    async def add(self, case_id: str, body: InterventionIn) -> tuple[InterventionAnswer, str]:
        """Add an intervention; return it and its entity tag. `WrongState` where nothing is being delivered."""
        case = await self._open(case_id)
        intervention_id = await self.add_to(case, body)
        await CaseRepository(self._call).add_to_timeline(case, "intervention.added")
        return await self._shown(case_id, intervention_id)

    async def add_to(self, case: Case, body: InterventionIn) -> str:
        """Add an intervention to a locked case; return its id.

        Raises:
            ValidationFailed: it would end before it starts.
            VoluntaryDisposal: it is said to serve a condition, and the disposal has none.

        """
        _refuse_backwards(body)
        if body.serves_condition:
            await self._require_conditions(case)
        intervention_id = str(uuid7())
        kept = body.model_dump(mode="json", by_alias=True)
        record = record_of(
            AuditEvent.COLLECTION, "intervention.recorded", case, *sorted(kept), subject_id=intervention_id
        )
        await self._deliveries.add_intervention(case, intervention_id, 1, kept, record)
        return intervention_id

    async def _require_conditions(self, case: Case) -> None:
        decision = await DecisionRepository(self._call).latest_decision(case.case_id)
        if decision is None or not can_be_breached(DisposalCode(decision.disposal)):
            raise VoluntaryDisposal

    async def change(
        self, case_id: str, intervention_id: str, body: InterventionChange
    ) -> tuple[InterventionAnswer, str]:
        """Add a new version of an intervention; what is left out stays as it is.

        Raises:
            ValidationFailed: it would end before it starts.
            IfMatchMissing, VersionStale: the caller has not seen the present version.
            WrongState: nothing is being delivered.

        """
        case = await self._cases.require(case_id, lock=True)
        row = await self._require(case_id, intervention_id)
        changes = body.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        changed = InterventionIn.model_validate({**row.body, **changes})
        _refuse_backwards(changed)
        self._call.require_match(etag_of(row.version))
        if case.status not in OPEN:
            raise WrongState(extra={"caseStatus": case.status.value})
        kept = changed.model_dump(mode="json", by_alias=True)
        record = record_of(
            AuditEvent.ALTERATION, "intervention.changed", case, *sorted(changes), subject_id=intervention_id
        )
        await self._deliveries.add_intervention(case, intervention_id, row.version + 1, kept, record)
        await CaseRepository(self._call).add_to_timeline(case, "intervention.changed")
        return await self._shown(case_id, intervention_id)

    async def read(self, case_id: str, intervention_id: str) -> tuple[InterventionAnswer, str]:
        """Return an intervention and its entity tag."""
        case = await self._cases.require(case_id)
        await self._require(case_id, intervention_id)
        await self._log_read(case, intervention_id)
        return await self._shown(case_id, intervention_id)

    async def of_case(self, case_id: str) -> tuple[InterventionAnswer, ...]:
        """Return the interventions of a case, in the order in which they were added."""
        case = await self._cases.require(case_id)
        rows = await self._deliveries.interventions(case_id)
        await self._log_read(case, None, rows=len(rows))
        return tuple(_answer(row) for row in rows)

    async def _log_read(self, case: Case, intervention_id: str | None, *, rows: int = 1) -> None:
        record = AuditRecord(
            AuditEvent.CONSULTATION,
            "interventions.read",
            case.case_id,
            case.area,
            ("interventions",),
            rows=rows,
            subject_id=intervention_id,
        )
        await log.append(self._call, record)

    async def _open(self, case_id: str) -> Case:
        case = await self._cases.require(case_id, lock=True)
        if case.status not in OPEN:
            raise WrongState(extra={"caseStatus": case.status.value})
        return case

    async def _require(self, case_id: str, intervention_id: str) -> Row[Any]:
        row = await self._deliveries.intervention(case_id, intervention_id)
        if row is None:
            raise NotFound
        return row

    async def _shown(self, case_id: str, intervention_id: str) -> tuple[InterventionAnswer, str]:
        row = await self._require(case_id, intervention_id)
        return _answer(row), etag_of(row.version)


def _refuse_backwards(body: InterventionIn) -> None:
    if body.starts_on is not None and body.ends_on is not None and body.ends_on < body.starts_on:
        told = FieldError("/endsOn", "ends-before-start", "It cannot end before it starts.")
        raise ValidationFailed(errors=(told,))


def _answer(row: Row[Any]) -> InterventionAnswer:
    body = InterventionIn.model_validate(row.body)
    return InterventionAnswer(
        intervention_id=row.intervention_id,
        case_id=row.case_id,
        round=row.round,
        version=row.version,
        **body.model_dump(by_alias=False, exclude={"serves_condition"}),
        voluntary=not body.serves_condition,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )
