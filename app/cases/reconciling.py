"""Comparing what a system sent on a day with what was received. Pure: reads nothing and writes nothing.

A referral is known by its source. Its digest is that of the bytes in which it was sent: the body of a single referral,
or the line of a batch without its line feed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Source = tuple[str, str, str]
"""Force, system and reference."""


@dataclass(frozen=True)
class Differences:
    """What was sent and not received, received and not sent, and received otherwise than it was sent; by source."""

    missing: tuple[Source, ...]
    extra: tuple[Source, ...]
    different: tuple[Source, ...]


def compare(sent: Mapping[Source, str], received: Mapping[Source, str]) -> Differences:
    """Return how two sets of referrals differ, each given by the digests of its sources."""
    return Differences(
        missing=tuple(sorted(sent.keys() - received.keys())),
        extra=tuple(sorted(received.keys() - sent.keys())),
        different=tuple(sorted(one for one in sent.keys() & received.keys() if sent[one] != received[one])),
    )


def digest_of(digests: Iterable[str]) -> str:
    """Return the digest of a day: SHA-256 of the referrals' digests, sorted, each followed by a line feed."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in sorted(digests)).encode()).hexdigest()
