"""Ages, birthdays and limits counted in months: the few ways in which the law counts days.

Decides on which day an age is reached and a period ends. Knows no period's length: that is in the parameters.
"""

from calendar import monthrange
from datetime import date

MONTHS_IN_YEAR = 12


def birthday(birth: date, n: int) -> date:
    """Return the day on which a person reaches the age of `n` years.

    A person born on 29 February has the birthday on 1 March in other years (UNVERIFIED).
    """
    year = birth.year + n
    if (birth.month, birth.day) == (2, 29) and monthrange(year, 2)[1] == 28:  # noqa: PLR2004 - February's days
        return date(year, 3, 1)
    return birth.replace(year=year)


def age_on(birth: date, day: date) -> int:
    """Return the age in whole years on a day; negative before the birth. It changes on the `birthday`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def months_after(day: date, n: int) -> date:
    """Return the corresponding date `n` months on; where that month has no such day, its last. `n` may be negative.

    A limit of six months from 25 May ends on 25 November, which is its last day.
    """
    months = day.year * MONTHS_IN_YEAR + day.month - 1 + n
    year, month = divmod(months, MONTHS_IN_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, n: int) -> date:
    """Return the corresponding date `n` years on, 28 February for a 29th that is missing. `n` may be negative."""
    return months_after(day, n * MONTHS_IN_YEAR)
