"""The steps of an offer of support: every pair, against a list written by hand."""

from itertools import product

import pytest

from app.support.steps import SupportStep, may_follow

ALLOWED = {
    (None, "REVIEWED"), (None, "OFFERED"), ("REVIEWED", "OFFERED"), ("REVIEWED", "ENDED"),
    ("OFFERED", "ACCEPTED"), ("OFFERED", "DECLINED"), ("OFFERED", "ENDED"),
    ("ACCEPTED", "DECLINED"), ("ACCEPTED", "ENDED"), ("DECLINED", "OFFERED"), ("DECLINED", "ENDED"),
}  # fmt: skip


@pytest.mark.parametrize(("last", "step"), list(product([None, *SupportStep], SupportStep)))
def test_step_follows_as_listed(last: SupportStep | None, step: SupportStep) -> None:
    """A step follows when it is in the list, and only then."""
    assert may_follow(last, step) == ((last and last.value, step.value) in ALLOWED)


@pytest.mark.parametrize("step", [SupportStep.OFFERED, SupportStep.ACCEPTED])
def test_support_can_always_be_declined(step: SupportStep) -> None:
    """It is voluntary to the end."""
    assert may_follow(step, SupportStep.DECLINED)
