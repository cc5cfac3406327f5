"""Retrying is safe: the first answer to a key is kept in the transaction of its effect, and given again.

A key belongs to one client and one route, for seven days. Refusals and faults are not kept, so that a mended retry of
the same key works. While the first request runs, a second with its key is told so instead of waiting.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    delete,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.db.base import metadata
from app.db.ready import Ready
from app.errors import IdempotencyInFlight, IdempotencyKeyInvalid, IdempotencyKeyMissing, IdempotencyKeyReused
from app.identity.call import Call
from app.identity.caller import Caller

KEPT_FOR = timedelta(days=7)
_MAX_KEY = 255
_KEY = re.compile(f"[!-~]{{1,{_MAX_KEY}}}")

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", String(_MAX_KEY), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("etag", Text),
    Column("location", Text),
    Column("body", LargeBinary, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, index=True),
)

_LOCK = Ready(
    text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0)) AS held")
    .bindparams(bindparam("name", type_=Text))
    .columns(held=Boolean)
)
_WAIT = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_PATIENCE = text("SET LOCAL lock_timeout = '5s'")
_HELD = frozenset({"55P03", "40P01"})  # not available in time; a deadlock
_FIND = Ready(
    select(idempotency_keys).where(
        idempotency_keys.c.client_id == bindparam("client_id"),
        idempotency_keys.c.route == bindparam("route"),
        idempotency_keys.c.key == bindparam("key"),
    )
)


_LOCK_ALL = Ready(
    text("SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended(name, 0))) AS held FROM unnest(:names) AS name")
    .bindparams(bindparam("names", type_=ARRAY(Text)))
    .columns(held=Boolean)
)
# Each key is looked up by itself, as LIMIT has it: a plan made while few were kept would go through all of a client's.
_FIND_ALL = Ready(
    text(
        """
        SELECT told.key FROM unnest(:keys) AS told (key)
         CROSS JOIN LATERAL (
            SELECT FROM idempotency_keys AS kept
             WHERE kept.client_id = :client_id AND kept.route = :route AND kept.key = told.key
             LIMIT 1
         ) AS known
        """
    )
    .bindparams(*(bindparam(name, type_=Text) for name in ("client_id", "route")))
    .bindparams(bindparam("keys", type_=ARRAY(Text)))
    .columns(key=Text)
)


@dataclass(frozen=True)
class Attempt:
    """One request under one key."""

    client_id: str
    route: str
    key: str
    fingerprint: str


def read_attempt(request: Request, *, caller: Caller, route: str, body: bytes) -> Attempt:
    """Return the attempt that a request makes; raise if it carries no key, two keys, or one that is not a key.

    A key written as a quoted string, as the IETF draft has it, is the same as the bare one. What identifies a request
    under a key is its method, path, query and body, and the person: nobody is given an answer that another person got
    through the same client.
    """
    if "idempotency-key" not in request.headers:
        raise IdempotencyKeyMissing
    key = key_of(request)
    if key is None:
        raise IdempotencyKeyInvalid
    path, query = request.scope["path"].encode(), request.scope.get("query_string", b"")
    told = b"\n".join([request.method.encode(), path, query, (caller.user_name or "").encode(), body])
    return Attempt(caller.client_id, route, key, hashlib.sha256(told).hexdigest())


def key_of(request: Request) -> str | None:
    """Return the key that a request carries, once and well-formed; None for what `read_attempt` refuses."""
    keys = request.headers.getlist("idempotency-key")
    if len(keys) != 1:
        return None
    key = keys[0][1:-1] if len(keys[0]) > 1 and keys[0][0] == keys[0][-1] == '"' else keys[0]
    return key if _KEY.fullmatch(key) else None


def attempt_of_line(line: bytes, key: str, *, caller: Caller, route: str) -> Attempt:
    """Return the attempt that one line of a batch makes under the key that it carries."""
    told = b"\n".join([(caller.user_name or "").encode(), line])
    return Attempt(caller.client_id, route, key, hashlib.sha256(told).hexdigest())


async def wait_for(call: Call, attempt: Attempt) -> None:
    """Hold a key, waiting a little for who holds it: a stream that was cut may still be at work on its last lines.

    Raises:
        IdempotencyInFlight: the key is held for longer, or each of two waits for the other.

    """
    try:
        await call.work.run(_PATIENCE)
        await call.work.run(_WAIT, {"name": _name(attempt)})
    except DBAPIError as trouble:
        if getattr(trouble.orig, "sqlstate", None) not in _HELD:
            raise
        raise IdempotencyInFlight from trouble


async def hold_all(call: Call, attempts: Sequence[Attempt]) -> frozenset[str]:
    """Hold many keys of one client and route, till the end; return those of them under which an answer is kept.

    Raises:
        IdempotencyInFlight: one of the keys is held by another.

    """
    held = await call.work.first(_LOCK_ALL, names=[_name(attempt) for attempt in attempts])
    if held is None or not held.held:
        raise IdempotencyInFlight
    one, keys = attempts[0], [attempt.key for attempt in attempts]
    kept = await call.work.fetch(_FIND_ALL, client_id=one.client_id, route=one.route, keys=keys)
    return frozenset(row.key for row in kept)


async def first_answer(call: Call, attempt: Attempt) -> Response | None:
    """Return the answer that this attempt got the first time, or None if it is the first; hold the key till the end."""
    held = await call.work.first(_LOCK, name=_name(attempt))
    if held is None or not held.held:
        raise IdempotencyInFlight
    kept = await call.work.first(_FIND, client_id=attempt.client_id, route=attempt.route, key=attempt.key)
    if kept is None:
        return None
    if kept.kept_at + KEPT_FOR < call.clock.now():
        await _forget(call, attempt)
        return None
    if kept.fingerprint != attempt.fingerprint:
        raise IdempotencyKeyReused
    await log.append(call, AuditRecord(AuditEvent.CONSULTATION, "answer.replayed"))
    answer = Response(kept.body, status_code=kept.status, media_type="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    for header in ("etag", "location"):
        if getattr(kept, header) is not None:
            answer.headers[header] = getattr(kept, header)
    return answer


async def keep(call: Call, attempt: Attempt, answer: Response, *, without: Sequence[str] = ()) -> None:
    """Keep an answer with the effect that it tells of; of members that are shown once, keep that they were there."""
    body = bytes(answer.body)
    if without:
        body = json.dumps(json.loads(body) | dict.fromkeys(without)).encode()
    row = {
        "client_id": attempt.client_id,
        "route": attempt.route,
        "key": attempt.key,
        "fingerprint": attempt.fingerprint,
        "status": answer.status_code,
        "etag": answer.headers.get("etag"),
        "location": answer.headers.get("location"),
        "body": body,
        "kept_at": call.clock.now(),
    }
    await call.work.add(idempotency_keys, row)


def _name(attempt: Attempt) -> str:
    return f"{attempt.client_id}\x1f{attempt.route}\x1f{attempt.key}"


async def _forget(call: Call, attempt: Attempt) -> None:
    await call.work.run(
        delete(idempotency_keys).where(
            idempotency_keys.c.client_id == attempt.client_id,
            idempotency_keys.c.route == attempt.route,
            idempotency_keys.c.key == attempt.key,
        )
    )
