"""The floors: what the same work costs when next to nothing is done for it. `python -m benchmarks.floors`.

A bare FastAPI application over bare asyncpg, on the same database, as the same role, under the same row-level security,
served by the same uvicorn: no token, no purpose, no validation, no law. What it writes are the same rows as the
service's, in one statement that is its own transaction.
"""

import hashlib
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response
from uuid_utils import uuid7

_EVERYWHERE = {"oocd.areas": "*", "oocd.client": "demo-police"}

# The rows of one referral: case, referral, child, its numbers if it has any, facts, characteristics, timeline, event
# (and, by its trigger, where it waits for its number), four entries of the log, and the answer under its key.
REFER = """
WITH the_case AS (
    INSERT INTO cases (case_id, area, status, route, version, facts_version, round, level, received_at, updated_at,
                       due_on)
    VALUES ($1, $2, 'RECEIVED', 'POLICE_INVESTIGATION', 1, 1, 1, 1, $3, $3, $4)
), the_referral AS (
    INSERT INTO referrals (referral_id, case_id, area, client_id, force, system, reference, referred_at, received_at,
                           received, sha256)
    VALUES ($5, $1, $2, 'demo-police', $6, $7, $8, $3, $3, $9, $10)
), the_child AS (
    INSERT INTO children (child_id, case_id, area, given_names, family_name, date_of_birth, identifiers)
    VALUES ($11, $1, $2, $12, $13, $14, $25)
), the_numbers AS (
    INSERT INTO child_identifiers SELECT $1, $2, unnest($24::text[])
), the_facts AS (
    INSERT INTO case_facts (case_id, area, version, facts, origin, agency, own_record, recorded_at, recorded_by)
    VALUES ($1, $2, 1, $15, 'REFERRAL', 'POLICE', '[]', $3, 'demo-police')
), the_characteristics AS (
    INSERT INTO characteristics (case_id, area, version, items, recorded_at, recorded_by)
    VALUES ($1, $2, 1, $16, $3, 'demo-police')
), the_timeline AS (
    INSERT INTO case_timeline (case_id, area, occurred_at, act, status, agency, by)
    VALUES ($1, $2, $3, 'referral.received', 'RECEIVED', 'POLICE', 'demo-police')
), the_event AS (
    INSERT INTO events (event_id, case_id, area, event_type, occurred_at)
    VALUES ($17, $1, $2, 'referral.received', $3)
), the_log AS (
    INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, agency, purpose, case_id, area, fields,
                           row_count, request_id, trace_id, route)
    SELECT told.log_id, $3, 'COLLECTION', told.act, 'http://127.0.0.1:8000', 'demo-police', 'POLICE', 'REFERRAL',
           $1, $2, ARRAY['status', 'route', 'area', 'source'], 1, $18, $19, 'POST /v1/referrals'
      FROM unnest($20::uuid[], ARRAY['case.received', 'referral.received', 'facts.recorded',
                                     'characteristics.recorded']) AS told (log_id, act)
)
INSERT INTO idempotency_keys (client_id, route, key, fingerprint, status, location, body, kept_at)
VALUES ('demo-police', 'POST /v1/referrals', $21, $10, 201, $22, $23, $3)
"""

_CASE = """
SELECT c.*, k.given_names, k.family_name, k.date_of_birth, k.identifiers, f.facts, f.own_record
  FROM cases c
  JOIN children k USING (case_id)
  JOIN case_facts f ON f.case_id = c.case_id AND f.version = c.facts_version
 WHERE c.case_id = $1
"""
_PAGE = "SELECT * FROM cases WHERE case_id > $1 ORDER BY case_id LIMIT 51"
_FIRST = "00000000-0000-0000-0000-000000000000"
_LOG = """
INSERT INTO audit_log (log_id, occurred_at, event, act, issuer, client_id, user_name, agency, grade, purpose, case_id,
                       case_ids, area, fields, row_count, request_id, trace_id, route)
VALUES ($1, $2, 'CONSULTATION', $3, 'http://127.0.0.1:8000', 'demo-police-officer', 'demo-police-officer',
        'POLICE', 'PRACTITIONER', 'JOINT_DECISION', $4, $5, 'E09000019', $6, $7, $8, $9, $10)
"""
_ANSWER = 22
"""Where the answer stands among the values of `REFER`."""
_READY: dict[str, bytes] = {}


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=10, max_size=10, server_settings=_EVERYWHERE
    ) as app.state.pool:
        yield


