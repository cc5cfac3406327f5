"""Create the index of cases on which somebody may still have to act: few, among all that ever were."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

OPEN = """
    status IN ('AWAITING_AUTHORITY', 'DECIDED', 'ESCALATED', 'IN_DELIVERY', 'NOT_COMPLETED', 'OPINIONS', 'PRE_ASSESSED',
               'RECEIVED', 'SUPPORT_REVIEW')
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"CREATE INDEX ix_cases_open ON cases (case_id) WHERE {OPEN}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_cases_open", "cases")
