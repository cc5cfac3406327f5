"""The figures of a frame, to lay beside each of its cases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.scrutiny import figures
from app.scrutiny.anonymity import QuasiIdentifiers
from app.scrutiny.figures import FigureRow, Figures, Row, figures_of
from app.statistics.suppression import BASE, ROOM
from tests.attacker import Attacker
from tests.decided_cases import a_decided_case, some_advice, some_decision, stated

DISPOSED = ("TRIAGE", "OUTCOME_22", "YOUTH_CAUTION")
BOY = QuasiIdentifiers("14-15", "MALE", "BLACK", "E09000019", "2026-Q2", "THEFT_AND_BURGLARY")


def rows(*counts: tuple[str, int, int]) -> list[Row]:
    """Return as many cases of a disposal and a gravity score as each triple says."""
    return [
        (a_decided_case(number, disposal, advice=some_advice(score=score)), BOY)
        for disposal, score, count in counts
        for number in range(count)
    ]


def told(found: Figures, by: str, value: str) -> dict[str, int | None]:
    """Return a row of a table."""
    table = next(one for one in found.tables if one.by == by)
    return next(one.disposals for one in table.rows if one.value == value)


def test_figures_are_rounded_to_five() -> None:
    """Twenty-three and twelve are about twenty-five and ten; what nobody had is nought."""
    found = figures_of(rows(("TRIAGE", 2, 23), ("YOUTH_CAUTION", 2, 12)))

    assert (found.cases, found.disposals["TRIAGE"], found.disposals["YOUTH_CAUTION"]) == (35, 25, 10)
    assert found.disposals["OUTCOME_22"] == 0


def test_small_count_is_withheld_with_what_would_tell_it() -> None:
    """Three cautions are withheld, and so is the next larger column, or the total would bring them back."""
    found = figures_of(rows(("TRIAGE", 2, 40), ("COMMUNITY_RESOLUTION", 2, 9), ("YOUTH_CAUTION", 2, 3)))

    assert (found.disposals["YOUTH_CAUTION"], found.disposals["COMMUNITY_RESOLUTION"]) == (None, None)
    assert found.disposals["TRIAGE"] == 40


def test_figures_are_told_by_what_a_panel_asks_for() -> None:
    """Gravity, ethnic group, sex and age band; and the codes of ethnicity."""
    found = figures_of(rows(("TRIAGE", 2, 20), ("YOUTH_CAUTION", 3, 20)))

    assert [table.by for table in found.tables] == ["GRAVITY", "ETHNIC_GROUP", "SEX", "AGE_BAND", "ETHNICITY"]
    assert (told(found, "GRAVITY", "2")["TRIAGE"], told(found, "GRAVITY", "3")["TRIAGE"]) == (20, 0)
    assert told(found, "ETHNIC_GROUP", "BLACK")["YOUTH_CAUTION"] == 20


def test_shares_say_how_many_departed_and_were_escalated() -> None:
    """Of forty, ten cautions where triage was indicated; nobody was escalated."""
    found = figures_of(rows(("TRIAGE", 2, 30), ("YOUTH_CAUTION", 2, 10)))

    counts = {share.name: (share.count, share.of) for share in found.shares}
    assert (counts["DEPARTED_FROM_THE_ADVICE"], counts["ESCALATED"]) == ((10, 40), (0, 40))
    assert found.median_days_to_decision == 8.0


def test_share_of_few_is_withheld() -> None:
    """Two who departed are too few to tell."""
    found = figures_of(rows(("TRIAGE", 2, 30), ("YOUTH_CAUTION", 2, 2)))

    assert next(share.count for share in found.shares if share.name == "DEPARTED_FROM_THE_ADVICE") is None


def test_days_of_few_decisions_and_of_none_are_not_told() -> None:
    """Under ten joint decisions there is no median; what the police issued alone was not waited for here."""
    alone = [(a_decided_case(number, single_agency=True), BOY) for number in range(30)]

    assert figures_of(rows(("TRIAGE", 2, 9)) + alone).median_days_to_decision is None


def some_rows(numbers: Sequence[int]) -> list[Row]:
    """Return a case for each number, of a disposal and a score that follow from it."""
    return [
        (
            a_decided_case(
                place,
                decision=some_decision(figures.DISPOSALS[number % 4]),
                advice=some_advice(score=2 + number % 3),
            ),
            BOY,
        )
        for place, number in enumerate(numbers)
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 11), min_size=5, max_size=60))
def test_no_figure_is_of_one_to_four(numbers: list[int]) -> None:
    """What is told is nought or rounded to five, and every table withholds the disposals that the whole withholds."""
    found = figures_of(some_rows(numbers))

    whole = {name for name, count in found.disposals.items() if count is None}
    for table in found.tables:
        for row in table.rows:
            assert all(count is None or count % 5 == 0 for count in (*row.disposals.values(), row.of))
            assert whole <= {name for name, count in row.disposals.items() if count is None}


# ── codes of ethnicity ───────────────────────────────────────────────────────

GROUP_OF = {"B1": "BLACK", "B2": "BLACK", "B9": "BLACK", "W1": "WHITE", "W3": "WHITE"}


def said(*counts: tuple[str, str, int]) -> list[Row]:
    """Return as many cases of children who said a code, and of a disposal, as each triple says."""
    return [
        (
            a_decided_case(number, disposal, characteristics=(stated("ETHNICITY", code),)),
            replace(BOY, ethnic_group=GROUP_OF[code]),
        )
        for code, disposal, count in counts
        for number in range(count)
    ]


def test_fine_ethnicity_is_told_of_all_together() -> None:
    """Each code with its list, and what was decided of so many: no item tells it."""
    found = figures_of(said(("B1", "TRIAGE", 20), ("B2", "TRIAGE", 10), ("B2", "YOUTH_CAUTION", 10)))

    assert told(found, "ETHNICITY", "SDE_18_1 B1")["TRIAGE"] == 20
    assert told(found, "ETHNICITY", "SDE_18_1 B2")["YOUTH_CAUTION"] == 10


def test_code_of_few_children_takes_another_of_its_group_with_it() -> None:
    """Three of one code would follow from the group's total, so a second code is withheld; another group's is not."""
    found = figures_of(said(("B1", "TRIAGE", 20), ("B2", "TRIAGE", 10), ("B9", "TRIAGE", 3), ("W1", "TRIAGE", 30)))

    rows = {row.value: row.of for row in next(one for one in found.tables if one.by == "ETHNICITY").rows}
    assert rows == {"SDE_18_1 B1": 20, "SDE_18_1 B2": None, "SDE_18_1 B9": None, "SDE_18_1 W1": 30}


def test_codes_tell_nothing_of_what_is_withheld_of_their_group() -> None:
    """Where the cautions of a group are withheld, so are those of its only code."""
    counts = (("B1", "TRIAGE", 20), ("B1", "YOUTH_CAUTION", 3), ("W1", "TRIAGE", 30), ("W1", "YOUTH_CAUTION", 20))

    found = figures_of(said(*counts))

    assert told(found, "ETHNIC_GROUP", "BLACK")["YOUTH_CAUTION"] is None
    assert told(found, "ETHNICITY", "SDE_18_1 B1")["YOUTH_CAUTION"] is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(GROUP_OF)), st.sampled_from(DISPOSED), st.integers(0, 12)), max_size=8)
)
def test_no_small_count_of_a_code_follows_from_its_group(counts: list[tuple[str, str, int]]) -> None:
    """Whoever knows every count told of codes and groups, exactly, still finds five values for a small one."""
    rows = said(*counts)
    assume(len(rows) >= BASE)  # a frame of fewer than k has no figures
    found = figures_of(rows)
    places = list(product(GROUP_OF, DISPOSED))
    real = Counter((str(case.characteristics[0]["value"]), str(case.decision["disposal"])) for case, _ in rows)
    attacker = Attacker(places)
    tables = [table.rows for table in found.tables if table.by in {"ETHNICITY", "ETHNIC_GROUP"}]
    for row in chain([FigureRow("ALL", found.cases, found.disposals)], *tables):
        codes = {code for code, group in GROUP_OF.items() if row.value in {"ALL", group, f"SDE_18_1 {code}"}}
        told = [{name} for name, count in row.disposals.items() if count is not None]
        for disposals in told if row.of is None else [*told, set(DISPOSED)]:
            holds = partial(_stands, codes=codes, disposals=disposals)
            attacker.learn(holds, sum(count for place, count in real.items() if holds(place)))

    small = [(str(place), partial(_is, place=place)) for place, count in real.items() if 0 < count < BASE]

    assert attacker.narrow(small, room=ROOM) == []


def _stands(one: Any, *, codes: set[str], disposals: set[str]) -> bool:
    return one[0] in codes and one[1] in disposals


def _is(one: Any, *, place: tuple[str, str]) -> bool:
    return bool(one == place)
