"""Tell who reads the log of alerts, as events: of no case, in the area of what was reached.

The log raises the alert, so it writes the event too; it may do so in areas that the caller does not reach, since that
is what an alert is of. Events of cases stay as hidden as they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

APP = "oocd_app"
FORMER = (
    "'referral.received', 'referral.withdrawn', 'case.updated', 'case.reopened', 'case.pre-assessed', 'case.agreed', "
    "'case.escalated', 'case.awaiting-authority', 'decision.made', 'disposal.delivered', 'disposal.completed', "
    "'disposal.not-completed', 'support-review.begun', 'case.restricted', 'case.closed', 'review.requested'"
)
ALERTS = "'alert.break-glass', 'alert.limited-case'"
REACHED = "case_id = nullif(current_setting('oocd.case', true), '')::uuid"
NAMED = f"""
    ({REACHED}
     OR case_id NOT IN (SELECT kept.case_id FROM case_limits_in_force kept
                         WHERE coalesce(current_setting('oocd.person', true), '') <> ALL (kept.named)
                           AND coalesce(current_setting('oocd.person', true), '') <> '*'))
"""
INSERT_ALERTS = f"""
    INSERT INTO alerts (log_id, area, kind, occurred_at)
    SELECT log_id, area, CASE WHEN {REACHED} THEN 'BREAK_GLASS' ELSE 'LIMITED_CASE' END, occurred_at
      FROM written
     WHERE {REACHED} OR case_id IN (SELECT case_id FROM case_limits_in_force)
"""
INSERT_EVENTS = f"""
    INSERT INTO events (event_id, area, event_type, occurred_at)
    SELECT log_id, area, CASE WHEN {REACHED} THEN 'alert.break-glass' ELSE 'alert.limited-case' END, occurred_at
      FROM written
     WHERE area IS NOT NULL AND ({REACHED} OR case_id IN (SELECT case_id FROM case_limits_in_force))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.alter_column("events", "case_id", nullable=True)
    _allow_types(f"event_type IN ({FORMER}, {ALERTS}) AND (case_id IS NULL) = (event_type IN ({ALERTS}))")
    _hide(f"case_id IS NULL OR {NAMED}")
    op.execute(
        f"CREATE POLICY by_the_log ON events FOR INSERT WITH CHECK (case_id IS NULL AND event_type IN ({ALERTS}))"
    )
    _raise(INSERT_ALERTS, INSERT_EVENTS)
    op.add_column("webhooks", sa.Column("reads_alerts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(f"GRANT UPDATE (reads_alerts) ON webhooks TO {APP}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy alerts that were told.")
    op.drop_column("webhooks", "reads_alerts")
    _raise(INSERT_ALERTS)
    op.execute("DROP POLICY by_the_log ON events")
    _hide(NAMED)
    _allow_types(f"event_type IN ({FORMER})")
    op.alter_column("events", "case_id", nullable=False)


def _allow_types(allowed: str) -> None:
    op.execute("ALTER TABLE events DROP CONSTRAINT ck_events_event_type")
    op.execute(f"ALTER TABLE events ADD CONSTRAINT ck_events_event_type CHECK ({allowed})")


def _hide(shown: str) -> None:
    op.execute("DROP POLICY named_alone ON events")
    op.execute(f"CREATE POLICY named_alone ON events AS RESTRICTIVE FOR SELECT USING ({shown})")


def _raise(*statements: str) -> None:
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION oocd_alert() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(current_setting('oocd.case', true), '') = '' AND NOT EXISTS (SELECT FROM case_limits) THEN
                RETURN NULL;
            END IF;
            {"; ".join(statements)};
            RETURN NULL;
        END $$
        """
    )
