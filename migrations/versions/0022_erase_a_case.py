"""Let the owner erase a case: by one function, which leaves a tombstone and an entry in the log.

Nothing else erases. The application's role may neither call the function nor delete; and what is only ever added to
lets go of a row in one transaction alone, that in which a tombstone was written. A source that was erased is known
again by a keyed digest, whose key no role but the owner reads.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

APP = "oocd_app"
OF_A_CASE = (
    "referrals", "children", "characteristics", "case_facts", "case_timeline", "pre_assessments", "advice", "opinions",
    "case_speakers", "escalations", "decisions", "deliveries", "interventions", "completions", "condition_versions",
    "contributions", "case_authorities", "case_links", "case_transfers", "case_voices", "referral_withdrawals",
    "support_steps", "events", "break_glass", "break_glass_reviews", "case_limits",
)  # fmt: skip
BESIDE_A_CASE = (
    "panel_meetings", "webhook_deliveries", "webhook_attempts", "scrutiny_secrets", "scrutiny_entries",
    "scrutiny_characteristics", "scrutiny_scores", "scrutiny_findings", "scrutiny_observations", "scrutiny_texts",
    "scrutiny_text_releases", "scrutiny_identifications",
)  # fmt: skip
CHANGED = {"webhook_deliveries": "DELETE"}
REACHED_BY_THE_OWNER = ("idempotency_keys", "webhook_deliveries", "webhook_attempts", "break_glass")
VISIBLE = """
    (current_setting('oocd.areas', true) = '*'
     OR area = ANY (string_to_array(nullif(current_setting('oocd.areas', true), ''), ',')))
