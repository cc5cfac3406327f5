"""Reading a bearer token: the checks that turn a string into a `Caller`, or refuse it without a hint.

The same reader serves tokens of the local issuer and of a live provider; only where the keys come from differs.
After RFC 9068 (`at+jwt`), RFC 8725 (one algorithm family, chosen by us) and the validation list of
`domain/security.md` 2.4.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import jwt
from jwt import PyJWK

from app.errors import Unauthenticated
from app.identity.caller import AUTHORITIES, Agency, Caller, Grade
from app.settings import ClaimNames

ALGORITHMS = ("RS256", "ES256")
MAX_TOKEN = 8 * 1024
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_REQUIRED = ("iss", "aud", "exp", "nbf", "iat", "jti", "sub")


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id, or None; raise `Unavailable` if the keys cannot be had."""
        ...


class TokenReader:
    """Turns bearer tokens into callers."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        skew: timedelta,
        claims: ClaimNames,
        now: Callable[[], datetime],
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._skew = skew
        self._names = claims
        self._now = now

    async def read(self, authorization: str | None) -> Caller:
        """Return the bearer of an `Authorization` header; raise `Unauthenticated` whatever is wrong with it."""
        token = _bearer(authorization)
        header = _header(token)
        key = await self._keys.key(header["kid"])
        if key is None:
            raise Unauthenticated
        try:
            # The times are checked below against the service's own clock; the library would ask the machine's.
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[header["alg"]],
                audience=self._audience,
                issuer=self._issuer,
                options={"require": list(_REQUIRED), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            raise Unauthenticated from None
        self._check_times(claims)
        return self._caller(claims)

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now, skew = self._now().timestamp(), self._skew.total_seconds()
        times = [claims[name] for name in ("exp", "nbf", "iat")]
        if not all(isinstance(time, int | float) and not isinstance(time, bool) for time in times):
            raise Unauthenticated
        expires, not_before, issued = times
        if expires <= now - skew or not_before > now + skew or issued > now + skew:
            raise Unauthenticated

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        names = self._names
        client_id, user_name = claims.get(names.client_id), claims.get(names.user_name)
        areas, authorities = claims.get(names.areas, []), claims.get(names.authorities, [])
        if not _is_name(client_id) or not (user_name is None or _is_name(user_name)):
            raise Unauthenticated
        if not _are_words(areas) or not _are_words(authorities) or any("," in area for area in areas):
            raise Unauthenticated
        try:
            agency, grade = claims.get(names.agency), claims.get(names.grade)
            return Caller(
                issuer=self._issuer,
                client_id=str(client_id),
                user_name=user_name,
                agency=None if agency is None else Agency(agency),
                grade=None if grade is None else Grade(grade),
                roles=frozenset(AUTHORITIES[name] for name in authorities if name in AUTHORITIES),
                areas=frozenset(areas),
            )
        except ValueError:
            raise Unauthenticated from None


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MAX_TOKEN or not token.isascii():
        raise Unauthenticated
    return token


def _header(token: str) -> dict[str, str]:
    """Return the token's header if it is one we would ever accept; duplicate keys, `crit` and foreign types are not."""
    try:
        encoded = token.split(".", 1)[0]
        raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        header = json.loads(raw, object_pairs_hook=_no_duplicates)
    except (ValueError, binascii.Error, RecursionError):
        raise Unauthenticated from None
    if not isinstance(header, dict) or "crit" in header:
        raise Unauthenticated
    kind, algorithm, kid = header.get("typ"), header.get("alg"), header.get("kid")
    if not (isinstance(kind, str) and kind.lower() in _TYPES) or algorithm not in ALGORITHMS:
        raise Unauthenticated
    if not (isinstance(kid, str) and 0 < len(kid) <= 200):  # noqa: PLR2004  (an opaque name, bounded)
        raise Unauthenticated
    return {"alg": algorithm, "kid": kid}


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()  # noqa: PLR2004  (bounded names)


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word.isprintable() for word in value)
