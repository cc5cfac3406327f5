"""Remember in which area an event was that went with its case, so that its number is a place to nobody else.

Whoever never could be told of it is answered as to an id that is none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

REMEMBER = """
CREATE FUNCTION oocd_remember_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE event_numbers SET erased_area = OLD.area WHERE event_id = OLD.event_id;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("event_numbers", sa.Column("erased_area", sa.Text(), nullable=True))
    _guard("oocd_refuse_change_but_erasure")
    op.execute(REMEMBER)
    op.execute("CREATE TRIGGER remembers AFTER DELETE ON events FOR EACH ROW EXECUTE FUNCTION oocd_remember_area()")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER remembers ON events")
    op.execute("DROP FUNCTION oocd_remember_area()")
    _guard("oocd_refuse_change")
    op.drop_column("event_numbers", "erased_area")


def _guard(function: str) -> None:
    op.execute("DROP TRIGGER append_only ON event_numbers")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON event_numbers "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
