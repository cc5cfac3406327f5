"""The log as it is read."""

from app.http.schema import Answer, Instant


class AuditEntry(Answer):
    """One act: who, through which client, why, what, on which case, which fields, when."""

    log_id: str
    occurred_at: Instant
    event: str
    act: str
    issuer: str
    client_id: str
    user_name: str | None
    agency: str | None
    grade: str | None
    purpose: str | None
    case_id: str | None
    subject_id: str | None
    area: str | None
    fields: tuple[str, ...]
    row_count: int
    request_id: str
    trace_id: str
    route: str
