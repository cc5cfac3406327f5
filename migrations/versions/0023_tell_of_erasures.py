"""Tell who follows cases that one was erased, so that they erase what they were told of it (DPA 2018 s48).

The event is of no case, for there is none any more; it names the id that the case had. The tombstone writes it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OF_A_CASE = (
    "'referral.received', 'referral.withdrawn', 'case.updated', 'case.reopened', 'case.pre-assessed', 'case.agreed', "
    "'case.escalated', 'case.awaiting-authority', 'decision.made', 'disposal.delivered', 'disposal.completed', "
    "'disposal.not-completed', 'support-review.begun', 'case.restricted', 'case.closed', 'review.requested'"
)
ALERTS = "'alert.break-glass', 'alert.limited-case'"
ERASED = "'case.erased'"
TELL = """
CREATE FUNCTION oocd_tell_of_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events (event_id, area, event_type, occurred_at, erased_case_id)
    VALUES (oocd_uuid7(NEW.erased_at), NEW.area, 'case.erased', NEW.erased_at, NEW.case_id);
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("events", sa.Column("erased_case_id", sa.Uuid(as_uuid=False), nullable=True))
    _allow_types(
        f"event_type IN ({OF_A_CASE}, {ALERTS}, {ERASED}) "
        f"AND (case_id IS NULL) = (event_type IN ({ALERTS}, {ERASED})) "
        f"AND (erased_case_id IS NULL) = (event_type <> {ERASED})"
    )
    op.execute(TELL)
    op.execute("CREATE TRIGGER tells AFTER INSERT ON erasures FOR EACH ROW EXECUTE FUNCTION oocd_tell_of_erasure()")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy events that were told.")
    op.execute("DROP TRIGGER tells ON erasures")
    op.execute("DROP FUNCTION oocd_tell_of_erasure()")
    _allow_types(f"event_type IN ({OF_A_CASE}, {ALERTS}) AND (case_id IS NULL) = (event_type IN ({ALERTS}))")
    op.drop_column("events", "erased_case_id")


def _allow_types(allowed: str) -> None:
    op.execute("ALTER TABLE events DROP CONSTRAINT ck_events_event_type")
    op.execute(f"ALTER TABLE events ADD CONSTRAINT ck_events_event_type CHECK ({allowed})")
