"""Which decided cases are one child's, so that a child is counted once. Pure.

A child is known by digests of each identifier with the birth date, under a key that the database made: who reads the
digests learns no number, and cannot try out numbers without the key. What stands for the child in an answer is the
first of its cases there.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

from app.cases.matching import identifier_keys

DIGEST = 16
"""Bytes of a digest: too many for any two of a country's children to share one by chance."""


def known_by(key: bytes, born: date, identifiers: Sequence[Any]) -> bytes:
    """Return the digests of a child's identifiers, one after another; two children share one if they are one child."""
    names = ("\x1f".join((born.isoformat(), *one)) for one in identifier_keys(identifiers))
    return b"".join(sorted(blake2b(name.encode(), digest_size=DIGEST, key=key).digest() for name in names))


def digests_in(known: bytes) -> list[bytes]:
    """Return the digests that were put one after another."""
    return [known] if len(known) == DIGEST else [known[at : at + DIGEST] for at in range(0, len(known), DIGEST)]


def first_cases(known_by: Iterable[tuple[str, Collection[Hashable]]]) -> dict[str, str]:
    """Return for each case, told with what its child is known by, the first case of the same child.

    Two cases are one child's if they share anything, or if others between them do: whoever was known by one number,
    then by another, and once by both, is one child.
    """
    before: dict[str, str] = {}
    seen: dict[Hashable, str] = {}
    joined: list[str] = []

    def first(case: str) -> str:
        while before[case] != case:
            before[case] = case = before[before[case]]
        return case

    for case, keys in known_by:
        before[case] = case
        for key in keys:
            if (other := seen.setdefault(key, case)) != case:
                earlier, later = sorted((first(other), first(case)))
                before[later] = earlier
                joined.append(later)
    return before | {case: first(case) for case in joined}
