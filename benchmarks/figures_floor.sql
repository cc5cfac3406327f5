-- What the service asks, of the same rows in DuckDB.
WITH newest AS (SELECT case_id, decision_id FROM decisions
                 WHERE decided_at >= DATE '{first}' AND decided_at < DATE '{last}' + 1
               QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY round DESC) = 1),
     counted AS (SELECT kept.*
                   FROM newest
                   JOIN cases USING (case_id)
                   JOIN kept ON kept.decision_id = newest.decision_id AND kept.case_version = cases.version
                  WHERE kept.derivation > 0 AND cases.status NOT IN ('RESTRICTED', 'WITHDRAWN')
                    AND NOT EXISTS (SELECT 1 FROM characteristics AS said
                                     WHERE said.case_id = kept.case_id
                                       AND said.version > kept.characteristics_version)),
     children AS (SELECT * FROM counted
                QUALIFY row_number() OVER (PARTITION BY known_by ORDER BY formality DESC, decided_on DESC) = 1)
SELECT {by}, formality, count(*) FROM children GROUP BY GROUPING SETS ({sets})
