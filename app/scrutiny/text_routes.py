"""Routes of the words that a named person releases to a panel. No route here changes a decision."""

from typing import Annotated, Any

from fastapi import Path

from app.http.guard import CurrentCall, guarded, guarded_router
from app.identity.call import Call
from app.identity.caller import Role
from app.scrutiny.entropy import SystemEntropy
from app.scrutiny.panel_routes import ItemId, SampleId, find_item
from app.scrutiny.service import ScrutinyService
from app.scrutiny.text_schemas import TextAnswer, TextBody, TextsAnswer
from app.scrutiny.text_service import TextService

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]
_ALL = "/v1/scrutiny/samples/{sampleId}/items/{itemId}/texts"
_RELEASE = _ALL + "/{textId}/release"
TextId = Annotated[str, Path(alias="textId", description="The id of a redacted text.")]


def _texts(call: Call) -> TextService:
    return TextService(call, ScrutinyService(call, SystemEntropy()))


async def find_text(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a text of an item of a sample in the caller's areas."""
    await _texts(call).require(path["sampleId"], path["itemId"], path["textId"])


@router.get(_ALL, summary="Read what was written, and what was made of it", tags=_TAGS, response_model=TextsAnswer)
@guarded(Role.OPINIONS_RW, human=True, finds=find_item)
async def read_texts(sample_id: SampleId, item_id: ItemId, call: CurrentCall) -> TextsAnswer:
    """Read the rationales of an item's case, as a person of the agencies may, and the texts redacted from them."""
    return await _texts(call).texts(sample_id, item_id)


@router.post(_ALL, status_code=201, summary="Redact what was written", tags=_TAGS, response_model=TextAnswer)
@guarded(Role.OPINIONS_RW, human=True, creates=True, finds=find_item)
async def redact_text(sample_id: SampleId, item_id: ItemId, call: CurrentCall, body: TextBody) -> TextAnswer:
    """Write a text anew without what could show who anybody is; the panel sees it when a second person releases it."""
    return await _texts(call).redact(sample_id, item_id, body)


@router.post(
    f"{_ALL}/{{textId}}/release",
    status_code=201,
    summary="Release a redacted text",
    tags=_TAGS,
    response_model=TextAnswer,
)
@guarded(Role.OPINIONS_RW, human=True, creates=True, finds=find_text)
async def release_text(sample_id: SampleId, item_id: ItemId, text_id: TextId, call: CurrentCall) -> TextAnswer:
    """Release a text that somebody else has redacted: from now on it stands in the item, with who released it."""
    return await _texts(call).release(sample_id, item_id, text_id)
