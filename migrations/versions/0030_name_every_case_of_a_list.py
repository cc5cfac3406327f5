"""Let an entry of the log name several cases, of which it says the same: a list is one entry.

A case is found in such an entry by an index of its ids, and raises the alert that it raised by itself: one of the
entry, of a broken glass where the case that was reached is among them. What is written under a grant outside the
caller's areas still names the one case that the grant opens, and no other.

The index takes what is new into a list that it goes through whenever it is asked, and sorts it in when it is full: a
hundred and more pages of fifty at a time cost less than each by itself. The list is kept short, for whoever asks.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

APP = "oocd_app"
REACHED = "case_id = nullif(current_setting('oocd.case', true), '')::uuid"
FORMER = f"""
CREATE OR REPLACE FUNCTION oocd_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('oocd.case', true), '') = '' AND NOT EXISTS (SELECT FROM case_limits) THEN
        RETURN NULL;
    END IF;
    INSERT INTO alerts (log_id, area, kind, occurred_at)
    SELECT log_id, area, CASE WHEN {REACHED} THEN 'BREAK_GLASS' ELSE 'LIMITED_CASE' END, occurred_at
      FROM written
     WHERE {REACHED} OR case_id IN (SELECT case_id FROM case_limits_in_force);
    INSERT INTO events (event_id, area, event_type, occurred_at)
    SELECT log_id, area, CASE WHEN {REACHED} THEN 'alert.break-glass' ELSE 'alert.limited-case' END, occurred_at
      FROM written
     WHERE area IS NOT NULL AND ({REACHED} OR case_id IN (SELECT case_id FROM case_limits_in_force));
    RETURN NULL;
END $$
"""
# No operator on arrays is one that row-level security lets an index answer before it has looked at the row's area. So
# the owner's function asks the index, of the areas of who asks, and says in which entries a case is; the log is read
# by their ids, as ever under row-level security.
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
NAMING = f"""
CREATE FUNCTION oocd_entries_naming(named uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(SELECT log_id FROM audit_log WHERE case_ids @> ARRAY[named] AND (area IS NULL OR {VISIBLE}))
$$
"""
ALERT = """
CREATE OR REPLACE FUNCTION oocd_alert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reached uuid := nullif(current_setting('oocd.case', true), '');
    limited uuid[];
BEGIN
    IF reached IS NULL AND NOT EXISTS (SELECT FROM case_limits) THEN
        RETURN NULL;
    END IF;
    limited := ARRAY(SELECT case_id FROM case_limits_in_force);
    INSERT INTO alerts (log_id, area, kind, occurred_at)
    SELECT log_id, area, CASE WHEN reached = ANY (named) THEN 'BREAK_GLASS' ELSE 'LIMITED_CASE' END, occurred_at
      FROM written, coalesce(case_ids, ARRAY[case_id]) AS named
     WHERE named && (limited || reached);
    INSERT INTO events (event_id, area, event_type, occurred_at)
    SELECT log_id, area, CASE WHEN reached = ANY (named) THEN 'alert.break-glass' ELSE 'alert.limited-case' END,
           occurred_at
      FROM written, coalesce(case_ids, ARRAY[case_id]) AS named
     WHERE area IS NOT NULL AND named && (limited || reached);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("audit_log", sa.Column("case_ids", ARRAY(sa.Uuid(as_uuid=False)), nullable=True))
    op.create_check_constraint(
        "case_ids", "audit_log", "case_ids IS NULL OR (case_id IS NULL AND cardinality(case_ids) > 1)"
    )
    op.create_index(
        "ix_audit_log_case_ids",
        "audit_log",
        ["case_ids"],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": "256"},
        postgresql_where=sa.text("case_ids IS NOT NULL"),
    )
    op.execute("CREATE POLICY by_owner ON audit_log FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(NAMING)
    op.execute("REVOKE ALL ON FUNCTION oocd_entries_naming(uuid) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION oocd_entries_naming(uuid) TO {APP}")
    op.execute(ALERT)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError(
            "The audit log is not empty: going back would destroy who was named, which its chain covers."
        )
    op.execute(FORMER)
    op.execute("DROP FUNCTION oocd_entries_naming(uuid)")
    op.execute("DROP POLICY by_owner ON audit_log")
    op.drop_column("audit_log", "case_ids")  # and what rests on it: the constraint, and the index
