"""Tables of webhooks: subscriptions, the numbers of their secrets, what is to be sent, and what came of each attempt.

They name a client, an address and events by their ids: nothing of a child or a case. Each row is its client's own; who
sees every area may look, for the sender must find who is to be told.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.db.base import metadata, one_of
from app.webhooks.words import AttemptOutcome, DeliveryStatus, DisabledBecause, WebhookStatus

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Uuid(as_uuid=False), primary_key=True),
    Column("client_id", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("event_types", ARRAY(Text), nullable=False),
    Column("areas", ARRAY(Text), nullable=False),
    Column("reads_cases", Boolean, nullable=False),
    Column("reads_alerts", Boolean, nullable=False, server_default=false()),
    Column("status", Text, nullable=False),
    Column("disabled_because", Text),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False),
    Column("removed_at", DateTime(timezone=True)),
    one_of("status", WebhookStatus),
    one_of("disabled_because", DisabledBecause),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("webhook_id", Uuid(as_uuid=False), ForeignKey(webhooks.c.webhook_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("client_id", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("delivery_id", Uuid(as_uuid=False), primary_key=True),
    Column("webhook_id", Uuid(as_uuid=False), ForeignKey(webhooks.c.webhook_id), nullable=False),
    Column("client_id", Text, nullable=False),
    Column("event_id", Uuid(as_uuid=False), ForeignKey("events.event_id"), index=True),
    Column("sequence", Integer),
    Column("follows", Uuid(as_uuid=False)),
    Column("status", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("claimed_until", DateTime(timezone=True)),
    one_of("status", DeliveryStatus),
    UniqueConstraint("webhook_id", "event_id"),
    Index("ix_webhook_deliveries_waiting", "webhook_id", "due_at", postgresql_where=text("status = 'WAITING'")),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("attempt_id", Uuid(as_uuid=False), primary_key=True),
    Column(
        "delivery_id", Uuid(as_uuid=False), ForeignKey("webhook_deliveries.delivery_id"), nullable=False, index=True
    ),
    Column("client_id", Text, nullable=False),
    Column("attempted_at", DateTime(timezone=True), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("answered", SmallInteger),
    Column("milliseconds", Integer, nullable=False),
    one_of("outcome", AttemptOutcome),
)
