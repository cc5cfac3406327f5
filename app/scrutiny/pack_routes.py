"""Routes of packs: what a panel takes with it, and the manifest that says what is in each file."""

from typing import Annotated, Any

from fastapi import Header, Path, Request, Response
from fastapi import Query as QueryParameters

from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.query import Query
from app.identity.call import Call
from app.identity.caller import Role
from app.scrutiny import files, page
from app.scrutiny.entropy import SystemEntropy
from app.scrutiny.pack_schemas import ManifestAnswer, PackAnswer
from app.scrutiny.pack_service import PackService
from app.scrutiny.panel_routes import find_sample
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import MARKING, PackFormat, PackPart, Sight

router = guarded_router()
_TAGS: list[Any] = ["Scrutiny"]
_EXPORT = "/v1/scrutiny/samples/{sampleId}/export"
_KINDS = {PackFormat.JSON: "application/json", PackFormat.CSV: files.MEDIA_TYPE, PackFormat.HTML: "text/html"}
SampleId = Annotated[str, Path(alias="sampleId", description="The id of a sample.")]


_WHY = "Why so many children are taken at once, in 20 to 500 characters; it is logged."
Reason = Annotated[str | None, Header(alias="X-Reason", description=_WHY)]


class SightQuery(Query):
    """Whether the characteristics are in the pack: a panel may score `BLIND` first, and again `SIGHTED`."""

    sight: Sight = Sight.SIGHTED


class ExportQuery(SightQuery):
    """In which form the pack is wanted; of `csv` also which of its files."""

    format: PackFormat = PackFormat.JSON
    part: PackPart = PackPart.ITEMS


def _packs(call: Call) -> PackService:
    return PackService(call, ScrutinyService(call, SystemEntropy()))


@router.get(
    _EXPORT,
    summary="Take the pack",
    tags=_TAGS,
    response_class=Response,
    responses={
        200: {"model": PackAnswer, "description": "The pack.", "content": {files.MEDIA_TYPE: {}, "text/html": {}}}
    },
)
@guarded(Role.SCRUTINY_RO, human=True, finds=find_sample, produces=tuple(_KINDS.values()))
async def export_pack(
    sample_id: SampleId,
    call: CurrentCall,
    wanted: Annotated[ExportQuery, QueryParameters()],
    request: Request,
    reason: Reason = None,
) -> Response:
    """Take the pack that a panel reads: its cases, the figures of the frame, earlier observations; to file or to print.

    `csv` is one flat file at a time; the manifest names them all, with the meaning of every column. A pack of more
    children than this deployment lets go without a reason (100, if it says nothing else) needs `X-Reason`.
    """
    packs = _packs(call)
    free = request.app.state.settings.export_reason_above
    pack = await packs.export(sample_id, wanted.sight, reason=reason, free=free)
    name = f"scrutiny-{sample_id}.{wanted.format}"
    content: bytes | str
    match wanted.format:
        case PackFormat.CSV:
            content, name = files.file_of(pack, wanted.part).content, files.file_name(sample_id, wanted.part)
        case PackFormat.HTML:
            content = page.as_html(pack, packs.labels())
        case PackFormat.JSON:
            content = pack.model_dump_json(by_alias=True)
    headers = {
        "X-Protective-Marking": MARKING,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": page.CONTENT_SECURITY_POLICY,
    }
    return Response(content, media_type=_KINDS[wanted.format], headers=headers)


@router.get(
    f"{_EXPORT}/manifest", summary="Read what is in the pack's files", tags=_TAGS, response_model=ManifestAnswer
)
@guarded(Role.SCRUTINY_RO, human=True, finds=find_sample)
async def read_manifest(
    sample_id: SampleId, call: CurrentCall, wanted: Annotated[SightQuery, QueryParameters()]
) -> ManifestAnswer:
    """Read which files the pack has, how many rows, what every column means, and the SHA-256 of the bytes."""
    return files.manifest_of(await _packs(call).pack(sample_id, wanted.sight))
