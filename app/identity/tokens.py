"""Reading a bearer token: the checks that turn a string into a `Caller`, or refuse it without a hint.

The same reader serves tokens of the local issuer and of a live provider; only where the keys come from differs.
After RFC 9068 (`at+jwt`) and RFC 8725 (one algorithm family, chosen by us, and by the key rather than the token).
"""

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import jwt
from jwt import PyJWK

from app.errors import Unauthenticated
from app.identity.binding import Binding
from app.identity.caller import AUTHORITIES, Agency, Caller, Grade
from app.identity.presented import Presented
from app.settings import ClaimNames

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
MAX_TOKEN = 8 * 1024
_REMEMBERED = 5000  # tokens; then all are looked at anew
_REQUIRED = ("iss", "aud", "exp", "iat", "sub")
_TIMES = ("exp", "nbf", "iat")


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of that id, or None; raise `Unavailable` if the keys cannot be had."""
        ...

    async def close(self) -> None:
        """Let go of what reading keys held open."""
        ...


@dataclass(frozen=True)
class Expected:
    """What a token must say to be one of ours.

    `lifetime` is the longest that a token may live, so that nobody's outlives a posting by far; `types` are the
    accepted `typ` headers; `clients`, if any, the only clients that are known; `barred` are clients
    whose tokens are refused whatever the issuer says. `person_required`: a person's token must say by what the person
    is known beyond the account; `same_person`: accounts that are one person's, where the provider cannot say so.
    """

    issuer: str
    audience: str
    skew: timedelta
    claims: ClaimNames
    types: frozenset[str] = frozenset({"at+jwt"})
    lifetime: timedelta = timedelta(minutes=90)
    clients: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    person_required: bool = False
    same_person: tuple[frozenset[str], ...] = ()

    def accounts_of(self, user_name: str | None) -> frozenset[str]:
        """Return the other accounts that are known to be the same person's."""
        return frozenset(name for one in self.same_person if user_name in one for name in one) - {str(user_name)}


@dataclass(frozen=True)
class _Seen:
    """A token whose signature was found good: its header, the key that it was made with, its claims, its bearer."""

    header: Mapping[str, str]
    key: PyJWK
    claims: Mapping[str, Any]
    caller: Caller


