"""The laws of the core: what holds for every case there can be. Its blindness has a page of its own."""

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.advice.schemas import AdviceRequest, check_consistency
from app.advice.view import view
from app.errors import FactsError
from app.law.book import LawBook
from app.rules.advise import advise
from app.rules.findings import Advice
from tests.any_request import any_request, sound_request

CLOSED = frozenset({"EXCLUDED", "POLICY_BLOCK"})
POSSIBLE = frozenset({"AVAILABLE", "NEEDS_AUTHORITY"})
SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def book() -> LawBook:
    """Return the shipped law book, read once."""
    return LawBook.load()


def advised(request: Mapping[str, Any]) -> Advice:
    """Return the advice on a request, whether or not its facts agree."""
    read = AdviceRequest.model_validate(request)
    protocol = book().protocol(read.area, read.as_at)
    assert protocol is not None
    return advise(read.to_facts(), book().at(read.as_at), protocol, book().matrix_on(read.as_at))


def seen(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the advice as a client reads it."""
    return view(advised(request))


def standings(request: Mapping[str, Any]) -> dict[str, str]:
    """Return how every disposal stands."""
    return {option.disposal.value: option.standing.value for option in advised(request).options}


def outcome(request: Mapping[str, Any]) -> list[Any]:
    """Return standing, authority and fit of every disposal, and the score."""
    advice = advised(request)
    options = [(one.disposal, one.standing, one.authority, one.fit, one.outcome_code) for one in advice.options]
    return [*options, advice.gravity.score, advice.gravity.lead, advice.provisional]


def check_total(request: dict[str, Any]) -> None:
    """Assert that a request is answered, in JSON, and refused only as facts are refused."""
    read = AdviceRequest.model_validate(request)
    law, matrix = book().at(read.as_at), book().matrix_on(read.as_at)

    with suppress(FactsError):
        check_consistency(read.to_facts(), law, matrix)
    answer = seen(request)

    assert [option["rank"] for option in answer["options"]] == list(range(1, 11))
    assert json.loads(json.dumps(answer)) == answer


@SHORT
@given(any_request())
def test_the_core_is_total(request: dict[str, Any]) -> None:
    """Nothing that the schema allows raises, however its facts disagree."""
    check_total(request)


@pytest.mark.deep
@LONG
@given(any_request())
def test_the_core_is_total_at_length(request: dict[str, Any]) -> None:
    """Nothing that the schema allows raises, three thousand times."""
    check_total(request)


@SHORT
@given(sound_request())
def test_sound_facts_are_accepted_and_the_same_facts_give_the_same_advice(request: dict[str, Any]) -> None:
    """Facts that can all be true are not refused, and asking twice is answered once."""
    read = AdviceRequest.model_validate(request)

    check_consistency(read.to_facts(), book().at(read.as_at), book().matrix_on(read.as_at))

    assert seen(request) == seen(copy.deepcopy(request))


@SHORT
@given(sound_request())
def test_advising_changes_nothing_that_it_is_given(request: dict[str, Any]) -> None:
    """Facts are the same after as before, and so is the law."""
    read = AdviceRequest.model_validate(request)
    facts, law = read.to_facts(), book().at(read.as_at)
    before, digest = copy.deepcopy(facts), law.digest
    protocol = book().protocol(read.area, read.as_at)
    assert protocol is not None

    advise(facts, law, protocol, book().matrix_on(read.as_at))

    assert facts == before
    assert law.digest == digest


# ── unknown ──────────────────────────────────────────────────────────────────

_NEVER_BLANKED = frozenset(
    {"asAt", "area", "child", "dateOfBirth", "offences", "id", "offence", "cjsCode", "committedOn", "committedTo"}
    | {"agreement", "toTakePart", "toConditions", "disposal"}
)


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place at which a fact stands that somebody might not know."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _NEVER_BLANKED:
                yield (*here, key)
            if key != "agreement":
                yield from places(inner, (*here, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*here, index))


def without(request: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    """The request with one key left out."""
    changed = copy.deepcopy(request)
    holder: Any = changed
    for step in place[:-1]:
        holder = holder[step]
    if isinstance(holder, dict) and set(holder) >= {"base", "score"}:
        return changed
    del holder[place[-1]]
    return changed


def check_forgetting(request: dict[str, Any], place: tuple[Any, ...]) -> None:
    """Assert that forgetting a fact makes nothing available that the fact closed."""
    before, after = standings(request), standings(without(request, place))

    opened = {one for one in before if before[one] in CLOSED and after[one] in POSSIBLE}
    assert not opened, place


@SHORT
@given(sound_request(), st.data())
def test_forgetting_a_fact_never_makes_a_closed_option_available(request: dict[str, Any], data: st.DataObject) -> None:
    """A known fact turned unknown opens nothing that it closed."""
    known = list(places(request))
    if known:
        check_forgetting(request, data.draw(st.sampled_from(known)))


@pytest.mark.deep
@LONG
@given(sound_request(), st.data())
def test_forgetting_a_fact_never_opens_at_length(request: dict[str, Any], data: st.DataObject) -> None:
    """A known fact turned unknown opens nothing that it closed, three thousand times."""
    known = list(places(request))
    if known:
        check_forgetting(request, data.draw(st.sampled_from(known)))


@SHORT
@given(sound_request())
def test_every_open_option_has_a_question(request: dict[str, Any]) -> None:
    """An option is open only if some question says so, and advice is provisional exactly if a standing can change."""
    advice = advised(request)

    asked = {one for question in advice.open_questions for one in question.could_change if question.changes_standing}
    assert {option.disposal for option in advice.options if option.standing == "OPEN"} <= asked
    unscored = advice.gravity.score is None and advice.option(advice.options[0].disposal).outcome_code != "11"
    assert advice.provisional == (bool(asked) or unscored)


_ANSWERS: Mapping[str, tuple[Any, ...]] = {
    "evidence": ("FULL_CODE_TEST_MET", "SHOWS_OFFENCE", "INSUFFICIENT"),
    "kind": ("ADMITTED", "ACCEPTS_RESPONSIBILITY", "DENIED", "NO_COMMENT"),
    "to": ("CONSTABLE", "AUTHORISED_PERSON", "OTHER"),
    "appropriateAdult": ("PRESENT",),
    "legalAdvice": ("TAKEN", "DECLINED"),
    "understood": ("YES", "NO"),
    "circumstances": ([], ["DOMESTIC_ABUSE"], ["KNIFE", "SIMPLE_POSSESSION"], ["CARE_PLACEMENT"]),
    "aggravatingFactors": ([], ["A7_GROUP"]),
    "mitigatingFactors": ([], ["M7_PROVOCATION"]),
    "officerScore": ({"base": 2, "score": 2}, {"base": 4, "score": 4}),
    "careStatus": ("NONE", "LOOKED_AFTER"),
    "indicated": ("YES",),
    "section45": ("UNLIKELY",),
    "history": ([], [{"disposal": "YOUTH_CAUTION", "completion": "NOT_APPLICABLE"}]),
    "completion": ("COMPLETED", "FAILED"),
}


def answered(request: dict[str, Any], pointer: str, answer: Any) -> dict[str, Any]:
    """The request with a value at a JSON pointer."""
    changed = copy.deepcopy(request)
    holder: Any = changed
    *path, last = pointer.removeprefix("/").split("/")
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
    holder[last] = answer
    return changed


@SHORT
@given(sound_request(), st.data())
def test_answering_a_question_raises_no_unrelated_one(request: dict[str, Any], data: st.DataObject) -> None:
    """What is asked only after an answer could change nothing but disposals that the answered question could change.

    Two unknowns may hide one another: while the one leaves a charge open, what the child says of the offence cannot
    change it; once the one is settled, it can.
    """
    before = {question.fact: set(question.could_change) for question in advised(request).open_questions}
    can_answer = sorted(fact for fact in before if fact.rsplit("/", 1)[1] in _ANSWERS)
    if not can_answer:
        return

    fact = data.draw(st.sampled_from(can_answer))
    answer = data.draw(st.sampled_from(_ANSWERS[fact.rsplit("/", 1)[1]]))
    after = advised(answered(request, fact, answer)).open_questions

    for question in after:
        assert question.fact in before or set(question.could_change) <= before[fact], (fact, answer, question)


# ── order ──────────────────────────────────────────────────────


def turned(value: Any) -> Any:
    """The value with every list in it the other way round."""
    if isinstance(value, dict):
        return {key: turned(inner) for key, inner in value.items()}
    return [turned(one) for one in reversed(value)] if isinstance(value, list) else value


@SHORT
@given(sound_request(most=3))
def test_the_order_of_what_is_sent_does_not_matter(request: dict[str, Any]) -> None:
    """Offences, factors, circumstances, victims and history may be sent in any order."""
    assert outcome(request) == outcome(turned(request))
