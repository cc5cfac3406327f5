"""What is settled at the freeze."""

from typing import Any

import pytest

from app.cases.states import CaseStatus
from app.scrutiny import freezing, sampling
from app.scrutiny.allocation import AllocationImpossibleError
from app.scrutiny.freezing import Plan, freeze
from app.scrutiny.groups import Lists
from app.scrutiny.words import Dimension, Exclusion
from tests.decided_cases import a_decided_case, some_advice, some_decision, some_facts, stated

LISTS = Lists({"theft_shop": "theft"}, {("SDE_18_1", "B1"): "BLACK"})


def a_plan(**changes: Any) -> Plan:
    """Return a plan of five cases by disposal."""
    values: dict[str, Any] = {"strata": (Dimension.DISPOSAL,), "size": 5, "minimum": 1, "k": 3}
    return Plan(**(values | changes))


def twelve_cases() -> list[Any]:
    """Return eight triaged cases and four cautions."""
    return [a_decided_case(number, "TRIAGE" if number <= 8 else "YOUTH_CAUTION") for number in range(1, 13)]


def test_freeze_shares_the_sample_between_strata() -> None:
    """Five of twelve, two to one."""
    frame = freeze(twelve_cases(), a_plan(), salt="s", lists=LISTS)

    assert (frame.populations, frame.allocation) == (
        {"TRIAGE": 8, "YOUTH_CAUTION": 4},
        {"TRIAGE": 3, "YOUTH_CAUTION": 2},
    )


def test_freeze_publishes_entries_that_only_the_salt_explains() -> None:
    """Each entry is the digest of the salt and the case."""
    frame = freeze(twelve_cases(), a_plan(), salt="s", lists=LISTS)

    assert frame.cases[0].entry.entry == sampling.entry_of(frame.cases[0].case.case_id, salt="s")
    assert frame.entries == sorted(frame.entries, key=lambda item: item.entry)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": CaseStatus.RESTRICTED}, Exclusion.RESTRICTED),
        ({"status": CaseStatus.WITHDRAWN}, Exclusion.WITHDRAWN),
        ({"status": CaseStatus.PRE_ASSESSED}, Exclusion.REOPENED),
        ({"decision": some_decision("CHARGE")}, Exclusion.CHARGED),
    ],
)
def test_freeze_counts_each_exclusion_with_its_reason(changes: dict[str, Any], reason: Exclusion) -> None:
    """A case left out is counted under its reason and what was decided, and is not in the frame."""
    odd = a_decided_case(99, **changes)

    frame = freeze([*twelve_cases(), odd], a_plan(), salt="s", lists=LISTS)

    assert (len(frame.cases), dict(frame.exclusions)) == (12, {(reason, odd.decision["disposal"]): 1})


@pytest.mark.parametrize(
    "status", [CaseStatus.DECIDED, CaseStatus.IN_DELIVERY, CaseStatus.COMPLETED, CaseStatus.CLOSED]
)
def test_freeze_includes_cases_that_went_on(status: CaseStatus) -> None:
    """What happens after the decision does not take a case out."""
    assert freezing.exclusion(a_decided_case(status=status), a_plan()) is None


def test_freeze_leaves_out_what_a_filter_leaves_out() -> None:
    """Filtered cases are neither in the frame nor counted as excluded."""
    cases = [*twelve_cases(), a_decided_case(13, advice=some_advice(score=4))]

    cautions = freeze(cases, a_plan(disposals=frozenset({"YOUTH_CAUTION"})), salt="s", lists=LISTS)
    grave = freeze(cases, a_plan(gravity=frozenset({4}), size=1), salt="s", lists=LISTS)

    assert (len(cautions.cases), len(grave.cases), len(cautions.exclusions)) == (4, 1, 0)


def test_freeze_without_strata_has_one() -> None:
    """No dimension, one stratum."""
    assert freeze(twelve_cases(), a_plan(strata=()), salt="s", lists=LISTS).allocation == {"ALL": 5}


def test_joint_audit_draws_all_that_a_panel_found_wanting() -> None:
    """Of four cases that a panel saw, two found wanting come again whole, and two are left out with that reason."""
    cases = twelve_cases()
    seen = frozenset(case.case_id for case in cases[:4])
    certain = frozenset(case.case_id for case in cases[:2])

    frame = freeze(cases, a_plan(strata=(), seen=seen, certain=certain, size=5), salt="s", lists=LISTS)

    assert frame.allocation == {"ALL": 5, freezing.LESS_THAN_APPROPRIATE: 2}
    assert dict(frame.exclusions) == {(Exclusion.SEEN_BY_PANEL, "TRIAGE"): 2}


def test_freeze_refuses_a_size_below_its_minimums() -> None:
    """Two strata of at least three need six."""
    with pytest.raises(AllocationImpossibleError):
        freeze(twelve_cases(), a_plan(minimum=3), salt="s", lists=LISTS)


