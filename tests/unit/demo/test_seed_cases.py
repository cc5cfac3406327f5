"""The invented cases before anybody acts in them: whose they are, and when what happens."""

from collections import Counter
from datetime import date

import pytest

from app.demo.seed_cases import NOT_STATED, Case, Step, all_cases
from app.identity.demo_clients import CAMDEN, ISLINGTON
from app.law.calendar import is_working_day
from app.law.dates import age_on

ISLINGTON_2023 = {"ASIAN": 6, "BLACK": 45, "MIXED": 20, "OTHER": 5, "WHITE": 24}


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    """Return all cases of the demonstration."""
    return all_cases()


def decided_in(cases: tuple[Case, ...], area: str) -> list[Case]:
    """Return the cases of an area that are led to a decision and no further."""
    return [case for case in cases if case.area == area and Step.DECISION in case.steps and case.after is None]


def test_islington_has_the_ethnic_mix_of_its_plan(cases: tuple[Case, ...]) -> None:
    """Of those who stated it, the shares are within half a point of those in the youth justice plan."""
    groups = Counter(case.ethnic_group for case in decided_in(cases, ISLINGTON))
    stated = groups.total() - groups[NOT_STATED]

    differences = {group: abs(100 * groups[group] / stated - share) for group, share in ISLINGTON_2023.items()}

    assert max(differences.values()) <= 0.5
    assert groups[NOT_STATED] > 0


def test_steps_of_a_case_follow_each_other(cases: tuple[Case, ...]) -> None:
    """Within a case no step is earlier than the one before it, and each is on a working day."""
    times = [[case.at(step) for step in case.steps] for case in cases]

    assert all(of_case == sorted(of_case) for of_case in times)
    assert all(is_working_day(at.date()) for of_case in times for at in of_case)


def test_decisions_lie_between_october_and_october(cases: tuple[Case, ...]) -> None:
    """What panels draw from is decided from 1 October 2025 to 31 October 2026; what is followed, after that."""
    decided = [case.at(Step.DECISION).date() for case in cases if Step.DECISION in case.steps and case.after is None]
    followed = [case.at(Step.DECISION).date() for case in cases if case.after is not None]

    assert date(2025, 10, 1) <= min(decided)
    assert max(decided) <= date(2026, 10, 31) < min(followed)


def test_children_are_children_until_the_decision(cases: tuple[Case, ...]) -> None:
    """Each is of the age meant at the offence, from 10 to 17, and under 18 at the last step."""
    at_offence = [age_on(case.born_on, case.offence_on) for case in cases]
    at_the_end = [age_on(case.born_on, case.at(case.steps[-1]).date()) for case in cases]

    assert at_offence == [case.age for case in cases]
    assert set(at_offence) == set(range(10, 18))
    assert max(at_the_end) < 18


def test_references_are_unique(cases: tuple[Case, ...]) -> None:
    """A reference stands for one case, so that loading can be taken up by it."""
    assert len({case.reference for case in cases}) == len(cases)


def test_size_asks_for_fewer() -> None:
    """With a size there are as many decided cases as it says, and no open ones."""
    few = all_cases({ISLINGTON: 3, CAMDEN: 2})

    assert Counter(case.area for case in few) == {ISLINGTON: 3, CAMDEN: 2}
    assert all(Step.DECISION in case.steps for case in few)
