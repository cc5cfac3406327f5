"""Let an erasure forget that a limit of another case was carried from the erased one: it tells whose case that was.

The limit itself stays: it is the other case's, and is lifted there.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ERASE = """
CREATE OR REPLACE FUNCTION oocd_erase(erased uuid, rule text, by_whom text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('oocd.erasure', 0));
    done := oocd_erase_held(erased, rule, by_whom, at);
    {more}RETURN done;
END $$
"""
FORGET = "UPDATE case_limits SET carried_from = NULL WHERE carried_from = erased;\n    "


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ERASE.format(more=FORGET))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(ERASE.format(more=""))
