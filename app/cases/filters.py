"""Which cases a list asks for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.cases.states import CaseStatus, Route


class CaseView(StrEnum):
    """The views of a list of cases; `app.cases.lists` says which cases each shows."""

    MINE = "MINE"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"
    AWAITING_MY_AGENCY = "AWAITING_MY_AGENCY"
    ESCALATED_TO_MY_GRADE = "ESCALATED_TO_MY_GRADE"


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list asks for; None asks for all."""

    area: str | None = None
    status: CaseStatus | None = None
    route: Route | None = None
    updated_since: datetime | None = None
    due_before: date | None = None
    view: CaseView | None = None
    after: str | None = None

    def asked(self) -> dict[str, Any]:
        """Return what is asked of the cases themselves, by name; the view is asked of who looks too."""
        return {name: value for name, value in vars(self).items() if value is not None and name != "view"}
