"""Tables of events: what happened, what of it has no number yet, and the numbers that give the feed its order.

An event is written in the transaction of its act, so that neither is there without the other. It gets its number only
once it has been committed: numbers are given under a lock, one after another, so that whoever has seen a number has
seen every number before it. No act waits for another's number.
"""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table, Text, Uuid

from app.cases.models import case_key
from app.db.base import metadata, one_of
from app.events.kinds import EventType

events = Table(
    "events",
    metadata,
    Column("event_id", Uuid(as_uuid=False), primary_key=True),
    Column("entry", BigInteger, Identity(always=True), nullable=False),
    Column("case_id", Uuid(as_uuid=False), index=True),
    Column("area", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("erased_case_id", Uuid(as_uuid=False)),
    case_key(),
    one_of("event_type", EventType),
)

events_waiting = Table(
    "events_waiting",
    metadata,
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid(as_uuid=False), nullable=False),
)

event_numbers = Table(
    "event_numbers",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid(as_uuid=False), nullable=False, unique=True),
    Column("erased_area", Text),
)
