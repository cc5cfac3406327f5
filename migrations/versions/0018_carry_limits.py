"""Carry a limit to named people from one case of a child to its others.

Two cases of an area are one child's where birth date and an identifier agree, or where people have linked them. What is
carried is a limit of its own, that says from which case it came, and is lifted by itself. The database does it at the
end of the transaction, so that no way to a new case can forget to; while nothing is limited it looks no further.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# An id in the order of time (RFC 9562, version 7): forty-eight bits of the milliseconds, and the rest by chance.
UUID7 = """
CREATE FUNCTION oocd_uuid7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_byte(overlay(uuid_send(gen_random_uuid())
                                   PLACING substring(int8send(floor(extract(epoch FROM at) * 1000)::bigint) FROM 3)
                                   FROM 1 FOR 6),
                           6, 112 | (get_byte(uuid_send(gen_random_uuid()), 6) & 15)), 'hex')::uuid
$$
"""
# As people compare identifiers: without case and spaces.
KEYS = """
CREATE FUNCTION oocd_identifier_keys(identifiers jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(lower(one ->> 'scheme') || ' ' || lower(regexp_replace(one ->> 'value', '\\s', '', 'g'))),
                    '{}')
      FROM jsonb_array_elements(identifiers) one
$$
"""
# It looks past the limits themselves, and at nothing beyond the areas of who acts.
CARRY = """
CREATE FUNCTION oocd_carry_limits(about uuid, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    who text := coalesce(current_setting('oocd.person', true), '');
BEGIN
    PERFORM set_config('oocd.person', '*', true);
    WITH same AS (
        SELECT other.case_id
          FROM children own
          JOIN children other ON other.date_of_birth = own.date_of_birth AND other.area = own.area
                             AND other.case_id <> own.case_id
                             AND oocd_identifier_keys(other.identifiers) && oocd_identifier_keys(own.identifiers)
         WHERE own.case_id = about
        UNION
        SELECT link.other_case_id
          FROM case_links link
          JOIN cases own ON own.case_id = link.case_id
          JOIN cases other ON other.case_id = link.other_case_id AND other.area = own.area
         WHERE link.case_id = about
    ), pairs AS (
        SELECT case_id AS source, about AS target FROM same UNION ALL SELECT about, case_id FROM same
    )
    INSERT INTO case_limits (limit_id, case_id, area, number, step, named, names, reason, says, agency, person_key,
                             recorded_at, recorded_by, carried_from)
    SELECT DISTINCT ON (target.case_id)
           oocd_uuid7(at), target.case_id, target.area,
           1 + coalesce((SELECT max(number) FROM case_limits its WHERE its.case_id = target.case_id), 0),
           'CONFIRMED', source.named, source.names, source.reason, source.says, source.agency, source.person_key,
           at, source.recorded_by, source.case_id
      FROM pairs
      JOIN case_limits_in_force kept ON kept.case_id = pairs.source
      JOIN case_limits source ON source.case_id = kept.case_id AND source.step = 'CONFIRMED'
                             AND source.named = kept.named
      JOIN cases target ON target.case_id = pairs.target
     WHERE NOT EXISTS (SELECT FROM case_limits its WHERE its.case_id = target.case_id AND its.step = 'CONFIRMED')
     ORDER BY target.case_id, source.recorded_at DESC, source.number DESC;
    PERFORM set_config('oocd.person', who, true);
END $$
"""
ON_A_CHILD = """
CREATE FUNCTION oocd_carry_to_child() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM case_limits) THEN
        PERFORM oocd_carry_limits(NEW.case_id, received_at) FROM cases WHERE case_id = NEW.case_id;
    END IF;
    RETURN NULL;
END $$
"""
ON_A_LINK_OR_LIMIT = """
CREATE FUNCTION oocd_carry_along() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM case_limits) THEN
        PERFORM oocd_carry_limits(NEW.case_id, NEW.recorded_at);
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    ("children", "", "oocd_carry_to_child"),
    ("case_links", "", "oocd_carry_along"),
    ("case_limits", "WHEN (NEW.step = 'CONFIRMED' AND NEW.carried_from IS NULL)", "oocd_carry_along"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("case_limits", sa.Column("carried_from", sa.Uuid(as_uuid=False), nullable=True))
    for function in (UUID7, KEYS, CARRY, ON_A_CHILD, ON_A_LINK_OR_LIMIT):
        op.execute(function)
    for table, when, function in TRIGGERS:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER carries_limits AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW {when} EXECUTE FUNCTION {function}()"
        )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would forget from where limits came.")
    for table, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER carries_limits ON {table}")
    for function in (
        "oocd_carry_along()",
        "oocd_carry_to_child()",
        "oocd_carry_limits(uuid, timestamptz)",
        "oocd_identifier_keys(jsonb)",
        "oocd_uuid7(timestamptz)",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_column("case_limits", "carried_from")
