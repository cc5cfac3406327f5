"""Tables of deliveries, varied conditions, interventions and completions. All append-only: a change is a new version.

One delivery and one completion to a round: the lock of the case row comes first, these keys refuse what slips past.
"""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.cases.models import case_columns, case_key
from app.db.base import metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("round", SmallInteger, nullable=False),
    Column("disposal", Text, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
    UniqueConstraint("case_id", "round"),
)

condition_versions = Table(
    "condition_versions",
    metadata,
    *case_columns(),
    Column("round", SmallInteger, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("varied_on", Date, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "round", "version"),
    case_key(),
)

interventions = Table(
    "interventions",
    metadata,
    Column("intervention_id", Uuid(as_uuid=False), nullable=False),
    Column("version", Integer, nullable=False),
    *case_columns(indexed=True),
    Column("round", SmallInteger, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    PrimaryKeyConstraint("intervention_id", "version"),
    case_key(),
)

completions = Table(
    "completions",
    metadata,
    Column("completion_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("round", SmallInteger, nullable=False),
    Column("disposal", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("ended_on", Date, nullable=False),
    Column("outcome_code", Text),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
    UniqueConstraint("case_id", "round"),
)
