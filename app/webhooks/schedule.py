"""When to try again. Pure: the waits that Standard Webhooks proposes, each a little longer for chance's sake.

Where many deliveries fail at once, they must not all come back at once. The jitter follows from the delivery's id and
the attempt, so that it needs no generator and can be recomputed. It only adds: all waits are 75 hours at least.
"""

import hashlib
from datetime import timedelta

WAITS = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)  # seconds
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
_JITTER = 0.2  # of the wait, at most


def wait_after(attempt: int, delivery_id: str) -> timedelta | None:
    """Return how long to wait after the attempt of this number, from 1; None when there is no further one."""
    if attempt > len(WAITS):
        return None
    drawn = hashlib.sha256(f"{delivery_id}|{attempt}".encode()).digest()
    share = int.from_bytes(drawn[:8], "big") / 2**64
    return timedelta(seconds=WAITS[attempt - 1] * (1 + _JITTER * share))
