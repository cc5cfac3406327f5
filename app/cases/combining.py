"""Putting our own record of a child into the facts of a case; that this was done is an act of its own in the log."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.child_repository import ChildRepository
from app.cases.own_record import with_own
from app.cases.repository import Case
from app.identity.call import Call

Document = dict[str, Any]


async def with_own_record(
    call: Call,
    case: Case,
    document: Document,
    identifiers: Sequence[Any],
    linked: Sequence[str] = (),
    same: Sequence[str] | None = None,
) -> tuple[Document, list[Document]]:
    """Return facts with what was decided in other cases of the child, and the marks that say what of it is ours.

    `identifiers` are the child's, `linked` the cases that people have said are the child's too; `same` the other cases
    of the child, if they have been looked for already.
    """
    children = ChildRepository(call)
    if same is None:
        born = date.fromisoformat(document["child"]["dateOfBirth"])
        same = await children.same(born, identifiers, but=case.case_id)
    own = await children.disposals_of({*same, *linked})
    combined = [
        AuditRecord(AuditEvent.COMBINATION, "history.combined", case.case_id, case.area, ("history",), subject_id=one)
        for one in dict.fromkeys(disposal.case_id for disposal in own)
    ]
    if combined:
        await log.append(call, *combined)
    return with_own(document, own)
