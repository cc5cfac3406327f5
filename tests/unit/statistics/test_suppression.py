"""What a table tells, and a solver that tries to bring back what it does not."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.statistics.suppression import ROOM, Counts, Suppression, Withheld, rounded, suppress


def a_table(*rows: tuple[int, ...]) -> Counts:
    """Return a table of numbered rows and columns."""
    names, columns = tuple(f"R{n}" for n in range(len(rows))), tuple(f"C{n}" for n in range(len(rows[0])))
    return Counts(names, columns, {(r, c): rows[i][j] for i, r in enumerate(names) for j, c in enumerate(columns)})


def recovered(table: Counts, hidden: Suppression) -> Iterator[tuple[str, str]]:
    """Solve for every small count that is withheld, knowing all that is told; give those with too little room."""
    places = list(product(table.rows, table.columns))
    known = list(constraints(table, hidden, places)) or [([0] * len(places), 0)]
    matrix, totals = np.array([one[0] for one in known]), np.array([one[1] for one in known])
    for number, (row, column) in enumerate(places):
        if hidden.tells(row, column) or not 0 < table.at(row, column) < 5:
            continue
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(places))
            aim[number] = sign
            ends.append(sign * linprog(aim, A_eq=matrix, b_eq=totals, bounds=(0, 99)).fun)
        if ends[1] - ends[0] < ROOM - 1e-6:
            yield row, column


def constraints(table: Counts, hidden: Suppression, places: list[tuple[str, str]]) -> Iterator[tuple[list[int], int]]:
    """Give every sum that is told: cells, totals of rows and columns, the total of all; and what follows from them."""
    if table.total >= 5:  # else the answer does not tell even that
        yield [1] * len(places), table.total
    for name in table.rows:
        if name not in hidden.rows:
            yield [int(row == name) for row, _ in places], table.of_row(name)
    for name in table.columns:
        if name not in hidden.columns:
            yield [int(column == name) for _, column in places], table.of_column(name)
    for row, column in places:
        if hidden.tells(row, column) or not (table.of_row(row) and table.of_column(column)):
            yield [int((row, column) == place) for place in places], table.at(row, column)


small_tables = st.integers(2, 5).flatmap(
    lambda columns: st.lists(st.tuples(*[st.integers(0, 14)] * columns), min_size=2, max_size=6)
).map(lambda rows: a_table(*rows))  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(small_tables)
def test_no_small_count_can_be_recovered(table: Counts) -> None:
    """From every other count and every total told, linear programming finds five values at least for each."""
    hidden = suppress(table)

    assert list(recovered(table, hidden)) == []


@pytest.mark.deep
@settings(max_examples=3000, deadline=None)
@given(small_tables)
def test_no_small_count_can_be_recovered_from_thousands_of_tables(table: Counts) -> None:
    """The same for many more."""
    hidden = suppress(table)

    assert list(recovered(table, hidden)) == []


def test_solver_finds_what_is_withheld_alone() -> None:
    """The solver is able: a single count withheld follows from its row."""
    table = a_table((2, 20), (15, 20))

    found = list(recovered(table, Suppression(frozenset(), frozenset(), {("R0", "C0"): Withheld.SMALL})))

    assert found == [("R0", "C0")]


def test_small_count_takes_three_others_with_it() -> None:
    """The corners of a rectangle, and the reason of each."""
    hidden = suppress(a_table((2, 20), (15, 20)))

    assert hidden.cells == {
        ("R0", "C0"): Withheld.SMALL,
        ("R0", "C1"): Withheld.WOULD_TELL_ANOTHER,
        ("R1", "C0"): Withheld.WOULD_TELL_ANOTHER,
        ("R1", "C1"): Withheld.WOULD_TELL_ANOTHER,
    }


def test_nothing_is_withheld_of_large_counts_and_noughts() -> None:
    """Nought tells of no child."""
    hidden = suppress(a_table((6, 20), (0, 20)))

    assert (hidden.rows, hidden.columns, hidden.cells) == (frozenset(), frozenset(), {})


def test_small_group_is_withheld_with_another() -> None:
    """Its total would follow from the total of all, so a second group's is withheld too."""
    hidden = suppress(a_table((1, 2), (30, 20), (6, 8)))

    assert hidden.rows == {"R0", "R2"}


def test_everything_is_withheld_of_a_table_of_four() -> None:
    """Fewer than five children in all."""
    table = a_table((1, 2), (1, 0))

    hidden = suppress(table)

    assert not [place for place in product(table.rows, table.columns) if hidden.tells(*place) and table.at(*place)]


@given(st.integers(0, 500))
def test_rounding_moves_by_at_most_two(count: int) -> None:
    """To the nearest five."""
    assert (rounded(count) % 5, abs(rounded(count) - count) <= 2) == (0, True)
