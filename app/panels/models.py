"""Tables of panel meetings and of what their members contribute.

There is no column for a vote, and no setting that could bring one.

A meeting's changes are new versions. It belongs to an area; its agenda names cases, which are found anew at each read,
so that a case that left the area is no longer shown.
"""

from sqlalchemy import Column, Date, DateTime, Integer, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.cases.models import case_columns, case_key
from app.db.base import metadata

panel_meetings = Table(
    "panel_meetings",
    metadata,
    Column("meeting_id", Uuid(as_uuid=False), nullable=False),
    Column("version", Integer, nullable=False),
    Column("area", Text, nullable=False),
    Column("meets_on", Date, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    PrimaryKeyConstraint("meeting_id", "version"),
)

contributions = Table(
    "contributions",
    metadata,
    Column("contribution_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("round", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
)
