"""Merkle trees: proofs hold for what is there and for nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from app.audit.merkle import EMPTY, consistency, extends, includes, inclusion, leaf, node, root

LEAVES = [leaf(hashlib.sha256(bytes([number])).digest()) for number in range(40)]
sizes = st.integers(1, len(LEAVES))


def test_root_of_nothing_and_of_three_are_those_of_the_standard() -> None:
    """RFC 9162: the hash of nothing; and an odd leaf stands alone on its side."""
    one, two, three = LEAVES[:3]

    assert root([]) == EMPTY
    assert root([one, two, three]) == node(node(one, two), three)


@given(sizes, st.data())
def test_every_entry_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    """A proof shows its own leaf at its own place under its own root."""
    index = data.draw(st.integers(0, size - 1))
    leaves, other = LEAVES[:size], leaf(b"other")

    proof = inclusion(leaves, index)

    assert includes(leaves[index], index, size, proof, root(leaves))
    assert not includes(other, index, size, proof, root(leaves))
    assert not includes(leaves[index], index, size, proof, EMPTY)
    assert not includes(leaves[index], index, size, [*proof, other], root(leaves))


@given(sizes, st.data())
def test_every_past_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    """A proof shows that an older tree begins the newer one, and not that a changed one does."""
    old = data.draw(st.integers(1, size))
    leaves = LEAVES[:size]
    changed = [leaf(b"changed"), *leaves[1:]]

    proof = consistency(leaves, old)

    assert extends(old, root(leaves[:old]), size, root(leaves), proof)
    assert not extends(old, root(changed[:old]), size, root(leaves), proof)
    assert not extends(old, root(leaves[:old]), size, root(changed), proof)
