"""Sending one message: to the very address that was judged, under the name that was registered, and no further.

The name is resolved once. Every address that it leads to must be public; the connection goes to one of them, while
`Host`, SNI and the check of the certificate keep the name. No proxy, no redirect, no second request on the same
connection; of the answer only the status is read. All of it ends in time, whatever the receiver does.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from time import perf_counter
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from app import __version__
from app.webhooks.targets import TargetRules, is_public
from app.webhooks.words import AttemptOutcome

SECONDS = 10.0
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_GONE = 410


@dataclass(frozen=True)
class Reply:
    """What came of one attempt; `retry_after`: the seconds that the receiver asks for, if it does."""

    outcome: AttemptOutcome
    answered: int | None = None
    milliseconds: int = 0
    retry_after: int | None = None


class TargetRefused(Exception):
    """The name leads to an address that nothing is sent to."""


async def resolve_name(name: str, port: int) -> Sequence[str]:
    """Return every address that a name leads to."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Poster:
    """Sends messages; `verify` is what certificates are checked by, the public authorities if nothing else is said."""

    def __init__(
        self,
        rules: TargetRules,
        *,
        resolve: Resolve = resolve_name,
        verify: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._rules = rules
        self._resolve = resolve
        self._seconds = seconds
        # A connection that is kept could be taken for another name at the same address.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.AsyncClient(
            verify=verify or httpx.create_ssl_context(trust_env=False),
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
            limits=limits,
        )

    async def __aenter__(self) -> Self:
        """Be ready to send."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send a body to an address; whatever happens is a reply."""
        begun = perf_counter()
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._send(url, headers, body)
        except TargetRefused:
            reply = Reply(AttemptOutcome.TARGET_REFUSED)
        except (TimeoutError, httpx.TimeoutException):
            reply = Reply(AttemptOutcome.TIMED_OUT)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError):
            reply = Reply(AttemptOutcome.UNREACHABLE)
        else:
            reply = _reply(answer)
        took = round((perf_counter() - begun) * 1000)
        return Reply(reply.outcome, reply.answered, took, reply.retry_after)

    async def _send(self, url: str, headers: Mapping[str, str], body: bytes) -> httpx.Response:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port or 443
        address = await self._address(url, name, port)
        pinned = httpx.URL(url).copy_with(host=address, port=port)
        own = {"Host": parts.netloc, "Content-Type": "application/json", "User-Agent": f"oocd/{__version__}"}
        request = self._client.build_request("POST", pinned, content=body, headers=own | dict(headers))
        request.extensions["sni_hostname"] = name
        answer = await self._client.send(request, stream=True)
        await answer.aclose()
        return answer

    async def _address(self, url: str, name: str, port: int) -> str:
        addresses = await self._resolve(name, port)
        may = _is_own if self._rules.is_loopback(url) else is_public
        if not addresses or not all(may(one) for one in addresses):
            raise TargetRefused
        return addresses[0]


def _is_own(address: str) -> bool:
    return ip_address(address).is_loopback


def _reply(answer: httpx.Response) -> Reply:
    if answer.is_success:
        return Reply(AttemptOutcome.DELIVERED, answer.status_code)
    if answer.status_code == _GONE:
        return Reply(AttemptOutcome.GONE, answer.status_code)
    if 300 <= answer.status_code < 400:  # noqa: PLR2004  (what HTTP calls a redirection)
        return Reply(AttemptOutcome.REDIRECTED, answer.status_code)
    asked = answer.headers.get("retry-after", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else None  # noqa: PLR2004
    return Reply(AttemptOutcome.REFUSED, answer.status_code, retry_after=seconds)
