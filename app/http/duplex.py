"""Many requests in one stream: lines are read as they come, done in small groups, and answered as each group is kept.

A group of lines is one unit of work: what can be done together is, and each other line has a savepoint. One bad line
spoils no other, and a line is answered only once it is on disk. A line that was cut off with its stream was never a
line. At no time is more held than a group, one line that is not whole yet, and the answers that the sender has not
read.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.errors import BatchEmpty, BatchTooLong, BodyTooLarge, DomainError, RequestTimeout
from app.http import problems
from app.http.edge import as_error
from app.http.guard import Calls
from app.http.ndjson import NDJSON
from app.http.strict_json import MAX_BODY
from app.identity.call import Call

MOST_LINES = 10_000
GROUP = 50
_log = structlog.get_logger("oocd.http")

Document = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Reader(Generic[T]):
    """How a line is read, away from the event loop, and how what it asks is done.

    Both raise a `DomainError` or a Pydantic `ValidationError` for what they refuse. `do_together` does what it can of
    some lines at once, and leaves the others (None) to be done one by one; if it raises, it has done none.
    """

    read: Callable[[bytes], T]
    do: Callable[[Call, T, bytes], Awaitable[Mapping[str, Any]]]
    do_together: Callable[[Call, list[tuple[T, bytes]]], Awaitable[Sequence[Mapping[str, Any] | None]]]


@dataclass(frozen=True)
class Line:
    """A line and its number; what is wrong with it, if it cannot even be read."""

    number: int
    text: bytes
    trouble: DomainError | None = None


class Splitter:
    """Cuts chunks into lines; of a line that is longer than it may be, only that it was there is kept."""

    def __init__(self) -> None:
        self._rest = b""
        self._too_long = False
        self._number = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """Return the lines that a chunk completes."""
        *whole, rest = (self._rest + chunk).split(b"\n")
        found = [self._line(text) for text in whole]
        self._too_long = self._too_long or len(rest) > MAX_BODY
        self._rest = b"" if self._too_long else rest
        return found

    def end(self) -> list[Line]:
        """Return the last line, if no line feed ended it."""
        return [self._line(self._rest)] if self._rest or self._too_long else []

    def _line(self, text: bytes) -> Line:
        self._number += 1
        too_long, self._too_long = self._too_long or len(text) > MAX_BODY, False
        trouble = BodyTooLarge("The line is larger than a line may be") if too_long else None
        return Line(self._number, b"" if too_long else text, trouble)


async def groups_of(request: Request, *, seconds: float) -> AsyncIterator[list[Line]]:
    """Yield the lines of a body in small groups, as they come; wait at most `seconds` for more.

    What ends the reading early is said in a last line of its own: too many lines, or nothing more came in time.
    """
    splitter, number = Splitter(), 0
    try:
        async for chunk in _chunks(request, seconds):
            lines = splitter.end() if chunk is None else splitter.feed(chunk)
            for begin in range(0, len(lines), GROUP):
                group = lines[begin : begin + GROUP]
                number = group[-1].number
                yield [line for line in group if line.number <= MOST_LINES]
                if number > MOST_LINES:
                    yield [Line(MOST_LINES + 1, b"", BatchTooLong())]
                    return
    except TimeoutError:
        yield [Line(number + 1, b"", RequestTimeout())]
    except ClientDisconnect:
        return


async def _chunks(request: Request, seconds: float) -> AsyncIterator[bytes | None]:
    """Yield what comes of a body, and None at its end."""
    stream = aiter(request.stream())
    while True:
        async with asyncio.timeout(seconds):
            chunk = await anext(stream, None)
        yield chunk
        if chunk is None:
            return


async def answer_stream(calls: Calls, request: Request, reader: Reader[T]) -> Response:
    """Return the answer to a stream of lines; it is sent while the lines still come. Raise `BatchEmpty` without any."""
    groups = groups_of(request, seconds=request.app.state.settings.body_timeout_seconds)
    async for first in groups:
        return Exchange(_answers(calls, request, reader, first, groups))
    raise BatchEmpty


async def _answers(
    calls: Calls, request: Request, reader: Reader[T], first: list[Line], rest: AsyncIterator[list[Line]]
) -> AsyncIterator[bytes]:
    yield await _group(calls, request, reader, first)
    async for group in rest:
        yield await _group(calls, request, reader, group)


async def _group(calls: Calls, request: Request, reader: Reader[T], lines: list[Line]) -> bytes:
    """Do a group of lines and return their answers; if the unit of work itself fails, no line of it was done."""
    read = await asyncio.to_thread(_read, reader, lines)
    try:
        async with calls.open() as call:
            done = await _together(call, reader, read)
            for asked in read:
                if asked.number not in done:
                    done[asked.number] = await _alone(call, reader, asked)
    except Exception as fault:  # noqa: BLE001  (it spoils this group and no other)
        _log.error("fault", kind=type(fault).__name__, lines=[line.number for line in lines])
        done = {line.number: as_error(fault) for line in lines}
    return b"".join(_written(line.number, done[line.number], request) for line in lines)


@dataclass(frozen=True)
class _Asked(Generic[T]):
    """What a line asks, or why it is refused."""

    number: int
    text: bytes
    what: T | DomainError


def _read(reader: Reader[T], lines: list[Line]) -> list[_Asked[T]]:
    return [_Asked(line.number, line.text, _read_one(reader.read, line)) for line in lines]


def _read_one(read: Callable[[bytes], T], line: Line) -> T | DomainError:
    try:
        return line.trouble or read(line.text)
    except DomainError as error:
        error.__context__ = None  # which holds on to what was read, as the traceback does
        return error.with_traceback(None)
    except ValidationError as error:
        return _refused(error)


async def _together(call: Call, reader: Reader[T], read: list[_Asked[T]]) -> dict[int, Mapping[str, Any] | DomainError]:
    """Return the answers to what could be done at once, by the numbers of the lines; none if something went wrong."""
    sound = [(one.number, one.what, one.text) for one in read if not isinstance(one.what, DomainError)]
    try:
        async with call.work.savepoint():
            done = await reader.do_together(call, [(what, text) for _, what, text in sound])
    except (DomainError, SQLAlchemyError):
        return {}
    return {number: answer for (number, *_), answer in zip(sound, done, strict=True) if answer is not None}


async def _alone(call: Call, reader: Reader[T], asked: _Asked[T]) -> Mapping[str, Any] | DomainError:
    if isinstance(asked.what, DomainError):
        return asked.what
    try:
        async with call.work.savepoint():
            return await reader.do(call, asked.what, asked.text)
    except DomainError as error:
        return error
    except ValidationError as error:
        return _refused(error)


def _refused(error: ValidationError) -> DomainError:
    faults = [dict(fault) for fault in error.errors(include_url=False, include_input=False)]
    return problems.validation_failed(faults)


def _written(number: int, answer: Mapping[str, Any] | DomainError, request: Request) -> bytes:
    document = {"line": number, **answer} if not isinstance(answer, DomainError) else _problem(number, answer, request)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _problem(number: int, error: DomainError, request: Request) -> Document:
    status, document = problems.document(error, request)
    return {"line": number, "status": status, "problem": document}


class Exchange(Response):
    """An answer that is sent while the request's body is still being read.

    What is answered waits in memory for a sender that sends all before it reads any: never does the one wait for the
    other. (Starlette's streaming answer would read the request's body away, to learn whether the caller has gone.)
    """

    media_type = NDJSON

    def __init__(self, answers: AsyncIterator[bytes]) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answers as they are made; whoever has gone, what was received whole is done."""
        del scope, receive  # the body is the endpoint's, which is reading it
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        made: asyncio.Queue[bytes | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send_all(made, send))
            async for answer in self._answers:
                made.put_nowait(answer)
            made.put_nowait(None)


async def _send_all(made: "asyncio.Queue[bytes | None]", send: Send) -> None:
    while (body := await made.get()) is not None:
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
