"""The one way in: `tell`, in the act's own transaction. If the event cannot be written, the act does not happen."""

from sqlalchemy import insert
from uuid6 import uuid7

from app.cases.repository import Case
from app.events.kinds import EventType
from app.events.models import events
from app.identity.call import Call

_INSERT = insert(events)


async def tell(call: Call, case: Case, event_type: EventType) -> None:
    """Write that something happened to a case; a trigger puts it where it waits for its number."""
    row = {
        "event_id": str(uuid7()),
        "case_id": case.case_id,
        "area": case.area,
        "event_type": event_type,
        "occurred_at": call.clock.now(),
    }
    await call.work.run(_INSERT, row)
