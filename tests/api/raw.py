"""Requests that no HTTP library would send, over a bare socket."""

import asyncio
from urllib.parse import urlsplit

Answered = tuple[int, dict[str, str], bytes]


async def exchange(base_url: str, request: bytes, *, patience: float = 15) -> Answered:
    """Send bytes and return the status, the headers and the body of the first answer; status 0 if there is none."""
    address = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(request)
        await writer.drain()
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), patience)
        status, headers = _read_head(head)
        body = await asyncio.wait_for(reader.readexactly(int(headers.get("content-length", "0"))), patience)
    except (asyncio.IncompleteReadError, ConnectionError):
        return 0, {}, b""
    else:
        return status, headers, body
    finally:
        writer.close()


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs}
