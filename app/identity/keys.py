"""Where public keys come from: the issuer's key set by URL, or our own issuer in local mode.

A key set is fetched again for an unknown key id, but at most once in thirty seconds (else a storm of invented ids
would have us hammer the provider), and kept while the provider is away, up to a day; after that the service answers
503, not 401, because it is our trouble and not the caller's.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import jwt
from jwt import PyJWK, PyJWKSet

from app.errors import Unavailable

_COOLDOWN = timedelta(seconds=30)
_REFRESH = timedelta(minutes=10)
_MAX_AGE = timedelta(days=1)
_MAX_BYTES = 64 * 1024


class FixedKeys:
    """Keys that are at hand: those of the local issuer."""

    def __init__(self, keys: dict[str, PyJWK]) -> None:
        self._keys = keys

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id, or None."""
        return self._keys.get(kid)


class RemoteKeys:
    """The key set of an identity provider."""

    def __init__(self, url: str, *, now: Callable[[], datetime], client: httpx.AsyncClient) -> None:
        self._url = url
        self._now = now
        self._client = client
        self._keys: dict[str, PyJWK] = {}
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id, or None; raise `Unavailable` if no key set young enough can be had."""
        if kid not in self._keys or self._older_than(_REFRESH):
            async with self._lock:
                await self._refresh()
        if self._older_than(_MAX_AGE):
            raise Unavailable("The identity provider's keys cannot be read.")
        return self._keys.get(kid)

    def _older_than(self, age: timedelta) -> bool:
        return self._fetched is None or self._now() - self._fetched > age

    async def _refresh(self) -> None:
        if self._tried is not None and self._now() - self._tried < _COOLDOWN:
            return
        self._tried = self._now()
        try:
            answer = await self._client.get(self._url, follow_redirects=False, timeout=5.0)
            if answer.status_code != httpx.codes.OK or len(answer.content) > _MAX_BYTES:
                return
            keys = PyJWKSet.from_dict(answer.json()).keys
        except (httpx.HTTPError, jwt.PyJWTError, ValueError):
            return
        self._keys = {key.key_id: key for key in keys if key.key_id is not None}
        self._fetched = self._now()
