"""Signatures as Standard Webhooks 1.0.0 has them, and the secrets behind them. Pure.

A secret is not stored: it follows from the service's own key, the subscription and a number. Who reads the database has
no secret, and nobody can read one back; a new number is a new secret.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

PREFIX = "whsec_"
SHORTEST_KEY = 32  # bytes


@dataclass(frozen=True)
class Keyring:
    """The service's key, from which every secret follows; `key_id` tells two keys apart and gives neither away."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) < SHORTEST_KEY:
            raise ValueError(f"a key for webhooks has at least {SHORTEST_KEY} bytes")

    @property
    def key_id(self) -> str:
        """Return a name of the key."""
        return hmac.digest(self.key, b"oocd webhooks: name of the key", hashlib.sha256).hex()[:16]

    def secret(self, webhook_id: str, number: int) -> str:
        """Return the secret of a subscription in the form that receivers take: `whsec_` and 32 bytes in base64."""
        told = f"oocd webhooks: secret {number} of {webhook_id}".encode()
        return PREFIX + base64.b64encode(hmac.digest(self.key, told, hashlib.sha256)).decode()


def headers(message_id: str, at: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the three headers of a message; each secret gives a signature, so that receivers can change over."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
