"""The life of a case, in three tables. Pure: says which moves exist, whose they are and what the log calls them.

`app.cases.service.move` is the one door through which a status changes.
"""

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    RECEIVED = "RECEIVED"
    PRE_ASSESSED = "PRE_ASSESSED"
    OPINIONS = "OPINIONS"
    ESCALATED = "ESCALATED"
    DECIDED = "DECIDED"
    IN_DELIVERY = "IN_DELIVERY"
    COMPLETED = "COMPLETED"
    NOT_COMPLETED = "NOT_COMPLETED"
    SUPPORT_REVIEW = "SUPPORT_REVIEW"
    AWAITING_AUTHORITY = "AWAITING_AUTHORITY"
    WITHDRAWN = "WITHDRAWN"
    RESTRICTED = "RESTRICTED"
    CLOSED = "CLOSED"


class Route(StrEnum):
    """By which way a child came to the panel."""

    POLICE_INVESTIGATION = "POLICE_INVESTIGATION"
    COURT = "COURT"
    COMMUNITY_RESOLUTION_ISSUED = "COMMUNITY_RESOLUTION_ISSUED"
    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    RELEASED_UNDER_INVESTIGATION = "RELEASED_UNDER_INVESTIGATION"
    PRE_CHARGE_BAIL = "PRE_CHARGE_BAIL"


class Owner(StrEnum):
    """Who must act next."""

    POLICE = "POLICE"
    YJS = "YJS"
    JOINT = "JOINT"
    SYSTEM = "SYSTEM"
    NOBODY = "NOBODY"


S = CaseStatus

TRANSITIONS: dict[CaseStatus, frozenset[CaseStatus]] = {
    S.RECEIVED: frozenset({S.PRE_ASSESSED, S.OPINIONS, S.ESCALATED, S.AWAITING_AUTHORITY, S.WITHDRAWN, S.RESTRICTED}),
    S.PRE_ASSESSED: frozenset({S.OPINIONS, S.ESCALATED, S.AWAITING_AUTHORITY, S.WITHDRAWN, S.RESTRICTED}),
    S.OPINIONS: frozenset({S.DECIDED, S.AWAITING_AUTHORITY, S.RECEIVED, S.PRE_ASSESSED, S.WITHDRAWN, S.RESTRICTED}),
    S.ESCALATED: frozenset(
        {S.OPINIONS, S.DECIDED, S.AWAITING_AUTHORITY, S.RECEIVED, S.PRE_ASSESSED, S.WITHDRAWN, S.RESTRICTED}
    ),
    S.AWAITING_AUTHORITY: frozenset(
        {S.OPINIONS, S.ESCALATED, S.DECIDED, S.RECEIVED, S.PRE_ASSESSED, S.WITHDRAWN, S.RESTRICTED}
    ),
    S.DECIDED: frozenset({S.IN_DELIVERY, S.NOT_COMPLETED, S.RESTRICTED}),
    S.IN_DELIVERY: frozenset({S.COMPLETED, S.NOT_COMPLETED, S.RESTRICTED}),
    S.COMPLETED: frozenset({S.RESTRICTED}),
    S.NOT_COMPLETED: frozenset({S.PRE_ASSESSED, S.CLOSED, S.RESTRICTED}),
    S.SUPPORT_REVIEW: frozenset({S.CLOSED, S.WITHDRAWN, S.RESTRICTED}),
    S.WITHDRAWN: frozenset({S.RESTRICTED}),
    S.RESTRICTED: frozenset(),
    S.CLOSED: frozenset({S.RESTRICTED}),
}

OWNERS: dict[CaseStatus, Owner] = {
    S.RECEIVED: Owner.YJS,
    S.PRE_ASSESSED: Owner.JOINT,
    S.OPINIONS: Owner.POLICE,
    S.ESCALATED: Owner.JOINT,
    S.AWAITING_AUTHORITY: Owner.POLICE,
    S.DECIDED: Owner.JOINT,
    S.IN_DELIVERY: Owner.YJS,
    S.COMPLETED: Owner.SYSTEM,
    S.NOT_COMPLETED: Owner.JOINT,
    S.SUPPORT_REVIEW: Owner.YJS,
    S.WITHDRAWN: Owner.NOBODY,
    S.RESTRICTED: Owner.NOBODY,
    S.CLOSED: Owner.NOBODY,
}

ACTS: dict[CaseStatus, str] = {
    S.RECEIVED: "case.received",
    S.PRE_ASSESSED: "case.pre-assessed",
    S.OPINIONS: "case.agreed",
    S.ESCALATED: "case.escalated",
    S.AWAITING_AUTHORITY: "case.awaiting-authority",
    S.DECIDED: "case.decided",
    S.IN_DELIVERY: "case.delivered",
    S.COMPLETED: "case.completed",
    S.NOT_COMPLETED: "case.not-completed",
    S.SUPPORT_REVIEW: "case.support-review",
    S.WITHDRAWN: "case.withdrawn",
    S.RESTRICTED: "case.restricted",
    S.CLOSED: "case.closed",
}

BEFORE_DECISION = frozenset({S.RECEIVED, S.PRE_ASSESSED, S.OPINIONS, S.ESCALATED, S.AWAITING_AUTHORITY})
"""The points at which facts, pre-assessment and advice may still move the decision."""

OPEN = frozenset(status for status, owner in OWNERS.items() if owner not in {Owner.NOBODY, Owner.SYSTEM})
"""Where somebody may still have to act."""

ENDINGS = frozenset({S.DECIDED, S.COMPLETED, S.CLOSED, S.WITHDRAWN, S.RESTRICTED})
"""Where a case may stay for good: decided is the end of what leaves nothing to give, as a charge does."""

FIRST_STATUS: dict[Route, CaseStatus] = {
    Route.POLICE_INVESTIGATION: S.RECEIVED,
    Route.COURT: S.RECEIVED,
    Route.COMMUNITY_RESOLUTION_ISSUED: S.SUPPORT_REVIEW,
    Route.NO_FURTHER_ACTION: S.SUPPORT_REVIEW,
    Route.RELEASED_UNDER_INVESTIGATION: S.SUPPORT_REVIEW,
    Route.PRE_CHARGE_BAIL: S.SUPPORT_REVIEW,
}


def may_move(current: CaseStatus, new: CaseStatus) -> bool:
    """Return whether a case may go from one status to another."""
    return new in TRANSITIONS[current]
