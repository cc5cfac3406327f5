"""Blindness: who the child is, where, and how the child took part leave every byte of the advice as it was.

The properties follow facts the whole way: a referral as the police send it, a pre-assessment as the youth justice
service writes it, the facts that are kept of the two, and the advice on those.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.advice.evaluate import as_bytes, evaluate_document, merged_facts
from app.advice.schemas import NOT_DECISION_FACTS, AdviceRequest
from app.assessments.schemas import EngagementLevel, PreAssessmentIn, Tool
from app.cases.schemas import Characteristic, CharacteristicStatus, ReferralIn
from app.law.model import DisposalCode
from app.rules.facts import CaseFacts
from tests.any_request import sound_request
from tests.law.cases import book

BLIND = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
BLIND_LONG = settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))

# ── what must make no difference ─────────────────────────────────────────────

NAMES = st.sampled_from(("Sam", "Siân", "Oluwaseun", "Li Wei", "D'Arcy", "Zuzanna", "محمد", "Ó Briain"))
CODES = st.integers(0, 10**8 - 1).map("{:08}".format)
AREA = st.tuples(st.sampled_from("EW"), CODES).map("".join)
STATED = CharacteristicStatus.STATED
NOT_STATED = [status.value for status in CharacteristicStatus if status is not STATED]
RECORDED = [one.value for one in Characteristic if one is not Characteristic.AGE]


@dataclass(frozen=True)
class Setting:
    """All that surrounds the facts of a case: who the child is, how the child engaged, in which area, by whom."""

    child: Mapping[str, Any]
    source: Mapping[str, Any]
    pre_assessment: Mapping[str, Any]
    area: str


@st.composite
def characteristics(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Any characteristics of a child, stated or not."""
    found = []
    for name in draw(st.lists(st.sampled_from(RECORDED), unique=True)):
        status = draw(st.sampled_from([STATED.value, *NOT_STATED]))
        value = {"value": draw(NAMES), "scheme": "SDE_18_1"} if status == STATED else {}
        found.append({"characteristic": name, "status": status, **value})
    return found


@st.composite
def any_setting(draw: st.DrawFn) -> Setting:
    """Any child, any way of engaging, any area."""
    names = st.fixed_dictionaries({"givenNames": NAMES, "familyName": NAMES, "characteristics": characteristics()})
    source = st.fixed_dictionaries({"force": CODES, "system": CODES, "reference": CODES})
    engagement = st.fixed_dictionaries(
        {
            "level": st.sampled_from([level.value for level in EngagementLevel]),
            "barriers": st.lists(NAMES, max_size=2),
            "adjustments": st.lists(NAMES, max_size=2),
        }
    )
    assessed = st.fixed_dictionaries(
        {"tool": st.sampled_from([tool.value for tool in Tool])},
        optional={
            "engagement": engagement,
            "childVoice": NAMES,
            "send": NAMES,
            "structuralBarriers": NAMES,
            "proposal": st.fixed_dictionaries({"disposal": st.sampled_from([code.value for code in DisposalCode])}),
        },
    )
    return Setting(draw(names), draw(source), draw(assessed), draw(AREA))


# ── the whole way from the messages to the advice ────────────────────────────


def kept(request: Mapping[str, Any], setting: Setting) -> bytes:
    """Return the facts that are kept of a referral and of the pre-assessment that follows it."""
    parts = ("offences", "victims", "history", "agreement")
    referral = ReferralIn.model_validate(
        {
            "source": setting.source,
            "route": "POLICE_INVESTIGATION",
            "referredAt": "2026-11-16T10:15:00Z",
            "area": setting.area,
            "child": {**request["child"], **setting.child},
            **{name: request[name] for name in parts if name in request},
        }
    )
    assessed = PreAssessmentIn.model_validate({**setting.pre_assessment, "factUpdates": {}})
    return as_bytes(merged_facts(referral.facts_document(), assessed.established_facts(), "/factUpdates"))


def advice_on(facts: bytes, request: Mapping[str, Any], setting: Setting) -> bytes:
    """Return the advice on what is kept, in an area that has the protocol of the request's under a name of its own."""
    read = AdviceRequest.model_validate(request)
    protocol = book().protocol(read.area, read.as_at)
    assert protocol is not None
    there = protocol.model_copy(update={"area": setting.area, "name": f"Area {setting.area}"})
    law_book = replace(book(), protocols=(there,))
    advice = evaluate_document(law_book, facts, setting.area, read.as_at)
    assert advice.pop("protocol") == {"area": setting.area, "name": there.name, "version": protocol.version}
    return json.dumps(advice).encode()


def check_same(request: dict[str, Any], one: Setting, other: Setting) -> None:
    """Assert that the facts kept and the advice on them are the same bytes in two settings."""
    facts, same = kept(request, one), kept(request, other)

    assert facts == same
    assert advice_on(facts, request, one) == advice_on(same, request, other)


