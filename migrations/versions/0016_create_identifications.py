"""Create who was told which case an item of a scrutiny sample is, and why."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLE = "scrutiny_identifications"
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR areas <@ string_to_array(nullif(current_setting('oocd.areas', true), ''), ','))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("identification_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("identified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identification_id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["item_id"], ["scrutiny_items.item_id"], name=f"fk_{TABLE}_item_id_scrutiny_items"),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {TABLE} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    for name, act, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("never_emptied", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {TABLE} FOR EACH {each} EXECUTE FUNCTION oocd_refuse_change()"
        )
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {APP}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy reasons that it tells of.")
    op.drop_table(TABLE)
