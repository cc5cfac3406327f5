"""Working days in England and Wales: not Saturdays, Sundays or bank holidays, one-off bank holidays included.

Decides which day a working-day clock ends on. The bank holidays are those that GOV.UK lists, in a file beside the law's
other tables: some are proclaimed for one year alone, so that no rule yields them. Fails loudly beyond the years that
the official list has published, since nobody can know a bank holiday that has not been proclaimed yet.
"""

import csv
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

NAME = "ENGLAND_AND_WALES"
FIRST_DAY = date(2012, 1, 1)
LAST_DAY = date(2028, 12, 31)
"""The first and last day of the years that GOV.UK's own list covers; a test holds them and every day against it."""
_LIST = Path(__file__).resolve().parent / "data" / "bank_holidays.csv"


class CalendarExhausted(Exception):
    """A day lies outside the years for which the bank holidays are known."""


def is_working_day(day: date) -> bool:
    """Whether `day` is a working day; CalendarExhausted outside the calendar's coverage."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CalendarExhausted(
            f"the bank holidays of {day.isoformat()} are not known: the calendar covers "
            f"{FIRST_DAY.isoformat()} to {LAST_DAY.isoformat()}"
        )
    return day.weekday() < 5 and day not in _bank_holidays()  # noqa: PLR2004 - Saturday is 5


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


@cache
def _bank_holidays() -> frozenset[date]:
    """Return the bank holidays of every year that is covered; England and Wales have the same."""
    with _LIST.open(encoding="utf-8", newline="") as lines:
        return frozenset(date.fromisoformat(row["day"]) for row in csv.DictReader(lines))
