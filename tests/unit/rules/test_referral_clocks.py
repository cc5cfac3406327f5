"""The clocks that start with a referral."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.advice.evaluate import Assessed, assess_referral, basis_on
from app.advice.schemas import AdviceRequest
from app.law import calendar
from app.rules.case import Case, case_of
from app.rules.clocks import clocks_for_referral
from tests.law.cases import book, request_of


def referred(changes: dict[str, Any]) -> Case:
    """The ordinary case with changes, laid beside the law."""
    request = AdviceRequest.model_validate(request_of(changes))
    protocol = book().protocol(request.area, request.as_at)
    assert protocol is not None
    return case_of(request.to_facts(), book().at(request.as_at), protocol, book().matrix_on(request.as_at))


def due(case: Case, referred_on: date, bail_from: date | None = None) -> dict[str, date | None]:
    """The due day of each clock, by rule."""
    return {clock.rule: clock.due_on for clock in clocks_for_referral(case, referred_on, bail_from)}


def assess(referred_on: date, **offence: Any) -> Assessed:
    """What a referral of that day is answered with: of a child of 14, for an offence of the same day."""
    day = referred_on.isoformat()
    dated = {"committedOn": day, "reportedOn": day, "response": {"on": day}, **offence}
    born = {"dateOfBirth": f"{referred_on.year - 14}-01-01"}
    request = AdviceRequest.model_validate(request_of({"asAt": day, "child": born, "offence": dated}))
    return assess_referral(request, basis_on(book(), request.area, referred_on), referred_on)


def test_assessment_and_notification_count_working_days_from_the_referral() -> None:
    """Ten and fifteen working days after Monday 16 November 2026."""
    found = due(referred({}), date(2026, 11, 16))

    assert found == {"PRC-03": date(2026, 11, 30), "PRC-04": date(2026, 12, 7)}


def test_notification_counts_from_bail_where_there_is_bail() -> None:
    """Fifteen working days from the day of bail."""
    found = due(referred({}), date(2026, 11, 16), date(2026, 11, 9))

    assert found["PRC-04"] == date(2026, 11, 30)


def test_working_days_leave_out_christmas() -> None:
    """Ten working days after 18 December 2026 skip three bank holidays."""
    found = due(referred({"asAt": "2026-12-18"}), date(2026, 12, 18))

    assert found["PRC-03"] == date(2027, 1, 6)


def test_knife_and_summary_offence_start_their_own_clocks() -> None:
    """A knife starts the referral clock, a summary-only offence the time limit."""
    case = referred({"offences": [{"offence": "bladed_article", "circumstances": ["KNIFE"]}, {"offence": "poa_s4"}]})

    found = due(case, date(2026, 11, 16))

    assert found["KNF-01"] == date(2026, 11, 2)
    assert found["TIM-01"] == date(2027, 4, 30)


@pytest.mark.parametrize("referred_on", [date(2090, 1, 4), date(1990, 1, 4)])
def test_clock_beyond_the_calendar_has_no_due_day(referred_on: date) -> None:
    """A bank holiday that nobody has proclaimed is not guessed."""
    assert due(referred({}), referred_on)["PRC-03"] is None


# The last ten working days of 2028 begin on 14 December, the last fifteen on 7 December.
LAST_COUNTED = {"PRC-03": date(2028, 12, 13), "PRC-04": date(2028, 12, 6)}


@pytest.mark.parametrize(("rule", "last"), LAST_COUNTED.items())
@pytest.mark.parametrize(("days", "told"), [(-1, False), (0, False), (1, True)])
def test_clock_that_runs_past_the_calendar_is_told_with_the_calendars_name_and_end(
    rule: str, last: date, days: int, told: bool
) -> None:
    """The day before, the last day that can still be counted from, and the day after."""
    assessed = assess(last + timedelta(days=days))

    clock = next(clock for clock in assessed.clocks if clock.rule == rule)
    texts = [warning.text for warning in assessed.warnings if warning.rule == rule]
    assert (clock.due_on is None) is told
    assert len(texts) == int(told)
    assert all(calendar.NAME in text and calendar.LAST_DAY.isoformat() in text for text in texts)


def test_knife_referral_past_the_calendar_is_told_once() -> None:
    """As a clock of the advice and as one of the referral it is the same warning."""
    assessed = assess(date(2029, 1, 2), circumstances=["KNIFE"])

    assert [warning.rule for warning in assessed.warnings].count("KNF-01") == 1