@BLIND
@given(sound_request(most=1), any_setting(), any_setting())
def test_names_characteristics_engagement_and_area_leave_the_advice_byte_identical(
    request: dict[str, Any], one: Setting, other: Setting
) -> None:
    """Two children alike in the facts get the same advice, whoever they are, wherever, and however they engaged."""
    check_same(request, one, other)


@pytest.mark.deep
@BLIND_LONG
@given(sound_request(), any_setting(), any_setting())
def test_names_characteristics_engagement_and_area_leave_the_advice_byte_identical_at_length(
    request: dict[str, Any], one: Setting, other: Setting
) -> None:
    """Two children alike in the facts get the same advice, ten thousand times."""
    check_same(request, one, other)


# ── agreement that nobody has asked for yet ──────────────────────────────────

NOT_ASKED: tuple[dict[str, str], ...] = (
    {},
    {"toTakePart": "UNKNOWN"},
    {"toTakePart": "UNKNOWN", "toConditions": "UNKNOWN"},
)


def what_is_open(request: Mapping[str, Any], setting: Setting) -> Any:
    """Return how every disposal stands and fits, and which is the least restrictive."""
    advice = json.loads(advice_on(kept(request, setting), request, setting))
    words = ("disposal", "standing", "authority", "fit", "outcomeCode")
    options = [{word: option[word] for word in words} for option in advice["options"]]
    return options, advice["leastRestrictiveIndicated"], advice["leastRestrictiveStillPossible"]


def check_not_asked(request: dict[str, Any], setting: Setting, not_asked: Mapping[str, str]) -> None:
    """Assert that a child who missed the assessment stands as one who came and agreed."""
    missed = replace(setting, pre_assessment={"tool": "PDAT", "engagement": {"level": "NONE"}})
    agreed = {**request, "agreement": {"toTakePart": "YES", "toConditions": "YES"}}

    assert what_is_open({**request, "agreement": not_asked}, missed) == what_is_open(agreed, setting)


@BLIND
@given(sound_request(most=1), any_setting(), st.sampled_from(NOT_ASKED))
def test_an_unknown_agreement_never_costs_a_child_a_lighter_option(
    request: dict[str, Any], setting: Setting, not_asked: Mapping[str, str]
) -> None:
    """Not having been asked yet stands as having agreed, also for a child who took no part in the assessment."""
    check_not_asked(request, setting, not_asked)


@pytest.mark.deep
@BLIND_LONG
@given(sound_request(), any_setting(), st.sampled_from(NOT_ASKED))
def test_an_unknown_agreement_never_costs_a_child_a_lighter_option_at_length(
    request: dict[str, Any], setting: Setting, not_asked: Mapping[str, str]
) -> None:
    """Not having been asked yet stands as having agreed, ten thousand times."""
    check_not_asked(request, setting, not_asked)


# ── nothing else gets in ─────────────────────────────────────────────────────


def check_blindness(request: dict[str, Any], name: str, data: st.DataObject) -> None:
    """Assert that something under that name is refused at any depth."""
    holders = [request, request["child"], request["offences"][0], request["child"]["exploitation"]]
    data.draw(st.sampled_from(holders))[name] = "anything"

    with pytest.raises(ValueError, match="not-a-decision-fact"):
        AdviceRequest.model_validate(request)


@BLIND
@given(sound_request(most=1), st.sampled_from(sorted(NOT_DECISION_FACTS)), st.data())
def test_what_is_no_decision_fact_is_refused(request: dict[str, Any], name: str, data: st.DataObject) -> None:
    """A characteristic or engagement is refused by name at every depth."""
    check_blindness(request, name, data)


@pytest.mark.deep
@BLIND_LONG
@given(sound_request(most=1), st.sampled_from(sorted(NOT_DECISION_FACTS)), st.data())
def test_what_is_no_decision_fact_is_refused_at_length(request: dict[str, Any], name: str, data: st.DataObject) -> None:
    """A characteristic or engagement is refused by name at every depth, ten thousand times."""
    check_blindness(request, name, data)


def names_of(kind: Any) -> Iterator[str]:
    """The names of all fields of a data class and of those in it."""
    for field in fields(kind):
        yield field.name
        for inner in _classes_in(field.type):
            yield from names_of(inner)


def _classes_in(annotation: Any) -> Iterator[Any]:
    if is_dataclass(annotation):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _classes_in(inner)


def test_case_facts_have_no_field_for_what_is_no_decision_fact() -> None:
    """Neither a characteristic nor engagement has a place in the facts that the rules read."""
    names = {name.replace("_", "") for name in names_of(CaseFacts)}

    assert not names & NOT_DECISION_FACTS
    assert {"bornon", "care", "communicationneed", "circumstances"} <= names
