"""Table of receipts: what was asked, under which law, and the answer byte for byte."""

from sqlalchemy import Column, Date, DateTime, Integer, LargeBinary, String, Table, Text, Uuid

from app.cases.models import case_columns, case_key
from app.db.base import metadata

advice = Table(
    "advice",
    metadata,
    Column("advice_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("facts_version", Integer, nullable=False),
    Column("as_at", Date, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("law_digest", Text, nullable=False),
    Column("engine_version", Text, nullable=False),
    Column("protocol_version", Integer, nullable=False),
    Column("matrix_edition", Text, nullable=False),
    Column("answer_sha256", String(64), nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("taken_by", Text, nullable=False),
    case_key(),
)
