"""What follows when a delivery ends (PRC-16 to PRC-18): every disposal, every ending, against a hand-written list."""

from itertools import pairwise, product

import pytest

from app.cases.states import CaseStatus, may_move
from app.delivery.endings import can_be_breached, ending, is_voluntary
from app.delivery.words import DELIVERABLE, RETURNS, Result
from app.law.model import DisposalCode as D

EVERY = list(product(sorted(DELIVERABLE), Result, [True, False]))
RETURNED = {D.OUTCOME_22, D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CONDITIONAL_CAUTION}


@pytest.mark.parametrize(("disposal", "result", "given"), EVERY)
def test_case_returns_only_where_something_was_held_back_or_never_given(
    disposal: D, result: Result, *, given: bool
) -> None:
    """Four disposals return when they fail; all return when they were never given."""
    expected = not given or (disposal in RETURNED and result is Result.NOT_COMPLETED)

    assert ending(disposal, result, given=given).returns is expected


@pytest.mark.parametrize(("disposal", "result", "given"), EVERY)
def test_every_ending_is_a_walk_that_the_state_tables_know(disposal: D, result: Result, *, given: bool) -> None:
    """From decided or under delivery, each step is a move."""
    start = CaseStatus.IN_DELIVERY if given else CaseStatus.DECIDED
    walk = (start, *ending(disposal, result, given=given).statuses)

    assert all(may_move(one, next_one) for one, next_one in pairwise(walk))


@pytest.mark.parametrize("disposal", sorted(D))
def test_conditions_of_a_youth_conditional_caution_alone_can_be_breached(disposal: D) -> None:
    """What is voluntary is left, never breached."""
    assert can_be_breached(disposal) is (disposal is D.YOUTH_CONDITIONAL_CAUTION)


def test_nothing_voluntary_is_a_caution() -> None:
    """The two cautions are all that is not voluntary of what is given to a child."""
    assert {one for one in DELIVERABLE if not is_voluntary(one)} == {D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION}


def test_what_returns_is_what_the_list_says() -> None:
    """The table in the code and the list in this test are the same."""
    assert RETURNS == RETURNED
