"""The one way in: `append`, in the act's own transaction. If the record cannot be written, the act does not happen."""

from dataclasses import replace
from typing import Protocol

from uuid_utils import uuid7

from app.audit.events import AuditRecord
from app.audit.models import audit_log
from app.clock import Clock
from app.db.work import Work
from app.identity.caller import Caller
from app.identity.purpose import Purpose


class Accountable(Protocol):
    """What acts: a call, or the sender of webhooks in the name of who asked for them."""

    @property
    def caller(self) -> Caller:
        """Return who acts, or who is told."""
        ...

    @property
    def purpose(self) -> Purpose | None:
        """Return why, if it was said."""
        ...

    @property
    def work(self) -> Work:
        """Return the transaction of the act."""
        ...

    @property
    def clock(self) -> Clock:
        """Return what says when."""
        ...

    @property
    def request_id(self) -> str:
        """Return the name of the request, or of what is sent."""
        ...

    @property
    def trace_id(self) -> str:
        """Return the trace that it belongs to."""
        ...

    @property
    def route(self) -> str:
        """Return by which way it is done."""
        ...


async def append(call: Accountable, *records: AuditRecord) -> None:
    """Write records of what this call does, with what it does; a failure fails the call (no log, no data).

    What is reached because one's area follows one that has ended is said beside it.
    """
    caller, now = call.caller, call.clock.now()
    old = {record.area: record for record in records if record.area in caller.followed}
    records += tuple(
        replace(one, act="area.followed", fields=(), rows=1, subject_id=None, evidence=None, reason=None)
        for one in old.values()
    )
    of_all = {
        "occurred_at": now,
        "issuer": caller.issuer,
        "client_id": caller.client_id,
        "user_name": caller.user_name,
        "agency": caller.agency,
        "grade": caller.grade,
        "purpose": call.purpose,
        "request_id": call.request_id,
        "trace_id": call.trace_id,
        "route": call.route,
    }
    rows = [
        of_all
        | {
            "log_id": str(uuid7()),
            "event": record.event.value,
            "act": record.act,
            "case_id": record.case_id,
            "subject_id": record.subject_id,
            "area": record.area,
            "fields": list(record.fields),
            "row_count": record.rows,
            **({} if record.evidence is None else {"evidence": record.evidence}),
            **({} if record.reason is None else {"reason": record.reason}),
        }
        for record in records
    ]
    await call.work.add(audit_log, *rows)
