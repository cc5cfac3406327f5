"""Tables of referrals, cases, the child's identity, characteristics, facts and the timeline.

Every row carries the case's area, on which row-level security rests. What was received, established or said is only
ever added to; the case alone is updated, through its version. Identifying data of the child and protected
characteristics stand in tables of their own, so that what need not see them does not.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.cases.states import OPEN, CaseStatus, Route
from app.cases.words import TransferStep, Voice, VoiceKind
from app.db.base import is_one_of, metadata, one_of
from app.identity.caller import Agency


def case_columns(*, indexed: bool = False) -> tuple[Column[str], Column[str]]:
    """Return the two columns that tie a row to its case and to the case's area."""
    case_id: Column[str] = Column("case_id", Uuid(as_uuid=False), nullable=False, index=indexed or None)
    return case_id, Column("area", Text, nullable=False)


def case_key() -> ForeignKeyConstraint:
    """Return the key that keeps a row in its case's area, also when the case is transferred."""
    return ForeignKeyConstraint(["case_id", "area"], ["cases.case_id", "cases.area"], onupdate="CASCADE")


def recorded_by() -> tuple[Column[datetime], Column[str]]:
    """Return the two columns that say when a row was written, and by whom."""
    return Column("recorded_at", DateTime(timezone=True), nullable=False), Column("recorded_by", Text, nullable=False)


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
    # What people work on is few among all that ever was.
    Index("ix_cases_open", "case_id", postgresql_where=text(is_one_of("status", sorted(OPEN)))),
)

referrals = Table(
    "referrals",
    metadata,
    Column("referral_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
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
    Index("ix_referrals_client_id_referred_at", "client_id", "referred_at"),
)

children = Table(
    "children",
    metadata,
    Column("child_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("given_names", Text, nullable=False),
    Column("family_name", Text, nullable=False),
    Column("date_of_birth", Date, nullable=False, index=True),
    Column("identifiers", JSONB, nullable=False),
    case_key(),
    UniqueConstraint("case_id"),
)

# What a child is known by, as it is compared, in rows of their own: under row-level security PostgreSQL asks no index
# of documents.
child_identifiers = Table(
    "child_identifiers",
    metadata,
    Column("case_id", Uuid(as_uuid=False), primary_key=True),
    Column("area", Text, nullable=False),
    Column("key", Text, primary_key=True, index=True),
    case_key(),
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
    Column("source", Text),
    Column("established_on", Date),
    Column("agency", Text),
    Column("own_record", JSONB),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    case_key(),
    UniqueConstraint("case_id", "version"),
)

case_timeline = Table(
    "case_timeline",
    metadata,
    Column("entry", BigInteger, Identity(always=True), primary_key=True),
    *case_columns(indexed=True),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("act", Text, nullable=False),
    Column("status", Text),
    Column("agency", Text),
    Column("by", Text, nullable=False),
    case_key(),
)

case_links = Table(
    "case_links",
    metadata,
    Column("link_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("other_case_id", Uuid(as_uuid=False), nullable=False),
    Column("because", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    *recorded_by(),
    case_key(),
    UniqueConstraint("case_id", "other_case_id"),
)

case_transfers = Table(
    "case_transfers",
    metadata,
    Column("transfer_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("number", SmallInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("from_area", Text, nullable=False),
    Column("to_area", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("agency", Text, nullable=False),
    *recorded_by(),
    case_key(),
    UniqueConstraint("case_id", "number", "step"),
    one_of("step", TransferStep),
    one_of("agency", Agency),
)

case_voices = Table(
    "case_voices",
    metadata,
    Column("voice_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("kind", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("said_on", Date, nullable=False),
    Column("disposal", Text),
    *recorded_by(),
    case_key(),
    one_of("kind", VoiceKind),
    one_of("said_by", Voice),
)

referral_withdrawals = Table(
    "referral_withdrawals",
    metadata,
    Column("withdrawal_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("referral_id", Uuid(as_uuid=False), nullable=False),
    Column("reason", Text, nullable=False),
    *recorded_by(),
    case_key(),
    UniqueConstraint("referral_id"),
)
