"""Routes of local protocols."""

import hashlib
from typing import Annotated, Any

from fastapi import Body, Path, Response
from fastapi import Query as QueryParameters
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.errors import NotFound
from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import Page, page, read_cursor
from app.http.query import ListQuery, Query
from app.identity.call import Call
from app.identity.caller import Agency, Role
from app.policy.schemas import Approval, Comparison, ProtocolVersion
from app.policy.service import ProtocolService

router = guarded_router()
_TAGS: list[Any] = ["Local protocols"]
_VERSIONS = "/v1/protocols/{area}/versions"
_BOTH = frozenset({Agency.POLICE, Agency.YJS})
_DRAFT = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProtocolVersion"}}},
    }
}

Area = Annotated[str, Path(max_length=20, description="The GSS code of an area.")]
Number = Annotated[str, Path(alias="version", max_length=10, description="The number of a version.")]


def _whole(value: Any) -> int:  # noqa: ANN401  (text)
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 6:  # noqa: PLR2004
        raise PydanticCustomError("version", "A version is a whole number.")
    return int(value)


class CompareQuery(Query):
    """Which two versions are held against each other."""

    from_: Annotated[int, BeforeValidator(_whole), Field(alias="from")]
    to: Annotated[int, BeforeValidator(_whole)]


async def find_own_area(call: Call, path: dict[str, str]) -> None:
    """Raise unless the area is one of the caller's: any token reads a protocol, only its own areas write one."""
    if not call.caller.reaches(path["area"]):
        raise NotFound


@router.get(_VERSIONS, summary="List the versions of an area's protocol", tags=_TAGS)
@guarded(purpose=False)
async def list_protocol_versions(
    call: CurrentCall, area: Area, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[ProtocolVersion]:
    """List every version, old ones and drafts too; examples are labelled as such."""
    after = read_cursor(wanted.cursor)
    found = [one for one in await ProtocolService(call).versions(area) if after is None or _key(one) > after]
    items, cursor = page(found[: wanted.limit + 1], wanted.limit, _key)
    return Page(items=tuple(items), next_cursor=cursor)


@router.get(f"{_VERSIONS}/compare", summary="Compare two versions of a protocol", tags=_TAGS)
@guarded(purpose=False)
async def compare_protocol_versions(
    call: CurrentCall, area: Area, wanted: Annotated[CompareQuery, QueryParameters()]
) -> Comparison:
    """Say in which keys two versions differ, and what each says."""
    return await ProtocolService(call).compare(area, wanted.from_, wanted.to)


@router.get(f"{_VERSIONS}/{{version}}", summary="Read a version of a protocol", tags=_TAGS)
@guarded(purpose=False)
async def get_protocol_version(call: CurrentCall, area: Area, version: Number, response: Response) -> ProtocolVersion:
    """Read a version as it was drafted; what is approved never changes."""
    found = await ProtocolService(call).version(area, _number(version))
    response.headers["ETag"] = _etag(found)
    return found


@router.post(
    _VERSIONS,
    status_code=201,
    summary="Draft a version of a protocol",
    tags=_TAGS,
    response_model=ProtocolVersion,
    openapi_extra=_DRAFT,
)
@guarded(Role.POLICY_RW, agencies=_BOTH, human=True, purpose=False, creates=True, finds=find_own_area)
async def post_protocol_draft(
    call: CurrentCall, area: Area, body: Annotated[dict[str, Any], Body()], response: Response
) -> ProtocolVersion:
    """Draft the area's next version, the whole document; every fault at once, and the rule that a weakening breaks."""
    made = await ProtocolService(call).draft(area, body)
    response.headers["Location"] = f"/v1/protocols/{area}/versions/{made.version}"
    response.headers["ETag"] = _etag(made)
    return made


@router.post(f"{_VERSIONS}/{{version}}/approval", status_code=201, summary="Approve a draft", tags=_TAGS)
@guarded(Role.POLICY_RW, agencies=_BOTH, human=True, purpose=False, creates=True, finds=find_own_area)
async def post_protocol_approval(
    call: CurrentCall, area: Area, version: Number, body: Approval, response: Response
) -> ProtocolVersion:
    """Approve a draft of the other agency; advice uses it from the day that it names."""
    assert body == Approval()
    made = await ProtocolService(call).approve(area, _number(version))
    response.headers["ETag"] = _etag(made)
    return made


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or text.startswith("0"):
        raise NotFound
    return int(text)


def _key(version: ProtocolVersion) -> str:
    return f"{version.version:09d}"


def _etag(version: ProtocolVersion) -> str:
    return f'"{hashlib.sha256(version.model_dump_json(by_alias=True).encode()).hexdigest()}"'
