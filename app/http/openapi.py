"""What the OpenAPI document says of every guarded route: its headers, its security, its problems."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.http.guard import Guard

PROBLEM = {
    "type": "object",
    "description": "A problem document (RFC 9457). No submitted value is ever echoed.",
    "required": ["type", "title", "status", "detail", "instance", "code", "traceId", "errors"],
    "properties": {
        "type": {"type": "string", "description": "A path of this service that explains the problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Stable; what a client branches on."},
        "traceId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

_SAYS = {
    400: "Malformed, or a header that is needed is missing.",
    401: "No valid token.",
    403: "The role, agency or grade is missing, or only a person may do this.",
    404: "Absent, or outside the caller's areas.",
    405: "The path does not take this method.",
    406: "Nothing that can be answered is acceptable.",
    409: "The state does not allow it, or it is there already.",
    412: "If-Match names an older version.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    422: "Well-formed and not acceptable.",
    428: "If-Match is missing.",
    429: "This client asks more than its share; Retry-After says when to go on.",
    431: "The headers are too large.",
    503: "The service cannot do this now.",
}


def describe(guard: "Guard", path: str, terms: dict[str, Any]) -> dict[str, Any]:
    """Return a route's terms with the headers, security and problem responses that its guard implies."""
    if guard.public:
        return terms
    writes = bool(set(terms.get("methods") or ()) & {"POST", "PUT", "PATCH"})
    statuses = {400, 401, 403, 406, 429, 431, 503}
    statuses |= {404} if "{" in path else set()
    statuses |= {409, 413, 415, 422} if writes else set()
    statuses |= {412, 428} if guard.needs_match else set()
    extra: dict[str, Any] = {"security": [{"bearer": []}], "parameters": _headers(guard)}
    problems = {status: _problem(status) for status in sorted(statuses)}
    return {
        **terms,
        "openapi_extra": {**extra, **(terms.get("openapi_extra") or {})},
        "responses": {**problems, **(terms.get("responses") or {})},
    }


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _SAYS[status], "content": {"application/problem+json": {"schema": schema}}}


def _headers(guard: "Guard") -> list[dict[str, Any]]:
    from app.identity.purpose import Purpose  # noqa: PLC0415

    found: list[dict[str, Any]] = []
    if guard.purpose:
        words = {"type": "string", "enum": [str(purpose) for purpose in Purpose]}
        found.append(_header("X-Purpose", "What the data are wanted for; it is logged.", words))
    if guard.creates:
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        found.append(_header("Idempotency-Key", "Makes a retry safe; kept for seven days.", key))
    if guard.needs_match:
        told = "The ETag of the version that this builds on."
        found.append(_header("If-Match", told, {"type": "string"}, required=False))
    return found


def _header(name: str, says: str, schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": says, "schema": schema}
