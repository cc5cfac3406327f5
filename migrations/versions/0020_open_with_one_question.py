"""Let a unit of work open with one question: whose rows it sees, and whether what it takes for granted is so."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OPEN = """
CREATE FUNCTION oocd_open(areas text, client text, person text, protocols bigint, matrices bigint,
                          route text, key text) RETURNS boolean LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    so boolean;
BEGIN
    PERFORM set_config('oocd.areas', areas, true), set_config('oocd.client', client, true),
            set_config('oocd.person', person, true);
    so := protocols = (SELECT count(*) FROM protocol_approvals)
          AND matrices = (SELECT count(*) FROM matrix_approvals);
    IF so AND key IS NOT NULL THEN
        so := pg_try_advisory_xact_lock(hashtextextended(client || E'\\x1f' || route || E'\\x1f' || key, 0));
        so := so AND NOT EXISTS (SELECT FROM idempotency_keys AS kept
                                  WHERE kept.client_id = client AND kept.route = route AND kept.key = key);
    END IF;
    IF NOT so THEN
        RAISE EXCEPTION USING ERRCODE = 'OC001', MESSAGE = 'something is other than was expected';
    END IF;
    RETURN true;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(OPEN)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION oocd_open(text, text, text, bigint, bigint, text, text)")
