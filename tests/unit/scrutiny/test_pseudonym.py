"""Names that cannot be joined between samples."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from app.scrutiny.pseudonym import KEY_BYTES, pseudonym

ONE, OTHER = b"1" * KEY_BYTES, b"2" * KEY_BYTES


def test_pseudonym_is_a_keyed_digest() -> None:
    """HMAC-SHA-256 of the case id, shortened."""
    expected = hmac.new(ONE, b"case-1", hashlib.sha256).hexdigest()[:12].upper()

    assert pseudonym("case-1", key=ONE) == f"S-{expected}"


def test_pseudonym_differs_between_samples() -> None:
    """Another key, another name for the same case."""
    assert pseudonym("case-1", key=ONE) != pseudonym("case-1", key=OTHER)


@pytest.mark.parametrize("key", [b"", b"short", b"1" * (KEY_BYTES - 1)])
def test_pseudonym_refuses_a_weak_key(key: bytes) -> None:
    """A short key could be guessed."""
    with pytest.raises(ValueError, match="32 bytes"):
        pseudonym("case-1", key=key)
