"""What the HTTP parser itself refuses, before any request reaches the application."""

import asyncio
import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.serving import serving


async def answer_to(*pieces: bytes) -> tuple[bytes, dict[str, object]]:
    """Send raw bytes to a service; return the status line and the problem that came back."""

    async def never(_: Request) -> PlainTextResponse:
        return PlainTextResponse("reached")

    async with serving(Starlette(routes=[Route("/", never)])) as base_url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base_url.rpartition(":")[2]))
        writer.writelines(pieces)
        answer = await asyncio.wait_for(reader.read(), timeout=30)
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.splitlines()[0], json.loads(body)


async def test_headers_without_end_are_cut_off() -> None:
    """A client that never stops sending headers is answered 431 and closed, long before memory runs out."""
    flood = (b"X-Filler-%d: %s\r\n" % (number, b"a" * 1000) for number in range(80))

    status, problem = await answer_to(b"GET / HTTP/1.1\r\nHost: localhost\r\n", *flood)

    assert status == b"HTTP/1.1 431 Request Header Fields Too Large"
    assert problem["code"] == "headers-too-large"


async def test_single_header_without_end_is_cut_off() -> None:
    """The bound holds inside one header too."""
    status, problem = await answer_to(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Filler: ", b"a" * 100_000)

    assert status.startswith(b"HTTP/1.1 431")
    assert problem["code"] == "headers-too-large"


async def test_what_is_not_http_is_a_problem_document() -> None:
    """Even bytes that are no request get a problem document, which echoes none of them."""
    status, problem = await answer_to(b"HELLO secret-word\r\n\r\n")

    assert status == b"HTTP/1.1 400 Bad Request"
    assert problem["code"] == "http-invalid"
    assert "secret-word" not in json.dumps(problem)
