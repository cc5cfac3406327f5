"""What became of decisions, with small numbers left out and not to be worked out."""

import pytest

from app.panels.evaluation import by_disposal, shown


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (4, None), (5, 5), (12, 12)])
def test_count_under_five_is_not_shown(count: int, told: int | None) -> None:
    """Nought gives nobody away."""
    assert shown(count) == told


def test_hidden_part_cannot_be_worked_out_from_the_others() -> None:
    """Ten and two of twelve: with the whole shown, both parts are hidden."""
    (line,) = by_disposal([("TRIAGE", "COMPLETED", 10), ("TRIAGE", "NOT_COMPLETED", 2)])

    assert line == {
        "disposal": "TRIAGE",
        "decided": 12,
        "completed": None,
        "not_completed": None,
        "under_way": 0,
    }


def test_whole_that_is_one_small_part_is_hidden_too() -> None:
    """Three decided, three completed: neither is shown."""
    (line,) = by_disposal([("TRIAGE", "COMPLETED", 3)])

    assert (line["decided"], line["completed"]) == (None, None)


def test_disposals_are_listed_least_restrictive_first() -> None:
    """And only those that were decided."""
    lines = by_disposal([("YOUTH_CAUTION", None, 7), ("TRIAGE", "COMPLETED", 9)])

    assert [line["disposal"] for line in lines] == ["TRIAGE", "YOUTH_CAUTION"]
