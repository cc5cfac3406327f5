"""Names a case in one sample, so that two samples cannot be joined.

A plain hash of a case id can be reversed by trying every id; a keyed one cannot. Every sample has a fresh key, which is
destroyed when its findings are closed: after that nobody can go back from the name to the case.
"""

from __future__ import annotations

import hashlib
import hmac

KEY_BYTES = 32
SHOWN = 12


def pseudonym(case_id: str, *, key: bytes) -> str:
    """Return the name of a case in the sample that the key belongs to, for example `S-4F2A9C01B7DE`."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a pseudonym key has {KEY_BYTES} bytes")
    return "S-" + hmac.new(key, case_id.encode(), hashlib.sha256).hexdigest()[:SHOWN].upper()