class TokenReader:
    """Turns what a request presents into a caller."""

    def __init__(self, keys: KeySource, expected: Expected, binding: Binding, *, now: Callable[[], datetime]) -> None:
        self._keys = keys
        self._expected = expected
        self._binding = binding
        self._now = now
        self._seen: dict[bytes, _Seen] = {}
        self._types = {kind for one in expected.types for kind in (one.lower(), f"application/{one.lower()}")}

    async def read(self, presented: Presented) -> Caller:
        """Return who sent a request; raise `Unauthenticated` whatever is wrong with what it presents."""
        scheme, token = _credentials(presented.authorization)
        digest = hashlib.sha256(token.encode()).digest()
        seen = self._seen.get(digest)
        header = self._header(token) if seen is None else seen.header
        key = await self._keys.key(header["kid"])
        if key is None or key.key_type != ALGORITHMS[header["alg"]]:
            raise Unauthenticated
        if seen is None or seen.key is not key:
            claims = self._verified(token, key, header["alg"])
            seen = _Seen(header, key, claims, self._caller(claims))
        self._check_times(seen.claims)
        self._binding.check(presented, scheme, token, seen.claims.get("cnf"))
        self._remember(digest, seen)
        return seen.caller

    def _remember(self, digest: bytes, seen: "_Seen") -> None:
        """Remember whose a token is, by its digest: a signature is looked at once while the issuer holds its key."""
        if digest not in self._seen and len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[digest] = seen

    def _verified(self, token: str, key: PyJWK, algorithm: str) -> Mapping[str, Any]:
        try:
            # The times are checked below against the service's own clock; the library would ask the machine's.
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                audience=self._expected.audience,
                issuer=self._expected.issuer,
                options={
                    "require": [*_REQUIRED, self._expected.claims.token_id],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, TypeError, ValueError, RecursionError):
            raise Unauthenticated from None
        return claims

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now, skew = self._now().timestamp(), self._expected.skew.total_seconds()
        times = {name: claims[name] for name in _TIMES if name in claims}
        if not all(
            isinstance(time, int | float) and not isinstance(time, bool) and math.isfinite(time)
            for time in times.values()
        ):
            raise Unauthenticated
        if times["exp"] <= now - skew or times["iat"] > now + skew or times.get("nbf", now) > now + skew:
            raise Unauthenticated
        if times["exp"] - times["iat"] > self._expected.lifetime.total_seconds() + skew:
            raise Unauthenticated

    def _header(self, token: str) -> dict[str, str]:
        """Return the token's header if it is one we would ever accept; doubled keys, `crit`, foreign types are not."""
        try:
            encoded = token.split(".", 1)[0]
            raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
            header = json.loads(raw, object_pairs_hook=_no_duplicates)
        except (ValueError, binascii.Error, RecursionError):
            raise Unauthenticated from None
        if not isinstance(header, dict) or "crit" in header:
            raise Unauthenticated
        kind, algorithm, kid = header.get("typ"), header.get("alg"), header.get("kid")
        if not (isinstance(kind, str) and kind.lower() in self._types):
            raise Unauthenticated
        if not (isinstance(algorithm, str) and algorithm in ALGORITHMS):
            raise Unauthenticated
        if not (isinstance(kid, str) and 0 < len(kid) <= 200):  # noqa: PLR2004  (an opaque name, bounded)
            raise Unauthenticated
        return {"alg": algorithm, "kid": kid}

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        names, expected = self._expected.claims, self._expected
        client_id, user_name = _claim(claims, names.client_id), _claim(claims, names.user_name)
        if not _is_name(client_id) or not (user_name is None or _is_name(user_name)):
            raise Unauthenticated
        if client_id in expected.barred or (expected.clients and client_id not in expected.clients):
            raise Unauthenticated
        person = _claim(claims, names.person) if user_name is not None else None
        if not (person is None or _is_name(person)) or (person is None and user_name and expected.person_required):
            raise Unauthenticated
        authorities, areas = _words(_claim(claims, names.authorities)), _words(_claim(claims, names.areas))
        try:
            agency, grade = _claim(claims, names.agency), _claim(claims, names.grade)
            return Caller(
                issuer=expected.issuer,
                client_id=str(client_id),
                user_name=user_name,
                agency=None if agency is None else Agency(agency),
                grade=None if grade is None else Grade(grade),
                roles=frozenset(AUTHORITIES[name] for name in authorities if name in AUTHORITIES),
                areas=frozenset(areas),
                person=person,
                accounts=expected.accounts_of(user_name),
            )
        except ValueError:
            raise Unauthenticated from None


def _credentials(headers: tuple[str, ...]) -> tuple[str, str]:
    scheme, _, token = (headers[0] if len(headers) == 1 else "").partition(" ")
    if scheme.lower() not in {"bearer", "dpop"} or not token or len(token) > MAX_TOKEN or not token.isascii():
        raise Unauthenticated
    return scheme.lower(), token


def _claim(claims: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  (whatever the provider wrote)
    """Return a claim by its name, or by the path that a name with dots is (`realm_access.roles`); None without it."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _words(value: object) -> tuple[str, ...]:
    """Return a claim's words: a list, or one string that separates them by spaces; None is no words."""
    listed = value.split(" ") if isinstance(value, str) else value
    if listed is None:
        return ()
    if not isinstance(listed, list) or not all(isinstance(word, str) and word.isprintable() for word in listed):
        raise Unauthenticated
    if any("," in word for word in listed):
        raise Unauthenticated
    return tuple(word for word in listed if word)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()  # noqa: PLR2004  (bounded names)
