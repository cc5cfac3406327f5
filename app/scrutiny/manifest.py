"""What a frame is, in one document whose digest the audit log keeps. Pure.

It holds everything that a draw rests on, and no case. Whoever changes a frame afterwards, in the database itself, has
to change this digest too, and that stands in a log that is chained, signed and kept by others (`app.audit`).
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

from app.scrutiny.words import INCLUSION_RULES

_PLAIN = {
    "frameId": "frame_id",
    "areas": "areas",
    "filters": "filters",
    "strata": "strata",
    "size": "size",
    "minimumPerStratum": "minimum_per_stratum",
    "k": "k",
    "purpose": "purpose",
    "grouping": "grouping",
    "members": "members",
    "algorithm": "algorithm",
    "count": "count",
    "frameDigest": "frame_digest",
    "strataDigest": "strata_digest",
    "nonceCommitment": "nonce_commitment",
    "allocation": "allocation",
    "redrawOf": "redraw_of",
    "reason": "reason",
    "frozenBy": "frozen_by",
}
_OF_EXCLUSION = ("reason", "disposal", "count", "decided")


def manifest_of(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a frame, from its row: JSON of text, whole numbers and lists, so that anybody can hash it.

    Figures and completeness are left out: they describe the frame, and no draw rests on them.
    """
    frozen_at: datetime = frame["frozen_at"]
    return {name: frame[column] for name, column in _PLAIN.items()} | {
        "decidedFrom": frame["decided_from"].isoformat(),
        "decidedTo": frame["decided_to"].isoformat(),
        "inclusionRules": list(INCLUSION_RULES),
        "exclusions": [{name: row.get(name) for name in _OF_EXCLUSION} for row in frame["exclusions"]],
        "frozenAt": frozen_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def manifest_digest_of(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest as canonical JSON (RFC 8785), as lower-case hex."""
    return hashlib.sha256(rfc8785.dumps(dict(manifest))).hexdigest()
