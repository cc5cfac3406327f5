"""A client that costs little: HTTP/1.1 over connections that are kept, with requests that are ready bytes."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Got:
    """An answer: its status and its body."""

    status: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401  (whatever the body says)
        """Return what the body says."""
        return json.loads(self.body)


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One connection, on which one request follows another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, url: str) -> "Connection":
        """Open a connection to a service."""
        place = urlsplit(url)
        return cls(*await asyncio.open_connection(place.hostname, place.port, limit=64 * 1024 * 1024))

    async def send(self, wire: bytes) -> Got:
        """Send a request and return its answer; an answer that says neither its length nor chunks is refused."""
        self._writer.write(wire)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        lower = head.lower()
        if b"content-length:" in lower:
            length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            return Got(status, await self._reader.readexactly(length))
        if b"transfer-encoding: chunked" not in lower:
            raise ValueError("an answer of no length")
        return Got(status, b"".join([chunk async for chunk in self._chunks()]))

    async def _chunks(self):  # noqa: ANN202  (an asynchronous generator of bytes)
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


async def all_of(url: str, wires: Sequence[bytes], *, status: int, at_once: int = 4) -> list[Got]:
    """Send requests over a few connections, one after another on each; every answer must have this status."""
    waiting, found = list(reversed(wires)), []

    async def one_after_another() -> None:
        connection = await Connection.to(url)
        while waiting:
            answer = await connection.send(waiting.pop())
            if answer.status != status:
                raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
            found.append(answer)
        await connection.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(one_after_another())
    return found


async def at_rate(url: str, wires: Sequence[bytes], *, status: int, per_second: int) -> list[float]:
    """Send requests at the instants of a timetable, whatever has become of those before; return the seconds of each.

    A request's time begins when it was due, not when it could be sent: a service that stalls cannot hide it by not
    being asked meanwhile (coordinated omission). A request that is refused takes for ever.
    """
    idle: list[Connection] = [await Connection.to(url) for _ in range(64)]
    spare = asyncio.Semaphore(len(idle))
    found: list[float] = []

    async def due_at(due: float, wire: bytes) -> None:
        async with spare:
            connection = idle.pop()
            answer = await connection.send(wire)
            idle.append(connection)
        found.append(perf_counter() - due if answer.status == status else inf)

    begin = perf_counter() + 0.1
    async with asyncio.TaskGroup() as tasks:
        for number, wire in enumerate(wires):
            due = begin + number / per_second
            await asyncio.sleep(max(0.0, due - perf_counter()))
            tasks.create_task(due_at(due, wire))
    for connection in idle:
        await connection.close()
    return found
