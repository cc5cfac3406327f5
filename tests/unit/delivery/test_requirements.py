"""What a delivery must show: every rule that can be asked has its answer, and age is that of the day of the giving."""

from dataclasses import replace

import pytest

from app.delivery.requirements import CHECKS, NOTED, Adult, Shown, unmet
from app.delivery.words import DELIVERABLE, AdultRelation, AdultRole, DocumentPart, InterventionKind
from app.rules.asked_later import AT_DELIVERY
from app.rules.conditions import Setter
from app.rules.facts import YesNo

PARENT = Adult(AdultRelation.PARENT, AdultRole.NONE, YesNo.UNKNOWN, why_none_nearer=False)
EVERYTHING = Shown(
    giver=Setter.SERGEANT_OR_ABOVE,
    trained=True,
    adult=PARENT,
    adult_at_acceptance=True,
    explained=True,
    breach_warned=True,
    withdrawal_explained=True,
    papers_given=True,
    child_agreed=True,
    parent_agreed=YesNo.YES,
    consent=True,
    signed=True,
    document=frozenset(DocumentPart),
    victims=True,
    victim_told=True,
    victim_wishes=True,
    content=frozenset({InterventionKind.MENTORING}),
    conditions=1,
    condition_for_victim=False,
    plan_child=True,
    plan_professionals=True,
    plan_exit=True,
)
NOTHING = Shown(
    giver=Setter.UNKNOWN,
    trained=False,
    adult=None,
    adult_at_acceptance=False,
    explained=False,
    breach_warned=False,
    withdrawal_explained=False,
    papers_given=False,
    child_agreed=False,
    parent_agreed=YesNo.NO,
    consent=False,
    signed=False,
    document=frozenset(),
    victims=True,
    victim_told=False,
    victim_wishes=False,
    content=frozenset(),
    conditions=0,
    condition_for_victim=True,
    plan_child=False,
    plan_professionals=False,
    plan_exit=False,
)
ONLY_OF_AN_ADULT_WHO_IS_THERE = {"AA-01", "AA-04"}
ONLY_OF_CONTENT_THAT_IS_THERE = {"KNF-06"}


def test_every_rule_asked_at_delivery_has_its_answer() -> None:
    """A requirement that the rules add must be answerable here before it can be asked."""
    asked = {item.rule for item in AT_DELIVERY if DELIVERABLE & set(item.disposals)}

    assert asked - NOTED == set(CHECKS)
    assert asked >= NOTED


def test_delivery_that_shows_everything_meets_every_rule() -> None:
    """Nothing is asked twice or in vain."""
    assert unmet(CHECKS, EVERYTHING) == ()


def test_delivery_that_shows_nothing_meets_no_rule() -> None:
    """Each rule says that it is not met, but those that ask about what is there."""
    found = {one.rule for one in unmet(CHECKS, NOTHING)}

    assert found == set(CHECKS) - ONLY_OF_AN_ADULT_WHO_IS_THERE - ONLY_OF_CONTENT_THAT_IS_THERE


def test_rule_without_an_answer_is_not_waved_through() -> None:
    """What cannot be checked counts as not met."""
    assert [one.rule for one in unmet(["XX-99"], EVERYTHING)] == ["XX-99"]


@pytest.mark.parametrize("relation", [AdultRelation.POLICE_OFFICER, AdultRelation.POLICE_STAFF])
def test_police_are_never_the_appropriate_adult(relation: AdultRelation) -> None:
    """Whatever the disposal and whatever the age."""
    shown = replace(EVERYTHING, adult=replace(PARENT, relation=relation))

    assert [one.rule for one in unmet([], shown)] == ["AA-04"]


@pytest.mark.parametrize("role", [AdultRole.POLICE_OFFICER, AdultRole.POLICE_STAFF])
def test_parent_whom_the_police_employ_is_refused(role: AdultRole) -> None:
    """What the adult does counts, not only who the adult is."""
    shown = replace(EVERYTHING, adult=replace(PARENT, role=role))

    assert [one.rule for one in unmet(["AA-01"], shown)] == ["AA-04"]


def test_responsible_adult_stands_in_where_none_nearer_can() -> None:
    """Eighteen or over, and somebody says why no parent, guardian or social worker could come."""
    adult = Adult(AdultRelation.RESPONSIBLE_ADULT, AdultRole.TRAINED_VOLUNTEER, YesNo.YES, why_none_nearer=True)

    assert unmet(["AA-01", "AA-04"], replace(EVERYTHING, adult=adult)) == ()


@pytest.mark.parametrize(
    "changes", [{"adult": YesNo.UNKNOWN}, {"adult": YesNo.NO}, {"why_none_nearer": False}], ids=str
)
def test_responsible_adult_must_be_of_age_and_the_last_resort(changes: dict[str, object]) -> None:
    """Neither may be left unsaid."""
    adult = Adult(AdultRelation.RESPONSIBLE_ADULT, AdultRole.NONE, YesNo.YES, why_none_nearer=True)
    shown = replace(EVERYTHING, adult=replace(adult, **changes))  # type: ignore[arg-type]

    assert [one.rule for one in unmet(["AA-01"], shown)] == ["AA-01"]


@pytest.mark.parametrize(
    "content",
    [
        {InterventionKind.APOLOGY_LETTER},
        {InterventionKind.WARNING, InterventionKind.KNIFE_AWARENESS},
    ],
    ids=str,
)
def test_thin_content_after_a_knife_offence_is_refused(content: set[InterventionKind]) -> None:
    """Letters, warnings and awareness courses alone are inadequate (KNF-06)."""
    shown = replace(EVERYTHING, content=frozenset(content), conditions=0)

    assert [one.rule for one in unmet(["KNF-02", "KNF-06"], shown)] == ["KNF-06"]


def test_victim_who_is_not_there_need_not_be_told() -> None:
    """With no victim, triage asks for the child's agreement alone."""
    shown = replace(EVERYTHING, victims=False, victim_told=False)

    assert unmet(["O20-01"], shown) == ()
