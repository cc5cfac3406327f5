"""What is kept for speed changes no word: the bytes of an answer, one answer for all disposals, epochs of the law."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.advice.evaluate import Basis, as_bytes, basis_on
from app.advice.schemas import AdviceRequest
from app.advice.view import view
from app.advice.written import written
from app.law.book import EARLIEST, LawBook
from app.rules.advise import advise
from app.rules.case import Case, case_of
from app.rules.findings import Advice
from app.rules.registry import ALL
from app.rules.requirement import Requirement
from tests.any_request import sound_request
from tests.law.cases import book, law_cases, request_of

SHORT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
BLIND = [one for one in ALL if not one.of_disposal]


def known_of(request: dict[str, Any]) -> tuple[AdviceRequest, Basis]:
    """Return a request as it is read, and what its facts are held against."""
    asked = AdviceRequest.model_validate(request)
    return asked, basis_on(book(), asked.area, asked.as_at)


def advised(request: dict[str, Any]) -> Advice:
    """Return the advice on a request."""
    asked, basis = known_of(request)
    return advise(asked.to_facts(), basis.law, basis.protocol, basis.matrix)


def case_from(request: dict[str, Any]) -> Case:
    """Return a request as the rules see it."""
    asked, basis = known_of(request)
    return case_of(asked.to_facts(), basis.law, basis.protocol, basis.matrix)


@pytest.fixture(scope="module", name="cases")
def fixture_cases() -> list[Case]:
    """Return some of the cases of the law, from every file."""
    return [case_from(request_of(one.changes)) for one in islice(law_cases(), 0, None, 12)]


@SHORT
@given(sound_request())
def test_bytes_of_an_answer_are_those_of_its_view(request: dict[str, Any]) -> None:
    """What is written straight away is what the view says, whatever the case."""
    advice = advised(request)

    assert written(advice, book(), "an id") == as_bytes(view(advice, "an id"))


@pytest.mark.deep
@LONG
@given(sound_request(most=3))
def test_bytes_of_an_answer_are_those_of_its_view_in_every_case(request: dict[str, Any]) -> None:
    """The same, of many cases."""
    advice = advised(request)

    assert written(advice, book()) == as_bytes(view(advice))


def test_words_of_an_area_are_escaped_as_json_asks() -> None:
    """Names that an area gives hold whatever letters and marks it likes."""
    asked, basis = known_of(request_of({"area": "E09000019"}))
    strange = 'Dargfan "Newid"\n\x7f ac eto dŵr \\'
    names = tuple(one.model_copy(update={"name": strange}) for one in basis.protocol.local_names)
    protocol = basis.protocol.model_copy(update={"local_names": names, "name": 'Cyngor "Môn"'})

    advice = advise(asked.to_facts(), basis.law, protocol, basis.matrix)

    assert names
    assert written(advice, book()) == as_bytes(view(advice))


@pytest.mark.parametrize(
    "another",
    [
        {"child": {"dateOfBirth": "2011-06-05"}},
        {"offence": {"committedOn": "2026-09-08", "reportedOn": "2026-09-09", "id": "another"}},
        {"history": [{"disposal": "OUTCOME_22", "givenOn": "2025-02-03", "completion": "COMPLETED"}]},
        {"victims": [{"kind": "PERSON", "restorative": "YES"}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_nothing_of_a_case_is_kept(another: dict[str, Any]) -> None:
    """What is kept with a law book after one child's advice is what is kept after another's."""
    fresh = replace(book())

    kept = [_kept(fresh, request_of(changes)) for changes in ({"offence": {"offence": "common_assault"}}, another)]

    assert kept[0] != "{}"
    for day in re.findall(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", json.dumps(request_of(another))):
        assert day not in kept[1]


def _kept(fresh: LawBook, request: dict[str, Any]) -> str:
    """Return what is kept with a book, once it has advised on a request."""
    asked = AdviceRequest.model_validate(request)
    basis = basis_on(fresh, asked.area, asked.as_at)
    written(advise(asked.to_facts(), basis.law, basis.protocol, basis.matrix), fresh)
    return repr({name: note for name, note in fresh.notes.items() if name != "disposals by day"})


@pytest.mark.parametrize("asked", BLIND, ids=lambda one: f"{one.name}-{one.check.__name__}")
def test_requirement_answers_alike_for_every_disposal(asked: Requirement, cases: list[Case]) -> None:
    """Unless it says that it looks at the disposal, a requirement is asked once for all of them."""
    for case in cases:
        disposals = [one for one in case.law.disposals if asked.applies_to(one.code)]
        for matter in case.matters:
            rulings = {asked.check(matter.for_disposal(one)) for one in disposals}

            assert len(rulings) == 1


def test_rule_is_in_force_as_its_own_window_says(law_book: LawBook) -> None:
    """What is worked out for an epoch holds on each of its days, its first and its last among them."""
    turns = {turn for days in law_book.turns.values() for turn in days if turn > EARLIEST}
    days = sorted(
        {turn + timedelta(days=near) for turn in turns for near in (-1, 0, 1)} | {EARLIEST, date(2100, 12, 31)}
    )

    for day in days:
        law = law_book.at(day, offence=max(EARLIEST, day - timedelta(days=400)), delivery=day + timedelta(days=40))
        dates = {"offence": law.offence_date, "delivery": law.delivery}
        told = {rule: law.in_force(rule) for rule in law_book.rules}

        assert told == {
            rule.id: rule.in_force_on(dates.get(rule.governs_at, law.decision)) for rule in law_book.rules.values()
        }
