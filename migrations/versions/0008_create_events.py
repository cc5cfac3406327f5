"""Create the outbox of events and the numbers that give them their order, and the indices by which senders look.

What waits for its number, and the numbers, say nothing of anybody; only who sees every area takes the one and gives the
other.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APP = "oocd_app"
TYPES = (
    "'referral.received', 'referral.withdrawn', 'case.updated', 'case.reopened', 'case.pre-assessed', 'case.agreed', "
    "'case.escalated', 'case.awaiting-authority', 'decision.made', 'disposal.delivered', 'disposal.completed', "
    "'disposal.not-completed', 'support-review.begun', 'case.restricted', 'case.closed', 'review.requested'"
)
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
EVERYTHING = "(current_setting('oocd.areas', true) = '*')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "events",
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("entry", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_events"),
        sa.ForeignKeyConstraint(
            ["case_id", "area"],
            ["cases.case_id", "cases.area"],
            name="fk_events_case_id_area_cases",
            onupdate="CASCADE",
        ),
        sa.CheckConstraint(f"event_type IN ({TYPES})", name="event_type"),
    )
    op.create_index("ix_events_case_id", "events", ["case_id"])
    op.create_table(
        "events_waiting",
        sa.Column("entry", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_events_waiting"),
    )
    op.create_table(
        "event_numbers",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_event_numbers"),
        sa.UniqueConstraint("event_id", name="uq_event_numbers_event_id"),
    )
    op.execute(
        """
        CREATE FUNCTION oocd_event_waits() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO events_waiting (entry, event_id) VALUES (NEW.entry, NEW.event_id);
            RETURN NULL;
        END $$
        """
    )
    op.execute("CREATE TRIGGER waits AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION oocd_event_waits()")
    _guard()
    op.create_index("ix_referrals_case_id", "referrals", ["case_id"])
    op.create_index("ix_referrals_client_id_referred_at", "referrals", ["client_id", "referred_at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy events that it tells of.")
    op.drop_index("ix_referrals_client_id_referred_at", "referrals")
    op.drop_index("ix_referrals_case_id", "referrals")
    for table in ("event_numbers", "events_waiting", "events"):
        op.drop_table(table)
    op.execute("DROP FUNCTION oocd_event_waits()")


def _guard() -> None:
    for table in ("events", "events_waiting", "event_numbers"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON events USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    op.execute("CREATE POLICY put_by_all ON events_waiting FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY seen_by_who_numbers ON events_waiting FOR SELECT USING {EVERYTHING}")
    op.execute(f"CREATE POLICY taken_by_who_numbers ON events_waiting FOR DELETE USING {EVERYTHING}")
    op.execute(f"CREATE POLICY by_scope ON event_numbers USING (true) WITH CHECK {EVERYTHING}")
    for table in ("events", "event_numbers"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON events_waiting TO {APP}")
