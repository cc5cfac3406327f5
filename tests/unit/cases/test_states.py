"""The life of a case: every pair of statuses, against a list written by hand."""

from itertools import product

import pytest

from app.cases.states import ACTS, ENDINGS, FIRST_STATUS, OWNERS, TRANSITIONS, CaseStatus, Route, may_move

ALLOWED = {
    ("RECEIVED", "PRE_ASSESSED"), ("RECEIVED", "OPINIONS"), ("RECEIVED", "ESCALATED"),
    ("RECEIVED", "AWAITING_AUTHORITY"), ("RECEIVED", "WITHDRAWN"), ("RECEIVED", "RESTRICTED"),
    ("PRE_ASSESSED", "OPINIONS"), ("PRE_ASSESSED", "ESCALATED"), ("PRE_ASSESSED", "AWAITING_AUTHORITY"),
    ("PRE_ASSESSED", "WITHDRAWN"), ("PRE_ASSESSED", "RESTRICTED"),
    ("OPINIONS", "RECEIVED"), ("OPINIONS", "PRE_ASSESSED"), ("ESCALATED", "RECEIVED"), ("ESCALATED", "PRE_ASSESSED"),
    ("AWAITING_AUTHORITY", "RECEIVED"), ("AWAITING_AUTHORITY", "PRE_ASSESSED"),
    ("OPINIONS", "DECIDED"), ("OPINIONS", "AWAITING_AUTHORITY"), ("OPINIONS", "WITHDRAWN"), ("OPINIONS", "RESTRICTED"),
    ("ESCALATED", "OPINIONS"), ("ESCALATED", "DECIDED"), ("ESCALATED", "AWAITING_AUTHORITY"),
    ("ESCALATED", "WITHDRAWN"), ("ESCALATED", "RESTRICTED"),
    ("AWAITING_AUTHORITY", "OPINIONS"), ("AWAITING_AUTHORITY", "ESCALATED"), ("AWAITING_AUTHORITY", "DECIDED"),
    ("AWAITING_AUTHORITY", "WITHDRAWN"), ("AWAITING_AUTHORITY", "RESTRICTED"),
    ("DECIDED", "IN_DELIVERY"), ("DECIDED", "NOT_COMPLETED"), ("DECIDED", "RESTRICTED"),
    ("IN_DELIVERY", "COMPLETED"), ("IN_DELIVERY", "NOT_COMPLETED"), ("IN_DELIVERY", "RESTRICTED"),
    ("COMPLETED", "RESTRICTED"),
    ("NOT_COMPLETED", "PRE_ASSESSED"), ("NOT_COMPLETED", "CLOSED"), ("NOT_COMPLETED", "RESTRICTED"),
    ("SUPPORT_REVIEW", "CLOSED"), ("SUPPORT_REVIEW", "WITHDRAWN"), ("SUPPORT_REVIEW", "RESTRICTED"),
    ("WITHDRAWN", "RESTRICTED"), ("CLOSED", "RESTRICTED"),
}  # fmt: skip


@pytest.mark.parametrize(("current", "new"), list(product(CaseStatus, CaseStatus)))
def test_move_is_as_listed(current: CaseStatus, new: CaseStatus) -> None:
    """A move is allowed when it is in the list, and only then."""
    assert may_move(current, new) == ((current.value, new.value) in ALLOWED)


def test_every_status_has_its_row() -> None:
    """Each table speaks of every status, and every route begins somewhere."""
    assert set(TRANSITIONS) == set(OWNERS) == set(ACTS) == set(CaseStatus)
    assert set(FIRST_STATUS) == set(Route)


def test_every_status_without_a_way_on_is_an_ending() -> None:
    """Whatever leads nowhere but to restriction ends a case; DECIDED alone ends some and not others."""
    without = {status for status in CaseStatus if TRANSITIONS[status] <= {CaseStatus.RESTRICTED}}

    assert without | {CaseStatus.DECIDED} == ENDINGS


def test_no_way_back_from_a_decision_but_through_non_completion() -> None:
    """What is decided is never undecided."""
    before = {CaseStatus.RECEIVED, CaseStatus.PRE_ASSESSED, CaseStatus.OPINIONS, CaseStatus.ESCALATED}
    after = {CaseStatus.DECIDED, CaseStatus.IN_DELIVERY, CaseStatus.COMPLETED, CaseStatus.CLOSED}

    assert not any(may_move(late, early) for late, early in product(after, before))
