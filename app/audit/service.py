"""Reading the log; that reading is logged too."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, cast, func, literal, or_, select

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.audit.models import audit_log
from app.audit.schemas import AuditEntry
from app.audit.sealer import window_before
from app.db.work import Work
from app.errors import FieldError, NotFound, ValidationFailed
from app.identity.call import Call

LONGEST = timedelta(days=31)
"""How long a period may be of which the log of everybody is read."""


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are asked for; None asks for all."""

    case_id: str | None = None
    subject_id: str | None = None
    event: str | None = None
    purpose: str | None = None
    area: str | None = None
    act: str | None = None
    client_id: str | None = None
    user_name: str | None = None
    agency: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None


class AuditService:
    """The log, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def require(self, log_id: str) -> None:
        """Raise `NotFound` unless the caller may see an entry of the log."""
        if await self._call.work.one(select(audit_log.c.log_id).where(audit_log.c.log_id == log_id)) is None:
            raise NotFound

    async def entries(self, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
        """Return one more entry than `limit` if there is one, oldest first (log ids are in the order of time)."""
        bounded = await begun(self._call.work, within_bounds(wanted, self._call.clock.now()))
        rows = await self._call.work.many(statement_for(bounded, limit + 1))
        # What is read of a case is of the case's area; what was asked for in vain is of none.
        area = rows[0].area if rows and wanted.case_id is not None else None
        shown = min(len(rows), limit)
        record = AuditRecord(AuditEvent.CONSULTATION, "audit.read", case_id=wanted.case_id, area=area, rows=shown)
        await log.append(self._call, record)
        return [AuditEntry.model_validate(dict(row._mapping)) for row in rows]  # noqa: SLF001  (SQLAlchemy's public name)


async def begun(work: Work, wanted: AuditFilter) -> AuditFilter:
    """Return what is asked, with an id below which nothing of its period is: entries are read by their ids.

    Without it PostgreSQL, which expects every period everywhere in the log, would begin with the oldest entry.
    """
    if wanted.since is None:
        return wanted
    at = audit_log.c.occurred_at
    first = await work.one(select(audit_log.c.log_id).where(at >= wanted.since).order_by(at).limit(1))
    return wanted if first is None else replace(wanted, after=max(window_before(first.log_id), wanted.after or ""))


def within_bounds(wanted: AuditFilter, now: datetime) -> AuditFilter:
    """Return what is asked, with the beginning of its period; raise `ValidationFailed` for none or too long a one.

    Who names a case, a subject, a request or a trace may ask of all time. What is asked of everybody is asked of 31
    days at most: of those before its end, where no beginning is said.
    """
    until = wanted.until or now
    if wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since:
        raise ValidationFailed(errors=(FieldError("/until", "period", "A period ends after it begins."),))
    if wanted.case_id or wanted.subject_id or wanted.request_id or wanted.trace_id:
        return wanted
    if wanted.since is not None and until - wanted.since > LONGEST:
        told = "Without a case, a subject, a request or a trace a period is of 31 days at most."
        raise ValidationFailed(errors=(FieldError("/since", "period", told),))
    return replace(wanted, since=wanted.since or until - LONGEST)


def names(case_id: str) -> ColumnElement[bool]:
    """Return the condition that an entry names a case, alone or among others.

    The database says first in which entries it is among others: no index of arrays is asked under row-level security.
    """
    ids = Uuid(as_uuid=False)
    among = cast(select(func.oocd_entries_naming(literal(case_id, ids))).scalar_subquery(), ARRAY(ids))
    return or_(audit_log.c.case_id == case_id, audit_log.c.log_id == any_(among))


def statement_for(wanted: AuditFilter, limit: int) -> Select[Any]:
    """Return the statement for at most `limit` entries."""
    columns = audit_log.c
    statement = select(audit_log).order_by(columns.log_id).limit(limit)
    if wanted.case_id is not None:
        statement = statement.where(names(wanted.case_id))
    for column, value in (
        (columns.subject_id, wanted.subject_id),
        (columns.event, wanted.event),
        (columns.purpose, wanted.purpose),
        (columns.area, wanted.area),
        (columns.act, wanted.act),
        (columns.client_id, wanted.client_id),
        (columns.user_name, wanted.user_name),
        (columns.agency, wanted.agency),
        (columns.request_id, wanted.request_id),
        (columns.trace_id, wanted.trace_id),
    ):
        statement = statement if value is None else statement.where(column == value)
    if wanted.since is not None:
        statement = statement.where(columns.occurred_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(columns.occurred_at < wanted.until)
    if wanted.after is not None:
        statement = statement.where(columns.log_id > wanted.after)
    return statement
