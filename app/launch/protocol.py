"""The HTTP parser's own refusals: bounded headers, and problem documents where no request could be read at all.

The application bounds the headers that it is shown; this bounds those that never end. Nothing that was sent is echoed.
"""

import asyncio
import json

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LONGEST_TARGET = 8 * 1024  # bytes of path and query
LONGEST_HEAD = 64 * 1024  # bytes of a request line and its headers, past which reading stops


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's fast protocol with an end to the headers, in length and in time.

    `patience` is how many seconds a head may take from its first byte, or from the beginning of the connection.
    """

    patience = 10.0
    _head = 0  # bytes received of a head that is not whole yet
    _head_open = True
    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own form
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._alarm is None:
            self._alarm = self.loop.call_later(self.patience, self._lose_patience)

    def _stop_waiting(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _lose_patience(self) -> None:
        """End a connection whose head does not come to its end; while an answer is made, it is nobody's fault."""
        self._alarm = None
        if self._head_open and not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head has grown past its bound without coming to its end."""
        self._head += len(data)
        if self._head_open:
            self._wait_for_head()
        super().data_received(data)
        if self._head_open and self._head > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Stop counting: what follows is the body, which the application bounds."""
        self._head_open = False
        self._stop_waiting()
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
