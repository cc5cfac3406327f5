"""The working-day calendar of England and Wales, held against the government's own list of bank holidays."""

from datetime import date, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from holidays import country_holidays

from app.law.calendar import FIRST_DAY, LAST_DAY, CalendarExhausted, is_working_day, working_days_after


def official_holidays() -> set[date]:
    """Return the bank holidays of the list that GOV.UK publishes, as bundled with the package."""
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return {holiday["date"] for holiday in listed}


def test_calendar_agrees_with_the_official_list_on_every_day_it_covers() -> None:
    """Every weekday is a working day exactly when it is not in the official list, from the first day to the last."""
    official = official_holidays()
    weekdays = [
        day for n in range((LAST_DAY - FIRST_DAY).days + 1) if (day := FIRST_DAY + timedelta(days=n)).weekday() < 5
    ]

    assert [day for day in weekdays if is_working_day(day) == (day in official)] == []


def test_calendar_agrees_with_the_rules_by_which_bank_holidays_fall() -> None:
    """A library that works them out, one-off days among them, has the same weekdays as the list that was typed in."""
    years = range(FIRST_DAY.year, LAST_DAY.year + 1)
    worked_out = {day for day in country_holidays("GB", subdiv="ENG", years=years) if day.weekday() < 5}

    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    assert {day for day in days if day.weekday() < 5 and not is_working_day(day)} == worked_out


def test_calendar_covers_exactly_the_years_of_the_official_list() -> None:
    """The coverage claimed is that of the official list, not more."""
    years = [day.year for day in official_holidays()]

    assert (date(min(years), 1, 1), date(max(years), 12, 31)) == (FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    "day",
    [date(2012, 6, 5), date(2020, 5, 8), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)],
)
def test_one_off_bank_holidays_are_not_working_days(day: date) -> None:
    """Jubilees, the moved May Day, the state funeral and the coronation count."""
    assert not is_working_day(day)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 18), 10, date(2027, 1, 6)),
        (date(2026, 4, 2), 2, date(2026, 4, 8)),
        (date(2022, 9, 16), 1, date(2022, 9, 20)),
    ],
)
def test_working_days_after_skips_weekends_and_bank_holidays(start: date, n: int, expected: date) -> None:
    """The start is not counted; neither are weekends and bank holidays, substitute days included."""
    assert working_days_after(start, n) == expected


@pytest.mark.parametrize("day", [date(2011, 12, 31), date(2029, 1, 1)])
def test_a_day_beyond_the_calendar_fails_loudly(day: date) -> None:
    """The day before the first covered and the day after the last are refused, not guessed."""
    with pytest.raises(CalendarExhausted, match=day.isoformat()):
        is_working_day(day)


def test_a_clock_that_runs_out_of_the_calendar_fails_loudly() -> None:
    """A clock started near the end of the coverage is refused when it would end beyond it."""
    with pytest.raises(CalendarExhausted):
        working_days_after(date(2028, 12, 28), 5)


@pytest.mark.parametrize("n", [0, -1])
def test_a_clock_of_no_working_days_is_refused(n: int) -> None:
    """A clock runs for at least one working day."""
    with pytest.raises(ValueError, match="at least one"):
        working_days_after(date(2026, 11, 23), n)
