"""Let an erasure wait for what is being kept of cases without a key to them, and that wait for the erasure.

A frame, a meeting and what a panel writes of an item are made from cases that were read before; a case that is erased
in between would stay in them. Whoever makes one holds a lock with others; the erasure holds it alone, before it holds
the case, so that neither waits for the other in a ring.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TERMS = "(uuid, text, text, timestamptz)"
HELD = "oocd_erase_held"
WAITS = f"""
CREATE FUNCTION oocd_erase(erased uuid, rule text, by_whom text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('oocd.erasure', 0));
    RETURN {HELD}(erased, rule, by_whom, at);
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"ALTER FUNCTION oocd_erase{TERMS} RENAME TO {HELD}")
    op.execute(WAITS)
    op.execute(f"REVOKE ALL ON FUNCTION oocd_erase{TERMS} FROM PUBLIC")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DROP FUNCTION oocd_erase{TERMS}")
    op.execute(f"ALTER FUNCTION {HELD}{TERMS} RENAME TO oocd_erase")
