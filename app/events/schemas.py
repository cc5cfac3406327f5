"""An event as it is told: thin, in the shape of HMPPS domain events (contract, section 6)."""

from typing import Any

from app.events.kinds import ALERTS, DESCRIPTIONS, EventType
from app.http.schema import Answer, Instant

VERSION = 1


class AdditionalInformation(Answer):
    """What the event is about, by its ids alone; an alert is about nothing that it says: its entry in the log does."""

    case_id: str | None
    referral_id: str | None


class EventAnswer(Answer):
    """One thing that happened; `detailUrl` is where the caller can read of it, if it still may.

    The `eventId` of an alert is the `logId` of its entry in the log.
    """

    event_id: str
    event_type: EventType
    version: int = VERSION
    occurred_at: Instant
    description: str
    detail_url: str
    additional_information: AdditionalInformation


def told(row: Any, *, reads_cases: bool) -> dict[str, Any]:  # noqa: ANN401  (a row of events)
    """Return the members of an event as one is told of it who reads cases, or who referred the child."""
    kind = EventType(row.event_type)
    detail_url = f"/v1/cases/{row.case_id}" if reads_cases else f"/v1/referrals/{row.referral_id}"
    return {
        "event_id": row.event_id,
        "event_type": kind,
        "occurred_at": row.occurred_at,
        "description": DESCRIPTIONS[kind],
        "detail_url": "/v1/alerts" if kind in ALERTS else detail_url,
        "additional_information": AdditionalInformation(case_id=row.case_id, referral_id=row.referral_id),
    }


class Feed(Answer):
    """What happened after the event that was named, in order; `nextCursor` names the last of them if there are more."""

    items: tuple[EventAnswer, ...]
    next_cursor: str | None
