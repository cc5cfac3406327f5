"""Create subscriptions of webhooks, the numbers of their secrets, what is to be sent, and what came of each attempt.

No secret is stored. A row is its client's own to read and write; who sees every area may look, since the sender must
find who is to be told, and no more. What is changed is named column by column; the rest is only ever added to.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APP = "oocd_app"
OWN = "(client_id = current_setting('oocd.client', true))"
EVERYTHING = "(current_setting('oocd.areas', true) = '*')"
OUTCOMES = "'DELIVERED', 'REFUSED', 'REDIRECTED', 'GONE', 'TIMED_OUT', 'UNREACHABLE', 'TARGET_REFUSED'"
CHANGES = {
    "webhooks": ("url, event_types, areas, reads_cases, status, disabled_because, position, version, removed_at"),
    "webhook_secrets": "",
    "webhook_deliveries": "status, attempts, due_at, claimed_until",
    "webhook_attempts": "",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_subscriptions()
    _create_deliveries()
    for table, columns in CHANGES.items():
        _guard(table, columns)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would destroy what was told to whom.")
    for table in reversed(CHANGES):
        op.drop_table(table)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Uuid(as_uuid=False), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_subscriptions() -> None:
    op.create_table(
        "webhooks",
        _id("webhook_id"),
        _text("client_id"),
        _text("url"),
        sa.Column("event_types", ARRAY(sa.Text()), nullable=False),
        sa.Column("areas", ARRAY(sa.Text()), nullable=False),
        sa.Column("reads_cases", sa.Boolean(), nullable=False),
        _text("status"),
        _text("disabled_because", nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _instant("made_at"),
        _text("made_by"),
        _instant("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhooks"),
        sa.CheckConstraint("status IN ('ENABLED', 'DISABLED')", name="status"),
        sa.CheckConstraint("disabled_because IN ('GONE', 'OWNER')", name="disabled_because"),
    )
    op.create_index("ix_webhooks_client_id", "webhooks", ["client_id"])
    op.create_table(
        "webhook_secrets",
        _id("webhook_id"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _text("client_id"),
        _text("key_id"),
        _instant("made_at"),
        sa.PrimaryKeyConstraint("webhook_id", "number", name="pk_webhook_secrets"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.webhook_id"], name="fk_webhook_secrets_webhook_id_webhooks"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        _id("delivery_id"),
        _id("webhook_id"),
        _text("client_id"),
        _id("event_id", nullable=True),
        sa.Column("sequence", sa.Integer()),
        _id("follows", nullable=True),
        _text("status"),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        _instant("made_at"),
        _instant("due_at"),
        _instant("claimed_until", nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_webhook_deliveries"),
        sa.UniqueConstraint("webhook_id", "event_id", name="uq_webhook_deliveries_webhook_id_event_id"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.webhook_id"], name="fk_webhook_deliveries_webhook_id_webhooks"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name="fk_webhook_deliveries_event_id_events"),
        sa.CheckConstraint("status IN ('WAITING', 'DELIVERED', 'GIVEN_UP', 'WITHHELD')", name="status"),
    )
    op.create_index(
        "ix_webhook_deliveries_waiting",
        "webhook_deliveries",
        ["webhook_id", "due_at"],
        postgresql_where=sa.text("status = 'WAITING'"),
    )
    op.create_table(
        "webhook_attempts",
        _id("attempt_id"),
        _id("delivery_id"),
        _text("client_id"),
        _instant("attempted_at"),
        _text("outcome"),
        sa.Column("answered", sa.SmallInteger()),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_webhook_attempts"),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_deliveries.delivery_id"],
            name="fk_webhook_attempts_delivery_id_webhook_deliveries",
        ),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
    )
    op.create_index("ix_webhook_attempts_delivery_id", "webhook_attempts", ["delivery_id"])


def _guard(table: str, columns: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own ON {table} USING ({OWN}) WITH CHECK ({OWN})")
    op.execute(f"CREATE POLICY looked_for ON {table} FOR SELECT USING {EVERYTHING}")
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
    events = "UPDATE OR DELETE"
    if columns:
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO {APP}")
        events = "DELETE"
    op.execute(
        f"CREATE TRIGGER append_only BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
