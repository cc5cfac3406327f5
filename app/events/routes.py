"""The route of the feed of events."""

from typing import Annotated, Any

from fastapi import Query as QueryParameters

from app.events.schemas import Feed
from app.events.service import EventService
from app.http.guard import CurrentCall, guarded, guarded_router
from app.http.query import DEFAULT_LIMIT, Id, Limit, Query
from app.identity.caller import Role

router = guarded_router()
_TAGS: list[Any] = ["Events"]


class FeedQuery(Query):
    """From where on, and how many."""

    after: Id | None = None
    limit: Limit = DEFAULT_LIMIT


@router.get("/v1/events", summary="Read what happened", tags=_TAGS, response_model=Feed)
@guarded(Role.CASES_RO, Role.REFERRALS_RW, Role.AUDIT_RO)
async def get_events(call: CurrentCall, wanted: Annotated[FeedQuery, QueryParameters()]) -> Feed:
    """Read what happened after an event, in order, with nothing left out: ask again with the last `eventId` as `after`.

    Who reads cases is told of every case of its areas; a system that refers, of what it referred; who reads the log, of
    alerts in its areas.
    """
    return await EventService(call).feed(wanted.after, wanted.limit)
