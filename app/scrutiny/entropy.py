"""Where chance comes from: one source, injected, so that a test can say what it gives."""

import secrets
from typing import Protocol


class Entropy(Protocol):
    """Gives bytes that nobody can foresee."""

    def bytes(self, count: int) -> bytes:
        """Return that many bytes."""
        ...


class SystemEntropy:
    """The operating system's generator."""

    def bytes(self, count: int) -> bytes:
        """Return that many bytes from the system."""
        return secrets.token_bytes(count)
