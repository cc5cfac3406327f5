"""Create drafts and approvals of local protocols and of licensed gravity matrices.

Policy is read by whoever holds a token and written by the areas it is for. A draft and an approval are only ever added;
an approval by the author, or by the author's agency, is refused here too.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APP = "oocd_app"
AGENCIES = "'POLICE', 'YJS', 'CPS', 'SCRUTINY', 'PARTNER'"
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
SOMEBODY = "(coalesce(current_setting('oocd.areas', true), '') <> '')"
MAY_WRITE = {
    "protocol_drafts": VISIBLE,
    "protocol_approvals": VISIBLE,
    "matrix_imports": SOMEBODY,
    "matrix_approvals": SOMEBODY,
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_protocols()
    _create_matrices()
    for table, may_write in MAY_WRITE.items():
        _guard(table, may_write)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy the policy under which it was acted.")
    for table in reversed(MAY_WRITE):
        op.drop_table(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _drafted() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        _text("author_key"),
        _text("author_agency"),
        _text("author"),
        _instant("drafted_at"),
        sa.CheckConstraint(f"author_agency IN ({AGENCIES})", name="author_agency"),
    )


def _approved() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        _text("author_key"),
        _text("author_agency"),
        _text("approver_key"),
        _text("approver_agency"),
        _text("approver"),
        _instant("approved_at"),
        sa.CheckConstraint("approver_key <> author_key", name="another_person"),
        sa.CheckConstraint("approver_agency <> author_agency", name="another_agency"),
        sa.CheckConstraint(f"approver_agency IN ({AGENCIES})", name="approver_agency"),
    )


def _create_protocols() -> None:
    op.create_table(
        "protocol_drafts",
        _text("area"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        *_drafted(),
        sa.PrimaryKeyConstraint("area", "version", name="pk_protocol_drafts"),
        sa.UniqueConstraint(
            "area",
            "version",
            "author_key",
            "author_agency",
            name="uq_protocol_drafts_area_version_author_key_author_agency",
        ),
    )
    op.create_table(
        "protocol_approvals",
        _text("area"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_approved(),
        sa.PrimaryKeyConstraint("area", "version", name="pk_protocol_approvals"),
        sa.ForeignKeyConstraint(
            ["area", "version", "author_key", "author_agency"],
            [
                "protocol_drafts.area",
                "protocol_drafts.version",
                "protocol_drafts.author_key",
                "protocol_drafts.author_agency",
            ],
            name="fk_protocol_approvals_draft",
        ),
    )


def _create_matrices() -> None:
    op.create_table(
        "matrix_imports",
        _text("edition_id"),
        sa.Column("table_csv", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("editions", JSONB(), nullable=False),
        *_drafted(),
        sa.PrimaryKeyConstraint("edition_id", name="pk_matrix_imports"),
        sa.UniqueConstraint(
            "edition_id",
            "author_key",
            "author_agency",
            name="uq_matrix_imports_edition_id_author_key_author_agency",
        ),
    )
    op.create_table(
        "matrix_approvals",
        _text("edition_id"),
        *_approved(),
        sa.PrimaryKeyConstraint("edition_id", name="pk_matrix_approvals"),
        sa.ForeignKeyConstraint(
            ["edition_id", "author_key", "author_agency"],
            ["matrix_imports.edition_id", "matrix_imports.author_key", "matrix_imports.author_agency"],
            name="fk_matrix_approvals_import",
        ),
    )


def _guard(table: str, may_write: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY read_by_all ON {table} FOR SELECT USING (true)")
    op.execute(f"CREATE POLICY written_by_scope ON {table} FOR INSERT WITH CHECK ({may_write})")
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
