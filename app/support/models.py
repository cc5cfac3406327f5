"""Table of the steps of an offer of support; only ever added to."""

from sqlalchemy import Column, Date, SmallInteger, Table, Text, UniqueConstraint, Uuid

from app.cases.models import case_columns, case_key, recorded_by
from app.db.base import metadata, one_of
from app.support.steps import SupportStep

support_steps = Table(
    "support_steps",
    metadata,
    Column("step_id", Uuid(as_uuid=False), primary_key=True),
    *case_columns(indexed=True),
    Column("number", SmallInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("taken_on", Date, nullable=False),
    Column("support", Text),
    Column("note", Text),
    *recorded_by(),
    case_key(),
    UniqueConstraint("case_id", "number"),
    one_of("step", SupportStep),
)
