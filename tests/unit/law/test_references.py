"""The enumerations that the service explains: complete, and the same as those the code works with."""

from collections.abc import Iterable

import pytest

from app.assessments.schemas import EngagementLevel, Level, Tool
from app.cases.states import CaseStatus, Route
from app.decisions.joint import JointStanding
from app.decisions.schemas import DepartsFrom
from app.identity.caller import Agency, Grade
from app.identity.purpose import Purpose
from app.law.book import LawBook
from app.law.model import Certainty, DisposalCode, Layer, MatrixStatus, ModeOfTrial, OnPnc
from app.rules.conditions import ConditionType
from app.rules.facts import (
    AppropriateAdult,
    CareStatus,
    Circumstance,
    CommunicationNeed,
    Completion,
    Consulted,
    Evidence,
    LegalAdvice,
    Nrm,
    PastKind,
    Preference,
    ResponseKind,
    ResponseTo,
    Restorative,
    Section45,
    VictimKind,
    YesNo,
)
from app.rules.findings import Answer, Authority, Effect, Fit, ScoreSource, Standing
from app.scrutiny.groups import lists_of
from app.scrutiny.words import Grouping, PackPart, SamplePurpose, TextAbout, TextFlag

LISTS: dict[str, Iterable[str]] = {
    "agencies": Agency,
    "answers": Answer,
    "appropriate-adult": AppropriateAdult,
    "assessment-tools": Tool,
    "authorities": Authority,
    "care-status": CareStatus,
    "case-statuses": CaseStatus,
    "certainties": Certainty,
    "circumstances": Circumstance,
    "communication-need": CommunicationNeed,
    "completion": Completion,
    "condition-types": ConditionType,
    "departs-from": DepartsFrom,
    "disposals": DisposalCode,
    "effects": Effect,
    "engagement-levels": EngagementLevel,
    "evidence": Evidence,
    "fits": Fit,
    "grades": Grade,
    "history-disposals": PastKind,
    "layers": Layer,
    "legal-advice": LegalAdvice,
    "matrix-statuses": MatrixStatus,
    "modes-of-trial": ModeOfTrial,
    "nrm": Nrm,
    "on-pnc": OnPnc,
    "opinion-standings": JointStanding,
    "purposes": Purpose,
    "response-kinds": ResponseKind,
    "response-to": ResponseTo,
    "risk-levels": Level,
    "routes": Route,
    "ethnic-groupings": Grouping,
    "text-abouts": TextAbout,
    "text-flags": TextFlag,
    "pack-parts": PackPart,
    "sample-purposes": SamplePurpose,
    "score-sources": ScoreSource,
    "section-45": Section45,
    "standings": Standing,
    "victim-consulted": Consulted,
    "victim-kinds": VictimKind,
    "victim-preferences": Preference,
    "victim-restorative": Restorative,
    "yes-no": YesNo,
}
ETHNICITIES = {
    "SDE_16_1": "ethnicity-sde-16-1",
    "SDE_18_1": "ethnicity-sde-18-1",
    "CENSUS_2021": "ethnicity-census-2021",
}


def codes(law_book: LawBook, name: str) -> list[str]:
    """Return the codes of an enumeration, in its order."""
    found = law_book.reference(name)
    assert found is not None
    return [item.code for item in found.items]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_an_enumeration_lists_exactly_the_words_of_the_code(law_book: LawBook, name: str) -> None:
    """What clients read at the reference is what the service accepts and answers."""
    assert sorted(codes(law_book, name)) == sorted(str(word) for word in LISTS[name])


def test_the_disposals_are_listed_least_restrictive_first(law_book: LawBook) -> None:
    """The order of the contract."""
    assert codes(law_book, "disposals") == list(DisposalCode)


def test_every_factor_is_listed(law_book: LawBook) -> None:
    """A client can look up each factor that it may send."""
    assert set(codes(law_book, "factors")) == set(law_book.factors)


def test_every_outcome_code_of_the_catalogue_is_explained(law_book: LawBook) -> None:
    """No disposal is recorded under a code that nobody can look up."""
    used = {code.code for disposal in law_book.catalogue for code in disposal.outcome_codes}

    assert used - set(codes(law_book, "outcome-codes")) == set()


def test_there_is_a_reason_for_a_departure_to_choose(law_book: LawBook) -> None:
    """Departures are coded; a reason in other words is among them."""
    assert "OTHER" in codes(law_book, "departure-reasons")


def test_chinese_changed_group_between_2001_and_2011(law_book: LawBook) -> None:
    """O1 of 16+1 and A4 of 18+1 are Other in the old grouping and Asian in the new."""
    found = {}
    for name, code in (("ethnicity-sde-16-1", "O1"), ("ethnicity-sde-18-1", "A4")):
        reference = law_book.reference(name)
        assert reference is not None
        found[code] = next(dict(item.groups) for item in reference.items if item.code == code)

    groups = {"fiveGroups2001": "OTHER", "fiveGroups2011": "ASIAN"}
    assert found == {"O1": groups, "A4": groups}


@pytest.mark.parametrize("scheme", sorted(ETHNICITIES))
def test_the_groups_of_an_ethnicity_are_those_that_scrutiny_uses(law_book: LawBook, scheme: str) -> None:
    """The reference and the sampler put every code into the same of the five groups."""
    reference = law_book.reference(ETHNICITIES[scheme])
    assert reference is not None

    told = {item.code: item.groups["fiveGroups2011"] for item in reference.items}

    groups = lists_of(law_book).ethnic_groups
    assert told == {code: groups[scheme, code] for code in told}


def test_every_ethnicity_scheme_has_a_list(law_book: LawBook) -> None:
    """No scheme is named whose codes cannot be read."""
    named = {f"ethnicity-{scheme.lower().replace('_', '-')}" for scheme in codes(law_book, "ethnicity-schemes")}

    assert named - set(law_book.references) == set()
