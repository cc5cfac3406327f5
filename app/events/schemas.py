"""An event as it is told: thin, in the shape of HMPPS domain events (contract, section 6)."""

from app.events.kinds import EventType
from app.http.schema import Answer, Instant

VERSION = 1


class AdditionalInformation(Answer):
    """What the event is about, by its ids alone."""

    case_id: str
    referral_id: str


class EventAnswer(Answer):
    """One thing that happened; `detailUrl` is where the caller can read of it, if it still may."""

    event_id: str
    event_type: EventType
    version: int = VERSION
    occurred_at: Instant
    description: str
    detail_url: str
    additional_information: AdditionalInformation


class Feed(Answer):
    """What happened after the event that was named, in order; `nextCursor` names the last of them if there are more."""

    items: tuple[EventAnswer, ...]
    next_cursor: str | None
