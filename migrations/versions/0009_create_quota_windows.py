"""Create the table in which all processes count what clients ask.

It names clients, never a person, and is not logged: a crash empties it, and no replica has it.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APP = "oocd_app"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(
        """
        CREATE UNLOGGED TABLE quota_windows (
            key text NOT NULL,
            count bigint NOT NULL,
            ends_at timestamptz NOT NULL,
            CONSTRAINT pk_quota_windows PRIMARY KEY (key)
        )
        """
    )
    op.execute("ALTER TABLE quota_windows ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE quota_windows FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY counts_are_of_all ON quota_windows USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON quota_windows TO {APP}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("quota_windows")
