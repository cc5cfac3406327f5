"""What an audit record says. Pure: it decides nothing and writes nothing.

A record names fields, never their values, and the case by its opaque id.
"""

from enum import StrEnum
from typing import NamedTuple


class AuditEvent(StrEnum):
    """The kinds of processing that DPA 2018 s62 wants logged, and those of our own."""

    COLLECTION = "COLLECTION"
    ALTERATION = "ALTERATION"
    CONSULTATION = "CONSULTATION"
    DISCLOSURE = "DISCLOSURE"
    COMBINATION = "COMBINATION"
    ERASURE = "ERASURE"


class AuditRecord(NamedTuple):
    """One act: its kind, its name (`referral.received`), the case, the area, and the names of the fields it touched.

    `evidence` is the SHA-256 of what the act fixed for good, where that is to be held against the log later. `reason`
    says why, in a person's words, where the act is not done without. A tuple, since a page of a list makes fifty.
    """

    event: AuditEvent
    act: str
    case_id: str | None = None
    area: str | None = None
    fields: tuple[str, ...] = ()
    rows: int = 1
    subject_id: str | None = None
    evidence: str | None = None
    reason: str | None = None
