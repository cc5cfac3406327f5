"""A child is counted once, under whatever numbers it was known."""

from hypothesis import given
from hypothesis import strategies as st

from app.statistics.children import first_cases

Known = list[tuple[str, set[str]]]


def by_the_book(known_by: Known) -> dict[str, str]:
    """Return the same by putting groups together until no two share anything."""
    groups = [({case}, set(keys)) for case, keys in known_by]
    while pair := next(
        ((one, other) for at, one in enumerate(groups) for other in groups[at + 1 :] if one[1] & other[1]), None
    ):
        one, other = pair
        groups = [group for group in groups if group not in pair] + [(one[0] | other[0], one[1] | other[1])]
    return {case: min(cases) for cases, _ in groups for case in cases}


def test_number_that_links_two_others_makes_one_child_of_three_cases() -> None:
    """Known by one number, by another, and then by both."""
    assert first_cases([("a", {"1"}), ("b", {"2"}), ("c", {"1", "2"}), ("d", {"3"})]) == {
        "a": "a",
        "b": "a",
        "c": "a",
        "d": "d",
    }


@given(st.lists(st.frozensets(st.sampled_from("123456"), max_size=3), max_size=12))
def test_cases_that_share_anything_are_one_childs(keys: list[frozenset[str]]) -> None:
    """Directly or through others, in whatever order they come."""
    known_by = [(chr(ord("a") + number), set(one)) for number, one in enumerate(keys)]

    assert first_cases(known_by) == by_the_book(known_by)
