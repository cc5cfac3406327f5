"""Tables of local policy: drafts of protocols, imported matrices, and the approvals that put them in force.

Nothing here tells of a child. A draft never changes; an approval names the draft's author, so that the database itself
refuses an approval by the author or by the author's agency.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.db.base import metadata, one_of
from app.identity.caller import Agency


def _author() -> tuple[Column[str], Column[str]]:
    return Column("author_key", Text, nullable=False), Column("author_agency", Text, nullable=False)


def _drafted() -> tuple[Column[Any], ...]:
    return (
        *_author(),
        Column("author", Text, nullable=False),
        Column("drafted_at", DateTime(timezone=True), nullable=False),
    )


def _approved() -> tuple[Column[Any], ...]:
    return (
        *_author(),
        Column("approver_key", Text, nullable=False),
        Column("approver_agency", Text, nullable=False),
        Column("approver", Text, nullable=False),
        Column("approved_at", DateTime(timezone=True), nullable=False),
    )


def _two_agencies() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint("approver_key <> author_key", name="another_person"),
        CheckConstraint("approver_agency <> author_agency", name="another_agency"),
        one_of("approver_agency", Agency),
    )


protocol_drafts = Table(
    "protocol_drafts",
    metadata,
    Column("area", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", JSONB, nullable=False),
    *_drafted(),
    UniqueConstraint("area", "version", "author_key", "author_agency"),
    one_of("author_agency", Agency),
)

protocol_approvals = Table(
    "protocol_approvals",
    metadata,
    Column("area", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    *_approved(),
    ForeignKeyConstraint(
        ["area", "version", "author_key", "author_agency"],
        [
            "protocol_drafts.area",
            "protocol_drafts.version",
            "protocol_drafts.author_key",
            "protocol_drafts.author_agency",
        ],
        name="fk_protocol_approvals_draft",
    ),
    *_two_agencies(),
)

matrix_imports = Table(
    "matrix_imports",
    metadata,
    Column("edition_id", Text, primary_key=True),
    Column("table_csv", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("editions", JSONB, nullable=False),
    *_drafted(),
    UniqueConstraint("edition_id", "author_key", "author_agency"),
    one_of("author_agency", Agency),
)

matrix_approvals = Table(
    "matrix_approvals",
    metadata,
    Column("edition_id", Text, primary_key=True),
    *_approved(),
    ForeignKeyConstraint(
        ["edition_id", "author_key", "author_agency"],
        ["matrix_imports.edition_id", "matrix_imports.author_key", "matrix_imports.author_agency"],
        name="fk_matrix_approvals_import",
    ),
    *_two_agencies(),
)
