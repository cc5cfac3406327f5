"""Create the versions of the conditions of a youth conditional caution that were varied after it was given.

The conditions as given stay in the delivery; each variation adds a version, with the walls of every table of a case.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLE = "condition_versions"
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
REACHED = "case_id = nullif(current_setting('oocd.case', true), '')::uuid"
NAMED = f"""
    ({REACHED}
     OR case_id NOT IN (SELECT kept.case_id FROM case_limits_in_force kept
                         WHERE coalesce(current_setting('oocd.person', true), '') <> ALL (kept.named)
                           AND coalesce(current_setting('oocd.person', true), '') <> '*'))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("varied_on", sa.Date(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "round", "version", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(
            ["case_id", "area"],
            ["cases.case_id", "cases.area"],
            name=f"fk_{TABLE}_case_id_area_cases",
            onupdate="CASCADE",
        ),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {TABLE} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    op.execute(f"CREATE POLICY by_grant ON {TABLE} FOR SELECT USING ({REACHED})")
    op.execute(f"CREATE POLICY named_alone ON {TABLE} AS RESTRICTIVE FOR SELECT USING ({NAMED})")
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {APP}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy conditions that it tells of.")
    op.drop_table(TABLE)
