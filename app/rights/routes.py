"""The subject access request, in the form that HMPPS services share.

The identifier is this service's opaque id of a child, under the name `prn` or `crn`: 209 for one that is not of this
service's making, 204 where nothing is held that the caller may give.
"""

from pathlib import Path
from typing import Annotated, Any, Self

from fastapi import Query as QueryParameters
from fastapi import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.errors import NotFound
from app.http.guard import CurrentCall, guarded, guarded_router, read_id
from app.http.query import Query
from app.http.schema import Day
from app.identity.caller import Role
from app.rights.extract import Days
from app.rights.schemas import SubjectAccess
from app.rights.service import RightsService

router = guarded_router()
_TAGS: list[Any] = ["Subject access"]
TEMPLATE = Path(__file__).with_name("templates") / "subject-access.mustache"
NOTHING_HELD, NOT_OUR_IDENTIFIER = 204, 209
Identifier = Annotated[str, Field(max_length=100)]


class SubjectAccessQuery(Query):
    """Whose data are asked for, and of which days; each end of the days is included."""

    prn: Identifier | None = None
    crn: Identifier | None = None
    from_date: Day | None = None
    to_date: Day | None = None

    @model_validator(mode="after")
    def _names_one_child(self) -> Self:
        if (self.prn is None) == (self.crn is None):
            raise PydanticCustomError("one-identifier", "The child is named by prn or by crn, and by one of them only.")
        return self

    @property
    def child_id(self) -> str:
        """Return the identifier, under whichever name it came."""
        return self.prn or self.crn or ""


@router.get(
    "/subject-access-request",
    summary="Read what is held about a child, for the child who asks",
    tags=_TAGS,
    response_model=SubjectAccess,
    responses={
        NOTHING_HELD: {"description": "Nothing is held of those days that the caller may give."},
        NOT_OUR_IDENTIFIER: {"description": "The identifier is not one of this service."},
    },
)
@guarded(Role.SAR_DATA_ACCESS)
async def get_subject_access_request(
    call: CurrentCall, wanted: Annotated[SubjectAccessQuery, QueryParameters()]
) -> Response:
    """Return all that is held about a child, with what is somebody else's withheld and marked (DPA 2018 s45)."""
    try:
        child_id = read_id(wanted.child_id)
    except NotFound:
        return Response(status_code=NOT_OUR_IDENTIFIER)
    held = await RightsService(call).held(child_id, Days(wanted.from_date, wanted.to_date))
    if held is None:
        return Response(status_code=NOTHING_HELD)
    return Response(held.model_dump_json(), media_type="application/json")


@router.get(
    "/subject-access-request/template",
    summary="Read the template that lays out what is held",
    tags=_TAGS,
    response_class=Response,
    responses={200: {"description": "A Mustache template.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
@guarded(Role.SAR_DATA_ACCESS, purpose=False, produces=("text/plain",))
async def get_subject_access_template(call: CurrentCall) -> Response:
    """Return the template by which a report of `content` is made, as text."""
    del call
    return Response(TEMPLATE.read_text(encoding="utf-8"), media_type="text/plain")
