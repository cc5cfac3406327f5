"""Checking the log against its chain and its checkpoints: what is wrong, where, and nothing of what it says.

`tools/verify_audit.py` checks the same of an export, without this service and without trusting it; what a database
administrator rewrites whole is found only by that, with a checkpoint that somebody else has kept.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.audit.chain import FIRST, digest, document, link
from app.audit.merkle import Tree, leaf
from app.audit.signing import signed_part

MAX_FAULTS = 100
TOLERANCE = timedelta(minutes=15)  # an act may begin before a checkpoint and commit after it


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a code, and the number of the link or checkpoint."""

    code: str
    seq: int


@dataclass
class Check:
    """A check that walks the chain from its beginning, link by link."""

    checkpoints: Sequence[Any]
    keys: Mapping[str, str]
    size: int = 0
    head: str = FIRST
    faults: list[Fault] = field(default_factory=list)
    _tree: Tree = field(default_factory=Tree)
    _passed: datetime | None = None

    def __post_init__(self) -> None:
        self._due = {one.size: one for one in self.checkpoints}

    def step(self, row: Mapping[str, Any]) -> None:
        """Check the next link, which holds its row of the log too (`log_id` is None where that is gone)."""
        self.size += 1
        seq = int(row["seq"])
        self._note(list(self._wrong_with(row, seq)), seq)
        self.size, self.head = seq, str(row["hash"])
        self._tree.add(leaf(bytes.fromhex(row["digest"])))
        if (checkpoint := self._due.pop(seq, None)) is not None:
            self._note(list(self._wrong_with_checkpoint(checkpoint)), seq)
            self._passed = checkpoint.signed_at

    def _wrong_with(self, row: Mapping[str, Any], seq: int) -> Iterator[str]:
        if seq != self.size:
            yield "GAP"
        if row["event"] is None:
            yield "ENTRY_MISSING"
        elif digest(document(row)) != row["digest"]:
            yield "ENTRY_CHANGED"
        elif self._passed is not None and row["occurred_at"] < self._passed - TOLERANCE:
            yield "BACKDATED"
        if link(seq, self.head, row["digest"]) != row["hash"]:
            yield "LINK_BROKEN"

    def _wrong_with_checkpoint(self, checkpoint: Any) -> Iterator[str]:  # noqa: ANN401  (a row)
        if checkpoint.root != self.root:
            yield "ROOT_DIFFERS"
        if checkpoint.head != self.head:
            yield "HEAD_DIFFERS"
        if checkpoint.key_id not in self.keys:
            yield "KEY_UNKNOWN"
        elif not _is_signed(checkpoint, self.keys[checkpoint.key_id]):
            yield "SIGNATURE_INVALID"

    def finish(self) -> None:
        """Note the checkpoints that the chain does not reach."""
        for size in sorted(self._due):
            self._note(["SHORTER_THAN_CHECKPOINT"], size)

    @property
    def root(self) -> str:
        """Return the root of the tree over what has been walked."""
        return self._tree.root().hex()

    def _note(self, codes: list[str], seq: int) -> None:
        self.faults += [Fault(code, seq) for code in codes[: MAX_FAULTS - len(self.faults)]]


def _is_signed(checkpoint: Any, public_key: str) -> bool:  # noqa: ANN401  (a row)
    told = signed_part(checkpoint.size, checkpoint.root, checkpoint.head, checkpoint.signed_at, checkpoint.key_id)
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(checkpoint.signature), rfc8785.dumps(told))
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
