"""Tables of opinions, of who speaks for whom, of escalations and decisions. All append-only.

The safety of the joint decision rests on the lock of the case row and on the keys here, never on the isolation level:
one opinion per round, level, agency and turn; one agency per person and case; one decision per round.
"""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.cases.models import case_columns, case_key, recorded_by
from app.db.base import metadata, one_of
from app.decisions.authority import AuthorityDecision
from app.identity.caller import Agency, Grade
from app.rules.findings import Authority

opinions = Table(
    "opinions",
    metadata,
    Column("opinion_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("round", SmallInteger, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("agency", Text, nullable=False),
    Column("turn", SmallInteger, nullable=False),
    Column("person_key", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("disposal", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("conditions", JSONB, nullable=False),
    Column("departs", JSONB(none_as_null=True)),
    Column("advice_id", Uuid(as_uuid=False), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    case_key(),
    UniqueConstraint("case_id", "round", "level", "agency", "turn"),
    one_of("agency", Agency),
    one_of("grade", Grade),
)

case_speakers = Table(
    "case_speakers",
    metadata,
    *case_columns(),
    Column("person_key", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("case_id", "person_key"),
    case_key(),
    one_of("agency", Agency),
)

escalations = Table(
    "escalations",
    metadata,
    *case_columns(),
    Column("round", SmallInteger, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("because", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    case_key(),
    UniqueConstraint("case_id", "round", "level"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(),
    Column("round", SmallInteger, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("disposal", Text, nullable=False),
    Column("outcome_code", Text, nullable=False),
    Column("outcome_code_when", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("advice_id", Uuid(as_uuid=False), nullable=False),
    Column("dissent", JSONB, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    case_key(),
    UniqueConstraint("case_id", "round"),
    Index("ix_decisions_area_decided_at", "area", "decided_at", postgresql_include=["case_id", "round", "decision_id"]),
    one_of("agency", Agency),
    one_of("grade", Grade),
)

case_authorities = Table(
    "case_authorities",
    metadata,
    Column("authority_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("round", SmallInteger, nullable=False),
    Column("facts_version", Integer, nullable=False),
    Column("disposal", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("by_whom", Text),
    Column("reasons", Text),
    Column("decided_on", Date, nullable=False),
    Column("agency", Text, nullable=False),
    *recorded_by(),
    case_key(),
    one_of("authority", Authority),
    one_of("decision", AuthorityDecision),
    one_of("agency", Agency),
)
