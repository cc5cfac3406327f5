"""The token issuer of local mode: client credentials for the demo clients, a key set, nothing else.

Its tokens are of the same form as a live provider's and are read by the same `TokenReader`. It does not exist outside
local mode: `app.main` mounts it there alone.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm
from uuid_utils import uuid7

from app.identity.demo_clients import DEMO_CLIENTS, SECRET, DemoClient
from app.secret_files import make_once

LIFETIME = timedelta(minutes=60)
_KEY_FILE = "local-issuer.pem"


class LocalIssuer:
    """Signs tokens for the demo clients."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, *, issuer: str, audience: str, now: Callable[[], datetime]
    ) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._now = now
        public: dict[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        thumb = hashlib.sha256(
            f'{{"crv":"{public["crv"]}","kty":"EC","x":"{public["x"]}","y":"{public["y"]}"}}'.encode()
        )
        self.kid = base64.urlsafe_b64encode(thumb.digest()).rstrip(b"=").decode()
        self.jwk = {**public, "kid": self.kid, "use": "sig", "alg": "ES256"}

    @property
    def keys(self) -> dict[str, PyJWK]:
        """Return the public keys by their ids."""
        return {self.kid: PyJWK.from_dict(self.jwk)}

    def token_for(self, client: DemoClient, **changes: object) -> str:
        """Return a signed access token (RFC 9068) for a demo client, with any claims changed."""
        now = self._now()
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": client.client_id,
            "client_id": client.client_id,
            "jti": str(uuid7()),
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "authorities": [role.authority for role in client.roles],
            "agency": client.agency.value,
            "areas": list(client.areas),
        }
        if client.person:
            claims["user_name"] = client.client_id
        if client.grade is not None:
            claims["grade"] = client.grade.value
        return jwt.encode(claims | changes, self._key, algorithm="ES256", headers={"typ": "at+jwt", "kid": self.kid})


def local_issuer(data_dir: Path | None, *, issuer: str, audience: str, now: Callable[[], datetime]) -> LocalIssuer:
    """Return the issuer whose key is kept in the data directory, so that tokens outlive a restart; None keeps none."""
    key = ec.generate_private_key(ec.SECP256R1()) if data_dir is None else _kept_key(data_dir / _KEY_FILE)
    return LocalIssuer(key, issuer=issuer, audience=audience, now=now)


def _kept_key(place: Path) -> ec.EllipticCurvePrivateKey:
    made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    make_once(place, made)
    key = serialization.load_pem_private_key(place.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{place} does not hold the key that it should")
    return key


def authenticated_client(authorization: str | None, form: bytes) -> DemoClient | None:
    """Return the demo client that form fields or a Basic header prove, or None."""
    fields = dict(parse_qsl(form.decode("ascii", errors="replace")))
    client_id, secret = _basic(authorization) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    client = DEMO_CLIENTS.get(client_id)
    return client if client is not None and secrets.compare_digest(secret.encode(), SECRET.encode()) else None


def grant_type(form: bytes) -> str | None:
    """Return the grant that a token request asks for."""
    return dict(parse_qsl(form.decode("ascii", errors="replace"))).get("grant_type")


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    return unquote_plus(name), unquote_plus(secret)
