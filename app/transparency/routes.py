"""The transparency record, for anybody: a record that is to be published needs no token."""

from typing import Any

from fastapi import Request

from app.http.guard import guarded_router, open_to_all
from app.transparency.record import atrs_record
from app.transparency.schemas import AtrsRecord

router = guarded_router()
_TAGS: list[Any] = ["Transparency"]


@router.get("/v1/transparency/atrs", summary="Read the algorithmic transparency record", tags=_TAGS)
@open_to_all
async def get_atrs_record(request: Request) -> AtrsRecord:
    """Say what the tool is, what it reads, what it never reads, who decides, and what may go wrong.

    In the two tiers of the Algorithmic Transparency Recording Standard; what can be counted is counted from the law
    and the rules that this service runs on.
    """
    return atrs_record(request.app.state.services.law_book)
