"""The conditions of a youth conditional caution, checked with every fault at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.book import Law, LawBook
from app.law.model import ModeOfTrial, Protocol
from app.rules.conditions import Circumstances, Condition, ConditionType, Setter, check_conditions

T = ConditionType
GIVEN = date(2026, 11, 23)
CASE = Circumstances(
    age=13, mode_of_trial=ModeOfTrial.EITHER_WAY, given_on=GIVEN, limit_on=None, cps_case=False, set_by=Setter.UNKNOWN
)
SOON = date(2027, 1, 10)


@pytest.fixture(scope="module")
def law(law_book: LawBook) -> Law:
    """Open the law on the day of the caution."""
    return law_book.at(GIVEN)


@pytest.fixture(scope="module")
def protocol(law_book: LawBook) -> Protocol:
    """Open the protocol of the example area: sixteen weeks for a plan, 28 days before the limit."""
    found = law_book.protocol("E99999901", GIVEN)
    assert found is not None
    return found


def penalty(pounds: int) -> Condition:
    """Return a financial penalty of so many pounds."""
    return Condition(T.PUNITIVE, "Pay a penalty.", SOON, penalty_pence=pounds * 100, why="Nothing less would do.")


def attendance(hours: int, *, rehabilitative: bool = False) -> Condition:
    """Return attendance for so many hours."""
    return Condition(T.REPARATION, "Help at the allotment.", SOON, None, hours, rehabilitative)


def rules(conditions: list[Condition], case: Circumstances, law: Law, protocol: Protocol) -> list[str]:
    """Return the rules that a set of conditions breaks."""
    return [fault.rule for fault in check_conditions(conditions, case, law, protocol)]


def test_two_faults_are_found_at_once(law: Law, protocol: Protocol) -> None:
    """A child of 13, shop theft: a penalty of 40 pounds and 25 hours of reparation break two caps, not one."""
    faults = check_conditions([penalty(40), attendance(25)], CASE, law, protocol)

    assert [(fault.rule, fault.pointer) for fault in faults] == [
        ("YCC-14", "/conditions/0/penaltyPence"),
        ("YCC-12", "/conditions/1/attendanceHours"),
    ]


@pytest.mark.parametrize(
    ("age", "mode", "cap", "rule"),
    [
        (10, ModeOfTrial.SUMMARY_ONLY, 15, "YCC-14"),
        (13, ModeOfTrial.EITHER_WAY, 25, "YCC-14"),
        (13, ModeOfTrial.INDICTABLE_ONLY, 35, "YCC-14"),
        (14, ModeOfTrial.SUMMARY_ONLY, 30, "YCC-13"),
        (14, ModeOfTrial.EITHER_WAY, 50, "YCC-13"),
        (17, ModeOfTrial.INDICTABLE_ONLY, 75, "YCC-13"),
    ],
)
def test_a_penalty_may_reach_the_cap_and_not_pass_it(
    law: Law, protocol: Protocol, age: int, mode: ModeOfTrial, cap: int, rule: str
) -> None:
    """The cap itself is lawful; one pound more is not, under the rule of the age band."""
    case = replace(CASE, age=age, mode_of_trial=mode)

    assert rules([penalty(cap)], case, law, protocol) == []
    assert rules([penalty(cap + 1)], case, law, protocol) == [rule]


def test_penalties_count_together(law: Law, protocol: Protocol) -> None:
    """Two penalties of 13 pounds pass a cap of 25 together."""
    faults = check_conditions([penalty(13), penalty(13)], CASE, law, protocol)

    assert [(fault.rule, fault.pointer) for fault in faults] == [("YCC-14", "/conditions")]


@pytest.mark.parametrize("age", [9, 18])
def test_no_penalty_is_provided_for_outside_the_ages(law: Law, protocol: Protocol, age: int) -> None:
    """Neither a child of nine nor an adult has a cap, so neither can be asked to pay."""
    assert rules([penalty(1)], replace(CASE, age=age), law, protocol) == ["AGE-03"]


@pytest.mark.parametrize(("hours", "expected"), [(19, []), (20, []), (21, ["YCC-12"])])
def test_attendance_may_reach_twenty_hours(law: Law, protocol: Protocol, hours: int, expected: list[str]) -> None:
    """Twenty hours are lawful, twenty-one are not."""
    assert rules([attendance(hours)], CASE, law, protocol) == expected


def test_attendance_counts_together(law: Law, protocol: Protocol) -> None:
    """Eleven hours here and ten there are twenty-one."""
    assert rules([attendance(11), attendance(10)], CASE, law, protocol) == ["YCC-12"]


def test_attendance_to_rehabilitate_is_not_counted(law: Law, protocol: Protocol) -> None:
    """Forty hours imposed to rehabilitate leave the twenty of reparation untouched."""
    assert rules([attendance(40, rehabilitative=True), attendance(20)], CASE, law, protocol) == []


def test_there_must_be_a_condition(law: Law, protocol: Protocol) -> None:
    """A conditional caution without conditions is none."""
    assert rules([], CASE, law, protocol) == ["YCC-02"]


def test_punishment_alone_must_be_explained(law: Law, protocol: Protocol) -> None:
    """A punitive condition with nothing gentler beside it says why nothing less would do."""
    assert rules([replace(penalty(10), why=None)], CASE, law, protocol) == ["YCC-11"]


def test_punishment_beside_reparation_needs_no_explanation(law: Law, protocol: Protocol) -> None:
    """Where reparation stands beside it, a punitive condition is not the first resort."""
    assert rules([replace(penalty(10), why=None), attendance(5)], CASE, law, protocol) == []


def test_restriction_alone_is_refused(law: Law, protocol: Protocol) -> None:
    """Keeping away from the shop must support another object."""
    keep_away = Condition(T.RESTRICTIVE, "Keep away from the shop.", SOON)

    assert rules([keep_away], CASE, law, protocol) == ["YCC-15"]
    assert rules([keep_away, attendance(2)], CASE, law, protocol) == []


def test_a_penalty_is_punitive(law: Law, protocol: Protocol) -> None:
    """A penalty that is called reparation is still a penalty."""
    disguised = Condition(T.REPARATION, "Pay.", SOON, penalty_pence=500)

    assert rules([disguised], CASE, law, protocol) == ["YCC-11"]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, ["YCC-16"]),
        (GIVEN - timedelta(days=1), ["YCC-16"]),
        (GIVEN, []),
        (GIVEN + timedelta(weeks=16), []),
        (GIVEN + timedelta(weeks=16, days=1), ["YCC-16"]),
    ],
)
def test_a_condition_is_completed_in_the_plans_time(
    law: Law, protocol: Protocol, due: date | None, expected: list[str]
) -> None:
    """From the day of the caution to sixteen weeks after it; a missing date is a fault."""
    assert rules([replace(attendance(5), due_on=due)], CASE, law, protocol) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [(date(2026, 12, 30), []), (date(2026, 12, 31), []), (date(2027, 1, 1), ["YCC-17"])],
)
def test_a_condition_of_a_summary_only_offence_leaves_time_to_prosecute(
    law: Law, protocol: Protocol, due: date, expected: list[str]
) -> None:
    """With a limit on 28 January 2027, conditions end by 31 December, 28 days before."""
    case = replace(CASE, mode_of_trial=ModeOfTrial.SUMMARY_ONLY, limit_on=date(2027, 1, 28))

    assert rules([replace(attendance(5), due_on=due)], case, law, protocol) == expected


@pytest.mark.parametrize(
    ("set_by", "cps_case", "expected"),
    [
        (Setter.SERGEANT_OR_ABOVE, False, []),
        (Setter.QUALIFIED_OFFICER, False, []),
        (Setter.AUTHORISED_BY_DPP, False, []),
        (Setter.PROSECUTOR, False, []),
        (Setter.CONSTABLE, False, ["YCC-01"]),
        (Setter.YJS, False, ["YCC-01"]),
        (Setter.SERGEANT_OR_ABOVE, True, ["YCC-07"]),
        (Setter.PROSECUTOR, True, []),
        (Setter.YJS, True, ["YCC-01"]),
        (Setter.UNKNOWN, True, []),
    ],
)
def test_only_an_authorised_person_or_a_prosecutor_sets_conditions(
    law: Law, protocol: Protocol, set_by: Setter, cps_case: bool, expected: list[str]
) -> None:
    """The prosecutor alone in a CPS case; not knowing who sets them is no fault yet."""
    case = replace(CASE, set_by=set_by, cps_case=cps_case)

    assert rules([attendance(5)], case, law, protocol) == expected


CONDITIONS = st.builds(
    Condition,
    type=st.sampled_from(T),
    what=st.just("Something."),
    due_on=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    penalty_pence=st.none() | st.integers(0, 20_000),
    attendance_hours=st.none() | st.integers(0, 60),
    rehabilitative=st.booleans(),
    why=st.none() | st.just("Reasons."),
)


@given(conditions=st.lists(CONDITIONS, max_size=5), age=st.integers(8, 19), mode=st.sampled_from(ModeOfTrial))
def test_every_fault_names_a_rule_of_the_book(
    conditions: list[Condition], age: int, mode: ModeOfTrial, law_book: LawBook, law: Law, protocol: Protocol
) -> None:
    """Whatever is proposed, the check answers, and each fault rests on a rule that the book has."""
    found = check_conditions(conditions, replace(CASE, age=age, mode_of_trial=mode), law, protocol)

    assert {fault.rule for fault in found} <= set(law_book.rules)
