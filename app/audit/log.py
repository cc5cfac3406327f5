"""The one way in: `append`, in the act's own transaction. If the record cannot be written, the act does not happen."""

from typing import Any, Protocol

from uuid_utils import uuid7

from app.audit.events import AuditRecord
from app.audit.folding import folded
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

    What they say alike of several cases is one entry, which names them all. What is reached because one's area follows
    one that has ended is said beside it.
    """
    caller, now = call.caller, call.clock.now()
    followed = dict.fromkeys(
        AuditRecord(one.event, "area.followed", one.case_id, one.area) for one in records if one.area in caller.followed
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
    entries = folded((*records, *followed))
    await call.work.add(audit_log, *(of_all | _row(entry.record, entry.case_ids) for entry in entries))


def _row(record: AuditRecord, case_ids: tuple[str, ...] | None) -> dict[str, Any]:
    return {
        "log_id": str(uuid7()),
        "event": record.event.value,
        "act": record.act,
        "case_id": record.case_id,
        "case_ids": case_ids,
        "subject_id": record.subject_id,
        "area": record.area,
        "fields": record.fields,
        "row_count": record.rows,
        **({} if record.evidence is None else {"evidence": record.evidence}),
        **({} if record.reason is None else {"reason": record.reason}),
    }
