"""Create the index by which the log answers who saw what stands beside a case: another case, a meeting, advice."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_audit_log_subject_id_occurred_at", "audit_log", ["subject_id", "occurred_at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_audit_log_subject_id_occurred_at", "audit_log")
