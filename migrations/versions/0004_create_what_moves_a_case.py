"""Create what moves a case after its referral: authorities, links, transfers, withdrawals, what families say, support.

Facts come to say who established them and when, and which of their history is our own record. Every table is only ever
added to.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APP = "oocd_app"
AGENCIES = "'POLICE', 'YJS', 'CPS', 'SCRUTINY', 'PARTNER'"
AUTHORITIES = "'CPS', 'INSPECTOR', 'SUPERINTENDENT'"
TABLES = (
    "case_authorities",
    "case_links",
    "case_transfers",
    "case_voices",
    "referral_withdrawals",
    "support_steps",
)

VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _widen_facts()
    _create_authorities()
    _create_links_and_transfers()
    _create_voices_and_withdrawals()
    _create_support_steps()
    _guard()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy acts that it tells of.")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index("ix_children_identifiers", "children")
    op.drop_index("ix_children_date_of_birth", "children")
    for column in ("own_record", "agency", "established_on", "source"):
        op.drop_column("case_facts", column)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)


def _by() -> tuple[sa.Column[object], sa.Column[str]]:
    return sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False), _text("recorded_by")


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id", "area"], ["cases.case_id", "cases.area"], name=f"fk_{table}_case_id_area_cases", onupdate="CASCADE"
    )


def _create(table: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        _id(key),
        _id("case_id"),
        _text("area"),
        *columns,
        *_by(),
        sa.PrimaryKeyConstraint(key, name=f"pk_{table}"),
        _of_case(table),
    )
    op.create_index(f"ix_{table}_case_id", table, ["case_id"])


def _widen_facts() -> None:
    op.add_column("case_facts", _text("source", nullable=True))
    op.add_column("case_facts", sa.Column("established_on", sa.Date()))
    op.add_column("case_facts", _text("agency", nullable=True))
    op.add_column("case_facts", sa.Column("own_record", JSONB()))
    op.create_index("ix_children_date_of_birth", "children", ["date_of_birth"])
    op.create_index(
        "ix_children_identifiers",
        "children",
        ["identifiers"],
        postgresql_using="gin",
        postgresql_ops={"identifiers": "jsonb_path_ops"},
    )


def _create_authorities() -> None:
    _create(
        "case_authorities",
        "authority_id",
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("facts_version", sa.Integer(), nullable=False),
        _text("disposal"),
        _text("authority"),
        _text("decision"),
        _text("reference"),
        _text("by_whom", nullable=True),
        _text("reasons", nullable=True),
        _day("decided_on"),
        _text("agency"),
        sa.CheckConstraint(f"authority IN ({AUTHORITIES})", name="authority"),
        sa.CheckConstraint("decision IN ('AGREED', 'REFUSED')", name="decision"),
        sa.CheckConstraint(f"agency IN ({AGENCIES})", name="agency"),
    )


def _create_links_and_transfers() -> None:
    _create(
        "case_links",
        "link_id",
        _id("other_case_id"),
        _text("because"),
        _text("rationale"),
        sa.UniqueConstraint("case_id", "other_case_id", name="uq_case_links_case_id_other_case_id"),
    )
    _create(
        "case_transfers",
        "transfer_id",
        sa.Column("number", sa.SmallInteger(), nullable=False),
        _text("step"),
        _text("from_area"),
        _text("to_area"),
        _text("reason"),
        _text("agency"),
        sa.UniqueConstraint("case_id", "number", "step", name="uq_case_transfers_case_id_number_step"),
        sa.CheckConstraint("step IN ('PROPOSED', 'CONFIRMED', 'DECLINED')", name="step"),
        sa.CheckConstraint(f"agency IN ({AGENCIES})", name="agency"),
    )


def _create_voices_and_withdrawals() -> None:
    _create(
        "case_voices",
        "voice_id",
        _text("kind"),
        _text("said_by"),
        _text("words"),
        _day("said_on"),
        _text("disposal", nullable=True),
        sa.CheckConstraint("kind IN ('REPRESENTATION', 'FEEDBACK')", name="kind"),
        sa.CheckConstraint(
            "said_by IN ('CHILD', 'PARENT_CARER', 'FAMILY', 'LEGAL_REPRESENTATIVE', 'ADVOCATE', 'VICTIM')",
            name="said_by",
        ),
    )
    _create(
        "referral_withdrawals",
        "withdrawal_id",
        _id("referral_id"),
        _text("reason"),
        sa.UniqueConstraint("referral_id", name="uq_referral_withdrawals_referral_id"),
    )


def _create_support_steps() -> None:
    _create(
        "support_steps",
        "step_id",
        sa.Column("number", sa.SmallInteger(), nullable=False),
        _text("step"),
        _day("taken_on"),
        _text("support", nullable=True),
        _text("note", nullable=True),
        sa.UniqueConstraint("case_id", "number", name="uq_support_steps_case_id_number"),
        sa.CheckConstraint("step IN ('REVIEWED', 'OFFERED', 'ACCEPTED', 'DECLINED', 'ENDED')", name="step"),
    )


def _guard() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY by_scope ON {table} USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
