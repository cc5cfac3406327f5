"""Which cases a list asks for."""

from dataclasses import dataclass
from datetime import date, datetime

from app.cases.states import CaseStatus, Route


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list asks for; None asks for all."""

    area: str | None = None
    status: CaseStatus | None = None
    route: Route | None = None
    updated_since: datetime | None = None
    due_before: date | None = None
    after: str | None = None
