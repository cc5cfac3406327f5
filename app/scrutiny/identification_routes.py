"""Routes from an item to its case, for the data protection officer and for whoever audits that. No panel has them."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import Page, id_after, page
from app.http.query import ListQuery
from app.identity.call import Call
from app.identity.caller import Agency, Role
from app.scrutiny.entropy import SystemEntropy
from app.scrutiny.identification_schemas import IdentificationAnswer, IdentificationBody, IdentificationRow
from app.scrutiny.identification_service import IdentificationService
from app.scrutiny.panel_routes import SampleId, find_sample
from app.scrutiny.service import ScrutinyService

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]
_ALL = "/v1/scrutiny/samples/{sampleId}/identifications"
_NO_PANEL = frozenset(Agency) - {Agency.SCRUTINY}


def _identifications(call: Call) -> IdentificationService:
    return IdentificationService(call, ScrutinyService(call, SystemEntropy()))


@router.post(_ALL, status_code=201, summary="Identify an item", tags=_TAGS, response_model=IdentificationAnswer)
@guarded(Role.IDENTIFICATION_RW, agencies=_NO_PANEL, human=True, creates=True, finds=find_sample)
async def identify_item(sample_id: SampleId, call: CurrentCall, body: IdentificationBody) -> IdentificationAnswer:
    """Tell the data protection officer the case of an item, for a reason: a child who needs safeguarding.

    The log keeps it as a combination. It re-opens nothing, and lets the officer read no more of the case than before.
    """
    return await _identifications(call).identify(sample_id, body)


@router.get(_ALL, summary="Read who identified items", tags=_TAGS, response_model=Page[IdentificationRow])
@guarded(Role.IDENTIFICATION_RW, Role.AUDIT_RO, agencies=_NO_PANEL, human=True, finds=find_sample)
async def list_identifications(
    sample_id: SampleId, call: CurrentCall, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[IdentificationRow]:
    """Read which items of a sample were identified, by whom and why; which cases they are stands in the log."""
    after = id_after(wanted.cursor)
    rows = await _identifications(call).identifications(sample_id, after=after, limit=wanted.limit)
    items, following = page(rows, wanted.limit, lambda one: one.identification_id)
    return Page(items=tuple(items), next_cursor=following)
