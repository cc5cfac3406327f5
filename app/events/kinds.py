"""The kinds of events, in three tables. Pure: says what each is called, what it says, and whom it concerns.

An event is thin: it says that something happened, and where to read it, and no more. An opinion makes none: under seal
nobody may know that it was given, and what lifts the seal is told as agreement or escalation.
"""

from enum import StrEnum

from app.cases.states import CaseStatus as S


class EventType(StrEnum):
    """What happened."""

    REFERRAL_RECEIVED = "referral.received"
    REFERRAL_WITHDRAWN = "referral.withdrawn"
    CASE_UPDATED = "case.updated"
    CASE_REOPENED = "case.reopened"
    CASE_PRE_ASSESSED = "case.pre-assessed"
    CASE_AGREED = "case.agreed"
    CASE_ESCALATED = "case.escalated"
    CASE_AWAITING_AUTHORITY = "case.awaiting-authority"
    DECISION_MADE = "decision.made"
    DISPOSAL_DELIVERED = "disposal.delivered"
    DISPOSAL_COMPLETED = "disposal.completed"
    DISPOSAL_NOT_COMPLETED = "disposal.not-completed"
    SUPPORT_REVIEW_BEGUN = "support-review.begun"
    CASE_RESTRICTED = "case.restricted"
    CASE_CLOSED = "case.closed"
    CASE_ERASED = "case.erased"
    REVIEW_REQUESTED = "review.requested"
    ALERT_BREAK_GLASS = "alert.break-glass"
    ALERT_LIMITED_CASE = "alert.limited-case"


E = EventType

OF_STATUS: dict[S, EventType] = {
    S.RECEIVED: E.CASE_REOPENED,
    S.PRE_ASSESSED: E.CASE_PRE_ASSESSED,
    S.OPINIONS: E.CASE_AGREED,
    S.ESCALATED: E.CASE_ESCALATED,
    S.AWAITING_AUTHORITY: E.CASE_AWAITING_AUTHORITY,
    S.DECIDED: E.DECISION_MADE,
    S.IN_DELIVERY: E.DISPOSAL_DELIVERED,
    S.COMPLETED: E.DISPOSAL_COMPLETED,
    S.NOT_COMPLETED: E.DISPOSAL_NOT_COMPLETED,
    S.SUPPORT_REVIEW: E.SUPPORT_REVIEW_BEGUN,
    S.WITHDRAWN: E.REFERRAL_WITHDRAWN,
    S.RESTRICTED: E.CASE_RESTRICTED,
    S.CLOSED: E.CASE_CLOSED,
}
"""What a move to a status is told as."""

DESCRIPTIONS: dict[EventType, str] = {
    E.REFERRAL_RECEIVED: "A child was referred.",
    E.REFERRAL_WITHDRAWN: "A referral was withdrawn.",
    E.CASE_UPDATED: "What is known of a case, or said in it, has changed.",
    E.CASE_REOPENED: "A case is to be spoken on anew.",
    E.CASE_PRE_ASSESSED: "The youth justice service has pre-assessed a child.",
    E.CASE_AGREED: "Both agencies hold the same.",
    E.CASE_ESCALATED: "The agencies differ, and those above them now speak.",
    E.CASE_AWAITING_AUTHORITY: "What the agencies agree on needs an authority.",
    E.DECISION_MADE: "The decision of record was made.",
    E.DISPOSAL_DELIVERED: "The disposal was given to the child.",
    E.DISPOSAL_COMPLETED: "The child has completed what was agreed.",
    E.DISPOSAL_NOT_COMPLETED: "What was agreed was not completed.",
    E.SUPPORT_REVIEW_BEGUN: "A child may be offered voluntary support.",
    E.CASE_RESTRICTED: "Processing of a case was restricted.",
    E.CASE_CLOSED: "A case was closed.",
    E.CASE_ERASED: "A case was erased; whoever was told of it erases what they were told.",
    E.REVIEW_REQUESTED: "A scrutiny panel asks both agencies for a review; the decision stands.",
    E.ALERT_BREAK_GLASS: "Somebody broke the glass: asked to read a case that they do not reach, or read it.",
    E.ALERT_LIMITED_CASE: "A case that is for named people alone was reached.",
}

FOR_SENDER = frozenset({E.REFERRAL_RECEIVED, *OF_STATUS.values()})
"""What the system that referred a child is told: what it may read at its referral, status and decision."""

ALERTS = frozenset({E.ALERT_BREAK_GLASS, E.ALERT_LIMITED_CASE})
"""What who reads the log is told, and nobody else; of no case, so that an alert tells nothing of a child."""
