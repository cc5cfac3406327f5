"""From what went wrong to a problem document (RFC 9457): the only table of classes to statuses.

No submitted value is ever echoed: a document holds a code, our own sentence and JSON pointers.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from app import errors
from app.errors import DomainError, FieldError
from app.http.quota import WINDOW
from app.http.signpost import walk
from app.http.trace import trace_id_of

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[DomainError], int] = {
    errors.Unauthenticated: 401,
    errors.RoleMissing: 403,
    errors.HumanRequired: 403,
    errors.WrongAgency: 403,
    errors.GradeTooLow: 403,
    errors.SensitiveProcessingDisabled: 403,
    errors.TermsNotAccepted: 403,
    errors.NotNamed: 403,
    errors.PanelMember: 403,
    errors.ReasonRequired: 403,
    errors.BreakGlassRefused: 403,
    errors.OwnDraft: 403,
    errors.OtherAgencyNeeded: 403,
    errors.NotFound: 404,
    errors.PurposeMissing: 400,
    errors.PurposeUnknown: 400,
    errors.IdempotencyKeyMissing: 400,
    errors.IdempotencyKeyInvalid: 400,
    errors.QueryRefused: 400,
    errors.UnsupportedMedia: 415,
    errors.BodyTooLarge: 413,
    errors.BatchTooLong: 413,
    errors.UriTooLong: 414,
    errors.RequestTimeout: 408,
    errors.TooManyRequests: 429,
    errors.ExpectationFailed: 417,
    errors.HostRefused: 400,
    errors.HeadersTooLarge: 431,
    errors.BodyMissing: 400,
    errors.JsonInvalid: 400,
    errors.EncodingInvalid: 400,
    errors.DuplicateKey: 400,
    errors.NumberRefused: 400,
    errors.TooDeep: 400,
    errors.Malformed: 400,
    errors.MethodNotAllowed: 405,
    errors.NotAcceptable: 406,
    errors.ValidationFailed: 422,
    errors.BatchEmpty: 422,
    errors.ForbiddenCharacter: 422,
    errors.NotADecisionFact: 422,
    errors.UnknownOffence: 422,
    errors.OffenceMismatch: 422,
    errors.InconsistentFacts: 422,
    errors.NoLawInForceError: 422,
    errors.CalendarEnds: 422,
    errors.UnknownArea: 422,
    errors.UnderAgeOfResponsibility: 422,
    errors.NotAChild: 422,
    errors.UnknownAdvice: 422,
    errors.DisposalExcluded: 422,
    errors.FactsMissing: 422,
    errors.AuthorityMissing: 422,
    errors.DepartureUnexplained: 422,
    errors.RationaleCopied: 422,
    errors.DeliveryIncomplete: 422,
    errors.ProtocolRefused: 422,
    errors.MatrixRefused: 422,
    errors.UnknownPolicy: 422,
    errors.SampleNotReleasable: 422,
    errors.IdempotencyKeyReused: 422,
    errors.IfMatchMissing: 428,
    errors.VersionStale: 412,
    errors.WrongState: 409,
    errors.DuplicateReferral: 409,
    errors.Erased: 409,
    errors.IdempotencyInFlight: 409,
    errors.FourEyes: 409,
    errors.BreakGlassUnreviewed: 409,
    errors.BreakGlassNeedless: 409,
    errors.AlreadyReviewed: 409,
    errors.LimitOpen: 409,
    errors.AlreadyRecorded: 409,
    errors.AlreadyLinked: 409,
    errors.TransferOpen: 409,
    errors.OpinionsMissing: 409,
    errors.EscalationOpen: 409,
    errors.DecisionNotAgreed: 409,
    errors.AdviceStale: 409,
    errors.NothingToDeliver: 409,
    errors.VoluntaryDisposal: 409,
    errors.AlreadyApproved: 409,
    errors.DraftOvertaken: 409,
    errors.EditionExists: 409,
    errors.AlreadyDrawn: 409,
    errors.FrameChanged: 409,
    errors.RedrawUnexplained: 409,
    errors.WouldTellByDifference: 409,
    errors.TooManyWebhooks: 409,
    errors.Unavailable: 503,
    errors.InternalError: 500,
}

_FRAMEWORK: Mapping[int, type[DomainError]] = {
    400: errors.Malformed,
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    406: errors.NotAcceptable,
    413: errors.BodyTooLarge,
    415: errors.UnsupportedMedia,
    503: errors.Unavailable,
}

FIELD_CODES: Mapping[str, str] = {
    "missing": "A field that is required is not there.",
    "unknown-field": "A field is not known; nothing that is sent is dropped in silence.",
    "too-long": "A text is longer than it may be.",
    "too-short": "A text is shorter than it may be.",
    "too-many": "A list holds more than it may.",
    "too-few": "A list holds less than it must.",
    "pattern": "A text is not of the form that is needed.",
    "range": "A number lies outside its bounds.",
    "word": "A word is not one of those listed in the reference.",
    "type": "A value is not of the type that is needed; nothing is converted.",
    "object": "The body is an object.",
    "list": "A list is expected.",
    "null": "What is not known is left out, or is the word UNKNOWN; null is no fact.",
    "blank": "A text must not be blank.",
    "forbidden-character": "A text holds a control or invisible character.",
    "date-format": "A date is written YYYY-MM-DD.",
    "date-impossible": "A day is not in the calendar.",
    "date-implausible": "A date lies between 1900 and 2100.",
    "instant-format": "An instant is written as RFC 3339 says, with its offset.",
    "instant-impossible": "An instant does not exist.",
    "instant-implausible": "An instant lies between 1900 and 2100.",
    "limit": "A limit is a whole number from 1 to 200.",
    "id": "This is not an id of this service.",
    "manifest": "A manifest lists its referrals, or gives their count and digest; not both.",
    "repeated-source": "A source stands in a manifest once.",
    "value-and-status": "A value is given when it is STATED, and only then.",
    "derived": "This is derived by the service and cannot be sent.",
    "period": "A period has its days in order and is not too long.",
    "nothing-to-simulate": "A simulation needs a protocol version or a matrix edition.",
    "target-refused": "Nothing may be sent to this address.",
    "whole-months": "The period begins and ends with a month, or one answer less another would tell of a day.",
}
"""What a fault at one field is called; a document whose faults are all of one kind carries that code."""

MAX_FAULTS = 50
MAX_STEP = 100  # characters of one step of a pointer
_RETRY_AFTER_SECONDS = "2"
_VALIDATION_CODES = {
    "missing": ("missing", "This is required."),
    "extra_forbidden": ("unknown-field", "This field is not known."),
    "string_too_long": ("too-long", "This text is too long."),
    "string_too_short": ("too-short", "This text is too short."),
    "string_pattern_mismatch": ("pattern", "This text is not of the form that is needed."),
    "too_long": ("too-many", "This list is too long."),
    "too_short": ("too-few", "This list is too short."),
    "greater_than_equal": ("range", "This number is too small."),
    "greater_than": ("range", "This number is too small."),
    "less_than_equal": ("range", "This number is too large."),
    "less_than": ("range", "This number is too large."),
    "enum": ("word", "This is not one of the words listed in the reference."),
    "literal_error": ("word", "This is not one of the words listed in the reference."),
}


def document(error: DomainError, request: Request) -> tuple[int, dict[str, Any]]:
    """Return the status and the problem document of an error."""
    status = STATUSES[type(error)]
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": status,
        "detail": error.detail,
        "instance": f"urn:oocd:trace:{trace_id_of(request.scope)}",
        "code": error.code,
        "traceId": trace_id_of(request.scope),
        "errors": [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in error.errors],
    }
    codes = {e.code for e in error.errors}
    if isinstance(error, errors.ValidationFailed) and len(codes) == 1 and codes <= set(FIELD_CODES):
        body["code"] = codes.pop()
        body["type"] = f"/problems/{body['code']}"
    return status, {**error.extra, **body}


def respond(error: DomainError, request: Request) -> Response:
    """Return the answer to a request that went wrong."""
    status, body = document(error, request)
    headers = {"Content-Type": MEDIA_TYPE}
    if status == STATUSES[errors.Unauthenticated]:
        headers["WWW-Authenticate"] = 'Bearer, DPoP algs="ES256 RS256"'
    if status in {STATUSES[errors.Unavailable], 429} or isinstance(error, errors.IdempotencyInFlight):
        headers["Retry-After"] = str(WINDOW) if isinstance(error, errors.TooManyRequests) else _RETRY_AFTER_SECONDS
    if isinstance(error, errors.BodyTooLarge | errors.RequestTimeout):
        headers["Connection"] = "close"  # the rest of the body is not read
    if "etag" in body:
        headers["ETag"] = str(body.pop("etag"))
    return Response(json.dumps(body, ensure_ascii=False), status_code=status, headers=headers)


def validation_failed(faults: Sequence[Mapping[str, Any]], *, root: str = "") -> DomainError:
    """Return the error for what a Pydantic validation found: pointers, codes and our own sentences, never the input."""
    found = tuple(_field_error(fault, root) for fault in faults[:MAX_FAULTS])
    if any(fault.code == errors.NotADecisionFact.code for fault in found):
        return errors.NotADecisionFact(errors=found)
    return errors.ValidationFailed(errors=found)


def _field_error(fault: Mapping[str, Any], root: str) -> FieldError:
    place = fault["loc"][1:] if fault["loc"][:1] == ("body",) else fault["loc"]
    pointer = root + "".join("/" + str(part)[:MAX_STEP].replace("~", "~0").replace("/", "~1") for part in place)
    kind = str(fault["type"])
    if kind in {"too_short", "too_long"} and isinstance(fault.get("input"), str):
        kind = (
            f"string_{kind}"  # the length of a text that was cleaned first; of what was sent only its kind is looked at
        )
    if kind in _VALIDATION_CODES:
        return FieldError(pointer, *_VALIDATION_CODES[kind])
    if "_" not in kind and kind not in {"assertion_error", "value_error"}:
        # One of our own kinds, whose sentence we wrote.
        return FieldError(pointer, kind, str(fault["msg"]))
    return FieldError(pointer, "type", "This is not of the type that is needed.")


def _methods_here(request: Request) -> set[str]:
    """Return every method that the path takes; the framework names those of the first route that it meets.

    A path that is written out is what it says, and never a name that another path leaves open.
    """
    here = [
        route
        for route in walk(request.app.routes)
        if route.matches({**request.scope, "method": "OPTIONS"})[0] is not Match.NONE
    ]
    written = [route for route in here if getattr(route, "path", "") == request.scope["path"]]
    return {method for route in written or here for method in getattr(route, "methods", None) or ()}


def install(app: FastAPI) -> None:
    """Answer everything that goes wrong with a problem document."""

    async def domain(request: Request, error: Exception) -> Response:
        assert isinstance(error, DomainError)
        return respond(error, request)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = error.errors()
        if any(fault["loc"] and fault["loc"][0] == "path" for fault in faults):
            return respond(errors.NotFound(), request)  # what a path cannot name is not there
        if any(fault["loc"] and fault["loc"][0] == "query" for fault in faults):
            return respond(validation_failed([{**fault, "loc": fault["loc"][1:]} for fault in faults]), request)
        return respond(validation_failed(faults), request)

    async def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = _FRAMEWORK.get(error.status_code, errors.Malformed)
        answer = respond(kind(), request)
        if kind is errors.MethodNotAllowed:
            answer.headers["Allow"] = ", ".join(sorted(_methods_here(request)))
        return answer

    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, framework)
