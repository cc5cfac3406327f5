"""The tables of the audit log, its chain and its checkpoints: append-only by grant and by trigger."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, Integer, String, Table, Text, Uuid, text
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
    Column("case_id", Uuid(as_uuid=False)),
    Column("subject_id", Uuid(as_uuid=False)),
    Column("area", Text),
    Column("fields", ARRAY(Text), nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("trace_id", String(32), nullable=False),
    Column("route", Text, nullable=False),
    Column("evidence", String(64)),
    Column("reason", Text),
    Column("case_ids", ARRAY(Uuid(as_uuid=False))),
    one_of("event", AuditEvent),
    CheckConstraint("case_ids IS NULL OR (case_id IS NULL AND cardinality(case_ids) > 1)", name="case_ids"),
    Index("ix_audit_log_case_id_occurred_at", "case_id", "occurred_at"),
    Index("ix_audit_log_user_name_occurred_at", "user_name", "occurred_at"),
    Index("ix_audit_log_subject_id_occurred_at", "subject_id", "occurred_at"),
    Index(
        "ix_audit_log_case_ids",
        "case_ids",
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "256"},
        postgresql_where=text("case_ids IS NOT NULL"),
    ),
    Index("ix_audit_log_evidence", "log_id", postgresql_where=text("evidence IS NOT NULL")),
)

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("log_id", Uuid(as_uuid=False), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("sealed_at", DateTime(timezone=True), nullable=False),
)

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", String(64), nullable=False),
    Column("head", String(64), nullable=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
)
