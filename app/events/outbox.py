"""The one way in: `tell`, in the act's own transaction. If the event cannot be written, the act does not happen."""

from typing import Protocol

from uuid_utils import uuid7

from app.events.kinds import EventType
from app.events.models import events
from app.identity.call import Call


class OfCase(Protocol):
    """What says of which case, and of which area, something is: the case itself, or a row of it."""

    @property
    def case_id(self) -> str:
        """Return the id of the case."""
        ...

    @property
    def area(self) -> str:
        """Return the area of the case."""
        ...


async def tell(call: Call, case: OfCase, event_type: EventType) -> None:
    """Write that something happened to a case; a trigger puts it where it waits for its number."""
    row = {
        "event_id": str(uuid7()),
        "case_id": case.case_id,
        "area": case.area,
        "event_type": event_type,
        "occurred_at": call.clock.now(),
    }
    await call.work.add(events, row)
