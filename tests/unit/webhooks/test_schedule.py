"""Waits between attempts: longer and longer, never all at once, and three days at least."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.schedule import WAITS, wait_after


@given(st.uuids())
def test_all_waits_are_longer_than_three_days(delivery: object) -> None:
    """A receiver that was away for so long still gets everything."""
    waits = [wait_after(attempt, str(delivery)) for attempt in range(1, len(WAITS) + 1)]

    assert sum((wait for wait in waits if wait), timedelta()) > timedelta(days=3)


@given(st.uuids(), st.integers(1, len(WAITS)))
def test_wait_is_the_standards_and_a_fifth_more_at_most(delivery: object, attempt: int) -> None:
    """Jitter only adds."""
    wait = wait_after(attempt, str(delivery))

    assert wait is not None
    assert WAITS[attempt - 1] <= wait.total_seconds() <= WAITS[attempt - 1] * 1.2


def test_deliveries_that_failed_together_do_not_come_back_together() -> None:
    """Hundred of them spread over most of the jitter."""
    waits = {wait_after(3, f"delivery-{number}") for number in range(100)}

    assert len(waits) == 100
    assert max(waits) - min(waits) > timedelta(seconds=0.15 * WAITS[2])  # type: ignore[type-var,operator]


def test_there_is_no_attempt_after_the_last() -> None:
    """Ten in all."""
    assert wait_after(len(WAITS) + 1, "delivery") is None
