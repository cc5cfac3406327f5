"""A decided case, as scrutiny reads it. Pure: `reading` fills it from the database, `picture` makes an item of it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.cases.states import CaseStatus

Json = dict[str, Any]


@dataclass(frozen=True)
class DecidedCase:
    """A case with its latest decision of a period.

    `decided_on` is the day in London. `facts` and `advice` are those that the decision names, as they were kept;
    `opinions` and `escalations` those of its round, made before it; `engagement` the word of the last pre-assessment
    before it. `single_agency` says that the police issued a community resolution alone: nobody decided jointly.
    """

    case_id: str
    area: str
    status: CaseStatus
    received_at: datetime
    decided_at: datetime
    decided_on: date
    decision: Json
    facts: Json
    advice: Json
    opinions: tuple[Json, ...]
    escalations: tuple[Json, ...]
    characteristics: tuple[Json, ...]
    engagement: str
    pre_assessed_at: datetime | None
    single_agency: bool = False

    @property
    def digest(self) -> str:
        """Return the digest of all that was read, by which a later edit shows."""
        return hashlib.sha256(json.dumps(vars(self), default=str, sort_keys=True).encode()).hexdigest()
