"""Facts that become known after the referral: who may establish them, and every version of them."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import PRE_ASSESSED, REFERRED, basis_on, checked_facts, due_on, merged_facts
from app.advice.schemas import FactsIn
from app.audit import log
from app.audit.events import AuditEvent
from app.cases.child_repository import ChildRepository
from app.cases.combining import with_own_record
from app.cases.fact_owners import not_theirs, owners
from app.cases.facts_schemas import EstablishedIn, FactsVersion
from app.cases.own_record import without_own
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.cases.words import FactsOrigin
from app.clock import london_day
from app.errors import FieldError, ValidationFailed, WrongAgency, WrongState
from app.identity.call import Call

Document = dict[str, Any]


@dataclass(frozen=True)
class Provenance:
    """What brought a version of the facts about; source and day where an agency established it."""

    origin: FactsOrigin
    source: str | None = None
    established_on: date | None = None


class FactsService:
    """The facts of cases, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._facts = CaseRepository(call)
        self._children = ChildRepository(call)

    async def establish(self, case_id: str, body: EstablishedIn) -> tuple[FactsVersion, Case]:
        """Add a version of the facts with what the caller's agency has established.

        Raises:
            WrongAgency: a part of it is another agency's to establish.
            ValidationFailed, InconsistentFacts, NotAChild: it says nothing, or cannot be true.
            WrongState: the case is decided, or withdrawn.

        """
        case = await self._cases.require(case_id, lock=True)
        updates = body.updates.model_dump(mode="json", exclude_unset=True)
        require_owner(self._call, updates, "/updates")
        self._check(body, updates)
        document = await self.merged(case, updates, "/updates")
        if case.status not in BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW}:
            raise WrongState(extra={"caseStatus": case.status.value})
        record = record_of(AuditEvent.ALTERATION, "facts.established", case, *owners(updates))
        done = REFERRED if case.status is CaseStatus.RECEIVED else PRE_ASSESSED
        due, version = await self.due_on(case, document, done), case.facts_version + 1
        case = await self._cases.touch(case, "facts.established", record, facts_version=version, due_on=due)
        told = Provenance(FactsOrigin.ESTABLISHED, body.source, body.established_on)
        await self.add(case, document, told, *owners(updates))
        row = await self._facts.latest_facts(case_id)
        assert row is not None
        return version_answer(row), case

    def _check(self, body: EstablishedIn, updates: Document) -> None:
        if not owners(updates):
            told = FieldError("/updates", "nothing-established", "No fact is established by this.")
            raise ValidationFailed(errors=(told,))
        if body.established_on > self._call.today:
            told = FieldError("/establishedOn", "in-the-future", "This day has not come yet.")
            raise ValidationFailed(errors=(told,))

    async def merged(self, case: Case, updates: Document, root: str) -> Document:
        """Return the newest facts of a case with updates in them, without what only our own record had added."""
        latest = await self._facts.latest_facts(case.case_id)
        assert latest is not None
        return merged_facts(without_own(json.loads(latest.facts), latest.own_record), updates, root)

    async def add(self, case: Case, document: Document, told: Provenance, *fields: str) -> None:
        """Add the version of the facts that the case's row already counts, with our own record of the child in it."""
        filled, marks = await self.filled(case, document)
        facts = checked_facts(filled, basis_on(self._call.law_book, case.area, self._call.today))
        record = record_of(AuditEvent.ALTERATION, "facts.recorded", case, *fields)
        await self._facts.add_facts(
            case,
            facts,
            told.origin,
            record,
            source=told.source,
            established_on=told.established_on,
            own_record=marks,
        )

    async def filled(self, case: Case, document: Document) -> tuple[Document, list[Document]]:
        """Return facts with our own record of the child in their history, and the marks that say so."""
        child = await self._facts.find_child(case.case_id)
        assert child is not None
        linked = [row.other_case_id for row in await self._children.linked(case.case_id)]
        return await with_own_record(self._call, case, document, child.identifiers, linked)

    async def due_on(self, case: Case, document: Document, done: frozenset[str]) -> date | None:
        """Return the first day that must not be missed on these facts; what is done presses no more."""
        basis = basis_on(self._call.law_book, case.area, self._call.today)
        referred = london_day(await self._facts.referred_at(case.case_id))
        return due_on(FactsIn.model_validate(document), basis, referred, done)

    async def versions(self, case_id: str, after: int, limit: int) -> list[FactsVersion]:
        """Return the versions of a case's facts, oldest first, one beyond the limit if there is one."""
        case = await self._cases.require(case_id)
        rows = await self._facts.facts_of(case_id, after, limit + 1)
        shown = record_of(AuditEvent.CONSULTATION, "facts.read", case, "facts", rows=min(len(rows), limit))
        await log.append(self._call, shown)
        return [version_answer(row) for row in rows]


def require_owner(call: Call, updates: Document, root: str) -> None:
    """Raise `WrongAgency` unless everything that an update says is the caller's agency's to establish."""
    foreign = not_theirs(updates, call.caller.agency)
    if foreign:
        told = "Another agency establishes this."
        raise WrongAgency(errors=tuple(FieldError(root + pointer, WrongAgency.code, told) for pointer in foreign))


def version_answer(row: Row[Any]) -> FactsVersion:
    """Return a version of the facts as it is read."""
    return FactsVersion(
        case_id=row.case_id,
        version=row.version,
        origin=FactsOrigin(row.origin),
        source=row.source,
        established_on=row.established_on,
        agency=row.agency,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        facts=json.loads(row.facts),
        own_record=tuple(row.own_record or ()),
    )
