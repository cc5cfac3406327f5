"""A receiver of webhooks on this machine, which answers as a test tells it to."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
NEVER = 0  # a status that is none: the receiver takes the message and says nothing


@dataclass(frozen=True)
class Received:
    """One message as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Document:
        """Return the body, read."""
        found: Document = json.loads(self.raw)
        return found


@dataclass
class Receiver:
    """What came, and what is answered: the statuses in turn, the last one for good."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [204])
    headers: tuple[str, ...] = ()
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    pause: float = 0.0

    @property
    def url(self) -> str:
        """Return where to send to."""
        return f"http://127.0.0.1:{self.port}/hooks"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one message on a connection, and answer it."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
            raw = await reader.readexactly(int(headers["content-length"]))
            self.received.append(Received(head[0].split()[1], headers, raw))
            status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            await asyncio.sleep(self.pause)
            if status is NEVER:
                await reader.read()  # until the sender has had enough
            else:
                lines = [f"HTTP/1.1 {status} Told", "Content-Length: 0", *self.headers, "", ""]
                writer.write("\r\n".join(lines).encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Receive while the block lasts."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
