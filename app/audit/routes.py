"""Routes of the audit log: for auditors, and nobody else."""

from typing import Annotated, Any

from fastapi import Path, Request
from fastapi import Query as QueryParameters
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from app.audit.events import AuditEvent
from app.audit.proving import ProofService
from app.audit.schemas import (
    AuditEntry,
    AuditVerification,
    CheckpointAnswer,
    ConsistencyProof,
    InclusionProof,
)
from app.audit.service import AuditFilter, AuditService
from app.http.guard import CurrentCall, guarded, guarded_router, read_id
from app.http.openapi import problem
from app.http.pages import BIG_INTEGER, Page, id_after, number_after, page
from app.http.query import Id, ListQuery, Query, number
from app.http.schema import Code, Instant, Word
from app.identity.call import Call
from app.identity.caller import Agency, Role
from app.identity.purpose import Purpose

router = guarded_router()
_TAGS: list[Any] = ["Audit"]


class AuditQuery(ListQuery):
    """Which entries are asked for."""

    case_id: Id | None = None
    subject_id: Id | None = None
    event: Word[AuditEvent] | None = None
    act: Code | None = None
    purpose: Word[Purpose] | None = None
    area: Code | None = None
    client_id: Code | None = None
    user_name: Code | None = None
    agency: Word[Agency] | None = None
    request_id: Code | None = None
    trace_id: Code | None = None
    since: Instant | None = None
    until: Instant | None = None


Size = Annotated[int, Field(ge=0), BeforeValidator(number)]


class ConsistencyQuery(Query):
    """Which two sizes of the log; the present one if the second is left out."""

    from_size: Annotated[int, Field(ge=1), BeforeValidator(number), Field(alias="from")]
    to_size: Annotated[Size | None, Field(alias="to")] = None


class ExportQuery(Query):
    """After which number to go on."""

    after: Size = 0


@router.get("/v1/audit", summary="Read the audit log", tags=_TAGS, response_model=Page[AuditEntry])
@guarded(Role.AUDIT_RO)
async def list_audit(call: CurrentCall, wanted: Annotated[AuditQuery, QueryParameters()]) -> Page[AuditEntry]:
    """List who did what to which record, through which client, why and when; oldest first.

    Without `caseId`, `subjectId`, `requestId` or `traceId`: of 31 days at most, by default of the last ones.
    """
    asked = wanted.model_dump(exclude={"limit", "cursor"})
    rows = await AuditService(call).entries(AuditFilter(**asked, after=id_after(wanted.cursor)), wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda entry: entry.log_id)
    return Page(items=tuple(items), next_cursor=cursor)


def _proofs(call: CurrentCall, request: Request) -> ProofService:
    return ProofService(call, request.app.state.audit_keys)


@router.get("/v1/audit/verification", summary="Verify the audit log", tags=_TAGS, response_model=AuditVerification)
@guarded(Role.AUDIT_RO)
async def get_verification(call: CurrentCall, request: Request) -> AuditVerification:
    """Walk the whole chain and say what is wrong with it. Whoever would not take our word checks the export offline."""
    return await _proofs(call, request).verification()


@router.get("/v1/audit/checkpoints", summary="List checkpoints", tags=_TAGS, response_model=Page[CheckpointAnswer])
@guarded(Role.AUDIT_RO)
async def list_checkpoints(
    call: CurrentCall, request: Request, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[CheckpointAnswer]:
    """List the signed checkpoints, oldest first, to keep them elsewhere."""
    after = number_after(wanted.cursor, most=BIG_INTEGER)
    rows = await _proofs(call, request).checkpoints(after, wanted.limit)
    items, cursor = page(rows, wanted.limit, lambda checkpoint: str(checkpoint.size))
    return Page(items=tuple(items), next_cursor=cursor)


async def find_entry(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names an entry that the caller may see."""
    await AuditService(call).require(read_id(path["logId"]))


@router.get("/v1/audit/proof/{logId}", summary="Prove an entry", tags=_TAGS, response_model=InclusionProof)
@guarded(Role.AUDIT_RO, finds=find_entry)
async def get_inclusion(
    call: CurrentCall, request: Request, log_id: Annotated[str, Path(alias="logId", description="The id of an entry.")]
) -> InclusionProof:
    """Prove that an entry is in the log as it is now; 404 until it is sealed, which takes seconds."""
    return await _proofs(call, request).inclusion(log_id)


@router.get(
    "/v1/audit/consistency",
    summary="Prove the log's past",
    tags=_TAGS,
    response_model=ConsistencyProof,
    responses={404: problem(404)},
)
@guarded(Role.AUDIT_RO)
async def get_consistency(
    call: CurrentCall, request: Request, wanted: Annotated[ConsistencyQuery, QueryParameters()]
) -> ConsistencyProof:
    """Prove that the log of one size, such as a checkpoint's, is the beginning of the log of another."""
    return await _proofs(call, request).consistency(wanted.from_size, wanted.to_size)


@router.get("/v1/audit/export", summary="Export the log to be checked offline", tags=_TAGS, response_class=Response)
@guarded(Role.AUDIT_RO, produces=("application/x-ndjson",))
async def get_export(
    call: CurrentCall, request: Request, wanted: Annotated[ExportQuery, QueryParameters()]
) -> Response:
    """Give checkpoints and up to 10,000 entries as NDJSON for the offline verifier; the last line says what follows."""
    lines = await _proofs(call, request).export(wanted.after)
    headers = {"Content-Disposition": 'attachment; filename="audit.ndjson"'}
    return Response(lines, media_type="application/x-ndjson", headers=headers)
