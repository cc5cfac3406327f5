"""Erase what older versions of a meeting noted, and what a panel observed of an erased case and was answered.

Whoever rewrites the notes of a meeting leaves them in the versions before: these tell nothing that the newest does not
mean to tell, and lose their notes. An observation that is of an item tells of its child; that there was one stays.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# The notes of the newest version go with the last case on its agenda; where others are on it, a person looks at them.
MEETINGS = """
CREATE OR REPLACE FUNCTION oocd_erase_from_meetings(erased uuid) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    theirs uuid[] := ARRAY(SELECT DISTINCT meeting_id FROM panel_meetings
                            WHERE body -> 'agenda' @> to_jsonb(erased::text));
BEGIN
    UPDATE panel_meetings AS held
       SET body = body || jsonb_build_object(
               'agenda', (body -> 'agenda') - erased::text,
               'conflictsOfInterest', jsonb_path_query_array(body, '$.conflictsOfInterest[*] ? (@.caseId != $id)',
                                                             jsonb_build_object('id', erased::text)),
               'notes', CASE WHEN (body -> 'agenda') - erased::text <> '[]'
                              AND version = (SELECT max(version) FROM panel_meetings
                                              WHERE meeting_id = held.meeting_id)
                             THEN body -> 'notes' END)
     WHERE meeting_id = ANY (theirs);
    RETURN ARRAY(SELECT DISTINCT meeting_id FROM panel_meetings
                  WHERE meeting_id = ANY (theirs) AND body ->> 'notes' IS NOT NULL);
END $$
"""
SCRUTINY = """
CREATE FUNCTION oocd_erase_from_scrutiny(erased uuid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    observed uuid[] := ARRAY(SELECT observation_id FROM scrutiny_observations
                              WHERE item_id IN (SELECT item.item_id FROM scrutiny_items item
                                                  JOIN scrutiny_entries entry ON entry.entry = item.entry
                                                 WHERE entry.case_id = erased));
BEGIN
    UPDATE scrutiny_observations SET observation = '' WHERE observation_id = ANY (observed);
    UPDATE scrutiny_responses SET response = NULL WHERE observation_id = ANY (observed);
    RETURN oocd_erase_from_entries(erased);
END $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(MEETINGS)
    op.execute("ALTER FUNCTION oocd_erase_from_scrutiny(uuid) RENAME TO oocd_erase_from_entries")
    op.execute(SCRUTINY)
    op.execute("REVOKE ALL ON FUNCTION oocd_erase_from_scrutiny(uuid) FROM PUBLIC")
    _guard("oocd_refuse_change_but_erasure")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _guard("oocd_refuse_change")
    op.execute("DROP FUNCTION oocd_erase_from_scrutiny(uuid)")
    op.execute("ALTER FUNCTION oocd_erase_from_entries(uuid) RENAME TO oocd_erase_from_scrutiny")


def _guard(function: str) -> None:
    op.execute("DROP TRIGGER append_only ON scrutiny_responses")
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON scrutiny_responses "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
