"""Areas that were merged or split: who reaches what from which day, whose protocol holds, what is counted together."""

from datetime import date

import pytest

from app.law.areas import AreaChanges, AreasBroken, read_changes

A, B, C, D = "E09000001", "E09000002", "E06000003", "E06000004"
MERGED = f"changes: [{{on: 2027-04-01, kind: MERGE, areas: [{A}, {B}], into: [{C}]}}]"
SPLIT = f"changes: [{{on: 2027-04-01, kind: SPLIT, areas: [{A}], into: [{C}, {D}], open_until: 2027-09-30}}]"
TWICE = (
    f"changes: [{{on: 2027-04-01, kind: MERGE, areas: [{A}], into: [{B}]}}, "
    f"{{on: 2028-04-01, kind: MERGE, areas: [{B}], into: [{C}]}}]"
)
BEFORE, AFTER, LATER = date(2027, 3, 31), date(2027, 4, 1), date(2028, 4, 1)


@pytest.fixture
def merged() -> AreaChanges:
    """Return two areas that became one."""
    return read_changes(MERGED)


@pytest.fixture
def split() -> AreaChanges:
    """Return one area that became two."""
    return read_changes(SPLIT)


def test_new_area_reaches_the_old_ones_from_the_day_of_the_merger(merged: AreaChanges) -> None:
    """Not a day before."""
    assert merged.reach({C}, BEFORE) == {C}
    assert merged.reach({C}, AFTER) == {A, B, C}


def test_old_area_reaches_nothing_new(merged: AreaChanges) -> None:
    """Neither what follows it nor its old neighbour."""
    assert merged.reach({A}, AFTER) == {A}


def test_parts_reach_what_was_split_until_its_cases_are_moved(split: AreaChanges) -> None:
    """The last day is one of them; then the old area's own people alone reach it."""
    days = (BEFORE, AFTER, date(2027, 9, 30), date(2027, 10, 1))

    assert [A in split.reach({D}, day) for day in days] == [False, True, True, False]
    assert split.reach({A}, date(2027, 10, 1)) == {A}


def test_mergers_are_followed_through() -> None:
    """An area that was merged twice over is reached by the last."""
    changes = read_changes(TWICE)

    assert changes.reach({C}, LATER) == {A, B, C}
    assert changes.present(A, AFTER) == B
    assert changes.present(A, LATER) == C


def test_everybodys_areas_stay_everybodys(merged: AreaChanges) -> None:
    """`*` is not an area, and follows none."""
    assert merged.reach({"*"}, AFTER) == {"*"}


def test_protocol_is_the_new_areas_after_a_merger_alone(merged: AreaChanges, split: AreaChanges) -> None:
    """A part of what was split cannot be told; its old cases keep the old protocol until they are transferred."""
    assert (merged.present(A, BEFORE), merged.present(A, AFTER)) == (A, C)
    assert split.present(A, AFTER) == A


def test_what_was_merged_is_counted_together(merged: AreaChanges, split: AreaChanges) -> None:
    """What was split is counted by itself."""
    assert merged.counted_with(C, BEFORE) == (C,)
    assert merged.counted_with(C, AFTER) == (C, A, B)
    assert split.counted_with(C, AFTER) == (C,)


def test_ended_area_is_ended_from_its_day(merged: AreaChanges) -> None:
    """Nothing new begins there."""
    assert merged.ended(A, BEFORE) is None
    assert merged.ended(A, AFTER) is merged.changes[0]
    assert merged.ended(C, AFTER) is None


BROKEN = {
    "no YAML": "changes: [",
    "no changes": "{}",
    "an unknown key": MERGED.replace("kind:", "kin:"),
    "a code that is none": MERGED.replace(A, "London"),
    "a day that is none": MERGED.replace("2027-04-01", "2027-02-30"),
    "a merger into two": MERGED.replace(f"[{C}]", f"[{C}, {D}]"),
    "a merger with an end": MERGED.replace("}", ", open_until: 2028-01-01}"),
    "a split into one": SPLIT.replace(f"[{C}, {D}]", f"[{C}]"),
    "a split without an end": SPLIT.replace(", open_until: 2027-09-30", ""),
    "a split that ends before it begins": SPLIT.replace("2027-09-30", "2027-03-01"),
    "an area that follows itself": MERGED.replace(f"[{C}]", f"[{A}]"),
    "areas that follow each other": TWICE.replace(f"into: [{C}]", f"into: [{A}]"),
    "an area that ends twice": TWICE.replace(f"areas: [{B}]", f"areas: [{A}]"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_file_that_is_not_sound_is_refused_in_one_line(text: str) -> None:
    """A wrong row would open a wall, so none is guessed at."""
    with pytest.raises(AreasBroken) as told:
        read_changes(text)

    assert "\n" not in str(told.value)
