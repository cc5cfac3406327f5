"""Add to the audit log the digest of what an act fixed for good, such as a frame that was frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("audit_log", sa.Column("evidence", sa.String(64), nullable=True))
    op.create_index("ix_audit_log_evidence", "audit_log", ["log_id"], postgresql_where=sa.text("evidence IS NOT NULL"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy digests that its chain covers.")
    op.drop_index("ix_audit_log_evidence", "audit_log")
    op.drop_column("audit_log", "evidence")
