"""Create the chain of digests over the audit log, its signed checkpoints, and the index for who saw a child when.

The chain is written by the sealer alone, in batches, behind the log: no request waits for another's link.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLES = ("audit_chain", "audit_checkpoints")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "audit_chain",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_chain"),
        sa.UniqueConstraint("log_id", name="uq_audit_chain_log_id"),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_audit_checkpoints"),
    )
    for table in TABLES:
        _guard(table)
    op.drop_index("ix_audit_log_case_id", "audit_log")
    op.create_index("ix_audit_log_case_id_occurred_at", "audit_log", ["case_id", "occurred_at"])
    op.create_index("ix_audit_log_user_name_occurred_at", "audit_log", ["user_name", "occurred_at"])


def downgrade() -> None:
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_checkpoints)")):
        raise RuntimeError("There are checkpoints: going back would destroy what proves the audit log whole.")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_audit_log_user_name_occurred_at", "audit_log")
    op.drop_index("ix_audit_log_case_id_occurred_at", "audit_log")
    op.create_index("ix_audit_log_case_id", "audit_log", ["case_id"])
    for table in reversed(TABLES):
        op.drop_table(table)


def _guard(table: str) -> None:
    """Let everybody read digests, which say nothing, and only who serves every area write them."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {table} USING (true) WITH CHECK (current_setting('oocd.areas', true) = '*')")
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
