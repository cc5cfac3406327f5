"""Working days in England and Wales: not Saturdays, Sundays or bank holidays, one-off bank holidays included.

Decides which day a working-day clock ends on. Fails loudly beyond the years that the official list has published,
since nobody can know a bank holiday that has not been proclaimed yet.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays

NAME = "ENGLAND_AND_WALES"
FIRST_DAY = date(2012, 1, 1)
LAST_DAY = date(2028, 12, 31)
"""The first and last day for which GOV.UK's own list was compared with this calendar, by a test."""


class CalendarExhausted(Exception):
    """A day lies outside the years for which the bank holidays are known."""


def is_working_day(day: date) -> bool:
    """Whether `day` is a working day; CalendarExhausted outside the calendar's coverage."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CalendarExhausted(
            f"the bank holidays of {day.isoformat()} are not known: the calendar covers "
            f"{FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}"
        )
    return day.weekday() < 5 and day not in _bank_holidays(day.year)  # noqa: PLR2004 - Saturday is 5


@lru_cache(maxsize=1024)
def working_days_after(start: date, n: int) -> date:
    """Return the `n`th working day after `start`, which itself is not counted; ValueError for `n` below one."""
    if n < 1:
        raise ValueError("a clock runs for at least one working day")
    day = start
    for _ in range(n):
        day = _next_working_day(day)
    return day


def _next_working_day(day: date) -> date:
    """Return the first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=32)
def _bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of a year; England and Wales have the same."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
