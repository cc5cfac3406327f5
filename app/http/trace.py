"""Names for one request: `X-Request-ID` (the caller's if it is harmless, else ours) and the trace it belongs to."""

import re
import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from uuid_utils import uuid7

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_KEY = "oocd.trace"


@dataclass(frozen=True)
class Trace:
    """The names of one request."""

    request_id: str
    trace_id: str
    traceparent: str


def begin(scope: MutableMapping[str, Any], headers: Mapping[str, str]) -> Trace:
    """Name a request, continuing the caller's trace where there is one, and remember the names in its scope."""
    asked = headers.get("x-request-id", "")
    parent = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    trace_id = parent.group(1) if parent else secrets.token_hex(16)
    flags = parent.group(3) if parent else "00"
    trace = Trace(
        request_id=asked if _REQUEST_ID.fullmatch(asked) else str(uuid7()),
        trace_id=trace_id,
        traceparent=f"00-{trace_id}-{secrets.token_hex(8)}-{flags}",
    )
    scope[_KEY] = trace
    return trace


def trace_of(scope: Mapping[str, Any]) -> Trace:
    """Return the names of the request."""
    found = scope[_KEY]
    assert isinstance(found, Trace)
    return found


def trace_id_of(scope: Mapping[str, Any]) -> str:
    """Return the id of the trace that the request belongs to."""
    return trace_of(scope).trace_id
