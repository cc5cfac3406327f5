"""What is hashed of the log, and how each link holds the one before it.

Pure. An entry's digest is SHA-256 of its row as canonical JSON (RFC 8785); a link's hash covers its number, the hash of
the link before and that digest. The chain holds digests alone, so a row whose time of keeping is over can go and its
place in the chain stays.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

FIRST = "0" * 64
COLUMNS = {
    "logId": "log_id",
    "occurredAt": "occurred_at",
    "event": "event",
    "act": "act",
    "issuer": "issuer",
    "clientId": "client_id",
    "userName": "user_name",
    "agency": "agency",
    "grade": "grade",
    "purpose": "purpose",
    "caseId": "case_id",
    "subjectId": "subject_id",
    "area": "area",
    "fields": "fields",
    "rowCount": "row_count",
    "requestId": "request_id",
    "traceId": "trace_id",
    "route": "route",
    "evidence": "evidence",
    "reason": "reason",
    "caseIds": "case_ids",
}
_WHERE_GIVEN = {"evidence", "reason", "caseIds"}
"""What an entry's JSON holds only where the act gave it: entries from before there was any hash as they did."""


def document(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the log as the JSON that is hashed."""
    told = {name: _plain(row[column]) for name, column in COLUMNS.items()}
    return {name: value for name, value in told.items() if value is not None or name not in _WHERE_GIVEN}


def _plain(value: Any) -> Any:  # noqa: ANN401  (what columns hold)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value if value is None or isinstance(value, int) else str(value)


def digest(entry: Mapping[str, Any]) -> str:
    """Return the digest of an entry, as lower-case hex."""
    return hashlib.sha256(rfc8785.dumps(dict(entry))).hexdigest()


def link(seq: int, previous: str, entry: str) -> str:
    """Return the hash of the link that holds an entry's digest."""
    return hashlib.sha256(rfc8785.dumps({"digest": entry, "previous": previous, "seq": seq})).hexdigest()
