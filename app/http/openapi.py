"""What the OpenAPI document says of every guarded route: its headers, its security, its problems."""

from typing import TYPE_CHECKING, Any

from app.http.links import add_links

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
    408: "The body did not come in time.",
    409: "The state does not allow it, or it is there already.",
    412: "If-Match names an older version.",
    413: "The body is too large.",
    414: "Path and query are too long.",
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
    statuses = {400, 401, 403, 406, 414, 429, 431, 503}
    statuses |= {404} if "{" in path or writes else set()  # what a body names may be absent too
    statuses |= {408, 409, 413, 415, 422} if writes else set()
    statuses |= {412, 428} if guard.needs_match else set()
    extra: dict[str, Any] = {"security": _security(guard), "parameters": _headers(guard, path, "" if writes else "GET")}
    problems = {status: problem(status) for status in sorted(statuses)}
    return {
        **terms,
        "openapi_extra": {**extra, **(terms.get("openapi_extra") or {})},
        "responses": {**problems, **(terms.get("responses") or {})},
    }


def _security(guard: "Guard") -> list[dict[str, list[str]]]:
    """Return which roles let a token in: every one of a list, or of several lists any one."""
    authorities = [role.authority for role in sorted(guard.roles)]
    if guard.all_roles or not authorities:
        return [{"bearer": authorities}]
    return [{"bearer": [authority]} for authority in authorities]


def first_made(model: type[Any]) -> dict[int | str, dict[str, Any]]:
    """Return what a PUT answers besides 200: 201 where it made what later ones replace."""
    return {201: {"model": model, "description": "The first version is there now."}}


def complete(document: dict[str, Any]) -> None:
    """Put into FastAPI's document what it cannot know: our problems in the place of its own, and the links."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token (RFC 9068). Beside an operation stand the authorities that it must hold.",
        }
    }
    for path in document["paths"].values():
        for operation in path.values():
            _correct_validation(operation)
            if any(one["name"] == "area" and one["in"] == "query" for one in operation.get("parameters", ())):
                operation["responses"].setdefault("404", problem(404))
    add_links(document)


def _correct_validation(operation: dict[str, Any]) -> None:
    """Say of a 422 that FastAPI made up what it is here: a problem, and only where a query can be wrong."""
    if "HTTPValidationError" not in str(operation["responses"].get("422", "")):
        return
    del operation["responses"]["422"]
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        operation["responses"]["422"] = problem(422)


def problem(status: int) -> dict[str, Any]:
    """Return how the description says that an operation may answer a status with a problem document."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _SAYS[status], "content": {"application/problem+json": {"schema": schema}}}


def _headers(guard: "Guard", path: str, method: str) -> list[dict[str, Any]]:
    from app.identity.purpose import Purpose  # noqa: PLC0415

    found: list[dict[str, Any]] = []
    if guard.purpose:
        words = {"type": "string", "enum": [str(purpose) for purpose in Purpose]}
        found.append(_header("X-Purpose", "What the data are wanted for; it is logged.", words))
    if guard.finds is not None and method == "GET" and "{caseId}" in path:
        told = "A break-glass grant on the case, for who does not reach it otherwise."
        found.append(_header("X-Break-Glass", told, {"type": "string"}, required=False))
    if guard.creates:
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        found.append(_header("Idempotency-Key", "Makes a retry safe; kept for seven days.", key))
    if guard.needs_match:
        told = "The ETag of the version that this builds on."
        found.append(_header("If-Match", told, {"type": "string"}, required=False))
    return found


def _header(name: str, says: str, schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": says, "schema": schema}
