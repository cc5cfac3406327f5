"""Answers for overlapping periods, and an attacker who combines them all."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.statistics.differencing import Layout, Period, TooManyQuestions, layout
from app.statistics.protecting import WouldTell, withheld
from app.statistics.suppression import BASE, ROOM, TOGETHER, Counts, Suppression
from tests.attacker import Attacker, Place

START = date(2026, 1, 1)
ROWS, COLUMNS = ("A", "B", "C"), ("X", "Y", "Z")
Days = tuple[Counts, ...]
"""A table for each day of a small calendar."""


def a_day(*counts: int) -> Counts:
    """Return the table of a day: three rows of three."""
    return Counts(ROWS, COLUMNS, dict(zip(product(ROWS, COLUMNS), counts, strict=True)))


def days(first: int, last: int) -> Period:
    """Return the days of the small calendar from one number to another."""
    return Period(START + timedelta(days=first), START + timedelta(days=last))


def total(parts: Sequence[Counts]) -> Counts:
    """Return several tables as one."""
    return Counts(ROWS, COLUMNS, {cell: sum(one.at(*cell) for one in parts) for cell in product(ROWS, COLUMNS)})


def within(calendar: Days, period: Period) -> Counts:
    """Return the table of a period."""
    return total(calendar[(period.first - START).days : (period.last - START).days + 1])


class Service:
    """Answers about one table as the product does, and remembers what it told."""

    def __init__(self, calendar: Days) -> None:
        self.calendar = calendar
        self.told: dict[Period, Suppression] = {}

    def ask(self, period: Period) -> Suppression | None:
        """Return what is withheld of an answer, or None where it is refused."""
        try:
            laid = layout(period, list(self.told))
            hidden = withheld(laid, lambda one: self._table(laid, one), self._atoms(laid), ["T"])["T"]
        except (WouldTell, TooManyQuestions):
            return None
        self.told.setdefault(period, hidden)
        return hidden

    def _table(self, laid: Layout, segments: int) -> dict[str, Counts]:
        return {"T": total([within(self.calendar, one) for one in laid.days(segments)])}

    def _atoms(self, laid: Layout) -> list[dict[str, Counts]]:
        return [{"T": within(self.calendar, one)} for one in laid.segments]


def recovered(service: Service) -> list[str]:
    """Return the small counts and totals of the periods told, and of what lies between them, that an attacker finds."""
    attacker = Attacker([(day, *cell) for day in range(len(service.calendar)) for cell in product(ROWS, COLUMNS)])
    for period, hidden in service.told.items():
        _learn(attacker, within(service.calendar, period), period, hidden)
    edges = sorted({edge for one in service.told for edge in one.ends})
    spans = {Period(a, b - timedelta(days=1)) for a in edges for b in edges if a < b}
    known = {one for one in spans if one in service.told}
    found = []
    for period in known:
        table = within(service.calendar, period)
        small = [cell for cell in product(ROWS, COLUMNS) if 0 < table.at(*cell) < BASE]
        found += attacker.narrow([(f"{period} {cell}", _in(period, {cell[0]}, {cell[1]})) for cell in small], room=ROOM)
        few = [row for row in ROWS if 0 < table.of_row(row) < BASE]
        found += attacker.narrow([(f"{period} {row}", _in(period, {row}, set(COLUMNS))) for row in few], room=ROOM)
    return found


def _in(period: Period, rows: set[str], columns: set[str]) -> Callable[[Place], bool]:
    first, last = (period.first - START).days, (period.last - START).days

    def holds(place: Place) -> bool:
        day, row, column = place  # type: ignore[misc]
        return first <= day <= last and row in rows and column in columns

    return holds


def _learn(attacker: Attacker, table: Counts, period: Period, hidden: Suppression) -> None:
    """Learn all that an answer tells: its total, and every cell and total, of lines put together too, not withheld."""
    groups = {row: {row} for row in ROWS if row not in hidden.rows} | {TOGETHER: set(hidden.rows)}
    lines = {one: {one} for one in COLUMNS if one not in hidden.columns} | {TOGETHER: set(hidden.columns)}
    sums = [(rows, set(COLUMNS)) for rows in groups.values()] + [(set(ROWS), columns) for columns in lines.values()]
    sums += [
        (rows, columns)
        for (row, rows), (column, columns) in product(groups.items(), lines.items())
        if (row, column) not in hidden.cells
    ]
    if table.total >= BASE:
        for rows, columns in [*sums, (set(ROWS), set(COLUMNS))]:
            attacker.learn(_in(period, rows, columns), sum(table.at(*cell) for cell in product(rows, columns)))


calendars = st.lists(
    st.tuples(*[st.one_of(st.integers(0, 4), st.integers(0, 14))] * 9).map(lambda row: a_day(*row)),
    min_size=4,
    max_size=4,
).map(tuple)
questions = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: days(min(pair), max(pair))), min_size=1, max_size=5
)


def attacked(calendar: Days, asked: Sequence[Period]) -> list[str]:
    """Return what an attacker recovers who asks for these periods, one after the other."""
    service = Service(calendar)
    for period in asked:
        service.ask(period)
    return recovered(service)


@settings(max_examples=25, deadline=None)
@given(calendars, questions)
def test_nothing_small_follows_from_overlapping_periods(calendar: Days, asked: list[Period]) -> None:
    """Whatever is asked in whatever order, five values at least are left for each small count."""
    assert attacked(calendar, asked) == []


@pytest.mark.deep
@settings(max_examples=1500, deadline=None)
@given(calendars, questions)
def test_nothing_small_follows_from_thousands_of_overlapping_periods(calendar: Days, asked: list[Period]) -> None:
    """The same for many more."""
    assert attacked(calendar, asked) == []


LARGE, SMALL = a_day(30, 25, 20, 22, 28, 31, 27, 35, 24), a_day(2, 6, 5, 7, 6, 8, 9, 5, 6)


@pytest.mark.parametrize(
    "asked",
    [
        [days(0, 0), days(0, 1), days(1, 1)],
        [days(0, 1), days(0, 0), days(1, 1)],
        [days(0, 1), days(1, 1), days(0, 0)],
        [days(0, 2), days(1, 1)],
        [days(0, 2), days(0, 1), days(2, 2)],
        [days(0, 1), days(1, 2), days(0, 2)],
    ],
)
def test_small_count_stays_hidden_in_whatever_order_its_parts_are_asked(asked: list[Period]) -> None:
    """A small day first, last, or by what is left around it."""
    assert (attacked((SMALL, LARGE, LARGE), asked), attacked((LARGE, SMALL, SMALL), asked)) == ([], [])


def test_attacker_finds_what_careless_answers_tell() -> None:
    """He is able: from a long and a short period each answered as if it were the only one, he finds the day between."""
    service = Service((SMALL, LARGE))
    for period in (days(0, 1), days(1, 1)):
        service.told[period] = Suppression(frozenset(), frozenset(), {})
    service.told[days(0, 0)] = Suppression(frozenset(ROWS), frozenset(COLUMNS), {})

    assert recovered(service) == [f"{days(0, 0)} ('A', 'X'): 2.00 to 2.00"]


def test_longer_period_by_few_is_refused() -> None:
    """Three children more than before, whatever their groups: even their number would be told."""
    service = Service((LARGE, a_day(1, 0, 0, 0, 2, 0, 0, 0, 0)))
    service.ask(days(0, 0))

    assert service.ask(days(0, 1)) is None


def test_same_question_has_the_same_answer() -> None:
    """Whatever was told in between."""
    service = Service((SMALL, LARGE, SMALL))
    first = service.ask(days(0, 2))
    service.ask(days(0, 1))

    assert service.ask(days(0, 2)) == first


def test_longer_period_tells_what_a_shorter_had_to_withhold() -> None:
    """Pooling helps: a count withheld for one day is told for three, where no difference brings it back."""
    service = Service((SMALL, LARGE, LARGE))
    short, long = service.ask(days(0, 0)), service.ask(days(0, 2))

    assert short is not None
    assert long is not None
    assert (short.tells("A", "X"), long.tells("A", "X")) == (False, True)
