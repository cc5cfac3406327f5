"""Create scrutiny frames, samples and items, and the walls around them.

A row is seen by whoever may see every area of its frame. Nothing here is ever changed: a frame that could be edited
after the draw would prove nothing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APP = "oocd_app"
BY_AREAS = (
    "scrutiny_frames",
    "scrutiny_secrets",
    "scrutiny_entries",
    "scrutiny_characteristics",
    "scrutiny_samples",
    "scrutiny_items",
    "scrutiny_scores",
    "scrutiny_closings",
    "scrutiny_findings",
)
TABLES = (*BY_AREAS, "scrutiny_terms")

SCORES = "'APPROPRIATE', 'APPROPRIATE_WITH_OBSERVATIONS', 'INAPPROPRIATE', 'INSUFFICIENT_INFORMATION'"
DIRECTIONS = "'TOO_HARSH', 'TOO_LENIENT'"

VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR areas <@ string_to_array(nullif(current_setting('oocd.areas', true), ''), ','))
"""
OWN_CLIENT = "(client_id = current_setting('oocd.client', true))"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_frames()
    _create_entries()
    _create_samples()
    _create_findings()
    _create_terms()
    _guard()


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy samples that it tells of.")
    for table in reversed(TABLES):
        op.drop_table(table)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _texts(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, ARRAY(sa.Text()), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _digest(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=nullable)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _of_frame(table: str, column: str = "frame_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["scrutiny_frames.frame_id"], name=f"fk_{table}_{column}_scrutiny_frames")


def _create_frames() -> None:
    op.create_table(
        "scrutiny_frames",
        _id("frame_id"),
        _texts("areas"),
        sa.Column("decided_from", sa.Date(), nullable=False),
        sa.Column("decided_to", sa.Date(), nullable=False),
        _json("filters"),
        _texts("strata"),
        _number("size"),
        _number("minimum_per_stratum"),
        _number("k"),
        _text("purpose"),
        _texts("members"),
        _text("algorithm"),
        _number("count"),
        _digest("frame_digest"),
        _digest("strata_digest"),
        _digest("nonce_commitment"),
        _json("allocation"),
        _json("exclusions"),
        _id("redraw_of", nullable=True),
        _text("reason", nullable=True),
        _instant("frozen_at"),
        _text("frozen_by"),
        _text("person_key"),
        sa.PrimaryKeyConstraint("frame_id", name="pk_scrutiny_frames"),
        _of_frame("scrutiny_frames", "redraw_of"),
        sa.CheckConstraint("purpose IN ('PANEL', 'JOINT_AUDIT')", name="purpose"),
    )
    op.create_table(
        "scrutiny_secrets",
        _id("frame_id"),
        _texts("areas"),
        _text("nonce"),
        _text("salt"),
        sa.PrimaryKeyConstraint("frame_id", name="pk_scrutiny_secrets"),
        _of_frame("scrutiny_secrets"),
    )


def _create_entries() -> None:
    op.create_table(
        "scrutiny_entries",
        _id("frame_id"),
        _texts("areas"),
        _digest("entry"),
        _id("case_id"),
        _text("area"),
        _text("stratum"),
        _json("shown", nullable=True),
        _json("picture"),
        _digest("case_digest"),
        sa.PrimaryKeyConstraint("frame_id", "entry", name="pk_scrutiny_entries"),
        sa.UniqueConstraint("frame_id", "case_id", name="uq_scrutiny_entries_frame_id_case_id"),
        _of_frame("scrutiny_entries"),
    )
    op.create_table(
        "scrutiny_characteristics",
        _id("frame_id"),
        _texts("areas"),
        _digest("entry"),
        _json("items"),
        sa.PrimaryKeyConstraint("frame_id", "entry", name="pk_scrutiny_characteristics"),
        _of_frame("scrutiny_characteristics"),
    )


def _create_samples() -> None:
    op.create_table(
        "scrutiny_samples",
        _id("sample_id"),
        _id("frame_id"),
        _texts("areas"),
        _json("contributions"),
        _text("nonce"),
        _text("seed"),
        _number("draw_number"),
        _instant("drawn_at"),
        _text("drawn_by"),
        sa.PrimaryKeyConstraint("sample_id", name="pk_scrutiny_samples"),
        sa.UniqueConstraint("frame_id", name="uq_scrutiny_samples_frame_id"),
        _of_frame("scrutiny_samples"),
    )
    op.create_table(
        "scrutiny_items",
        _id("item_id"),
        _id("sample_id"),
        _texts("areas"),
        _number("position"),
        _text("pseudonym"),
        _digest("entry"),
        _text("stratum"),
        sa.PrimaryKeyConstraint("item_id", name="pk_scrutiny_items"),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["scrutiny_samples.sample_id"], name="fk_scrutiny_items_sample_id_scrutiny_samples"
        ),
        sa.UniqueConstraint("sample_id", "position", name="uq_scrutiny_items_sample_id_position"),
        sa.UniqueConstraint("sample_id", "pseudonym", name="uq_scrutiny_items_sample_id_pseudonym"),
        sa.UniqueConstraint("sample_id", "entry", name="uq_scrutiny_items_sample_id_entry"),
    )


def _create_findings() -> None:
    op.create_table(
        "scrutiny_scores",
        _id("score_id"),
        _id("item_id"),
        _texts("areas"),
        _text("category", nullable=True),
        _text("direction", nullable=True),
        _text("comment", nullable=True),
        sa.Column("conflict_of_interest", sa.Boolean(), nullable=False),
        _text("user_name"),
        _text("person_key"),
        _instant("scored_at"),
        sa.PrimaryKeyConstraint("score_id", name="pk_scrutiny_scores"),
        _of_item("scrutiny_scores"),
        sa.UniqueConstraint("item_id", "person_key", name="uq_scrutiny_scores_item_id_person_key"),
        sa.CheckConstraint(f"category IN ({SCORES})", name="category"),
        sa.CheckConstraint(f"direction IN ({DIRECTIONS})", name="direction"),
    )
    op.create_table(
        "scrutiny_closings",
        _id("sample_id"),
        _texts("areas"),
        _instant("closed_at"),
        _text("closed_by"),
        sa.PrimaryKeyConstraint("sample_id", name="pk_scrutiny_closings"),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["scrutiny_samples.sample_id"], name="fk_scrutiny_closings_sample_id_scrutiny_samples"
        ),
    )
    op.create_table(
        "scrutiny_findings",
        _id("finding_id"),
        _id("item_id"),
        _texts("areas"),
        _text("category"),
        _text("direction", nullable=True),
        _text("comment", nullable=True),
        _text("user_name"),
        _instant("found_at"),
        sa.PrimaryKeyConstraint("finding_id", name="pk_scrutiny_findings"),
        _of_item("scrutiny_findings"),
        sa.CheckConstraint(f"category IN ({SCORES}, 'PANEL_DISAGREED')", name="category"),
        sa.CheckConstraint(f"direction IN ({DIRECTIONS})", name="direction"),
    )


def _of_item(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["item_id"], ["scrutiny_items.item_id"], name=f"fk_{table}_item_id_scrutiny_items")


def _create_terms() -> None:
    op.create_table(
        "scrutiny_terms",
        _text("person_key"),
        _text("client_id"),
        _text("terms_version"),
        _instant("accepted_at"),
        sa.PrimaryKeyConstraint("person_key", "client_id", "terms_version", name="pk_scrutiny_terms"),
    )


def _guard() -> None:
    for table in BY_AREAS:
        _secure(table, VISIBLE)
    _secure("scrutiny_terms", OWN_CLIENT)


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
