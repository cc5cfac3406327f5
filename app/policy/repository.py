"""Reading and writing drafts and approvals. Whoever writes locks what it writes about: no two take one number."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, insert, select, text

from app.audit import log
from app.audit.events import AuditRecord
from app.identity.call import Call
from app.policy.models import matrix_approvals, matrix_imports, protocol_approvals, protocol_drafts

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_VERSIONS: Select[Any] = (
    select(protocol_drafts, *(protocol_approvals.c[name] for name in ("approver", "approver_agency", "approved_at")))
    .outerjoin(
        protocol_approvals,
        and_(
            protocol_approvals.c.area == protocol_drafts.c.area,
            protocol_approvals.c.version == protocol_drafts.c.version,
        ),
    )
    .order_by(protocol_drafts.c.version)
)
_IMPORTS: Select[Any] = (
    select(matrix_imports, *(matrix_approvals.c[name] for name in ("approver", "approver_agency", "approved_at")))
    .outerjoin(matrix_approvals, matrix_approvals.c.edition_id == matrix_imports.c.edition_id)
    .order_by(matrix_imports.c.edition_id)
)


class PolicyRepository:
    """Policy, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def lock(self, name: str) -> None:
        """Hold a name until the transaction ends: an area's protocols, or the matrices."""
        await self._call.work.run(_LOCK, {"name": f"policy|{name}"})

    async def versions(self, area: str) -> Sequence[Row[Any]]:
        """Return an area's own versions, drafts too, in order."""
        return await self._call.work.many(_VERSIONS.where(protocol_drafts.c.area == area))

    async def imports(self) -> Sequence[Row[Any]]:
        """Return the imported matrices, drafts too, in the order of their ids."""
        return await self._call.work.many(_IMPORTS)

    async def add_protocol(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a draft of a protocol."""
        await log.append(self._call, record)
        await self._call.work.run(insert(protocol_drafts), dict(row))

    async def approve_protocol(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add the approval of a draft."""
        await log.append(self._call, record)
        await self._call.work.run(insert(protocol_approvals), dict(row))

    async def add_matrix(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add an imported matrix."""
        await log.append(self._call, record)
        await self._call.work.run(insert(matrix_imports), dict(row))

    async def approve_matrix(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add the approval of an imported matrix."""
        await log.append(self._call, record)
        await self._call.work.run(insert(matrix_approvals), dict(row))
