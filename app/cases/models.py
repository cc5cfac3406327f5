"""Tables of referrals, cases, the child's identity, characteristics, facts and the timeline.

Every row carries the case's area, on which row-level security rests. What was received, established or said is only
ever added to; the case alone is updated, through its version. Identifying data of the child and protected
characteristics stand in tables of their own, so that what need not see them does not.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.cases.states import CaseStatus, Route
from app.db.base import metadata, one_of


def case_columns() -> tuple[Column[str], Column[str]]:
    """Return the two columns that tie a row to its case and to the case's area."""
    return Column("case_id", Uuid(as_uuid=False), nullable=False), Column("area", Text, nullable=False)


def case_key() -> ForeignKeyConstraint:
    """Return the key that keeps a row in its case's area, also when the case is transferred."""
    return ForeignKeyConstraint(["case_id", "area"], ["cases.case_id", "cases.area"], onupdate="CASCADE")


cases = Table(
    "cases",
    metadata,
    Column("case_id", Uuid(as_uuid=False), primary_key=True),
    Column("area", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("facts_version", Integer, nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("due_on", Date),
    UniqueConstraint("case_id", "area"),
    one_of("status", CaseStatus),
    one_of("route", Route),
)

referrals = Table(
    "referrals",
    metadata,
    Column("referral_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("client_id", Text, nullable=False),
    Column("force", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("referred_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("received", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    case_key(),
    UniqueConstraint("client_id", "force", "system", "reference"),
)

children = Table(
    "children",
    metadata,
    Column("child_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("given_names", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False),
    Column("identifiers", JSONB, nullable=False),
    case_key(),
    UniqueConstraint("case_id"),
)

characteristics = Table(
    "characteristics",
    metadata,
    *case_columns(),
    Column("version", Integer, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
    UniqueConstraint("case_id", "version"),
)

case_facts = Table(
    "case_facts",
    metadata,
    *case_columns(),
    Column("version", Integer, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("origin", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
    UniqueConstraint("case_id", "version"),
)

case_timeline = Table(
    "case_timeline",
    metadata,
    Column("entry", BigInteger, Identity(always=True), primary_key=True),
    *case_columns(),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("act", Text, nullable=False),
    Column("status", Text),
    Column("agency", Text),
    Column("by", Text, nullable=False),
    case_key(),
)
