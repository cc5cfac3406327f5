"""The worked examples about the conditions of a youth conditional caution, and the days on which one is spent."""

from datetime import date

import pytest

from app.law.model import ModeOfTrial
from app.rules.conditions import Circumstances, Condition, ConditionType, Setter, check_conditions
from app.rules.consequences import YCC_SPENT_MONTHS, conditional_caution_spent_on
from tests.law.cases import book

DAY = date(2026, 11, 21)


def test_example_39_penalty_and_attendance_are_both_refused() -> None:
    """At 13, either-way: a penalty of 40 pounds and 25 hours of reparation break two rules, and both are told."""
    law, protocol = book().at(DAY), book().protocol("E99999901", DAY)
    assert protocol is not None
    case = Circumstances(
        age=13,
        mode_of_trial=ModeOfTrial.EITHER_WAY,
        given_on=DAY,
        limit_on=None,
        cps_case=False,
        set_by=Setter.SERGEANT_OR_ABOVE,
    )
    proposed = (
        Condition(ConditionType.PUNITIVE, "Pay a penalty", penalty_pence=4_000, why="Nothing less would do."),
        Condition(ConditionType.REPARATION, "Repair at the shop", attendance_hours=25),
    )

    rules = {fault.rule for fault in check_conditions(proposed, case, law, protocol)}

    assert {"YCC-12", "YCC-14"} <= rules


@pytest.mark.parametrize(
    ("conditions_end", "spent_on"),
    [
        (date(2026, 4, 20), date(2026, 4, 20)),
        (date(2026, 5, 31), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 6, 1)),
        (date(2026, 6, 2), date(2026, 6, 1)),
        (date(2026, 6, 30), date(2026, 6, 1)),
    ],
)
def test_example_42_conditional_caution_is_spent(conditions_end: date, spent_on: date) -> None:
    """Given on 1 March: spent when its conditions end, and three months after it was given at the latest."""
    months = book().at(DAY).value(YCC_SPENT_MONTHS).number

    assert conditional_caution_spent_on(date(2026, 3, 1), conditions_end, months) == spent_on
