"""Advice on many children's facts in one request; like the advice on one, it stores nothing."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.advice.evaluate import Document
from app.advice.schemas import AdviceRequest
from app.advice.stateless import advise_once
from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.ndjson import LARGEST, NDJSON, answer_lines
from app.identity.caller import Role
from app.law.book import LawBook

router = guarded_router()
_TAGS: list[Any] = ["Advice"]
_LINES = {"schema": {"type": "string", "description": "JSON objects, one to a line."}}
_BODY = {"requestBody": {"required": True, "content": {NDJSON: _LINES}}}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "An advice or a problem a line, in order.", "content": {NDJSON: _LINES}}
}


@router.post(
    "/v1/advice/batch",
    summary="Ask for advice on many cases",
    tags=_TAGS,
    openapi_extra=_BODY,
    responses=_ANSWER,
    response_class=StreamingResponse,
)
@guarded(Role.ADVICE_RO, purpose=False, consumes=(NDJSON,), produces=(NDJSON,), largest=LARGEST)
async def post_advice_batch(call: CurrentCall, request: Request) -> StreamingResponse:
    """Answer every line, a request for advice, with its advice or its problem, in order, as each is ready.

    A line holds 1 MiB at most, the whole 64 MiB. A problem names its line.
    """
    return answer_lines(await request.body(), request, partial(_advise, call.law_book))


def _advise(book: LawBook, document: Document) -> bytes:
    return advise_once(book, AdviceRequest.model_validate(document))
