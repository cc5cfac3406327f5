"""Create the words that one person redacts and a second releases to a scrutiny panel."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLES = ("scrutiny_texts", "scrutiny_text_releases")
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR areas <@ string_to_array(nullif(current_setting('oocd.areas', true), ''), ','))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "scrutiny_texts",
        sa.Column("text_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("redacted_by", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text_id", name="pk_scrutiny_texts"),
        sa.ForeignKeyConstraint(
            ["item_id"], ["scrutiny_items.item_id"], name="fk_scrutiny_texts_item_id_scrutiny_items"
        ),
        sa.CheckConstraint("about IN ('DECISION', 'POLICE_OPINION', 'YJS_OPINION')", name="about"),
    )
    op.create_table(
        "scrutiny_text_releases",
        sa.Column("text_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("text_id", name="pk_scrutiny_text_releases"),
        sa.ForeignKeyConstraint(
            ["text_id"], ["scrutiny_texts.text_id"], name="fk_scrutiny_text_releases_text_id_scrutiny_texts"
        ),
    )
    for table in TABLES:
        _secure(table)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy texts that it tells of.")
    for table in reversed(TABLES):
        op.drop_table(table)


def _secure(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {table} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    for name, act, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("never_emptied", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION oocd_refuse_change()"
        )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
