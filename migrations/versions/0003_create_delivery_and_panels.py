"""Create deliveries, interventions, completions, panel meetings and contributions, with the walls of the first tables.

All are only ever added to. A meeting belongs to an area and to no one case; the others hang on their case.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APP = "oocd_app"
TABLES = ("deliveries", "interventions", "completions", "panel_meetings", "contributions")
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_deliveries()
    _create_panels()
    for table in TABLES:
        _guard(table)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy what it tells was done with children.")
    for table in reversed(TABLES):
        op.drop_table(table)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _body() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _text("recorded_by"),
    )


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id", "area"], ["cases.case_id", "cases.area"], name=f"fk_{table}_case_id_area_cases", onupdate="CASCADE"
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        _id("delivery_id"),
        _id("case_id"),
        _text("area"),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        _text("disposal"),
        sa.Column("given_on", sa.Date(), nullable=False),
        *_body(),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_deliveries"),
        _of_case("deliveries"),
        sa.UniqueConstraint("case_id", "round", name="uq_deliveries_case_id_round"),
    )
    op.create_table(
        "interventions",
        _id("intervention_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _id("case_id"),
        _text("area"),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        *_body(),
        sa.PrimaryKeyConstraint("intervention_id", "version", name="pk_interventions"),
        _of_case("interventions"),
    )
    op.create_table(
        "completions",
        _id("completion_id"),
        _id("case_id"),
        _text("area"),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        _text("disposal"),
        _text("result"),
        sa.Column("ended_on", sa.Date(), nullable=False),
        _text("outcome_code", nullable=True),
        *_body(),
        sa.PrimaryKeyConstraint("completion_id", name="pk_completions"),
        _of_case("completions"),
        sa.UniqueConstraint("case_id", "round", name="uq_completions_case_id_round"),
    )


def _create_panels() -> None:
    op.create_table(
        "panel_meetings",
        _id("meeting_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("area"),
        sa.Column("meets_on", sa.Date(), nullable=False),
        *_body(),
        sa.PrimaryKeyConstraint("meeting_id", "version", name="pk_panel_meetings"),
    )
    op.create_table(
        "contributions",
        _id("contribution_id"),
        _id("case_id"),
        _text("area"),
        sa.Column("round", sa.Integer(), nullable=False),
        *_body(),
        sa.PrimaryKeyConstraint("contribution_id", name="pk_contributions"),
        _of_case("contributions"),
    )


def _guard(table: str) -> None:
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
