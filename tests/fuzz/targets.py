"""What is fuzzed: each target takes bytes that anybody may send, and raises only if something is wrong with us.

A target calls the code that reads such bytes, lets it refuse them in the way that it says it does, and holds what it
takes against what must be true of it.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jwt import PyJWK
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.advice.schemas import AdviceRequest
from app.cases.schemas import ReferralIn
from app.errors import DomainError, QueryRefused, Unauthenticated
from app.http import trace
from app.http.checks import check_accept, check_media, check_purpose, check_query, purpose_given, read_if_match
from app.http.duplex import Splitter
from app.http.idempotency import read_attempt
from app.http.ndjson import lines_of
from app.http.negotiation import prefers_html
from app.http.pages import id_after, number_after, read_cursor, write_cursor
from app.http.strict_json import read_json, read_object
from app.identity.binding import Binding
from app.identity.caller import Caller
from app.identity.keys import FixedKeys
from app.identity.local_issuer import local_issuer
from app.identity.presented import Presented
from app.identity.tokens import Expected, TokenReader
from app.law.matrix_import import MatrixHead, read_matrix
from app.law.model import DisposalRecord, MatrixEdition, Parameter, ReferenceList, Rule, Source
from app.law.protocol_draft import read_draft
from app.law.reading import read_folder
from app.law.yamlfile import NotReadable, read
from app.settings import ClaimNames

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ISSUER = "http://127.0.0.1:8000"
SKEW = timedelta(seconds=30)
BODIES: tuple[type[BaseModel], ...] = (AdviceRequest, ReferralIn)
SHAPES: tuple[type[BaseModel], ...] = (DisposalRecord, MatrixEdition, Parameter, ReferenceList, Rule, Source)


def json_body(data: bytes) -> None:
    """Whatever is taken for JSON can be written and read again, and is a body or refused as one."""
    try:
        value = read_json(data)
    except DomainError:
        return
    assert read_json(json.dumps(value, allow_nan=False).encode()) == value
    for body in BODIES:
        try:
            body.model_validate(value)
        except (DomainError, ValidationError):
            continue


def token_header(data: bytes) -> None:
    """Nobody is let in by bytes that our key did not sign: token, proof and certificate, a line each."""
    token, proof, certificate = ([*data.decode("latin-1").split("\n"), "", ""])[:3]
    presented = Presented((token,), (proof,) * bool(proof), (certificate,) * bool(certificate), "127.0.0.1", "GET", "/")
    reading = _READER.read(presented)
    try:
        reading.send(None)
    except Unauthenticated:
        return
    except StopIteration:
        pass
    raise AssertionError("let in")


def _reader() -> TokenReader:
    issuer = local_issuer(None, issuer=ISSUER, audience="oocd", now=lambda: NOW)
    keys = {"key": PyJWK.from_dict(issuer.jwk)}
    expected = Expected(issuer=ISSUER, audience="oocd", skew=SKEW, claims=ClaimNames())
    proxies = ("127.0.0.1",)
    binding = Binding(required=False, public_url=ISSUER, proxies=proxies, skew=SKEW, now=lambda: NOW)
    return TokenReader(FixedKeys(keys), expected, binding, now=lambda: NOW)


_READER = _reader()


def cursor(data: bytes) -> None:
    """A cursor that is taken is one that we wrote."""
    text = data.decode("utf-8", "replace")
    _refused(lambda: id_after(text))
    _refused(lambda: number_after(text))
    try:
        key = read_cursor(text)
    except QueryRefused:
        return
    assert key is not None
    assert write_cursor(key) == text


def if_match(data: bytes) -> None:
    """A tag that is read stands in the header, between quotation marks."""
    header = data.decode("latin-1")
    tags = read_if_match(_request([(b"if-match", data)]))
    assert tags is not None
    assert all(tag in header and len(tag) > 1 and tag[0] == tag[-1] == '"' for tag in tags)


def headers(data: bytes) -> None:
    """No header is a fault of ours, whatever it says; a key that is taken is visible ASCII."""
    names = (b"accept", b"content-type", b"content-encoding", b"x-purpose", b"idempotency-key", b"traceparent",
             b"x-request-id")  # fmt: skip
    request = _request([(name, value) for name, value in zip(names, data.split(b"\n"), strict=False)])
    trace.begin(request.scope, request.headers)
    prefers_html(request.headers.get("accept"))
    purpose_given(request)
    for check in (
        lambda: check_accept(request, ("application/json", "text/html")),
        lambda: check_media(request),
        lambda: check_purpose(request),
    ):
        _refused(check)
    try:
        attempt = read_attempt(request, caller=_CALLER, route="POST /", body=data)
    except DomainError:
        return
    assert attempt.key.isascii() and attempt.key.isprintable() and 0 < len(attempt.key) <= 255  # noqa: PT018


def query(data: bytes) -> None:
    """A query that is taken holds known names alone, each once."""
    request = _request([], query=data)
    if not _refused(lambda: check_query(request, frozenset({"area", "limit"}))):
        assert len(data.split(b"&")) <= 2


def ndjson(data: bytes) -> None:
    """However a stream is cut into chunks, its lines are the same; each is an object or refused."""
    whole = list(lines_of(data))
    splitter, size = Splitter(), 1 + data[0] if data else 1
    found = [line for begin in range(0, len(data), size) for line in splitter.feed(data[begin : begin + size])]
    assert [line.text for line in [*found, *splitter.end()] if line.trouble is None] == whole
    for line in whole:
        _refused(lambda line=line: read_object(line))


def csv_import(data: bytes) -> None:
    """A table becomes an edition that scores every offence, or all that is wrong with it; never both, never neither."""
    offences = ("a", "b")
    head = MatrixHead("m", "M", 1, 5, 2, date(2027, 1, 1))
    report = read_matrix(data.decode("utf-8", "replace"), head, offences=offences)
    assert bool(report.editions) != bool(report.problems)
    assert all(set(edition.base) == set(offences) for edition in report.editions)


def law_file(data: bytes) -> None:
    """A file of the law is plain data or not readable; what it holds is of a shape, or it is told what is wrong."""
    text = data.decode("utf-8", "replace")
    try:
        content = read(text)
    except NotReadable:
        return
    json.dumps(content)
    if isinstance(content, dict):
        report = read_draft(content, area="E09000019", today=NOW.date())
        assert (report.protocol is None) == bool(report.faults)
    for shape in SHAPES:
        try:
            shape.model_validate(content)
        except ValidationError:
            continue


def law_folder(data: bytes) -> None:
    """A folder of the law never raises for what its files hold: it says what is wrong."""
    with tempfile.TemporaryDirectory(prefix="oocd-fuzz-") as folder:
        for name in ("sources.yaml", "disposals.yaml", "gravity/factors.yaml", "rules/r.yaml", "reference/words.yaml"):
            place = Path(folder, name)
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
        for name in ("data/offences.csv", "data/cjs_offence_codes.csv"):
            Path(folder, "data").mkdir(exist_ok=True)
            Path(folder, name).write_bytes(data)
        assert read_folder(Path(folder)).defects


def _request(found: list[tuple[bytes, bytes]], query: bytes = b"") -> Request:
    return Request({"type": "http", "method": "POST", "path": "/", "headers": found, "query_string": query})


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except DomainError:
        return True
    return False


_CALLER = Caller("i", "c", "u", None, None, frozenset(), frozenset())
TARGETS: dict[str, Callable[[bytes], None]] = {
    "json-body": json_body,
    "token-header": token_header,
    "cursor": cursor,
    "if-match": if_match,
    "headers": headers,
    "query": query,
    "ndjson": ndjson,
    "csv-import": csv_import,
    "law-file": law_file,
    "law-folder": law_folder,
}
