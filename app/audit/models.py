"""The table of the audit log: append-only by grant and by trigger."""

from sqlalchemy import Column, DateTime, Integer, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from app.audit.events import AuditEvent
from app.db.base import metadata, one_of

audit_log = Table(
    "audit_log",
    metadata,
    Column("log_id", Uuid(as_uuid=False), primary_key=True),
    Column("occurred_at", DateTime(timezone=True), nullable=False, index=True),
    Column("event", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("user_name", Text),
    Column("agency", Text),
    Column("grade", Text),
    Column("purpose", Text),
    Column("case_id", Uuid(as_uuid=False), index=True),
    Column("subject_id", Uuid(as_uuid=False)),
    Column("area", Text),
    Column("fields", ARRAY(Text), nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("trace_id", String(32), nullable=False),
    Column("route", Text, nullable=False),
    one_of("event", AuditEvent),
)
