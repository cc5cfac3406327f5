"""The sealer: gives every entry of the log its number and its link, behind the requests and in batches.

A request writes its entry in its own transaction and waits for nobody. What is committed is sealed within seconds, in
one transaction at a time (an advisory lock sees to it), so the numbers have no gap. Once a day, and whenever evidence
of something fixed for good stands in the log, the sealer signs a checkpoint and hands a copy to the witness's folder.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.audit.chain import FIRST, digest, document, link
from app.audit.merkle import Tree, leaf
from app.audit.models import audit_chain, audit_checkpoints, audit_log
from app.audit.signing import Checkpoint, Signer
from app.clock import Clock, london_day
from app.db.work import ALL_AREAS, Database, Scope, Work
from app.errors import DomainError
from app.rounds import go_round

BATCH = 2000
WINDOW = timedelta(minutes=15)  # longer than any transaction lasts
EVERYTHING = Scope(areas=frozenset({ALL_AREAS}), client_id="oocd-sealer")
_NOTHING = str(UUID(int=0))
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended('oocd.audit.sealer', 0))")
_LAST = select(audit_chain).order_by(audit_chain.c.seq.desc()).limit(1)
_NEWEST = select(audit_chain.c.log_id).order_by(audit_chain.c.log_id.desc()).limit(1)
_CHECKPOINT = select(audit_checkpoints).order_by(audit_checkpoints.c.size.desc()).limit(1)
_EVIDENCE = (
    select(audit_chain.c.seq)
    .join(audit_log, audit_log.c.log_id == audit_chain.c.log_id)
    .where(audit_log.c.evidence.is_not(None))
    .limit(1)
)
_log = structlog.get_logger("oocd.audit")


class Sealer:
    """Seals the log of one database."""

    def __init__(self, database: Database, signer: Signer, clock: Clock, *, witness: Path | None = None) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock
        self._witness = witness

    async def run(self, every: float, ending: asyncio.Event) -> None:
        """Seal, and sign what is due, until told to end; trouble is logged and tried again."""
        await go_round(self._round, every=every, ending=ending)

    async def _round(self) -> None:
        try:
            await self.seal()
            if await self.is_due():
                await self.checkpoint()
        except (DomainError, SQLAlchemyError, OSError) as trouble:
            _log.error("not-sealed", kind=type(trouble).__name__)

    async def seal(self, *, whole: bool = False) -> int:
        """Seal what is not sealed yet and return how much; with `whole`, look for it in all of the log."""
        sealed = 0
        while True:
            async with self._database.work(EVERYTHING) as work:
                done = await self._seal_batch(work, whole=whole)
            sealed += done
            if done < BATCH:
                return sealed

    async def checkpoint(self) -> Checkpoint | None:
        """Seal all of the log, and return a signed checkpoint of it; None if nothing has come since the last one."""
        await self.seal(whole=True)
        async with self._database.work(EVERYTHING) as work:
            last, before = await work.one(_LAST), await work.one(_CHECKPOINT)
            if last is None or (before is not None and before.size >= last.seq):
                return None
            tree = await tree_of(work, last.seq)
            made = self._signer.sign(last.seq, tree.root().hex(), last.hash, self._clock.now())
            await work.run(insert(audit_checkpoints), vars(made))
        self._hand_out(made)
        return made

    async def _seal_batch(self, work: Work, *, whole: bool) -> int:
        held = await work.one(_LOCK)
        if held is None or not held[0]:
            return 0
        rows = await work.many(unsealed(_NOTHING if whole else await _since(work), BATCH))
        if not rows:
            return 0
        last = await work.one(_LAST)
        seq, previous = (0, FIRST) if last is None else (last.seq, last.hash)
        links = []
        for row in rows:
            seq += 1
            entry = digest(document(dict(row._mapping)))  # noqa: SLF001  (SQLAlchemy's public name)
            previous = link(seq, previous, entry)
            at = self._clock.now()
            links.append({"seq": seq, "log_id": row.log_id, "digest": entry, "hash": previous, "sealed_at": at})
        await work.run(insert(audit_chain), links)
        return len(rows)

    async def is_due(self) -> bool:
        """Return whether a checkpoint is to be signed: none was today, or evidence was sealed since the last."""
        async with self._database.work(EVERYTHING) as work:
            before = await work.one(_CHECKPOINT)
            if before is None or london_day(before.signed_at) < london_day(self._clock.now()):
                return True
            return await work.one(_EVIDENCE.where(audit_chain.c.seq > before.size)) is not None

    def _hand_out(self, made: Checkpoint) -> None:
        if self._witness is not None:
            self._witness.mkdir(parents=True, exist_ok=True)
            told = made.signed() | {"signature": made.signature, "publicKey": self._signer.public_key}
            (self._witness / f"checkpoint-{made.size:012d}.json").write_text(json.dumps(told, indent=2) + "\n")


def unsealed(since: str, limit: int) -> Any:  # noqa: ANN401  (a statement)
    """Return the statement for entries above an id that have no link yet, in the order of their ids."""
    linked = select(audit_chain.c.seq).where(audit_chain.c.log_id == audit_log.c.log_id).exists()
    return select(audit_log).where(audit_log.c.log_id > since, ~linked).order_by(audit_log.c.log_id).limit(limit)


async def _since(work: Work) -> str:
    """Return an id below which all is sealed: a window before the newest sealed one, as ids hold their time."""
    newest = await work.one(_NEWEST)
    return _NOTHING if newest is None else window_before(newest.log_id)


def window_before(log_id: str) -> str:
    """Return an id that is a window older than an entry's: whatever was written with it, or after it, is above."""
    milliseconds = (UUID(log_id).int >> 80) - int(WINDOW.total_seconds() * 1000)
    return str(UUID(int=max(milliseconds, 0) << 80))


async def tree_of(work: Work, size: int) -> Tree:
    """Return the tree over the first `size` entries."""
    tree = Tree()
    for row in await links(work, 0, size):
        tree.add(leaf(bytes.fromhex(row.digest)))
    return tree


async def links(work: Work, after: int, until: int) -> Sequence[Row[Any]]:
    """Return links above one number and up to another, in order."""
    numbered = audit_chain.c.seq
    return await work.many(select(audit_chain).where(numbered > after, numbered <= until).order_by(numbered))
