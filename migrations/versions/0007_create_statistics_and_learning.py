"""Create what was told by statistics, what a panel observes and is answered, and the second of two scores.

A score is now one of two: given before the characteristics were seen, or after. An item may stand in for another, on
which a member could not sit. A finding may ask both agencies for a review.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APP = "oocd_app"
BY_AREAS = ("scrutiny_observations", "scrutiny_responses")
AGENCIES = "'POLICE', 'YJS', 'CPS', 'SCRUTINY', 'PARTNER'"
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR areas <@ string_to_array(nullif(current_setting('oocd.areas', true), ''), ','))
"""
OWN_CLIENT = "(client_id = current_setting('oocd.client', true))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "statistics_told",
        _text("client_id"),
        _text("area"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _instant("told_at"),
        sa.PrimaryKeyConstraint("client_id", "area", "first_day", "last_day", name="pk_statistics_told"),
    )
    _create_observations()
    for table in BY_AREAS:
        _secure(table, VISIBLE)
    _secure("statistics_told", OWN_CLIENT)
    _extend_panels()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy findings that it tells of.")
    op.drop_constraint("ck_scrutiny_findings_action", "scrutiny_findings")
    op.drop_column("scrutiny_findings", "action")
    op.drop_column("scrutiny_items", "replaces")
    op.drop_constraint("uq_scrutiny_scores_item_id_person_key_sight", "scrutiny_scores")
    op.drop_column("scrutiny_scores", "sight")
    op.create_unique_constraint("uq_scrutiny_scores_item_id_person_key", "scrutiny_scores", ["item_id", "person_key"])
    for table in ("statistics_told", *reversed(BY_AREAS)):
        op.drop_table(table)


def _create_observations() -> None:
    op.create_table(
        "scrutiny_observations",
        _id("observation_id"),
        _id("sample_id"),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        _id("item_id", nullable=True),
        _text("observation"),
        *_recorded(),
        sa.PrimaryKeyConstraint("observation_id", name="pk_scrutiny_observations"),
        _foreign("scrutiny_observations", "sample_id", "scrutiny_samples"),
        _foreign("scrutiny_observations", "item_id", "scrutiny_items"),
    )
    op.create_table(
        "scrutiny_responses",
        _id("observation_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        _text("owner"),
        sa.Column("due_on", sa.Date(), nullable=False),
        _text("status"),
        _text("response", nullable=True),
        _text("agency", nullable=True),
        *_recorded(),
        sa.PrimaryKeyConstraint("observation_id", "version", name="pk_scrutiny_responses"),
        _foreign("scrutiny_responses", "observation_id", "scrutiny_observations"),
        sa.CheckConstraint(f"owner IN ({AGENCIES})", name="owner"),
        sa.CheckConstraint("status IN ('OPEN', 'ACCEPTED', 'REJECTED', 'DONE')", name="status"),
    )


def _extend_panels() -> None:
    op.add_column("scrutiny_scores", sa.Column("sight", sa.Text(), nullable=False, server_default="SIGHTED"))
    op.alter_column("scrutiny_scores", "sight", server_default=None)
    op.create_check_constraint("sight", "scrutiny_scores", "sight IN ('BLIND', 'SIGHTED')")
    op.drop_constraint("uq_scrutiny_scores_item_id_person_key", "scrutiny_scores")
    op.create_unique_constraint(
        "uq_scrutiny_scores_item_id_person_key_sight", "scrutiny_scores", ["item_id", "person_key", "sight"]
    )
    op.add_column("scrutiny_items", _id("replaces", nullable=True))
    op.create_foreign_key(
        "fk_scrutiny_items_replaces_scrutiny_items", "scrutiny_items", "scrutiny_items", ["replaces"], ["item_id"]
    )
    op.add_column("scrutiny_findings", _text("action", nullable=True))
    op.create_check_constraint("action", "scrutiny_findings", "action IN ('REQUEST_REVIEW')")


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _recorded() -> tuple[sa.schema.SchemaItem, ...]:
    return _instant("recorded_at"), _text("recorded_by")


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{column}"], name=f"fk_{table}_{column}_{other}")


def _secure(table: str, visible: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_scope ON {table} USING ({visible}) WITH CHECK ({visible})")
    for name, act, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("never_emptied", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION oocd_refuse_change()"
        )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
