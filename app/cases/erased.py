"""What is left of a case that was erased: its tombstone, and the digests by which a source is known that comes again.

Nothing here is written by the service. The owner's function `oocd_erase` writes it, with the entry of the log, in the
transaction in which everything else of the case goes.
"""

from sqlalchemy import Column, DateTime, LargeBinary, String, Table, Text, Uuid, bindparam, select, text

from app.db.base import metadata
from app.db.ready import Ready
from app.identity.call import Call

erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", Uuid(as_uuid=False), primary_key=True),
    Column("case_id", Uuid(as_uuid=False), nullable=False, unique=True),
    Column("area", Text, nullable=False),
    Column("erased_at", DateTime(timezone=True), nullable=False),
    Column("rule", Text, nullable=False),
    Column("erased_by", Text, nullable=False),
)

erased_sources = Table(
    "erased_sources",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("case_id", Uuid(as_uuid=False), nullable=False),
)

erasure_key = Table("erasure_key", metadata, Column("key", LargeBinary, nullable=False))

_HOLD_OFF = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('oocd.erasure', 0))")
_TOMBSTONE = Ready(select(erasures.c.erasure_id).where(erasures.c.case_id == bindparam("case_id")))


async def was_erased(call: Call, case_id: str) -> bool:
    """Return whether a case of the caller's areas was erased; one of another area is as absent as it ever was."""
    return await call.work.first(_TOMBSTONE, case_id=case_id) is not None


async def hold_off(call: Call) -> None:
    """Let no case be erased until the call ends, and see none that was, where what is kept of cases has no key to them.

    To be held before any case is: an erasure takes both in this order.
    """
    await call.work.run(_HOLD_OFF)
