"""The audit record of an act on a case."""

from app.audit.events import AuditEvent, AuditRecord
from app.cases.repository import Case


def record_of(
    event: AuditEvent, act: str, case: Case, *fields: str, rows: int = 1, subject_id: str | None = None
) -> AuditRecord:
    """Return the record of an act on a case: its kind and name, the names of the fields that it touched, never values.

    `rows` is how many things were shown; `subject_id` names the thing itself where it is not the case.
    """
    return AuditRecord(
        event=event, act=act, case_id=case.case_id, area=case.area, fields=fields, rows=rows, subject_id=subject_id
    )
