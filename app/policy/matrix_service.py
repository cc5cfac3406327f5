"""The gravity matrix: a force's licensed table imported by one agency and put in force by the other."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.audit.events import AuditEvent, AuditRecord
from app.errors import DraftOvertaken, EditionExists, FieldError, MatrixRefused, NoLawInForceError, NotFound
from app.identity.call import Call
from app.law.book import NoLawInForce
from app.law.matrix_import import ImportReport, MatrixHead, Problem, ProblemCode, read_matrix
from app.law.model import MatrixEdition, MatrixStatus
from app.policy.approving import approved_by, drafted_by
from app.policy.repository import PolicyRepository
from app.policy.schemas import EditionAnswer, ImportAnswer, MatrixImport, State, editions_of

_MATRICES = "matrices"


class MatrixService:
    """Gravity matrices, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._policy = PolicyRepository(call)

    async def editions(self) -> list[EditionAnswer]:
        """Return every edition, those that ship and those that were imported, drafts too, in the order of their ids."""
        found = [one for row in await self._policy.imports() for one in editions_of(row)]
        found += [EditionAnswer.of(one, None, {"state": State.SHIPPED}) for one in self._shipped()]
        return sorted(found, key=lambda one: one.id)

    async def edition(self, edition_id: str) -> EditionAnswer:
        """Return one edition; raise `NotFound` if there is none."""
        for one in await self.editions():
            if one.id == edition_id:
                return one
        raise NotFound

    async def matrix(self, edition_id: str) -> MatrixEdition:
        """Return an edition to reckon with, a draft too; raise `NotFound` if there is none."""
        imported = [MatrixEdition.model_validate(one) for row in await self._policy.imports() for one in row.editions]
        for edition in (*imported, *self._shipped()):
            if edition.id == edition_id:
                return edition
        raise NotFound

    async def draft(self, body: MatrixImport) -> ImportAnswer:
        """Keep a table as a draft of an edition.

        Raises:
            EditionExists: the id is taken.
            MatrixRefused: every problem of the table at once.
            NoLawInForceError: the edition would begin before any law that is held.

        """
        await self._policy.lock(_MATRICES)
        rows = await self._policy.imports()
        report = self._read(body, rows)
        if report.problems:
            raise MatrixRefused(errors=_told(report.problems), extra={"problems": _listed(report.problems)})
        self._refuse_taken(body.id, report.editions, rows)
        table = body.csv.encode()
        row = {
            "edition_id": body.id,
            "table_csv": table,
            "sha256": hashlib.sha256(table).hexdigest(),
            "editions": [edition.model_dump(mode="json") for edition in report.editions],
            **drafted_by(self._call),
        }
        record = AuditRecord(AuditEvent.COLLECTION, "matrix.imported", fields=("table",), rows=len(report.editions))
        await self._policy.add_matrix(row, record)
        return ImportAnswer.of_row(await self._import(body.id))

    async def approve(self, edition_id: str) -> ImportAnswer:
        """Put an imported matrix in force from the day that it names.

        Raises:
            NotFound: there is no such draft.
            OwnDraft, OtherAgencyNeeded, AlreadyApproved: who may approve, and once.
            MatrixRefused: its scores are illustrative, and nobody's licence.
            DraftOvertaken: another edition has since been licensed for its time.

        """
        await self._policy.lock(_MATRICES)
        draft = await self._import(edition_id)
        approval = approved_by(self._call, draft)
        editions = [MatrixEdition.model_validate(one) for one in draft.editions]
        if any(self._call.law_book.is_illustrative(one) for one in editions):
            told = FieldError("/csv", "illustrative", "These are illustrative scores, which nobody licensed.")
            raise MatrixRefused(errors=(told,))
        rivals = self._rivals(min(one.in_force_from for one in editions), await self._policy.imports())
        if any(_meet(one, rival) for one in editions for rival in rivals):
            told = FieldError("/inForceFrom", "overlapping-windows", "Another edition is licensed for this time.")
            raise DraftOvertaken(errors=(told,))
        record = AuditRecord(AuditEvent.ALTERATION, "matrix.approved", fields=("approval",))
        await self._policy.approve_matrix({"edition_id": edition_id, **approval}, record)
        return ImportAnswer.of_row(await self._import(edition_id))

    def _read(self, body: MatrixImport, rows: Sequence[Row[Any]]) -> ImportReport:
        book = self._call.law_book
        try:
            before = book.matrix_on(body.in_force_from)
        except NoLawInForce:
            raise NoLawInForceError from None
        head = MatrixHead(
            id=body.id,
            title=body.title,
            scale_min=before.scale_min,
            scale_max=before.scale_max,
            max_movement=before.max_movement,
            in_force_from=body.in_force_from,
            in_force_until=body.in_force_until,
        )
        rivals = self._rivals(body.in_force_from, rows)
        return read_matrix(
            body.csv,
            head,
            offences=book.offences,
            others=rivals,
            factors=before.factors,
            illustrations=book.illustrations,
        )

    def _rivals(self, begins: date, rows: Sequence[Row[Any]]) -> list[MatrixEdition]:
        """Return the licensed editions whose time a new one must leave alone.

        From a day still to come a new edition takes over from those that began before it; of days that are past, under
        which advice has been given, none is ever scored anew.
        """
        licensed = [
            MatrixEdition.model_validate(one) for row in rows if row.approved_at is not None for one in row.editions
        ]
        if begins <= self._call.today:
            return licensed
        return [one for one in licensed if one.in_force_from >= begins]

    def _refuse_taken(self, wanted: str, editions: Sequence[MatrixEdition], rows: Sequence[Row[Any]]) -> None:
        taken = {row.edition_id for row in rows} | {one["id"] for row in rows for one in row.editions}
        taken |= {one.id for one in self._shipped()}
        if taken & ({wanted} | {edition.id for edition in editions}):
            raise EditionExists

    def _shipped(self) -> list[MatrixEdition]:
        return [one for one in self._call.law_book.editions if one.status is not MatrixStatus.LICENSED]

    async def _import(self, edition_id: str) -> Row[Any]:
        for row in await self._policy.imports():
            if row.edition_id == edition_id:
                return row
        raise NotFound


def _meet(one: MatrixEdition, other: MatrixEdition) -> bool:
    """Whether two editions have a day in common."""
    begins_later = other.in_force_until is not None and other.in_force_until < one.in_force_from
    ends_earlier = one.in_force_until is not None and one.in_force_until < other.in_force_from
    return not begins_later and not ends_earlier


def _code(code: ProblemCode) -> str:
    return code.value.lower().replace("_", "-")


def _told(problems: Sequence[Problem]) -> tuple[FieldError, ...]:
    return tuple(
        FieldError("/csv", _code(one.code), one.message if one.line is None else f"Line {one.line}: {one.message}")
        for one in problems
    )


def _listed(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [
        {"code": _code(one.code), "line": one.line, "offence": one.offence, "message": one.message} for one in problems
    ]
