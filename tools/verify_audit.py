"""Check an exported audit log offline, trusting nobody who can write to the database.

    python verify_audit.py export.ndjson [more.ndjson ...] --witness checkpoint.json [...] [--key BASE64 ...]

`export.ndjson` is what `GET /v1/audit/export` gives, every page of it in order; `--witness` is a checkpoint that
somebody else has kept (the service writes one a day into the witness's folder); `--key` is the public key that signs
checkpoints, as it was handed over in the beginning. A witness's own copy of the key is believed like the witness.

Needs nothing but Python and the `cryptography` package. Ends with 0 when the log is whole, 1 with what is wrong, and 2
when it cannot be read.

What it finds: an entry changed, removed, added late or moved; a tail cut off; a chain computed anew from the first
entry; a database put back to an earlier day; checkpoints signed with another key. The last three need one honest
witness, for a chain that is computed anew holds together in itself.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIRST = "0" * 64
TOLERANCE = timedelta(minutes=15)
SIGNED = ("head", "keyId", "root", "signedAt", "size")
Document = dict[str, Any]


def canonical(value: Document) -> bytes:
    """Return canonical JSON (RFC 8785) of an object of strings, whole numbers, lists and nulls."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(raw: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(raw).digest()


def key_name(public_key: str) -> str:
    """Return the name by which checkpoints call a public key."""
    return sha256(base64.b64decode(public_key)).hex()[:16]


def is_signed(checkpoint: Document, public_key: str) -> bool:
    """Return whether a checkpoint carries the signature of a key."""
    told = canonical({name: checkpoint[name] for name in SIGNED})
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        key.verify(base64.b64decode(checkpoint["signature"]), told)
    except (InvalidSignature, ValueError):
        return False
    return True


class Tree:
    """A Merkle tree (RFC 9162) that grows leaf by leaf."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, entry: bytes) -> None:
        """Add an entry's digest."""
        height, top = 0, sha256(b"\x00" + entry)
        while self._peaks and self._peaks[-1][0] == height:
            top = sha256(b"\x01" + self._peaks.pop()[1] + top)
            height += 1
        self._peaks.append((height, top))

    def root(self) -> str:
        """Return the root, as lower-case hex."""
        if not self._peaks:
            return sha256(b"").hex()
        *rest, (_, top) = self._peaks
        for _, peak in reversed(rest):
            top = sha256(b"\x01" + peak + top)
        return top.hex()


@dataclass
class Log:
    """An exported log: its entries in order, its checkpoints, and whether it says that it is all there is."""

    entries: list[Document] = field(default_factory=list)
    checkpoints: list[Document] = field(default_factory=list)
    complete: bool = True
    ended: bool = False

    def read(self, lines: Iterator[str]) -> None:
        """Add a page of an export."""
        for line in lines:
            one = json.loads(line)
            if one["kind"] == "entry":
                self.entries.append(one)
            elif one["kind"] == "checkpoint":
                self.checkpoints.append(one)
            else:
                self.complete = self.complete and bool(one["complete"])
                self.ended = one["next"] is None


def verify(log: Log, witnesses: list[Document], keys: list[str]) -> list[str]:
    """Return what is wrong with a log, in sentences; nothing, if it is whole and every witness agrees."""
    trusted = {key_name(key): key for key in [*keys, *(one["publicKey"] for one in witnesses if "publicKey" in one)]}
    faults = [] if log.ended else ["The export does not end: pages of it are missing."]
    states: dict[int, tuple[str, str]] = {}
    passed: datetime | None = None
    signed_at = {one["size"]: one["signedAt"] for one in [*log.checkpoints, *witnesses]}
    tree, head = Tree(), FIRST
    for expected, one in enumerate(log.entries, start=1):
        faults += _wrong_with(one, expected, head, passed, complete=log.complete)
        head = one["hash"]
        tree.add(bytes.fromhex(one["digest"]))
        if one["seq"] in signed_at:
            states[one["seq"]] = (tree.root(), head)
            passed = datetime.fromisoformat(signed_at[one["seq"]])
    for one in log.checkpoints:
        faults += _checkpoint_faults("checkpoint", one, states, trusted)
    for one in witnesses:
        faults += _checkpoint_faults("witness", one, states, trusted)
    return faults


def _wrong_with(one: Document, expected: int, head: str, passed: datetime | None, *, complete: bool) -> Iterator[str]:
    seq, entry = one["seq"], one["entry"]
    if seq != expected:
        yield f"Entry {expected} is not there; {seq} stands in its place."
    if entry is None:
        if complete:
            yield f"Entry {seq} has been removed from the log."
    elif sha256(canonical(entry)).hex() != one["digest"]:
        yield f"Entry {seq} has been changed."
    elif passed is not None and datetime.fromisoformat(entry["occurredAt"]) < passed - TOLERANCE:
        yield f"Entry {seq} says that it is older than a checkpoint that was made before it."
    if sha256(canonical({"digest": one["digest"], "previous": head, "seq": seq})).hex() != one["hash"]:
        yield f"Link {seq} does not hold the one before it."


def _checkpoint_faults(
    kind: str, one: Document, states: dict[int, tuple[str, str]], trusted: dict[str, str]
) -> Iterator[str]:
    name = f"The {kind} of {one['signedAt']}"
    if one["size"] not in states:
        yield f"{name} saw {one['size']} entries; the log does not reach so far."
    elif states[one["size"]] != (one["root"], one["head"]):
        yield f"{name} saw another log: its first {one['size']} entries were different."
    if one["keyId"] not in trusted:
        yield f"{name} is signed with a key that nobody handed over (--key, or a witness that holds it)."
    elif not is_signed(one, trusted[one["keyId"]]):
        yield f"{name} does not carry the signature of its key."


def main() -> int:
    """Read the command line, and say whether the log is whole."""
    parser = argparse.ArgumentParser(description="Check an exported audit log offline.")
    parser.add_argument("export", nargs="+", type=Path)
    parser.add_argument("--witness", nargs="*", type=Path, default=[])
    parser.add_argument("--key", nargs="*", default=[])
    asked = parser.parse_args()
    log = Log()
    try:
        for place in asked.export:
            log.read(line for line in place.read_text(encoding="utf-8").splitlines() if line)
        witnesses = [json.loads(place.read_text(encoding="utf-8")) for place in asked.witness]
        faults = verify(log, witnesses, asked.key)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"The files cannot be read: {type(error).__name__}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    if not witnesses:
        print("No witness was given: a log that was computed anew as a whole would not be noticed.")
    print(f"{len(log.entries)} entries, {len(log.checkpoints)} checkpoints, {len(witnesses)} witnesses: "
          + ("whole." if not faults else f"{len(faults)} faults."))  # fmt: skip
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
