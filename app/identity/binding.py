"""Tokens that only their owner can use: bound to a client certificate (RFC 8705) or to a key that proves itself (DPoP).

A token says in `cnf` what it is bound to; that is then checked whether the deployment requires binding or not. A token
bound to something that cannot be checked here is refused.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from jwt import PyJWK

from app.errors import Unauthenticated
from app.identity.presented import Presented

ALGORITHMS = ("ES256", "RS256")
PROOF_AGE = timedelta(seconds=60)
MAX_PROOF = 8 * 1024
_REMEMBERED = 100_000
_THUMBED = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
_MAX_CERTIFICATE = 16 * 1024


class Binding:
    """Checks that the sender of a token is the one whom it was made for.

    `public_url` is what callers know the service by (DPoP's `htu`); `proxies` are the addresses that end mutual TLS and
    may hand on the client's certificate in a header, which is not looked at from anywhere else.
    """

    def __init__(
        self,
        *,
        required: bool,
        public_url: str,
        proxies: Iterable[str],
        skew: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._required = required
        self._public_url = public_url.rstrip("/")
        self._proxies: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(one) for one in proxies)
        self._skew = skew
        self._now = now
        self._seen: dict[tuple[str, str], datetime] = {}

    def check(self, presented: Presented, scheme: str, token: str, cnf: object) -> None:
        """Raise `Unauthenticated` unless the sender holds what the token is bound to."""
        if cnf is None:
            if self._required or scheme == "dpop":
                raise Unauthenticated
            return
        if not isinstance(cnf, Mapping) or not cnf or not set(cnf) <= {"x5t#S256", "jkt"}:
            raise Unauthenticated
        if "x5t#S256" in cnf and not _same(cnf["x5t#S256"], self._certificate(presented)):
            raise Unauthenticated
        if "jkt" in cnf:
            if scheme != "dpop":
                raise Unauthenticated
            self._check_proof(presented, token, cnf["jkt"])
        elif scheme == "dpop":
            raise Unauthenticated

    def _certificate(self, presented: Presented) -> str | None:
        """Return the thumbprint of the certificate that a trusted proxy says the client showed."""
        if len(presented.certificates) != 1 or not self._is_proxy(presented.peer):
            return None
        try:
            der = _certificate_bytes(presented.certificates[0])
        except (ValueError, binascii.Error):
            return None
        return _base64url(hashlib.sha256(der).digest())

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _check_proof(self, presented: Presented, token: str, jkt: object) -> None:
        if len(presented.proofs) != 1 or len(presented.proofs[0]) > MAX_PROOF:
            raise Unauthenticated
        proof = presented.proofs[0]
        try:
            header = jwt.get_unverified_header(proof)
            jwk = header.get("jwk")
            if header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS or not isinstance(jwk, dict):
                raise Unauthenticated
            if "crit" in header or "d" in jwk or not _same(jkt, thumbprint(jwk)):
                raise Unauthenticated
            claims = jwt.decode(
                proof,
                PyJWK.from_dict(jwk, algorithm=header["alg"]).key,
                algorithms=[header["alg"]],
                options={"require": ["jti", "iat", "htm", "htu", "ath"], "verify_iat": False, "verify_aud": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            raise Unauthenticated from None
        self._check_claims(presented, token, claims, str(jkt))

    def _check_claims(self, presented: Presented, token: str, claims: Mapping[str, Any], jkt: str) -> None:
        made = claims["iat"]
        if isinstance(made, bool) or not isinstance(made, int | float):
            raise Unauthenticated
        age = self._now().timestamp() - made
        fresh = -self._skew.total_seconds() <= age <= (PROOF_AGE + self._skew).total_seconds()
        here = str(claims["htu"]).partition("?")[0].partition("#")[0] == self._public_url + presented.path
        whole = _same(claims["ath"], _base64url(hashlib.sha256(token.encode()).digest()))
        if not (fresh and here and whole and claims["htm"] == presented.method):
            raise Unauthenticated
        self._remember(jkt, claims["jti"])

    def _remember(self, jkt: str, jti: object) -> None:
        """Refuse a proof that was seen before (by this process), and forget those too old to be accepted anyway."""
        if not isinstance(jti, str) or not 0 < len(jti) <= 200:  # noqa: PLR2004  (an opaque name, bounded)
            raise Unauthenticated
        now = self._now()
        if (jkt, jti) in self._seen or len(self._seen) > _REMEMBERED:
            self._seen = {one: until for one, until in self._seen.items() if until > now}
        if (jkt, jti) in self._seen or len(self._seen) > _REMEMBERED:
            raise Unauthenticated
        self._seen[jkt, jti] = now + PROOF_AGE + 2 * self._skew


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the thumbprint of a public key (RFC 7638); raise `ValueError` for a kind of key that is not accepted."""
    members = _THUMBED.get(str(jwk.get("kty")))
    if members is None or not all(isinstance(jwk.get(name), str) for name in members):
        raise ValueError("not a public key that can be accepted")
    canonical = json.dumps({name: jwk[name] for name in members}, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _certificate_bytes(header: str) -> bytes:
    """Read a certificate as `Client-Cert` has it (RFC 9440: base64 between colons), or bare base64, of its DER."""
    if len(header) > _MAX_CERTIFICATE:
        raise ValueError("too long for a certificate")
    certificate = x509.load_der_x509_certificate(base64.b64decode(header.strip().strip(":"), validate=True))
    return certificate.public_bytes(Encoding.DER)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _same(one: object, other: object) -> bool:
    return (
        isinstance(one, str)
        and isinstance(other, str)
        and one.isascii()
        and hmac.compare_digest(one.encode(), other.encode())
    )
