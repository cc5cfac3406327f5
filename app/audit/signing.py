"""Signed checkpoints: what the log was at an instant, in a form that others keep and nobody can change.

The key signs checkpoints and nothing else. Its public half belongs with every witness, from the beginning.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.secret_files import make_once

KEY_FILE = "audit-signing.pem"


@dataclass(frozen=True)
class Checkpoint:
    """The size of the log, the root of the tree over it and its last link, at an instant, signed."""

    size: int
    root: str
    head: str
    signed_at: datetime
    key_id: str
    signature: str

    def signed(self) -> dict[str, Any]:
        """Return what the signature covers."""
        return signed_part(self.size, self.root, self.head, self.signed_at, self.key_id)


def signed_part(size: int, root: str, head: str, signed_at: datetime, key_id: str) -> dict[str, Any]:
    """Return what the signature of a checkpoint covers."""
    instant = signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"head": head, "keyId": key_id, "root": root, "signedAt": instant, "size": size}


def key_id(public_key: str) -> str:
    """Return the name of a public key (base64 of its 32 bytes)."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:16]


class Signer:
    """Signs checkpoints with an Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()
        self.key_id = key_id(self.public_key)

    def sign(self, size: int, root: str, head: str, signed_at: datetime) -> Checkpoint:
        """Return a signed checkpoint."""
        told = rfc8785.dumps(signed_part(size, root, head, signed_at, self.key_id))
        signature = base64.b64encode(self._key.sign(told)).decode()
        return Checkpoint(size, root, head, signed_at, self.key_id, signature)


def signer_from(place: Path, *, make: bool) -> Signer:
    """Return the signer whose key is in a file; with `make`, make the file if it is not there, for its owner alone."""
    if make:
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        make_once(place, made)
    key = serialization.load_pem_private_key(place.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{place} does not hold an Ed25519 key")
    return Signer(key)
