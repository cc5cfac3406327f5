-- Decided cases in plenty, each like one that the service led to its decision and whose figures it keeps.
CREATE TEMP TABLE patterns AS
SELECT row_number() OVER (ORDER BY kept.case_id) - 1 AS place, kept.*, made.round, made.level, made.disposal,
       made.outcome_code, made.outcome_code_when, made.agency, made.user_name, made.grade, made.rationale,
       made.advice_id, made.dissent, made.answer, made.decided_at, led.status, led.received_at, said.items
  FROM decision_figures kept
  JOIN decisions made USING (decision_id)
  JOIN cases led ON led.case_id = kept.case_id
  LEFT JOIN characteristics said ON said.case_id = kept.case_id AND said.version = kept.characteristics_version;

CREATE TEMP TABLE plenty AS
SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS new_case,
       ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid AS new_decision,
       substring(sha256(int8send(n % ({rows} * 4 / 5 + 1))) FROM 1 FOR 16) AS new_child,
       n % (SELECT count(*) FROM patterns) AS place
  FROM generate_series(1::bigint, {rows}) AS n;
ANALYZE patterns; ANALYZE plenty;

SET session_replication_role = replica;  -- keys would be looked for a million times
INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at)
SELECT new_case, area, status, 'POLICE_INVESTIGATION', case_version, 1, round, level, received_at, decided_at
  FROM plenty JOIN patterns USING (place);
INSERT INTO decisions (decision_id, case_id, area, round, level, disposal, outcome_code, outcome_code_when, agency,
                       user_name, grade, rationale, advice_id, dissent, answer, decided_at)
SELECT new_decision, new_case, area, round, level, disposal, outcome_code, outcome_code_when, agency,
       user_name, grade, rationale, advice_id, dissent, answer, decided_at
  FROM plenty JOIN patterns USING (place);
INSERT INTO characteristics (case_id, area, version, items, recorded_at, recorded_by)
SELECT new_case, area, characteristics_version, items, received_at, 'somebody'
  FROM plenty JOIN patterns USING (place) WHERE items IS NOT NULL;
INSERT INTO decision_figures (decision_id, case_id, area, case_version, characteristics_version, derivation,
                              received_on, assessed_on, decided_on, days_to_decision, shared, known_by)
SELECT new_decision, new_case, area, case_version, characteristics_version, derivation,
       received_on, assessed_on, decided_on, days_to_decision, shared, new_child
  FROM plenty JOIN patterns USING (place);
SET session_replication_role = DEFAULT;
