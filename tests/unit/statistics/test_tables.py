"""Tables of children: each child once, by the most formal decision and the latest of several alike."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.law.model import DisposalCode
from app.statistics.decision import Decision
from app.statistics.suppression import Cell
from app.statistics.tables import children, tables_of
from app.statistics.words import By, Outcome, Statistic

DISPOSALS = tuple(one.value for one in DisposalCode)
FORMALITY = (Outcome.NO_CAUTION, Outcome.CAUTION, Outcome.CHARGE)
VALUES = ("WHITE", "BLACK", "YES", "UNKNOWN")


def a_decision(child: str, day: int, disposal: str, groups: tuple[str, ...]) -> Decision:
    """Return a decision about a child, with what the tables of children count of it."""
    return Decision(
        child=child,
        day=date(2026, 1, 1) + timedelta(days=day),
        force="metropolitan",
        disposal=disposal,
        groups=dict(zip(By, groups, strict=True)),
        engagement="FULL",
        stratum="2|0",
        offences=1,
        clocks={},
        direction="",
        reasons=(),
        level=1,
        answered=frozenset(),
        days_to_decision=1,
    )


DECISIONS = st.lists(
    st.builds(
        a_decision,
        child=st.sampled_from(("a", "b", "c", "d")),
        day=st.integers(0, 3),
        disposal=st.sampled_from(DISPOSALS),
        groups=st.tuples(*(st.sampled_from(VALUES) for _ in By)),
    ),
    max_size=12,
)


def by_the_book(decisions: list[Decision]) -> dict[str, Decision]:
    """Return of each child the decision that counts, found by sorting all of them."""
    found: dict[str, Decision] = {}
    for one in sorted(decisions, key=lambda one: (FORMALITY.index(one.outcome), one.day)):
        found[one.child] = one
    return found


@given(decisions=DECISIONS)
def test_each_child_counts_by_the_most_formal_and_then_latest_decision(decisions: list[Decision]) -> None:
    """One pass finds what sorting finds; of decisions alike in both, the last told."""
    assert {one.child: one for one in children(decisions)} == by_the_book(decisions)


@given(decisions=DECISIONS)
def test_table_of_each_characteristic_counts_every_child_once(decisions: list[Decision]) -> None:
    """Counting children who are alike together gives what counting them one by one gives."""
    counted = by_the_book(decisions).values()

    tables = tables_of(Statistic.DISPROPORTIONALITY, decisions)

    for by in By:
        cells: Counter[Cell] = Counter((one.groups[by], one.outcome.value) for one in counted)
        assert tables[by.value].counts.cells == cells
        assert {row for row, _ in cells} <= set(tables[by.value].counts.rows)
        assert tables[by.value].counts.total == len(counted)


def test_outcome_is_as_formal_as_the_disposal() -> None:
    """Two cautions, one charge; everything else diverts the child."""
    outcomes = {one: a_decision("a", 0, one, ("UNKNOWN",) * len(By)).outcome for one in DISPOSALS}

    assert {one for one, outcome in outcomes.items() if outcome is Outcome.CHARGE} == {"CHARGE"}
    assert {one for one, outcome in outcomes.items() if outcome is Outcome.CAUTION} == {
        "YOUTH_CAUTION",
        "YOUTH_CONDITIONAL_CAUTION",
    }
