"""Create an index of every key to another table that had none, by which what is of a case is found.

Reading a case's timeline, advice, interventions or contributions went through those of all cases.
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEYS = (
    ("advice", "case_id"),
    ("break_glass_reviews", "case_id"),
    ("case_timeline", "case_id"),
    ("contributions", "case_id"),
    ("interventions", "case_id"),
    ("scrutiny_findings", "item_id"),
    ("scrutiny_frames", "redraw_of"),
    ("scrutiny_identifications", "item_id"),
    ("scrutiny_items", "replaces"),
    ("scrutiny_observations", "item_id"),
    ("scrutiny_observations", "sample_id"),
    ("scrutiny_texts", "item_id"),
    ("webhook_deliveries", "event_id"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column in KEYS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, column in KEYS:
        op.drop_index(f"ix_{table}_{column}", table)
