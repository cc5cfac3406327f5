"""The log as it is read."""

from typing import Any

from app.http.schema import Answer, Instant


class AuditEntry(Answer):
    """One act: who, through which client, why, what, on which case, which fields, when.

    `caseIds` names the cases where there are several, as of a list; `caseId` is null then.
    """

    log_id: str
    occurred_at: Instant
    event: str
    act: str
    issuer: str
    client_id: str
    user_name: str | None
    agency: str | None
    grade: str | None
    purpose: str | None
    case_id: str | None
    case_ids: tuple[str, ...] | None
    subject_id: str | None
    area: str | None
    fields: tuple[str, ...]
    row_count: int
    request_id: str
    trace_id: str
    route: str
    evidence: str | None
    reason: str | None


class CheckpointAnswer(Answer):
    """What the log was at an instant, signed. Keep it: nobody can change what it says of the log."""

    size: int
    root: str
    head: str
    signed_at: Instant
    key_id: str
    signature: str


class AuditFault(Answer):
    """One thing that is wrong with the log, and at which number."""

    code: str
    seq: int


class AuditVerification(Answer):
    """Whether the log is whole: what was walked, what was found wrong, and what is not sealed yet."""

    verified: bool
    size: int
    head: str
    root: str
    unsealed: int
    faults: tuple[AuditFault, ...]
    checkpoint: CheckpointAnswer | None
    keys: dict[str, str]


class InclusionProof(Answer):
    """That an entry is in the log of that size: RFC 9162 path from its leaf to the root."""

    entry: dict[str, Any]
    seq: int
    digest: str
    size: int
    path: tuple[str, ...]


class AnchorAnswer(Answer):
    """That an act stands in the log of that size and root: RFC 9162 path, and the checkpoint that signs the root.

    `checkpoint` is null until the log is signed, which takes seconds after what was fixed is sealed.
    """

    entry: dict[str, Any]
    seq: int
    digest: str
    size: int
    root: str
    path: tuple[str, ...]
    checkpoint: CheckpointAnswer | None


class ConsistencyProof(Answer):
    """That the log of one size is the beginning of the log of another: RFC 9162 path."""

    from_size: int
    to_size: int
    path: tuple[str, ...]
