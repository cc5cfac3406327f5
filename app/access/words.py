"""The enumerations and the terms of unusual access. Pure; each word is one of the reference's."""

from datetime import timedelta
from enum import StrEnum

LASTS = timedelta(minutes=30)
"""How long a break-glass grant lasts; whoever needs longer asks again, and is looked at again."""

REVIEW_WITHIN = 5
"""Working days within which somebody else has looked at a grant."""


class ReviewFinding(StrEnum):
    """What the reviewer of a break-glass grant found."""

    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


class GrantState(StrEnum):
    """Where the review of a grant stands."""

    UNREVIEWED = "UNREVIEWED"
    OVERDUE = "OVERDUE"
    REVIEWED = "REVIEWED"


class LimitStep(StrEnum):
    """The steps of a limit: what one person proposes, another of the other agency confirms or declines."""

    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"


class LimitReason(StrEnum):
    """Why a child's case is for named people alone, or no longer."""

    KNOWN_TO_STAFF = "KNOWN_TO_STAFF"
    HIGH_PROFILE = "HIGH_PROFILE"
    AT_RISK = "AT_RISK"
    NO_LONGER_NEEDED = "NO_LONGER_NEEDED"


class AlertKind(StrEnum):
    """What an alert tells of."""

    BREAK_GLASS = "BREAK_GLASS"
    LIMITED_CASE = "LIMITED_CASE"
