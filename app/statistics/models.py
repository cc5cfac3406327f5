"""The table of periods that were told to a client about an area, by which differences are found. Append-only."""

from sqlalchemy import Column, Date, DateTime, PrimaryKeyConstraint, Table, Text

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
