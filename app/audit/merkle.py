"""Merkle trees over the log (RFC 9162, section 2.1): roots, and proofs that an entry, or an older tree, is in one.

Pure. A leaf is the hash of an entry; nothing here knows what an entry says.
"""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(entry: bytes) -> bytes:
    """Return the leaf of an entry's hash."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and holds no more than its peaks."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, one: bytes) -> None:
        """Add a leaf at the end."""
        height, top = 0, one
        while self._peaks and self._peaks[-1][0] == height:
            top = node(self._peaks.pop()[1], top)
            height += 1
        self._peaks.append((height, top))

    def root(self) -> bytes:
        """Return the root over the leaves added so far."""
        if not self._peaks:
            return EMPTY
        *rest, (_, top) = self._peaks
        for _, peak in reversed(rest):
            top = node(peak, top)
        return top


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree over its leaves."""
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree.root()


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that the leaf at `index` (from 0) is in the tree."""
    if len(leaves) <= 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion(leaves[:split], index), root(leaves[split:])]
    return [*inclusion(leaves[split:], index - split), root(leaves[:split])]


def consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Return the proof that the tree of the first `size` leaves is the beginning of the tree of all."""
    return _consistency(leaves, size, whole=True) if 0 < size < len(leaves) else []


def _consistency(leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if size <= split:
        return [*_consistency(leaves[:split], size, whole=whole), root(leaves[split:])]
    return [*_consistency(leaves[split:], size - split, whole=False), root(leaves[:split])]


def _split(size: int) -> int:
    """Return the largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def includes(one: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Return whether a proof shows that a leaf stands at `index` in the tree of that size and root."""
    if not 0 <= index < size:
        return False
    first, last, top = index, size - 1, one
    for step in proof:
        if last == 0:
            return False
        if first % 2 or first == last:
            top = node(step, top)
            while not first % 2 and first:
                first, last = first >> 1, last >> 1
        else:
            top = node(top, step)
        first, last = first >> 1, last >> 1
    return last == 0 and top == expected


def extends(size: int, old: bytes, new_size: int, new: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the tree of `size` and root `old` is the beginning of the newer one."""
    if size == new_size:
        return old == new and not proof
    if not 0 < size < new_size or not proof:
        return size == 0
    steps = list(proof) if size & (size - 1) else [old, *proof]
    first, last = size - 1, new_size - 1
    while first % 2:
        first, last = first >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if first % 2 or first == last:
            was, now = node(step, was), node(step, now)
            while not first % 2 and first:
                first, last = first >> 1, last >> 1
        else:
            now = node(now, step)
        first, last = first >> 1, last >> 1
    return last == 0 and was == old and now == new
