"""The HTTP parser's own refusals: bounded headers, and problem documents where no request could be read at all.

The application bounds the headers that it is shown; this bounds those that never end. Nothing that was sent is echoed.
"""

import json

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LONGEST_TARGET = 8 * 1024  # bytes of path and query
LONGEST_HEAD = 64 * 1024  # bytes of a request line and its headers, past which reading stops


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's fast protocol with an end to the headers."""

    _head = 0  # bytes received of a head that is not whole yet
    _head_open = True

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head has grown past its bound without coming to its end."""
        self._head += len(data)
        super().data_received(data)
        if self._head_open and self._head > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Stop counting: what follows is the body, which the application bounds."""
        self._head_open = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Begin to count the next request on this connection."""
        self._head, self._head_open = 0, True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be read, and close."""
        del msg
        too_large = self._head_open and self._head > LONGEST_HEAD
        status, code, title = 400, "http-invalid", "This is not a request of HTTP/1.1"
        if len(getattr(self, "url", b"")) > LONGEST_TARGET:
            status, code, title = 414, "uri-too-long", "The path and query are longer than they may be"
        elif too_large:
            status, code, title = 431, "headers-too-large", "The headers are larger than headers may be"
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
