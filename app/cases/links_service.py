"""The same child in several cases: what may be one is offered, what a person has looked at is linked, nothing else."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.child_repository import ChildRepository
from app.cases.facts_schemas import LinkAnswer, LinkIn, Links, PossibleMatch, PossibleMatches
from app.cases.facts_service import FactsService, Provenance
from app.cases.matching import possible_match
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.cases.words import FactsOrigin, MatchReason
from app.errors import AlreadyLinked, FieldError, ValidationFailed
from app.identity.call import Call


class LinkService:
    """Possible matches and links, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._facts = FactsService(call)
        self._repository = CaseRepository(call)
        self._children = ChildRepository(call)

    async def possible(self, case_id: str) -> PossibleMatches:
        """Return the cases that may be of the same child, each with why; what is linked already is left out."""
        case = await self._cases.require(case_id)
        found = await self._possible(case)
        fields = ("givenNames", "familyName", "dateOfBirth", "identifiers")
        records = [
            AuditRecord(AuditEvent.CONSULTATION, "match.shown", one.case_id, one.area, fields, subject_id=case_id)
            for one in found
        ]
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "matches.read", case, *fields), *records)
        return PossibleMatches(items=tuple(found))

    async def _possible(self, case: Case) -> list[PossibleMatch]:
        child = await self._repository.find_child(case.case_id)
        assert child is not None
        linked = {row.other_case_id for row in await self._children.linked(case.case_id)}
        names = (child.given_names, child.family_name)
        found = []
        for row in await self._children.alike(child.date_of_birth, child.identifiers, but=case.case_id):
            because = possible_match(child.date_of_birth, names, child.identifiers, row)
            if because is not None and row.case_id not in linked:
                found.append(_match(row, because))
        return found

    async def link(self, case_id: str, body: LinkIn) -> LinkAnswer:
        """Say that another case is of the same child; its decisions join the history of a case still to be decided.

        Raises:
            ValidationFailed: the other case is not one of the possible matches.
            AlreadyLinked: somebody has said so before.

        """
        case = await self._cases.require(case_id, lock=True)
        if body.case_id in {row.other_case_id for row in await self._children.linked(case_id)}:
            raise AlreadyLinked
        match = next((one for one in await self._possible(case) if one.case_id == body.case_id), None)
        other = await self._repository.find(body.case_id) if match is not None and _is_id(body.case_id) else None
        if match is None or other is None:
            told = FieldError("/caseId", "not-a-match", "This is not one of the possible matches of the case.")
            raise ValidationFailed(errors=(told,))
        records = (
            record_of(AuditEvent.COMBINATION, "cases.linked", case, "child", subject_id=other.case_id),
            record_of(AuditEvent.COMBINATION, "cases.linked", other, "child", subject_id=case.case_id),
        )
        await self._children.link(case, other, match.because, body.rationale, *records)
        await self._join_history(case)
        row = (await self._children.linked(case_id))[-1]
        return _link(row)

    async def _join_history(self, case: Case) -> None:
        record = record_of(AuditEvent.ALTERATION, "case.linked", case, "history")
        if case.status not in BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW}:
            await self._cases.touch(case, "case.linked", record)
            return
        document = await self._facts.merged(case, {}, "")
        case = await self._cases.touch(case, "case.linked", record, facts_version=case.facts_version + 1)
        await self._facts.add(case, document, Provenance(FactsOrigin.LINK), "history")

    async def links(self, case_id: str) -> Links:
        """Return the links of a case."""
        case = await self._cases.require(case_id)
        rows = await self._children.linked(case_id)
        records = [
            record_of(AuditEvent.CONSULTATION, "links.read", case, "links", subject_id=row.other_case_id)
            for row in rows
        ]
        await log.append(self._call, *(records or [record_of(AuditEvent.CONSULTATION, "links.read", case, "links")]))
        return Links(items=tuple(_link(row) for row in rows))


def _match(row: Row[Any], because: MatchReason) -> PossibleMatch:
    return PossibleMatch(
        case_id=row.case_id, area=row.area, status=row.status, received_at=row.received_at, because=because
    )


def _link(row: Row[Any]) -> LinkAnswer:
    names = ("case_id", "other_case_id", "because", "rationale", "recorded_at", "recorded_by")
    return LinkAnswer(**{name: getattr(row, name) for name in names})


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
