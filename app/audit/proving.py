"""Showing the log to those who check it: verification, checkpoints, proofs, and the export that is checked offline."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from sqlalchemy import Row, func, select

from app.audit import log
from app.audit.chain import COLUMNS, document
from app.audit.events import AuditEvent, AuditRecord
from app.audit.merkle import consistency, inclusion, leaf
from app.audit.models import audit_chain, audit_checkpoints, audit_log
from app.audit.schemas import (
    AuditFault,
    AuditVerification,
    CheckpointAnswer,
    ConsistencyProof,
    InclusionProof,
)
from app.audit.sealer import links
from app.audit.signing import signed_part
from app.audit.verifying import Check
from app.db.work import ALL_AREAS, Work
from app.errors import NotFound
from app.identity.call import Call

BATCH = 2000
EXPORTED = 10_000
_SIZE = select(func.coalesce(func.max(audit_chain.c.seq), 0))
_CHECKPOINTS = select(audit_checkpoints).order_by(audit_checkpoints.c.size)
_WITH_ROWS = select(
    audit_chain.c.seq,
    audit_chain.c.digest,
    audit_chain.c.hash,
    *(audit_log.c[column] for column in COLUMNS.values() if column != "log_id"),
    audit_chain.c.log_id,
).select_from(audit_chain.outerjoin(audit_log, audit_log.c.log_id == audit_chain.c.log_id))


class ProofService:
    """Proofs about the log, for one call. What is proved of rows outside the caller's areas shows none of them."""

    def __init__(self, call: Call, keys: Mapping[str, str]) -> None:
        self._call = call
        self._keys = keys

    async def verification(self) -> AuditVerification:
        """Walk the whole chain, and return what is wrong with it."""
        work = self._call.work
        async with work.widened():
            check = await verify_chain(work, self._keys)
            unsealed = await work.one(_UNSEALED)
        await self._log("audit.verified", check.size)
        newest = check.checkpoints[-1] if check.checkpoints else None
        return AuditVerification(
            verified=not check.faults,
            size=check.size,
            head=check.head,
            root=check.root,
            unsealed=0 if unsealed is None else int(unsealed[0]),
            faults=tuple(AuditFault(code=fault.code, seq=fault.seq) for fault in check.faults),
            checkpoint=None if newest is None else checkpoint_answer(newest),
            keys=dict(self._keys),
        )

    async def checkpoints(self, after: int, limit: int) -> list[CheckpointAnswer]:
        """Return one checkpoint more than `limit` if there is one, the oldest first."""
        rows = await self._call.work.many(_CHECKPOINTS.where(audit_checkpoints.c.size > after).limit(limit + 1))
        return [checkpoint_answer(row) for row in rows]

    async def inclusion(self, log_id: str) -> InclusionProof:
        """Return the proof that an entry that the caller may see is in the log; raise `NotFound` until it is sealed."""
        work = self._call.work
        seen = await work.one(select(audit_log).where(audit_log.c.log_id == log_id))
        place = await work.one(select(audit_chain).where(audit_chain.c.log_id == log_id))
        size = await self._size()
        if seen is None or place is None:
            raise NotFound
        leaves = await self._leaves(size)
        await self._log("audit.proved", 1)
        return InclusionProof(
            entry=document(dict(seen._mapping)),  # noqa: SLF001  (SQLAlchemy's public name)
            seq=place.seq,
            digest=place.digest,
            size=size,
            path=tuple(step.hex() for step in inclusion(leaves, place.seq - 1)),
        )

    async def consistency(self, old: int, new: int | None) -> ConsistencyProof:
        """Return the proof that the log of one size begins the log of another; raise `NotFound` beyond its end."""
        size = await self._size()
        new = size if new is None else new
        if not 0 < old <= new <= size:
            raise NotFound
        path = consistency(await self._leaves(new), old)
        await self._log("audit.proved", 0)
        return ConsistencyProof(from_size=old, to_size=new, path=tuple(step.hex() for step in path))

    async def export(self, after: int) -> bytes:
        """Return the log after a number as NDJSON: checkpoints, entries, and an end that says what follows."""
        work, complete = self._call.work, ALL_AREAS in self._call.caller.areas
        lines = [checkpoint_line(row) for row in await work.many(_CHECKPOINTS)]
        last = after
        async for row in _walk(work, after, EXPORTED):
            lines.append(entry_line(row))
            last = int(row["seq"])
        size = await self._size()
        lines.append({"kind": "end", "size": size, "next": last if last < size else None, "complete": complete})
        await self._log("audit.exported", last - after, AuditEvent.DISCLOSURE)
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()

    async def _size(self) -> int:
        row = await self._call.work.one(_SIZE)
        assert row is not None
        return int(row[0])

    async def _leaves(self, size: int) -> list[bytes]:
        return [leaf(bytes.fromhex(row.digest)) for row in await links(self._call.work, 0, size)]

    async def _log(self, act: str, rows: int, event: AuditEvent = AuditEvent.CONSULTATION) -> None:
        await log.append(self._call, AuditRecord(event, act, rows=rows))


async def verify_chain(
    work: Work, keys: Mapping[str, str], told: Callable[[int, int], None] = lambda _done, _all: None
) -> Check:
    """Walk the whole chain that a unit of work sees; `told` hears now and then how many links of how many are done."""
    check, size = Check(await work.many(_CHECKPOINTS), keys), await work.one(_SIZE)
    links_in_all = 0 if size is None else int(size[0])
    async for row in _walk(work):
        check.step(row)
        if check.size % BATCH == 0:
            told(check.size, links_in_all)
    check.finish()
    told(check.size, links_in_all)
    return check


_UNSEALED = select(func.count()).where(
    ~select(audit_chain.c.seq).where(audit_chain.c.log_id == audit_log.c.log_id).exists()
)


async def _walk(work: Work, after: int = 0, limit: int | None = None) -> AsyncIterator[Mapping[str, Any]]:
    """Yield the links after a number with their rows of the log, in order."""
    left = limit
    while left is None or left > 0:
        numbered = audit_chain.c.seq
        rows = await work.many(_WITH_ROWS.where(numbered > after).order_by(numbered).limit(min(BATCH, left or BATCH)))
        for row in rows:
            yield dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)
        if len(rows) < BATCH:
            return
        after = int(rows[-1].seq)
        left = None if left is None else left - len(rows)


def entry_line(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a link with its entry as exported; the entry is null where the row is gone, or is not the caller's."""
    entry = None if row["event"] is None else document(row)
    return {"kind": "entry", "seq": row["seq"], "digest": row["digest"], "hash": row["hash"], "entry": entry}


def checkpoint_line(row: Row[Any]) -> dict[str, Any]:
    """Return a checkpoint as the export and the witnesses have it."""
    told = signed_part(row.size, row.root, row.head, row.signed_at, row.key_id)
    return {"kind": "checkpoint", **told, "signature": row.signature}


def checkpoint_answer(row: Row[Any]) -> CheckpointAnswer:
    """Return a checkpoint as it is read."""
    return CheckpointAnswer(
        size=row.size,
        root=row.root,
        head=row.head,
        signed_at=row.signed_at,
        key_id=row.key_id,
        signature=row.signature,
    )
