"""What is checked of a request's own form: its body's bounds, media, `Accept`, purpose, `If-Match`, query."""

import asyncio
import re
from urllib.parse import unquote_to_bytes

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request

from app.errors import (
    BodyTooLarge,
    DomainError,
    Malformed,
    NotAcceptable,
    PurposeMissing,
    PurposeUnknown,
    QueryRefused,
    RequestTimeout,
    UnsupportedMedia,
)
from app.http.strict_json import MAX_BODY
from app.identity.purpose import Purpose

JSON = "application/json"
_PURPOSES = {purpose.value: purpose for purpose in Purpose}
_TAG = re.compile(r'(?<![/\w])"[\x21\x23-\x7e]*"')
_CHARSET = re.compile(r'charset\s*=\s*"?([^\s";]+)', re.IGNORECASE)
_REFUSES = re.compile(r";\s*q\s*=\s*0(?:\.0*)?\s*(?:;|$)", re.IGNORECASE)
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


async def receive_body(request: Request, *, seconds: float, limit: int = MAX_BODY) -> tuple[bytes, DomainError | None]:
    """Read a body up to its bound in bytes, in `seconds` at most.

    Return it, or the error that is answered once what comes before it in the order of checks has been checked.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > len(str(limit)) or int(length) > limit):
        return b"", BodyTooLarge()
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    return b"", BodyTooLarge()
                chunks.append(chunk)
    except TimeoutError:
        return b"", RequestTimeout()
    except ClientDisconnect:
        return b"", Malformed()
    return b"".join(chunks), None


def check_media(request: Request, consumes: tuple[str, ...] = (JSON,)) -> str:
    """Return what the body is said, once, to be; raise unless it is one of `consumes`, in UTF-8, not compressed."""
    kinds = request.headers.getlist("content-type")
    kind, _, parameters = (kinds[0] if len(kinds) == 1 else "").partition(";")
    charset = _CHARSET.search(parameters)
    plain = all(coding.strip().lower() in {"", "identity"} for coding in request.headers.getlist("content-encoding"))
    if kind.strip().lower() not in consumes or not plain or (charset and charset.group(1).lower() != "utf-8"):
        raise UnsupportedMedia(f"The body must be {' or '.join(consumes)} in UTF-8, not compressed")
    return kind.strip().lower()


def check_accept(request: Request, produces: tuple[str, ...]) -> None:
    """Raise if the caller accepts none of what the route answers with."""
    accept = ",".join(request.headers.getlist("accept"))
    if not accept.strip() or not produces:
        return
    parts = [part for part in accept.split(",") if part.strip() and not _REFUSES.search(part)]
    wanted = {part.partition(";")[0].strip().lower() for part in parts}
    families = {kind.split("/")[0] + "/*" for kind in produces}
    if not wanted & ({"*/*"} | families | set(produces)):
        raise NotAcceptable


def purpose_given(request: Request) -> Purpose | None:
    """Return the purpose that the request states, or None if it states none that is known."""
    stated = request.headers.getlist("x-purpose")
    return _PURPOSES.get(stated[0]) if len(stated) == 1 else None


def check_purpose(request: Request) -> None:
    """Raise unless the request states one purpose, by its word."""
    if "x-purpose" not in request.headers:
        raise PurposeMissing
    if purpose_given(request) is None:
        raise PurposeUnknown


def read_if_match(request: Request) -> frozenset[str] | None:
    """Return the strong entity tags of `If-Match`, or None without the header; weak ones and `*` match nothing."""
    if "if-match" not in request.headers:
        return None
    return frozenset(_TAG.findall(", ".join(request.headers.getlist("if-match"))))


def query_names(route: APIRoute) -> frozenset[str]:
    """Return the names of the query parameters that a route knows."""
    names: set[str] = set()
    for parameter in route.dependant.query_params:
        model = parameter.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names |= {field.alias or name for name, field in model.model_fields.items()}
        else:
            names.add(parameter.alias)
    return frozenset(names)


def check_query(request: Request, known: frozenset[str]) -> None:
    """Raise on a query parameter that is unknown, repeated or undecodable: a typing error must not widen a search."""
    raw: bytes = request.scope.get("query_string", b"")
    if not raw:
        return
    seen: set[str] = set()
    for part in raw.split(b"&"):
        if _BAD_ESCAPE.search(part):
            raise QueryRefused
        try:
            name, value = (
                unquote_to_bytes(side.replace(b"+", b" ")).decode() for side in (*part.split(b"=", 1), b"")[:2]
            )
        except UnicodeDecodeError:
            raise QueryRefused from None
        if name not in known or name in seen or "\x00" in value:
            raise QueryRefused
        seen.add(name)
