"""Create break-glass grants, limits to named people, and alerts; let row-level security know of all three.

A case that is for named people alone is seen by nobody else, in whatever table it stands: by a policy beside that of
areas, which no area outweighs. A grant lets one person read one case in one transaction at a time, and write nothing.
The log itself raises the alerts, so that no way to a case can forget to.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APP = "oocd_app"
AGENCIES = "'POLICE', 'YJS', 'CPS', 'SCRUTINY', 'PARTNER'"
TABLES = ("break_glass", "break_glass_reviews", "case_limits", "alerts")
OF_A_CASE = (
    "cases", "referrals", "children", "characteristics", "case_facts", "case_timeline", "pre_assessments", "advice",
    "opinions", "case_speakers", "escalations", "decisions", "deliveries", "interventions", "completions",
    "contributions", "case_authorities", "case_links", "case_transfers", "case_voices", "referral_withdrawals",
    "support_steps", "events",
)  # fmt: skip
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
OWN = "account_key = current_setting('oocd.person', true)"
REACHED = "case_id = nullif(current_setting('oocd.case', true), '')::uuid"
NAMED = f"""
    ({REACHED}
     OR case_id NOT IN (SELECT kept.case_id FROM case_limits_in_force kept
                         WHERE coalesce(current_setting('oocd.person', true), '') <> ALL (kept.named)
                           AND coalesce(current_setting('oocd.person', true), '') <> '*'))
"""
OWN_REFERRAL = "client_id = current_setting('oocd.client', true)"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_grants()
    _create_limits()
    _create_alerts()
    _guard()
    _teach()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy grants that it tells of.")
    for table in OF_A_CASE:
        op.execute(f"DROP POLICY by_grant ON {table}")
        op.execute(f"DROP POLICY named_alone ON {table}")
    op.execute("DROP POLICY by_grant ON audit_log")
    op.execute("DROP TRIGGER alerts ON audit_log")
    op.execute("DROP FUNCTION oocd_alert()")
    op.execute("DROP VIEW case_limits_in_force")
    for table in ("alerts", "case_limits", "break_glass_reviews", "break_glass"):
        op.drop_table(table)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id", "area"], ["cases.case_id", "cases.area"], name=f"fk_{table}_case_id_area_cases", onupdate="CASCADE"
    )


def _create_grants() -> None:
    op.create_table(
        "break_glass",
        _id("grant_id"),
        _id("case_id"),
        _text("area"),
        _text("account_key"),
        _text("person_key"),
        _text("user_name"),
        _text("agency", nullable=True),
        _text("reason"),
        _instant("given_at"),
        _instant("until"),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("grant_id", name="pk_break_glass"),
        _of_case("break_glass"),
    )
    op.create_index("ix_break_glass_case_id", "break_glass", ["case_id"])
    op.create_index("ix_break_glass_account_key", "break_glass", ["account_key"])
    op.create_table(
        "break_glass_reviews",
        _id("grant_id"),
        _id("case_id"),
        _text("area"),
        _text("finding"),
        _text("says"),
        _text("agency", nullable=True),
        _text("reviewed_by"),
        _instant("reviewed_at"),
        sa.PrimaryKeyConstraint("grant_id", name="pk_break_glass_reviews"),
        _of_case("break_glass_reviews"),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["break_glass.grant_id"], name="fk_break_glass_reviews_grant_id_break_glass"
        ),
        sa.CheckConstraint("finding IN ('JUSTIFIED', 'NOT_JUSTIFIED')", name="finding"),
    )


def _create_limits() -> None:
    op.create_table(
        "case_limits",
        _id("limit_id"),
        _id("case_id"),
        _text("area"),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        _text("step"),
        sa.Column("named", ARRAY(sa.Text()), nullable=False),
        sa.Column("names", ARRAY(sa.Text()), nullable=False),
        _text("reason"),
        _text("says"),
        _text("agency"),
        _text("person_key"),
        _instant("recorded_at"),
        _text("recorded_by"),
        sa.PrimaryKeyConstraint("limit_id", name="pk_case_limits"),
        _of_case("case_limits"),
        sa.UniqueConstraint("case_id", "number", "step", name="uq_case_limits_case_id_number_step"),
        sa.CheckConstraint("step IN ('PROPOSED', 'CONFIRMED', 'DECLINED')", name="step"),
        sa.CheckConstraint(
            "reason IN ('KNOWN_TO_STAFF', 'HIGH_PROFILE', 'AT_RISK', 'NO_LONGER_NEEDED')", name="reason"
        ),
        sa.CheckConstraint(f"agency IN ({AGENCIES})", name="agency"),
    )
    op.execute(
        """
        CREATE VIEW case_limits_in_force WITH (security_invoker = true) AS
        SELECT latest.case_id, latest.named
          FROM (SELECT DISTINCT ON (case_id) case_id, named FROM case_limits
                 WHERE step = 'CONFIRMED' ORDER BY case_id, number DESC) latest
         WHERE cardinality(latest.named) > 0
        """
    )
    op.execute(f"GRANT SELECT ON case_limits_in_force TO {APP}")


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        _id("log_id"),
        _text("area", nullable=True),
        _text("kind"),
        _instant("occurred_at"),
        sa.PrimaryKeyConstraint("log_id", name="pk_alerts"),
        sa.CheckConstraint("kind IN ('BREAK_GLASS', 'LIMITED_CASE')", name="kind"),
    )
    op.create_index("ix_alerts_occurred_at", "alerts", ["occurred_at"])
    op.execute(
        f"""
        CREATE FUNCTION oocd_alert() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(current_setting('oocd.case', true), '') = '' AND NOT EXISTS (SELECT FROM case_limits) THEN
                RETURN NULL;
            END IF;
            INSERT INTO alerts (log_id, area, kind, occurred_at)
            SELECT log_id, area, CASE WHEN {REACHED} THEN 'BREAK_GLASS' ELSE 'LIMITED_CASE' END, occurred_at
              FROM written
             WHERE {REACHED} OR case_id IN (SELECT case_id FROM case_limits_in_force);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER alerts AFTER INSERT ON audit_log REFERENCING NEW TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_alert()"
    )


def _guard() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
    for table in ("break_glass_reviews", "case_limits"):
        op.execute(f"CREATE POLICY by_scope ON {table} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    op.execute(f"CREATE POLICY by_scope ON break_glass FOR SELECT USING ({VISIBLE} OR {OWN})")
    op.execute(f"CREATE POLICY by_oneself ON break_glass FOR INSERT WITH CHECK ({OWN})")
    op.execute(f"CREATE POLICY by_scope ON alerts FOR SELECT USING (area IS NULL OR {VISIBLE})")
    op.execute("CREATE POLICY by_the_log ON alerts FOR INSERT WITH CHECK (true)")


def _teach() -> None:
    """Let every table of a case know of grants and of named people."""
    for table in OF_A_CASE:
        own = f" OR {OWN_REFERRAL}" if table == "referrals" else ""
        op.execute(f"CREATE POLICY by_grant ON {table} FOR SELECT USING ({REACHED})")
        op.execute(f"CREATE POLICY named_alone ON {table} AS RESTRICTIVE FOR SELECT USING ({NAMED}{own})")
    op.execute(f"CREATE POLICY by_grant ON audit_log FOR INSERT WITH CHECK ({REACHED})")
