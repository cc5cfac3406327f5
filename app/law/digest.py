"""The fingerprint of the law: the same on every machine and Python, changed by every change of content.

Decides how parsed law files become one digest. Comments, order of keys, quoting and line ends do not count.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785

Rows = Iterable[tuple[str, ...]]


def digest_of(plain: Mapping[str, Any], tables: Mapping[str, Rows]) -> str:
    """`sha256:<hex>` of the canonical JSON (RFC 8785) of parsed files by path, tables entered by their own digest."""
    content = {"files": dict(plain), "tables": {path: _table_digest(rows) for path, rows in tables.items()}}
    return "sha256:" + hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def _table_digest(rows: Rows) -> str:
    """Return the digest of a table: fields parted and rows ended by separators that no field holds."""
    text = "".join("\x1f".join(row) + "\x1e" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()