app = FastAPI(lifespan=_pool, openapi_url=None)


def values_of(referral: dict[str, Any], received: bytes, key: str) -> tuple[Any, ...]:
    """Return the values of `REFER` for one referral."""
    ids = {name: str(uuid7()) for name in ("case", "referral", "child", "event", "request")}
    now = datetime.now(UTC)  # noqa: TID251  (a floor has no clock of its own)
    child, source = referral["child"], referral["source"]
    facts = {name: referral[name] for name in ("offences", "victims", "history")}
    facts["child"] = {name: value for name, value in child.items() if name not in {"givenNames", "familyName"}}
    answer = {"referralId": ids["referral"], "caseId": ids["case"], "status": "RECEIVED", "clocks": [], "warnings": []}
    return (
        ids["case"],
        referral["area"],
        now,
        date(2027, 1, 1),
        ids["referral"],
        source["force"],
        source["system"],
        source["reference"],
        received,
        hashlib.sha256(received).hexdigest(),
        ids["child"],
        child["givenNames"],
        child["familyName"],
        date.fromisoformat(child["dateOfBirth"]),
        json.dumps(facts).encode(),
        json.dumps(child["characteristics"]),
        ids["event"],
        ids["request"],
        "0" * 32,
        [str(uuid7()) for _ in range(4)],
        key,
        f"/v1/referrals/{ids['referral']}",
        json.dumps(answer).encode(),
        [f"{one['scheme']} {one['value']}".lower() for one in child["identifiers"]],
        json.dumps(child["identifiers"]),
    )


@app.post("/referrals", status_code=201)
async def refer(request: Request) -> Response:
    """Write the rows of a referral in one statement, with nothing asked and nothing checked."""
    received = await request.body()
    values = values_of(json.loads(received), received, request.headers["idempotency-key"])
    await app.state.pool.execute(REFER, *values)
    return Response(values[_ANSWER], status_code=201, media_type="application/json")


@app.put("/ready")
async def make_ready(request: Request) -> Response:
    """Take the bytes that `/ready` answers from now on."""
    _READY["answer"] = await request.body()
    return Response(b"{}", media_type="application/json")


@app.post("/ready")
async def ready(request: Request) -> Response:
    """Read a body, and answer bytes that are ready."""
    await request.body()
    return Response(_READY["answer"], media_type="application/json")


@app.get("/cases/{case_id}")
async def one_case(case_id: str, request: Request) -> Response:
    """Read the rows of a case, and answer bytes that are ready; with `?logged`, write the entry of the log too."""
    await app.state.pool.fetchrow(_CASE, case_id)
    if "logged" in request.query_params:
        await _note("case.read", "GET /v1/cases/{caseId}", case_id, None)
    return Response(_READY["answer"], media_type="application/json")


@app.get("/cases")
async def page(request: Request) -> Response:
    """Read fifty cases, and answer bytes that are ready; with `?logged`, write the entry of the log too."""
    rows = await app.state.pool.fetch(_PAGE, request.query_params.get("after", _FIRST))
    if "logged" in request.query_params:
        await _note("case.listed", "GET /v1/cases", None, [row["case_id"] for row in rows[:50]])
    return Response(_READY["answer"], media_type="application/json")


async def _note(act: str, route: str, case_id: str | None, case_ids: list[Any] | None) -> None:
    now = datetime.now(UTC)  # noqa: TID251  (a floor has no clock of its own)
    what = (case_id, case_ids, ["status", "route", "dueOn"], len(case_ids or [case_id]))
    await app.state.pool.execute(_LOG, str(uuid7()), now, act, *what, str(uuid7()), "0" * 32, route)


def main() -> None:
    """Serve until a signal ends it."""
    with socket.socket(fileno=int(os.environ["LISTENING"])) as address:
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", http="httptools", loop="uvloop", timeout_keep_alive=30
        )
        uvicorn.Server(config).run(sockets=[address])


if __name__ == "__main__":
    main()