def test_freeze_of_fewer_than_k_cases_shows_none() -> None:
    """The frame stands, but no row of it may be shown, and no stratum tells what a row would."""
    frame = freeze(twelve_cases(), a_plan(k=13, strata=(Dimension.SEX,)), salt="s", lists=LISTS)

    assert {one.shown for one in frame.cases} == {None}
    assert frame.allocation == {"WITHHELD": 5}


def test_freeze_lets_no_stratum_tell_what_is_withheld() -> None:
    """Two girls are too few to show as girls: with one boy they fall in the stratum of what is withheld."""
    girls = [a_decided_case(number, characteristics=(stated("SEX", "FEMALE"),)) for number in (20, 21)]
    boys = [a_decided_case(number, characteristics=(stated("SEX", "MALE"),)) for number in range(1, 13)]

    frame = freeze([*boys, *girls], a_plan(strata=(Dimension.SEX,)), salt="s", lists=LISTS)

    assert frame.populations == {"MALE": 11, "WITHHELD": 3}


def test_detections_say_what_the_sample_would_find() -> None:
    """Ten of sixty at 5, 10 and 15 per cent."""
    found = [(one.faulty, f"{float(one.probability):.2f}") for one in freezing.detections(60, 10)]

    assert found == [(3, "0.43"), (6, "0.68"), (9, "0.83")]


VARIED = (
    {"disposal": "YOUTH_CAUTION"},
    {"characteristics": (stated("ETHNICITY", "W1"),)},
    {"characteristics": (stated("SEX", "FEMALE"),)},
    {"facts": some_facts(born="2009-03-02")},
    {"facts": some_facts(care_status="LOOKED_AFTER")},
    {"advice": some_advice(score=4)},
    {"single_agency": True},
    {"advice": some_advice(indicated=("YOUTH_CAUTION",))},
    {"engagement": "NONE"},
)


@pytest.mark.parametrize(
    ("dimension", "strata"),
    [
        (Dimension.DISPOSAL, {"TRIAGE", "YOUTH_CAUTION"}),
        (Dimension.ETHNIC_GROUP, {"BLACK", "WHITE", "UNKNOWN"}),
        (Dimension.SEX, {"MALE", "FEMALE", "UNKNOWN"}),
        (Dimension.AGE_BAND, {"14-15", "16-17"}),
        (Dimension.CARED_FOR, {"CARED_FOR", "NOT_CARED_FOR"}),
        (Dimension.GRAVITY, {"2", "4"}),
        (Dimension.SINGLE_AGENCY, {"JOINT", "SINGLE_AGENCY"}),
        (Dimension.DEPARTURE, {"AS_ADVISED", "DEPARTED", "SINGLE_AGENCY"}),
        (Dimension.ENGAGEMENT, {"FULL", "LOW"}),
    ],
)
def test_frame_is_stratified_by_each_dimension(dimension: Dimension, strata: set[str]) -> None:
    """Every value has its stratum, and no stratum is missed by the sample."""
    cases = [
        a_decided_case(place * 10 + number, **{"disposal": "TRIAGE"} | changes)
        for place, changes in enumerate(({}, *VARIED))
        for number in range(5)
    ]

    frame = freeze(
        cases, a_plan(strata=(dimension,), size=10), salt="s", lists=Lists({"theft_shop": "theft"}, TWO_GROUPS)
    )

    assert strata <= set(frame.populations)
    assert min(frame.allocation.values()) >= 1


TWO_GROUPS = {("SDE_18_1", "B1"): "BLACK", ("SDE_18_1", "W1"): "WHITE"}


@pytest.mark.parametrize(("only", "count"), [(None, 12), (True, 4), (False, 8)])
def test_frame_can_be_of_what_the_police_issued_alone(only: bool | None, count: int) -> None:
    """Alone, left out, or beside the joint decisions."""
    cases = [a_decided_case(number, single_agency=number > 8) for number in range(1, 13)]

    assert len(freeze(cases, a_plan(single_agency=only), salt="s", lists=LISTS).cases) == count


def test_exclusions_are_held_against_all_that_were_decided_so() -> None:
    """One triage of nine is restricted."""
    frame = freeze([*twelve_cases(), a_decided_case(99, status=CaseStatus.RESTRICTED)], a_plan(), salt="s", lists=LISTS)

    assert (frame.exclusions[Exclusion.RESTRICTED, "TRIAGE"], frame.population["TRIAGE"]) == (1, 9)


def test_frame_of_fewer_than_k_has_no_figures() -> None:
    """Nor would anybody learn anything from them."""
    small = freeze(twelve_cases(), a_plan(k=13), salt="s", lists=LISTS)

    assert (small.figures, small.completeness[0].of) == (None, 12)


def test_what_a_plan_takes_in_is_what_the_frame_holds() -> None:
    """So that a later reading differs by what really came, went or changed."""
    cases = [*twelve_cases(), a_decided_case(99, status=CaseStatus.WITHDRAWN)]

    frame = freeze(cases, a_plan(), salt="s", lists=LISTS)

    assert freezing.included_of(cases, a_plan()) == {one.case.case_id: one.case.digest for one in frame.cases}
