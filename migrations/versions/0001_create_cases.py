"""Create referrals, cases, advice, opinions, decisions, the audit log, and the walls around them.

The walls: row-level security forced on every table that tells of a child, by area; rights of the application role
granted table by table; what is only ever added to is guarded by a trigger too, for the day on which a grant is wrong.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APP = "oocd_app"
STATUSES = (
    "'RECEIVED', 'PRE_ASSESSED', 'OPINIONS', 'ESCALATED', 'DECIDED', 'IN_DELIVERY', 'COMPLETED', 'NOT_COMPLETED', "
    "'SUPPORT_REVIEW', 'AWAITING_AUTHORITY', 'WITHDRAWN', 'RESTRICTED', 'CLOSED'"
)
ROUTES = (
    "'POLICE_INVESTIGATION', 'COURT', 'COMMUNITY_RESOLUTION_ISSUED', 'NO_FURTHER_ACTION', "
    "'RELEASED_UNDER_INVESTIGATION', 'PRE_CHARGE_BAIL'"
)
AGENCIES = "'POLICE', 'YJS', 'CPS', 'SCRUTINY', 'PARTNER'"
GRADES = "'PRACTITIONER', 'MANAGER', 'SENIOR'"
EVENTS = "'COLLECTION', 'ALTERATION', 'CONSULTATION', 'DISCLOSURE', 'COMBINATION', 'ERASURE'"

BY_AREA = (
    "referrals",
    "children",
    "characteristics",
    "case_facts",
    "case_timeline",
    "pre_assessments",
    "advice",
    "opinions",
    "case_speakers",
    "escalations",
    "decisions",
)
APPEND_ONLY = (*BY_AREA, "audit_log")

VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
OWN_CLIENT = "(client_id = current_setting('oocd.client', true))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_cases()
    _create_what_hangs_on_a_case()
    _create_decisions()
    _create_log_and_keys()
    _guard()


def downgrade() -> None:
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy the account of who saw what.")
    for table in ("idempotency_keys", *reversed(APPEND_ONLY), "cases"):
        op.drop_table(table)
    op.execute("DROP FUNCTION oocd_refuse_change()")


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _number(name: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=False)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id", "area"], ["cases.case_id", "cases.area"], name=f"fk_{table}_case_id_area_cases", onupdate="CASCADE"
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        _id("case_id"),
        _text("area"),
        _text("status"),
        _text("route"),
        _number("version"),
        _number("facts_version"),
        _number("round", sa.SmallInteger),
        _number("level", sa.SmallInteger),
        _instant("received_at"),
        _instant("updated_at"),
        sa.Column("due_on", sa.Date()),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
        sa.UniqueConstraint("case_id", "area", name="uq_cases_case_id_area"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status"),
        sa.CheckConstraint(f"route IN ({ROUTES})", name="route"),
    )


def _create_what_hangs_on_a_case() -> None:
    op.create_table(
        "referrals",
        _id("referral_id"),
        _id("case_id"),
        _text("area"),
        _text("client_id"),
        _text("force"),
        _text("system"),
        _text("reference"),
        _instant("referred_at"),
        _instant("received_at"),
        sa.Column("received", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", name="pk_referrals"),
        _of_case("referrals"),
        sa.UniqueConstraint(
            "client_id", "force", "system", "reference", name="uq_referrals_client_id_force_system_reference"
        ),
    )
    op.create_table(
        "children",
        _id("child_id"),
        _id("case_id"),
        _text("area"),
        _text("given_names"),
        _text("family_name"),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("identifiers", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", name="pk_children"),
        _of_case("children"),
        sa.UniqueConstraint("case_id", name="uq_children_case_id"),
    )
    op.create_table(
        "characteristics",
        _id("case_id"),
        _text("area"),
        _number("version"),
        sa.Column("items", JSONB(), nullable=False),
        _instant("recorded_at"),
        _text("recorded_by"),
        _of_case("characteristics"),
        sa.UniqueConstraint("case_id", "version", name="uq_characteristics_case_id_version"),
    )
    op.create_table(
        "case_facts",
        _id("case_id"),
        _text("area"),
        _number("version"),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        _text("origin"),
        _instant("recorded_at"),
        _text("recorded_by"),
        _of_case("case_facts"),
        sa.UniqueConstraint("case_id", "version", name="uq_case_facts_case_id_version"),
    )
    op.create_table(
        "case_timeline",
        sa.Column("entry", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _id("case_id"),
        _text("area"),
        _instant("occurred_at"),
        _text("act"),
        _text("status", nullable=True),
        _text("agency", nullable=True),
        _text("by"),
        sa.PrimaryKeyConstraint("entry", name="pk_case_timeline"),
        _of_case("case_timeline"),
    )
    op.create_table(
        "pre_assessments",
        _id("pre_assessment_id"),
        _id("case_id"),
        _text("area"),
        _number("version"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _instant("recorded_at"),
        _text("recorded_by"),
        sa.PrimaryKeyConstraint("pre_assessment_id", name="pk_pre_assessments"),
        _of_case("pre_assessments"),
        sa.UniqueConstraint("case_id", "version", name="uq_pre_assessments_case_id_version"),
    )
    op.create_table(
        "advice",
        _id("advice_id"),
        _id("case_id"),
        _text("area"),
        _number("facts_version"),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        _text("law_digest"),
        _text("engine_version"),
        _number("protocol_version"),
        _text("matrix_edition"),
        sa.Column("answer_sha256", sa.String(64), nullable=False),
        _instant("taken_at"),
        _text("taken_by"),
        sa.PrimaryKeyConstraint("advice_id", name="pk_advice"),
        _of_case("advice"),
    )


def _create_decisions() -> None:
    op.create_table(
        "opinions",
        _id("opinion_id"),
        _id("case_id"),
        _text("area"),
        _number("round", sa.SmallInteger),
        _number("level", sa.SmallInteger),
        _text("agency"),
        _number("turn", sa.SmallInteger),
        _text("person_key"),
        _text("user_name"),
        _text("grade"),
        _text("disposal"),
        _text("rationale"),
        sa.Column("conditions", JSONB(), nullable=False),
        sa.Column("departs", JSONB()),
        _id("advice_id"),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("opinion_id", name="pk_opinions"),
        _of_case("opinions"),
        sa.UniqueConstraint(
            "case_id", "round", "level", "agency", "turn", name="uq_opinions_case_id_round_level_agency_turn"
        ),
        sa.CheckConstraint(f"agency IN ({AGENCIES})", name="agency"),
        sa.CheckConstraint(f"grade IN ({GRADES})", name="grade"),
    )
    op.create_table(
        "case_speakers",
        _id("case_id"),
        _text("area"),
        _text("person_key"),
        _text("agency"),
        _instant("since"),
        sa.PrimaryKeyConstraint("case_id", "person_key", name="pk_case_speakers"),
        _of_case("case_speakers"),
        sa.CheckConstraint(f"agency IN ({AGENCIES})", name="agency"),
    )
    op.create_table(
        "escalations",
        _id("case_id"),
        _text("area"),
        _number("round", sa.SmallInteger),
        _number("level", sa.SmallInteger),
        _text("because"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _instant("opened_at"),
        _of_case("escalations"),
        sa.UniqueConstraint("case_id", "round", "level", name="uq_escalations_case_id_round_level"),
    )
    op.create_table(
        "decisions",
        _id("decision_id"),
        _id("case_id"),
        _text("area"),
        _number("round", sa.SmallInteger),
        _number("level", sa.SmallInteger),
        _text("disposal"),
        _text("outcome_code"),
        _text("outcome_code_when"),
        _text("agency"),
        _text("user_name"),
        _text("grade"),
        _text("rationale"),
        _id("advice_id"),
        sa.Column("dissent", JSONB(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        _instant("decided_at"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decisions"),
        _of_case("decisions"),
        sa.UniqueConstraint("case_id", "round", name="uq_decisions_case_id_round"),
        sa.CheckConstraint(f"agency IN ({AGENCIES})", name="agency"),
        sa.CheckConstraint(f"grade IN ({GRADES})", name="grade"),
    )


def _create_log_and_keys() -> None:
    op.create_table(
        "audit_log",
        _id("log_id"),
        _instant("occurred_at"),
        _text("event"),
        _text("act"),
        _text("issuer"),
        _text("client_id"),
        _text("user_name", nullable=True),
        _text("agency", nullable=True),
        _text("grade", nullable=True),
        _text("purpose", nullable=True),
        sa.Column("case_id", sa.Uuid(as_uuid=False)),
        sa.Column("subject_id", sa.Uuid(as_uuid=False)),
        _text("area", nullable=True),
        sa.Column("fields", ARRAY(sa.Text()), nullable=False),
        _number("row_count"),
        _text("request_id"),
        sa.Column("trace_id", sa.String(32), nullable=False),
        _text("route"),
        sa.PrimaryKeyConstraint("log_id", name="pk_audit_log"),
        sa.CheckConstraint(f"event IN ({EVENTS})", name="event"),
    )
    op.create_index("ix_audit_log_occurred_at", "audit_log", ["occurred_at"])
    op.create_index("ix_audit_log_case_id", "audit_log", ["case_id"])
    op.create_table(
        "idempotency_keys",
        _text("client_id"),
        _text("route"),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        _number("status"),
        _text("etag", nullable=True),
        _text("location", nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _instant("kept_at"),
        sa.PrimaryKeyConstraint("client_id", "route", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_kept_at", "idempotency_keys", ["kept_at"])


def _guard() -> None:
    for table in ("cases", *BY_AREA):
        _secure(table, VISIBLE)
    _secure("audit_log", f"(area IS NULL OR {VISIBLE})")
    _secure("idempotency_keys", OWN_CLIENT)
    op.execute(
        """
        CREATE FUNCTION oocd_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- A transfer changes the area of a case, and the key carries it to the rows of that case.
            IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND to_jsonb(OLD) - 'area' = to_jsonb(NEW) - 'area' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON cases TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON idempotency_keys TO {APP}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP}")


def _secure(table: str, visible: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {table} USING ({visible}) WITH CHECK ({visible})")
