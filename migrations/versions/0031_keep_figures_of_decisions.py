"""Keep beside each decision what statistics count of it, and find the decisions of an area by their day.

What is kept is made of what stands elsewhere, so it is written anew when that has changed: the one table of a case,
but for the case itself, whose rows change. A child is known in it by digests under a key that the database makes here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLE, KEY = "decision_figures", "statistics_key"
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
    _create_figures()
    _create_key()
    op.create_index(
        "ix_decisions_area_decided_at",
        "decisions",
        ["area", "decided_at"],
        postgresql_include=["case_id", "round", "decision_id"],
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_decisions_area_decided_at", "decisions")
    op.drop_table(KEY)
    op.drop_table(TABLE)


def _create_figures() -> None:
    op.create_table(
        TABLE,
        sa.Column("decision_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("characteristics_version", sa.Integer(), nullable=False),
        sa.Column("derivation", sa.SmallInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("days_to_decision", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("known_by", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(
            ["case_id", "area"],
            ["cases.case_id", "cases.area"],
            name=f"fk_{TABLE}_case_id_area_cases",
            onupdate="CASCADE",
        ),
    )
    op.create_index(f"ix_{TABLE}_case_id", TABLE, ["case_id"])
    _force(TABLE)
    op.execute(f"CREATE POLICY by_scope ON {TABLE} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    op.execute(f"CREATE POLICY by_grant ON {TABLE} FOR SELECT USING ({REACHED})")
    op.execute(f"CREATE POLICY named_alone ON {TABLE} AS RESTRICTIVE FOR SELECT USING ({NAMED})")
    op.execute(
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change_but_erasure()"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {APP}")


def _create_key() -> None:
    op.create_table(KEY, sa.Column("key", sa.LargeBinary(), nullable=False))
    op.execute(f"INSERT INTO {KEY} SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))")
    _force(KEY)
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {KEY} "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(f"CREATE POLICY by_the_service ON {KEY} FOR SELECT USING (true)")
    op.execute(f"GRANT SELECT ON {KEY} TO {APP}")


def _force(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
