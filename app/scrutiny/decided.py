"""A decided case, as scrutiny reads it. Pure: `reading` fills it from the database, `picture` makes an item of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from app.cases.states import CaseStatus

Json = dict[str, Any]


_KEPT = ("asAt", "gravity", "scoreStatus", "clocks")
_KEPT_OF_OPTION = ("disposal", "standing", "fit")
_IDLE = "NOT_APPLICABLE"


def gist_of(advice: Json) -> Json:
    """Return what scrutiny and statistics read of an advice: a few kilobytes of a hundred.

    Of what was found on each disposal: which rule bore on it with which answer. Not what was read of the case, no
    citation, no rule that did not apply.
    """
    options = [
        {name: option[name] for name in _KEPT_OF_OPTION}
        | {"findings": [_finding(one["rule"], one["answer"]) for one in option["findings"] if one["answer"] != _IDLE]}
        for option in advice["options"]
    ]
    return {name: advice[name] for name in _KEPT if name in advice} | {"options": options}


@cache
def _finding(rule: str, answer: str) -> Mapping[str, str]:
    """Return what is kept of a finding: one object for all cases of a rule and an answer, which nobody changes."""
    return {"rule": rule, "answer": answer}


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
