"""The HTTP parser's own refusals: bounded headers, and problem documents where no request could be read at all.

The application bounds the headers that it is shown; this bounds those that never end. Nothing that was sent is echoed.
"""

import json

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LONGEST_HEAD = 64 * 1024  # bytes of a request line and its headers, past which reading stops


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's fast protocol with an end to the headers."""

    _head = 0

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._head = 0

    def on_url(self, url: bytes) -> None:
        """Count a piece of the request line."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        self._count(name, value)
        super().on_header(name, value)

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be read, and close."""
        del msg
        too_large = self._head > LONGEST_HEAD
        status, code = (431, "headers-too-large") if too_large else (400, "http-invalid")
        title = "The headers are larger than headers may be" if too_large else "This is not a request of HTTP/1.1"
        body = json.dumps({"type": f"/problems/{code}", "title": title, "status": status, "code": code}).encode()
        head = STATUS_LINE[status] + b"".join(
            name + b": " + value + b"\r\n"
            for name, value in (
                *self.server_state.default_headers,
                (b"content-type", b"application/problem+json"),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                (b"connection", b"close"),
            )
        )
        self.transport.write(head + b"\r\n" + body)
        self.transport.close()

    def _count(self, *pieces: bytes) -> None:
        self._head += sum(map(len, pieces))
        if self._head > LONGEST_HEAD:
            raise httptools.HttpParserError
