"""Routes of the audit log: for auditors, and nobody else."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters

from app.audit.schemas import AuditEntry
from app.audit.service import AuditFilter, AuditService
from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import Page, page, read_cursor
from app.http.query import Id, ListQuery
from app.http.schema import Code, Instant
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Audit"]


class AuditQuery(ListQuery):
    """Which entries are asked for."""

    case_id: Id | None = None
    act: Code | None = None
    client_id: Code | None = None
    user_name: Code | None = None
    since: Instant | None = None
    until: Instant | None = None


@router.get("/v1/audit", summary="Read the audit log", tags=_TAGS, response_model=Page[AuditEntry])
@guarded(Role.AUDIT_RO)
async def list_audit(call: CurrentCall, wanted: Annotated[AuditQuery, QueryParameters()]) -> Page[AuditEntry]:
    """List who did what to which record, through which client, why and when; oldest first."""
    asked = wanted.model_dump(exclude={"limit", "cursor"})
    rows = await AuditService(call).entries(AuditFilter(**asked, after=read_cursor(wanted.cursor)), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda entry: entry.log_id)
    return Page(items=tuple(items), next_cursor=cursor)