"""
EVERYTHING = "(current_setting('oocd.areas', true) = '*')"

REFUSE_BUT_ERASURE = """
CREATE FUNCTION oocd_refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A transfer changes the area of a case, and the key carries it to the rows of that case.
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND to_jsonb(OLD) - 'area' = to_jsonb(NEW) - 'area' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM erasures WHERE xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""
# A keyed digest in two steps, so that it cannot be lengthened; 32 bytes of key from the server's strong generator.
DIGEST = """
CREATE FUNCTION oocd_source_digest(client text, force text, system text, reference text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(key || sha256(key || convert_to(concat_ws(E'\\x1f', client, force, system, reference),
                                                         'UTF8'))), 'hex')
      FROM erasure_key
$$
"""
IS_ERASED = """
CREATE FUNCTION oocd_is_erased(client text, force text, system text, reference text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    RETURN EXISTS (SELECT FROM erased_sources AS gone WHERE gone.client_id = client)
       AND EXISTS (SELECT FROM erased_sources AS gone
                    WHERE gone.client_id = client
                      AND gone.digest = oocd_source_digest(client, force, system, reference));
END $$
"""
# While nothing is erased it looks no further. It says no more than a key that is there already would.
REFUSE_ERASED = """
CREATE FUNCTION oocd_refuse_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM erased_sources)
       AND EXISTS (SELECT FROM written WHERE oocd_is_erased(client_id, force, system, reference)) THEN
        RAISE EXCEPTION 'a source was erased' USING ERRCODE = 'unique_violation', TABLE = 'referrals';
    END IF;
    RETURN NULL;
END $$
"""
# Every id by which a kept answer names the case or what is its own; not that of another case, to which it is linked.
IDS = """
CREATE FUNCTION oocd_ids_of(erased uuid) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    held regclass;
    part text[];
    found text[] := ARRAY[erased::text];
BEGIN
    FOR held IN SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = 'cases'::regclass LOOP
        EXECUTE format(
            'SELECT array_agg(DISTINCT one.value) FROM %s AS held, jsonb_each_text(to_jsonb(held)) AS one '
            'WHERE held.case_id = $1 AND one.key LIKE ''%%\\_id'' AND one.key <> ''other_case_id'' '
            'AND one.value ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$''', held) INTO part USING erased;
        found := found || coalesce(part, '{}');
    END LOOP;
    RETURN found || ARRAY(SELECT item.item_id::text FROM scrutiny_entries entry
                            JOIN scrutiny_items item ON item.entry = entry.entry
                           WHERE entry.case_id = erased);
END $$
"""
# What was drawn stays evidence: the entry and its stratum. What it tells of the child goes, and so does the salt that
# leads from a case to its entry.
SCRUTINY = """
CREATE FUNCTION oocd_erase_from_scrutiny(erased uuid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    entries text[] := ARRAY(SELECT entry FROM scrutiny_entries WHERE case_id = erased);
    items uuid[] := ARRAY(SELECT item_id FROM scrutiny_items WHERE entry = ANY (entries));
BEGIN
    DELETE FROM scrutiny_text_releases
     WHERE text_id IN (SELECT text_id FROM scrutiny_texts WHERE item_id = ANY (items));
    DELETE FROM scrutiny_texts WHERE item_id = ANY (items);
    DELETE FROM scrutiny_identifications WHERE item_id = ANY (items);
    UPDATE scrutiny_scores SET comment = NULL WHERE item_id = ANY (items);
    UPDATE scrutiny_findings SET comment = NULL WHERE item_id = ANY (items);
    UPDATE scrutiny_observations SET item_id = NULL WHERE item_id = ANY (items);
    UPDATE scrutiny_characteristics SET items = '[]' WHERE entry = ANY (entries);
    UPDATE scrutiny_secrets SET salt = ''
     WHERE frame_id IN (SELECT frame_id FROM scrutiny_entries WHERE case_id = erased);
    UPDATE scrutiny_entries SET case_id = NULL, shown = NULL, picture = '{}', panel_draws = '[]',
                                case_digest = repeat('0', 64)
     WHERE case_id = erased;
    RETURN cardinality(entries);
END $$
"""
# A meeting's notes tell of every child on its agenda: they go with the last of them, and a person looks at the others.
MEETINGS = """
CREATE FUNCTION oocd_erase_from_meetings(erased uuid) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    noted uuid[] := ARRAY(SELECT DISTINCT meeting_id FROM panel_meetings
                           WHERE body -> 'agenda' @> to_jsonb(erased::text)
                             AND jsonb_array_length(body -> 'agenda') > 1 AND body ->> 'notes' IS NOT NULL);
BEGIN
    UPDATE panel_meetings
       SET body = body || jsonb_build_object(
               'agenda', (body -> 'agenda') - erased::text,
               'conflictsOfInterest', jsonb_path_query_array(body, '$.conflictsOfInterest[*] ? (@.caseId != $id)',
                                                             jsonb_build_object('id', erased::text)),
               'notes', CASE WHEN jsonb_array_length(body -> 'agenda') > 1 THEN body -> 'notes' END)
     WHERE body -> 'agenda' @> to_jsonb(erased::text);
    RETURN noted;
END $$
"""
ERASE = """
CREATE FUNCTION oocd_erase(erased uuid, rule text, by_whom text, at timestamptz) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    erasure uuid := oocd_uuid7(at);
    log uuid := oocd_uuid7(at);
    place text;
    ids text[];
    noted uuid[];
    happened uuid[];
    held regclass;
    gone bigint;
    counts jsonb := '{}';
BEGIN
    PERFORM set_config('oocd.areas', '*', true), set_config('oocd.person', '*', true);
    SELECT area INTO place FROM cases WHERE case_id = erased FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such case' USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO erasures (erasure_id, case_id, area, erased_at, rule, erased_by)
    VALUES (erasure, erased, place, at, rule, by_whom);
    INSERT INTO erased_sources (client_id, digest, case_id)
    SELECT client_id, oocd_source_digest(client_id, force, system, reference), case_id
      FROM referrals WHERE case_id = erased;
    ids := oocd_ids_of(erased);
    DELETE FROM idempotency_keys
     WHERE EXISTS (SELECT FROM unnest(ids) AS id WHERE position(convert_to(id, 'UTF8') IN body) > 0);
    counts := counts || jsonb_build_object('scrutiny_entries', oocd_erase_from_scrutiny(erased));
    noted := oocd_erase_from_meetings(erased);
    happened := ARRAY(SELECT event_id FROM events WHERE case_id = erased);
    DELETE FROM webhook_attempts WHERE delivery_id IN
        (SELECT delivery_id FROM webhook_deliveries WHERE event_id = ANY (happened));
    DELETE FROM webhook_deliveries WHERE event_id = ANY (happened);
    DELETE FROM events_waiting WHERE event_id = ANY (happened);
    DELETE FROM case_links WHERE other_case_id = erased;
    -- Every table of a case, whenever it was made; what another of them refers to comes after it.
    FOR held IN SELECT own.conrelid FROM pg_constraint own
                 WHERE own.contype = 'f' AND own.confrelid = 'cases'::regclass
                 ORDER BY (SELECT count(*) FROM pg_constraint its
                            WHERE its.contype = 'f' AND its.confrelid = own.conrelid)
    LOOP
        EXECUTE format('DELETE FROM %s WHERE case_id = $1', held) USING erased;
        GET DIAGNOSTICS gone = ROW_COUNT;
        counts := counts || jsonb_build_object(held::text, gone);
    END LOOP;
    DELETE FROM cases WHERE case_id = erased;
    SELECT jsonb_object_agg(key, value) INTO counts FROM jsonb_each(counts || '{"cases": 1}') WHERE value <> '0';
    INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, user_name, purpose, case_id, subject_id,
                           area, fields, row_count, request_id, trace_id, route, reason)
    VALUES (log, at, 'ERASURE', 'case.erased', 'operator', 'oocd-erase', by_whom, 'ADMINISTRATION', erased, erasure,
            place, ARRAY(SELECT jsonb_object_keys(counts) ORDER BY 1),
            (SELECT sum(value::bigint) FROM jsonb_each_text(counts)), erasure, replace(log::text, '-', ''), 'erase',
            rule);
    RETURN jsonb_build_object('erasureId', erasure, 'caseId', erased, 'area', place, 'records', counts,
                              'meetingsWithNotes', noted);
END $$
"""
FUNCTIONS = {
    "oocd_refuse_change_but_erasure()": REFUSE_BUT_ERASURE,
    "oocd_source_digest(text, text, text, text)": DIGEST,
    "oocd_is_erased(text, text, text, text)": IS_ERASED,
    "oocd_refuse_erased()": REFUSE_ERASED,
    "oocd_ids_of(uuid)": IDS,
    "oocd_erase_from_scrutiny(uuid)": SCRUTINY,
    "oocd_erase_from_meetings(uuid)": MEETINGS,
    "oocd_erase(uuid, text, text, timestamptz)": ERASE,
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_tombstones()
    for name, function in FUNCTIONS.items():
        op.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION oocd_is_erased(text, text, text, text) TO {APP}")
    op.alter_column("scrutiny_entries", "case_id", nullable=True)
    for table in REACHED_BY_THE_OWNER:
        op.execute(f"CREATE POLICY by_erasure ON {table} TO CURRENT_USER USING {EVERYTHING} WITH CHECK {EVERYTHING}")
    _guard("oocd_refuse_change_but_erasure")
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON cases "
        "FOR EACH ROW EXECUTE FUNCTION oocd_refuse_change_but_erasure()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON cases FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER refuses_erased AFTER INSERT ON referrals REFERENCING NEW TABLE AS written "
        "FOR EACH STATEMENT EXECUTE FUNCTION oocd_refuse_erased()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM audit_log)")):
        raise RuntimeError("The audit log is not empty: going back would forget what was erased, and take it again.")
    op.execute("DROP TRIGGER refuses_erased ON referrals")
    op.execute("DROP TRIGGER never_emptied ON cases")
    op.execute("DROP TRIGGER never_deleted ON cases")
    _guard("oocd_refuse_change")
    for table in REACHED_BY_THE_OWNER:
        op.execute(f"DROP POLICY by_erasure ON {table}")
    op.alter_column("scrutiny_entries", "case_id", nullable=False)
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
    for table in ("erasure_key", "erased_sources", "erasures"):
        op.drop_table(table)


def _guard(function: str) -> None:
    for table in (*OF_A_CASE, *BESIDE_A_CASE):
        acts = CHANGED.get(table, "UPDATE OR DELETE")
        op.execute(f"DROP TRIGGER append_only ON {table}")
        op.execute(f"CREATE TRIGGER append_only BEFORE {acts} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")


def _create_tombstones() -> None:
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("erased_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasures"),
        sa.UniqueConstraint("case_id", name="uq_erasures_case_id"),
    )
    op.create_table(
        "erased_sources",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("case_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "digest", name="pk_erased_sources"),
    )
    op.create_table("erasure_key", sa.Column("key", sa.LargeBinary(), nullable=False))
    op.execute(
        "INSERT INTO erasure_key SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) "
        "|| uuid_send(gen_random_uuid()))"
    )
    for table in ("erasures", "erased_sources", "erasure_key"):
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
    op.execute(f"CREATE POLICY by_scope ON erasures USING ({VISIBLE}) WITH CHECK ({VISIBLE})")
    op.execute("CREATE POLICY by_owner ON erased_sources TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute("CREATE POLICY by_owner ON erasure_key TO CURRENT_USER USING (true)")
    op.execute(f"GRANT SELECT ON erasures TO {APP}")
