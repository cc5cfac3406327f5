"""Take no client for an id of the case that is erased: where clients are named by UUIDs, their other answers stay kept.

A client's name stands in what it is answered on every case, as who recorded it. It is no id of any of them.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# Every id by which a kept answer names the case or what is its own; not that of another case, to which it is linked.
IDS = """
CREATE OR REPLACE FUNCTION oocd_ids_of(erased uuid) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    held regclass;
    part text[];
    found text[] := ARRAY[erased::text];
BEGIN
    FOR held IN SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = 'cases'::regclass LOOP
        EXECUTE format(
            'SELECT array_agg(DISTINCT one.value) FROM %s AS held, jsonb_each_text(to_jsonb(held)) AS one '
            'WHERE held.case_id = $1 AND one.key LIKE ''%%\\_id'' AND one.key <> ALL (''<others>'') '
            'AND one.value ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$''', held) INTO part USING erased;
        found := found || coalesce(part, '{}');
    END LOOP;
    RETURN found || ARRAY(SELECT item.item_id::text FROM scrutiny_entries entry
                            JOIN scrutiny_items item ON item.entry = entry.entry
                           WHERE entry.case_id = erased);
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(IDS.replace("<others>", "{other_case_id,client_id}"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(IDS.replace("<others>", "{other_case_id}"))
