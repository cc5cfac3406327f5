"""That an act's evidence stands in the log: its entry, where it stands, and the signed root that holds it.

Whoever keeps a checkpoint can tell from this alone, without reading the log, that what the act fixed was not exchanged.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select

from app.audit.chain import document
from app.audit.merkle import inclusion, leaf, root
from app.audit.models import audit_chain, audit_checkpoints, audit_log
from app.audit.sealer import links
from app.db.work import Work


@dataclass(frozen=True)
class Anchor:
    """An entry of the log in the tree of that size and root; signed where there is a checkpoint of that size."""

    entry: dict[str, Any]
    seq: int
    digest: str
    size: int
    root: str
    path: tuple[str, ...]
    checkpoint: Row[Any] | None


async def evidence_of(work: Work, act: str, subject_id: str) -> frozenset[str]:
    """Return the evidence that the log holds of an act on a thing, sealed or not: one digest, if all is well."""
    kept = audit_log.c
    rows = await work.many(
        select(kept.evidence).where(kept.subject_id == subject_id, kept.act == act, kept.evidence.is_not(None))
    )
    return frozenset(row.evidence for row in rows)


async def anchor_of(work: Work, act: str, subject_id: str) -> Anchor | None:
    """Return where the first entry of an act on a thing stands, or None until it is sealed, which takes seconds.

    The tree is that of the first checkpoint that holds it; the present one until there is such a checkpoint.
    """
    kept, sealed, signed = audit_log.c, audit_chain.c, audit_checkpoints.c
    row = await work.one(
        select(audit_log, sealed.seq, sealed.digest)
        .join(audit_chain, sealed.log_id == kept.log_id)
        .where(kept.subject_id == subject_id, kept.act == act, kept.evidence.is_not(None))
        .order_by(sealed.seq)
        .limit(1)
    )
    if row is None:
        return None
    checkpoint = await work.one(select(audit_checkpoints).where(signed.size >= row.seq).order_by(signed.size).limit(1))
    newest = await work.one(select(func.max(sealed.seq).label("size")))
    assert newest is not None
    size = newest.size if checkpoint is None else checkpoint.size
    leaves = [leaf(bytes.fromhex(one.digest)) for one in await links(work, 0, size)]
    return Anchor(
        entry=document(dict(row._mapping)),  # noqa: SLF001  (SQLAlchemy's public name)
        seq=row.seq,
        digest=row.digest,
        size=size,
        root=root(leaves).hex(),
        path=tuple(step.hex() for step in inclusion(leaves, row.seq - 1)),
        checkpoint=checkpoint,
    )
