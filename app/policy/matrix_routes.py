"""Routes of the gravity matrix's editions."""

import hashlib
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi import Query as QueryParameters
from pydantic import ValidationError

from app.errors import EncodingInvalid
from app.http.checks import JSON
from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.pages import Page, page, read_cursor
from app.http.problems import validation_failed
from app.http.query import ListQuery, Query
from app.http.schema import Day
from app.identity.caller import Agency, Role
from app.policy.matrix_service import MatrixService
from app.policy.schemas import Approval, EditionAnswer, ImportAnswer, MatrixImport

router = guarded_router()
_TAGS: list[Any] = ["The law"]
_BOTH = frozenset({Agency.POLICE, Agency.YJS})
_EDITIONS = "/v1/law/matrix-editions"
_CSV = "text/csv"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": MatrixImport.model_json_schema()}, _CSV: {"schema": {"type": "string"}}},
    }
}
EditionId = Annotated[str, Path(alias="id", max_length=100, description="The id of an edition.")]


class EditionQuery(Query):
    """What is said of an edition whose table is sent as `text/csv`."""

    id: str | None = None
    title: str | None = None
    in_force_from: Day | None = None
    in_force_until: Day | None = None


@router.get(_EDITIONS, summary="List the editions of the gravity matrix", tags=_TAGS)
@guarded(purpose=False)
async def list_matrix_editions(
    call: CurrentCall, wanted: Annotated[ListQuery, QueryParameters()]
) -> Page[EditionAnswer]:
    """List the editions, drafts too, each with whose scores it holds: an illustrative one is never a force's own."""
    after = read_cursor(wanted.cursor)
    found = [one for one in await MatrixService(call).editions() if after is None or one.id > after]
    items, cursor = page(found[: wanted.limit + 1], wanted.limit, lambda one: one.id)
    return Page(items=tuple(items), next_cursor=cursor)


@router.get(f"{_EDITIONS}/{{id}}", summary="Read an edition of the gravity matrix", tags=_TAGS)
@guarded(purpose=False)
async def get_matrix_edition(call: CurrentCall, edition_id: EditionId, response: Response) -> EditionAnswer:
    """Read an edition with its scores; what is approved never changes."""
    found = await MatrixService(call).edition(edition_id)
    response.headers["ETag"] = f'"{hashlib.sha256(found.model_dump_json().encode()).hexdigest()}"'
    return found


@router.post(_EDITIONS, status_code=201, summary="Import a licensed matrix", tags=_TAGS, openapi_extra=_BODY)
@guarded(Role.POLICY_RW, agencies=_BOTH, human=True, purpose=False, creates=True, consumes=(JSON, _CSV))
async def post_matrix_edition(
    call: CurrentCall, request: Request, said: Annotated[EditionQuery, QueryParameters()], response: Response
) -> ImportAnswer:
    """Import a force's own table as a draft: JSON with the table in `csv`, or the table as `text/csv`.

    As `text/csv` the rest is said in the query. Every problem of the table is told at once.
    """
    sent = await request.json()
    if sent is None:
        sent = said.model_dump(by_alias=True, exclude_none=True) | {"csv": _table(await request.body())}
    made = await MatrixService(call).draft(_read(sent))
    response.headers["Location"] = f"{_EDITIONS}/{made.editions[0].id}"
    return made


@router.post(f"{_EDITIONS}/{{id}}/approval", status_code=201, summary="Approve an imported matrix", tags=_TAGS)
@guarded(Role.POLICY_RW, agencies=_BOTH, human=True, purpose=False, creates=True)
async def post_matrix_approval(call: CurrentCall, edition_id: EditionId, body: Approval) -> ImportAnswer:
    """Approve the other agency's import; advice uses its scores from the day that it names."""
    assert body == Approval()
    return await MatrixService(call).approve(edition_id)


def _table(raw: bytes) -> str:
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise EncodingInvalid from None


def _read(sent: Any) -> MatrixImport:  # noqa: ANN401  (whatever was sent)
    try:
        return MatrixImport.model_validate(sent)
    except ValidationError as error:
        faults = [dict(fault) for fault in error.errors(include_url=False, include_input=False)]
        raise validation_failed(faults) from None
