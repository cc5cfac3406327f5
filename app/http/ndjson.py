"""Many requests in one body, a JSON object to a line, each answered by a line: a result or a problem, in order.

One bad line spoils no other. Lines are read and answered one at a time, in a worker thread: neither a long body nor a
long answer is held twice, and other requests are served between two lines.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.errors import BodyMissing, BodyTooLarge, DomainError, InternalError
from app.http import problems
from app.http.strict_json import MAX_BODY, read_object

NDJSON = "application/x-ndjson"
LARGEST = 64 * MAX_BODY
_log = structlog.get_logger("oocd.http")

Document = dict[str, Any]
AnswerLine = Callable[[Document], bytes]
"""Answers the object of a line with JSON on one line; raises a `DomainError` or Pydantic's for what it refuses."""


def answer_lines(raw: bytes, request: Request, answer: AnswerLine) -> StreamingResponse:
    """Return the streamed answer to every line of a body; raise `BodyMissing` for a body without any."""
    if not raw.strip():
        raise BodyMissing
    return StreamingResponse(_answers(raw, request, answer), media_type=NDJSON)


def lines_of(raw: bytes) -> Iterator[bytes]:
    """Yield the lines of a body; the line feed that ends the last one begins no other."""
    begin = 0
    while begin < len(raw):
        end = raw.find(b"\n", begin)
        end = len(raw) if end < 0 else end
        yield raw[begin:end]
        begin = end + 1


def _answers(raw: bytes, request: Request, answer: AnswerLine) -> Iterator[bytes]:
    for number, line in enumerate(lines_of(raw), start=1):
        yield _answered(line, number, request, answer) + b"\n"


def _answered(line: bytes, number: int, request: Request, answer: AnswerLine) -> bytes:
    try:
        if len(line) > MAX_BODY:
            return _problem(BodyTooLarge("The line is larger than a line may be"), number, request)
        return answer(read_object(line))
    except DomainError as error:
        return _problem(error, number, request)
    except ValidationError as error:
        faults = [dict(fault) for fault in error.errors(include_url=False, include_input=False)]
        return _problem(problems.validation_failed(faults), number, request)
    except Exception as fault:  # noqa: BLE001  (a fault in one line spoils no other)
        _log.error("fault", kind=type(fault).__name__, line=number)
        return _problem(InternalError(), number, request)


def _problem(error: DomainError, number: int, request: Request) -> bytes:
    _, document = problems.document(error, request)
    return json.dumps(document | {"line": number}, ensure_ascii=False).encode()
