"""Keep what is known and was decided in a frame, what came after it was frozen, and who saw the characteristics.

A frame of a joint audit keeps the chance that each case had in the panels' draws before it. Who has seen the
characteristics of a sample's cases can no longer score them blind.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

APP = "oocd_app"
ADDED: tuple[tuple[str, str, str, object], ...] = (
    ("scrutiny_frames", "grouping", "'FIVE_GROUPS_2011'", sa.Text()),
    ("scrutiny_frames", "completeness", "'[]'", JSONB()),
    ("scrutiny_entries", "panel_draws", "'[]'", JSONB()),
    ("scrutiny_samples", "since_freeze", """'{"arrived": 0, "left": 0, "changed": 0}'""", JSONB()),
)
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR areas <@ string_to_array(nullif(current_setting('oocd.areas', true), ''), ','))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column, default, kind in ADDED:
        op.add_column(table, sa.Column(column, kind, nullable=False, server_default=sa.text(default)))
        op.alter_column(table, column, server_default=None)
    op.add_column("scrutiny_frames", sa.Column("figures", JSONB(), nullable=True))
    op.create_table(
        "scrutiny_sightings",
        sa.Column("sample_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "person_key", name="pk_scrutiny_sightings"),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["scrutiny_samples.sample_id"], name="fk_scrutiny_sightings_sample_id_scrutiny_samples"
        ),
    )
    _secure("scrutiny_sightings", VISIBLE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy samples that it tells of.")
    op.drop_table("scrutiny_sightings")
    op.drop_column("scrutiny_frames", "figures")
    for table, column, _, _ in reversed(ADDED):
        op.drop_column(table, column)


def _secure(table: str, visible: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {table} USING ({visible}) WITH CHECK ({visible})")
    for name, act, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("never_emptied", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION oocd_refuse_change()"
        )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
