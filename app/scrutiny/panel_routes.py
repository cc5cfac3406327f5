"""Routes of what a panel records: scores, findings, the report. No route here changes a decision."""

from typing import Annotated, Any

from fastapi import Path, Request, Response

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.negotiation import prefers_html
from app.identity.call import Call
from app.identity.caller import Role
from app.scrutiny import report_page
from app.scrutiny.entropy import SystemEntropy
from app.scrutiny.panel_schemas import (
    ClosingAnswer,
    FindingAnswer,
    FindingBody,
    FindingsAnswer,
    ReportAnswer,
    ScoreAnswer,
    ScoreBody,
    ScoresAnswer,
)
from app.scrutiny.panel_service import PanelService
from app.scrutiny.service import ScrutinyService

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]
_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
SampleId = Annotated[str, Path(alias="sampleId", description="The id of a sample.")]
ItemId = Annotated[str, Path(alias="itemId", description="The id of an item of the sample.")]


def _panel(call: Call) -> PanelService:
    return PanelService(call, ScrutinyService(call, SystemEntropy()))


async def find_sample(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a sample in the caller's areas."""
    await ScrutinyService(call, SystemEntropy()).require_sample(path["sampleId"])


async def find_item(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names an item of a sample in the caller's areas."""
    await _panel(call).require_item(path["sampleId"], path["itemId"])


@router.post(
    "/v1/scrutiny/samples/{sampleId}/items/{itemId}/scores",
    status_code=201,
    summary="Score an item",
    tags=_TAGS,
    response_model=ScoreAnswer,
)
@guarded(Role.SCRUTINY_FINDINGS_RW, human=True, creates=True, finds=find_item)
async def score_item(sample_id: SampleId, item_id: ItemId, call: CurrentCall, body: ScoreBody) -> ScoreAnswer:
    """Record one's own score, or a conflict of interest; hidden from the others until all have scored."""
    return await _panel(call).score(sample_id, item_id, body)


@router.get(
    "/v1/scrutiny/samples/{sampleId}/items/{itemId}/scores",
    summary="Read scores",
    tags=_TAGS,
    response_model=ScoresAnswer,
)
@guarded(Role.SCRUTINY_RO, human=True, finds=find_item)
async def read_scores(sample_id: SampleId, item_id: ItemId, call: CurrentCall) -> ScoresAnswer:
    """Read one's own score, and the others' once they are open."""
    return await _panel(call).scores(sample_id, item_id)


@router.post(
    "/v1/scrutiny/samples/{sampleId}/closing",
    status_code=201,
    summary="Close the scoring",
    tags=_TAGS,
    response_model=ClosingAnswer,
)
@guarded(Role.SCRUTINY_SAMPLES_RW, human=True, creates=True, finds=find_sample)
async def close_scoring(sample_id: SampleId, call: CurrentCall) -> ClosingAnswer:
    """Close the scoring of a sample: scores are open from now on, and none is added."""
    return await _panel(call).close(sample_id)


@router.post(
    "/v1/scrutiny/samples/{sampleId}/items/{itemId}/finding",
    status_code=201,
    summary="Record the panel's finding",
    tags=_TAGS,
    response_model=FindingAnswer,
)
@guarded(Role.SCRUTINY_FINDINGS_RW, human=True, creates=True, finds=find_item)
async def record_finding(sample_id: SampleId, item_id: ItemId, call: CurrentCall, body: FindingBody) -> FindingAnswer:
    """Record what the panel finds. It changes no decision; a later finding stands beside the earlier."""
    return await _panel(call).find(sample_id, item_id, body)


@router.get(
    "/v1/scrutiny/samples/{sampleId}/items/{itemId}/finding",
    summary="Read the panel's findings on an item",
    tags=_TAGS,
    response_model=FindingsAnswer,
)
@guarded(Role.SCRUTINY_RO, human=True, finds=find_item)
async def read_findings(sample_id: SampleId, item_id: ItemId, call: CurrentCall) -> FindingsAnswer:
    """Read every finding on an item with who recorded it, in the order in which they were made: the last stands."""
    return await _panel(call).findings(sample_id, item_id)


@router.get(
    "/v1/scrutiny/samples/{sampleId}/report",
    summary="Read the report",
    tags=_TAGS,
    response_model=ReportAnswer,
    responses=_PAGE,
)
@guarded(Role.SCRUTINY_RO, human=True, finds=find_sample, produces=("application/json", "text/html"))
async def read_report(sample_id: SampleId, request: Request, call: CurrentCall) -> Any:  # noqa: ANN401
    """Read what the panel found, by stratum and weighted, what it could not judge, and what was answered."""
    found = await _panel(call).report(sample_id)
    if prefers_html(request.headers.get("accept")):
        return Response(report_page.of_panel(found), media_type="text/html", headers=report_page.HEADERS)
    return found
