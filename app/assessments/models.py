"""Table of pre-assessments: a new row at each PUT, never changed."""

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, Text, UniqueConstraint, Uuid

from app.cases.models import case_columns, case_key
from app.db.base import metadata

pre_assessments = Table(
    "pre_assessments",
    metadata,
    Column("pre_assessment_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
    UniqueConstraint("case_id", "version"),
)
