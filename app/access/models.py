"""Tables of break-glass grants with their reviews, of limits to named people, and of alerts. All only ever added to."""

from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Index, SmallInteger, Table, Text, UniqueConstraint
from sqlalchemy import Uuid as AnyUuid
from sqlalchemy.dialects.postgresql import ARRAY

from app.access.words import AlertKind, LimitReason, LimitStep, ReviewFinding
from app.cases.models import case_columns, case_key
from app.db.base import metadata, one_of
from app.identity.caller import Agency

Uuid = AnyUuid(as_uuid=False)

break_glass = Table(
    "break_glass",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    *case_columns(indexed=True),
    Column("account_key", Text, nullable=False, index=True),
    Column("person_key", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("agency", Text),
    Column("reason", Text, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("review_due_on", Date, nullable=False),
    case_key(),
)

break_glass_reviews = Table(
    "break_glass_reviews",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    *case_columns(indexed=True),
    Column("finding", Text, nullable=False),
    Column("says", Text, nullable=False),
    Column("agency", Text),
    Column("reviewed_by", Text, nullable=False),
    Column("reviewed_at", DateTime(timezone=True), nullable=False),
    case_key(),
    ForeignKeyConstraint(["grant_id"], ["break_glass.grant_id"]),
    one_of("finding", ReviewFinding),
)

case_limits = Table(
    "case_limits",
    metadata,
    Column("limit_id", Uuid, primary_key=True),
    *case_columns(),
    Column("number", SmallInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("named", ARRAY(Text), nullable=False),
    Column("names", ARRAY(Text), nullable=False),
    Column("reason", Text, nullable=False),
    Column("says", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("carried_from", Uuid),
    case_key(),
    UniqueConstraint("case_id", "number", "step"),
    one_of("step", LimitStep),
    one_of("reason", LimitReason),
    one_of("agency", Agency),
)

alerts = Table(
    "alerts",
    metadata,
    Column("log_id", Uuid, primary_key=True),
    Column("area", Text),
    Column("kind", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    one_of("kind", AlertKind),
    Index("ix_alerts_occurred_at", "occurred_at"),
)
