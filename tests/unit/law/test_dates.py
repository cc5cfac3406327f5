"""How ages, birthdays and limits in months are counted: the day before, the day, the day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.dates import age_on, birthday, months_after, years_after

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 3, 1), 14), (date(2026, 3, 2), 15), (date(2026, 3, 3), 15)],
)
def test_age_on_changes_on_the_birthday(day: date, age: int) -> None:
    """A child born on 2 March 2011 is fourteen the day before the fifteenth birthday, and fifteen from that day on."""
    assert age_on(date(2011, 3, 2), day) == age


@pytest.mark.parametrize(
    ("n", "expected"),
    [(17, date(2025, 3, 1)), (18, date(2026, 3, 1)), (20, date(2028, 2, 29))],
)
def test_birthday_of_a_leap_day_child_is_the_first_of_march_in_other_years(n: int, expected: date) -> None:
    """A person born on 29 February 2008 has the birthday on 1 March except in leap years."""
    assert birthday(date(2008, 2, 29), n) == expected


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 27), 17), (date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2026, 3, 2), 18)],
)
def test_age_on_of_a_leap_day_child_changes_on_the_first_of_march(day: date, age: int) -> None:
    """On 28 February 2026 a person born on 29 February 2008 is still seventeen."""
    assert age_on(date(2008, 2, 29), day) == age


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 5, 25), 6, date(2026, 11, 25)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 1, 15), -2, date(2025, 11, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_after_gives_the_corresponding_date_or_the_last_of_the_month(day: date, n: int, expected: date) -> None:
    """A limit in months ends on the corresponding date; where the month has no such day, on its last."""
    assert months_after(day, n) == expected


def test_years_after_a_leap_day_is_the_last_of_february() -> None:
    """Two years from 29 February 2024 end on 28 February 2026."""
    assert years_after(date(2024, 2, 29), 2) == date(2026, 2, 28)


@given(birth=days, n=st.integers(0, 30))
def test_age_on_reaches_n_on_the_nth_birthday_and_not_before(birth: date, n: int) -> None:
    """The age on a birthday is that birthday's, and one less the day before."""
    reached = birthday(birth, n)

    assert (age_on(birth, reached - timedelta(days=1)), age_on(birth, reached)) == (n - 1, n)


@given(day=days, n=st.integers(-60, 60))
def test_months_after_lands_in_the_month_asked_for(day: date, n: int) -> None:
    """A month's limit never slips into another month."""
    end = months_after(day, n)

    assert (end.year - day.year) * 12 + end.month - day.month == n
