"""Routes of scrutiny: freeze, draw, look, verify. No route here changes a decision."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from fastapi import Query as QueryParameters

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import Page, id_after, number_after, page
from app.http.query import ListQuery
from app.identity.call import Call
from app.identity.caller import Role
from app.scrutiny.ceremony import CeremonyService
from app.scrutiny.entropy import Entropy, SystemEntropy
from app.scrutiny.frame_schemas import DrawBody, FrameAnswer, FrameBody, SampleAnswer, VerificationAnswer
from app.scrutiny.item_schemas import ItemAnswer, TermsAnswer, TermsBody
from app.scrutiny.panel_routes import find_sample
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import Sight

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]


def _entropy(request: Request) -> Entropy:
    """Return the application's source of chance: the system's, unless it was built with another."""
    source: Entropy = getattr(request.app.state, "entropy", None) or SystemEntropy()
    return source


FrameId = Annotated[str, Path(alias="frameId", description="The id of a frame.")]
SampleId = Annotated[str, Path(alias="sampleId", description="The id of a sample.")]
Chance = Annotated[Entropy, Depends(_entropy)]


async def find_frame(call: Call, path: dict[str, str]) -> None:
    """Raise `NotFound` unless the path names a frame in the caller's areas."""
    await ScrutinyService(call, SystemEntropy()).require_frame(path["frameId"])


@router.post("/v1/scrutiny/frames", status_code=201, summary="Freeze a frame", tags=_TAGS, response_model=FrameAnswer)
@guarded(Role.SCRUTINY_SAMPLES_RW, human=True, creates=True)
async def freeze_frame(call: CurrentCall, chance: Chance, body: FrameBody, response: Response) -> FrameAnswer:
    """Settle who may be drawn and how many, before anybody knows the seed; publish digests to hold it against later."""
    frame = await CeremonyService(call, chance).freeze(body)
    response.headers["ETag"] = _frame_etag(frame)
    response.headers["Location"] = f"/v1/scrutiny/frames/{frame.frame_id}"
    return frame


@router.get("/v1/scrutiny/frames", summary="List frames", tags=_TAGS, response_model=Page[FrameAnswer])
@guarded(Role.SCRUTINY_RO, Role.SCRUTINY_SAMPLES_RW)
async def list_frames(
    call: CurrentCall, chance: Chance, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[FrameAnswer]:
    """List every frame of the caller's areas, oldest first: redraws stay beside what they redraw."""
    found = await ScrutinyService(call, chance).frames(after=id_after(wanted.cursor), limit=wanted.limit)
    items, cursor = page(found, wanted.limit, lambda frame: frame.frame_id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.get("/v1/scrutiny/frames/{frameId}", summary="Read a frame", tags=_TAGS, response_model=FrameAnswer)
@guarded(Role.SCRUTINY_RO, Role.SCRUTINY_SAMPLES_RW, finds=find_frame)
async def read_frame(frame_id: FrameId, call: CurrentCall, chance: Chance, response: Response) -> FrameAnswer:
    """Read a frame, before its draw or after. The nonce is not in it: see the sample's verification."""
    frame = await ScrutinyService(call, chance).frame(frame_id)
    response.headers["ETag"] = _frame_etag(frame)
    return frame


@router.post(
    "/v1/scrutiny/frames/{frameId}/draw", status_code=201, summary="Draw", tags=_TAGS, response_model=SampleAnswer
)
@guarded(Role.SCRUTINY_SAMPLES_RW, human=True, creates=True, finds=find_frame)
async def draw_sample(
    frame_id: FrameId, call: CurrentCall, chance: Chance, body: DrawBody, response: Response
) -> SampleAnswer:
    """Draw the one sample of a frame from what the panel gave in the meeting and the nonce, which is now told."""
    sample = await CeremonyService(call, chance).draw(frame_id, body)
    response.headers["ETag"] = '"1"'
    response.headers["Location"] = f"/v1/scrutiny/samples/{sample.sample_id}"
    return sample


@router.get("/v1/scrutiny/samples/{sampleId}", summary="Read a sample", tags=_TAGS, response_model=SampleAnswer)
@guarded(Role.SCRUTINY_RO, Role.SCRUTINY_SAMPLES_RW, finds=find_sample)
async def read_sample(sample_id: SampleId, call: CurrentCall, chance: Chance, response: Response) -> SampleAnswer:
    """Read a sample: from what it was drawn, when and by whom."""
    response.headers["ETag"] = '"1"'
    return await ScrutinyService(call, chance).sample(sample_id)


class ItemsQuery(ListQuery):
    """Whether the characteristics are to be seen: a panel may score `BLIND` first, and again `SIGHTED`."""

    sight: Sight = Sight.SIGHTED


@router.get(
    "/v1/scrutiny/samples/{sampleId}/items",
    summary="Read the cases drawn",
    tags=_TAGS,
    response_model=Page[ItemAnswer],
)
@guarded(Role.SCRUTINY_RO, human=True, finds=find_sample)
async def list_items(
    sample_id: SampleId, call: CurrentCall, chance: Chance, wanted: Annotated[ItemsQuery, QueryParameters()]
) -> Page[ItemAnswer]:
    """Show named members who have accepted the terms each case as it was decided, and nothing to find the child by."""
    after = number_after(wanted.cursor)
    service = ScrutinyService(call, chance)
    found = await service.items(sample_id, after=after, limit=wanted.limit, sight=wanted.sight)
    items, cursor = page(list(enumerate(found, start=after + 1)), wanted.limit, lambda numbered: str(numbered[0]))
    return Page(items=tuple(item for _, item in items), next_cursor=cursor)


@router.get(
    "/v1/scrutiny/samples/{sampleId}/verification",
    summary="Read what recomputes the draw",
    tags=_TAGS,
    response_model=VerificationAnswer,
)
@guarded(Role.SCRUTINY_RO, Role.SCRUTINY_SAMPLES_RW, purpose=False, finds=find_sample)
async def read_verification(sample_id: SampleId, call: CurrentCall, chance: Chance) -> VerificationAnswer:
    """Tell all that a stranger needs to recompute the draw. It holds entries alone, from which no case can be found."""
    return await ScrutinyService(call, chance).verification(sample_id)


@router.get("/v1/scrutiny/terms", summary="Read the terms", tags=_TAGS, response_model=TermsAnswer)
@guarded(Role.SCRUTINY_RO, human=True, purpose=False)
async def read_terms(call: CurrentCall, chance: Chance) -> TermsAnswer:
    """Read the terms that a member accepts before seeing a case."""
    return await ScrutinyService(call, chance).terms()


@router.post(
    "/v1/scrutiny/terms-acceptance",
    status_code=201,
    summary="Accept the terms",
    tags=_TAGS,
    response_model=TermsAnswer,
)
@guarded(Role.SCRUTINY_RO, human=True, purpose=False, creates=True)
async def accept_terms(call: CurrentCall, chance: Chance, body: TermsBody) -> TermsAnswer:
    """Accept the terms (DPA 2018 s171). Accepting them again changes nothing."""
    return await ScrutinyService(call, chance).accept_terms(body)


def _frame_etag(frame: FrameAnswer) -> str:
    return '"1"' if frame.sample_id is None else '"2"'
