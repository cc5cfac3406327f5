"""Where public keys come from: the issuer's key set by URL, or our own issuer in local mode.

A key set is fetched again for an unknown key id, but at most once in thirty seconds (else a storm of invented ids
would have us hammer the provider), and kept while the provider is away, up to a day; after that the service answers
503, not 401, because it is our trouble and not the caller's.
"""

import asyncio
import json
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
_PATIENCE = 5.0  # seconds for a whole fetch


class FixedKeys:
    """Keys that are at hand: those of the local issuer."""

    def __init__(self, keys: dict[str, PyJWK]) -> None:
        self._keys = keys

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id, or None."""
        return self._keys.get(kid)

    async def close(self) -> None:
        """Close nothing: the keys are at hand."""


class RemoteKeys:
    """The key set of an identity provider."""

    def __init__(
        self, url: str, *, now: Callable[[], datetime], client: httpx.AsyncClient, patience: float = _PATIENCE
    ) -> None:
        self._url = url
        self._now = now
        self._client = client
        self._patience = patience
        self._keys: dict[str, PyJWK] = {}
        self._fetched: datetime | None = None
        self._tried: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id, or None; raise `Unavailable` if no key set young enough can be had."""
        if kid not in self._keys or self._older_than(_REFRESH):
            await self._refresh(waits=kid not in self._keys)
        if self._older_than(_MAX_AGE):
            raise Unavailable("The identity provider's keys cannot be read.")
        return self._keys.get(kid)

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._client.aclose()

    def _older_than(self, age: timedelta) -> bool:
        return self._fetched is None or self._now() - self._fetched > age

    async def _refresh(self, *, waits: bool) -> None:
        """Fetch the key set, one caller at a time; whoever has a key already does not wait for another's fetch."""
        if self._lock.locked() and not waits:
            return
        async with self._lock:
            if self._tried is not None and self._now() - self._tried < _COOLDOWN:
                return
            self._tried = self._now()
            try:
                async with asyncio.timeout(self._patience):
                    keys = _read_set(await self._fetch())
            except (httpx.HTTPError, jwt.PyJWTError, ValueError, TypeError, AttributeError, TimeoutError):
                return
            self._keys, self._fetched = keys, self._now()

    async def _fetch(self) -> bytes:
        """Return the key set as the provider sent it; raise `ValueError` for a redirect, an error or too much."""
        async with self._client.stream("GET", self._url, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ValueError("no key set")
            found = bytearray()
            async for chunk in answer.aiter_bytes():
                found += chunk
                if len(found) > _MAX_BYTES:
                    raise ValueError("no key set is so long")
        return bytes(found)


def _read_set(raw: bytes) -> dict[str, PyJWK]:
    """Return the signing keys of a key set by their ids; others are left out."""
    keys = PyJWKSet.from_dict(json.loads(raw)).keys
    return {
        key.key_id: key
        for key in keys
        if key.key_id is not None and key.key_type in {"RSA", "EC"} and key.public_key_use in {None, "sig"}
    }
