"""Keep by what numbers a child is known as rows of their own, so that an index finds who is known by one.

An index of documents is never asked under row-level security: no operator on them is one that may see a row before
its area is looked at. Equality of texts may. A number is written as people compare it: without case and spaces.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLE = "child_identifiers"
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
EVERYTHING = "SELECT set_config('oocd.areas', '*', true), set_config('oocd.person', '*', true)"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(
            ["case_id", "area"],
            ["cases.case_id", "cases.area"],
            name=f"fk_{TABLE}_case_id_area_cases",
            onupdate="CASCADE",
        ),
    )
    op.create_index(f"ix_{TABLE}_key", TABLE, ["key"])
    _guard()
    op.execute(EVERYTHING)
    op.execute(
        f"INSERT INTO {TABLE} SELECT DISTINCT child.case_id, child.area, key "
        "FROM children child, unnest(oocd_identifier_keys(child.identifiers)) AS key"
    )
    op.drop_index("ix_children_identifiers", "children")


def _guard() -> None:
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {TABLE} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    op.execute(f"CREATE POLICY by_grant ON {TABLE} FOR SELECT USING ({REACHED})")
    op.execute(f"CREATE POLICY named_alone ON {TABLE} AS RESTRICTIVE FOR SELECT USING ({NAMED})")
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change_but_erasure()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {APP}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table(TABLE)
    op.create_index(
        "ix_children_identifiers",
        "children",
        ["identifiers"],
        postgresql_using="gin",
        postgresql_ops={"identifiers": "jsonb_path_ops"},
    )
