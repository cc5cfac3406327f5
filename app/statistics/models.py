"""Tables of statistics: the periods that were told to a client, and what is counted of each decision.

The periods are append-only; by them differences are found. Figures are made of what stands elsewhere, and are written
anew when that has changed; a child is known in them by digests under the key that the database made (decision 29).
"""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from app.cases.models import case_columns, case_key
from app.db.base import metadata

statistics_told = Table(
    "statistics_told",
    metadata,
    Column("client_id", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("told_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("client_id", "area", "first_day", "last_day"),
)

decision_figures = Table(
    "decision_figures",
    metadata,
    Column("decision_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("case_version", Integer, nullable=False),
    Column("characteristics_version", Integer, nullable=False),
    Column("derivation", SmallInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("assessed_on", Date),
    Column("decided_on", Date, nullable=False),
    Column("days_to_decision", Integer, nullable=False),
    Column("shared", Text, nullable=False),
    Column("known_by", LargeBinary, nullable=False),
    case_key(),
)

statistics_key = Table("statistics_key", metadata, Column("key", LargeBinary, nullable=False))
