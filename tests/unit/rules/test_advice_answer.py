"""What the description tells of an advice is what an advice answers: every field in its order, and nothing besides."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from app.advice.answer import AdviceAnswer
from app.advice.evaluate import as_bytes
from app.advice.view import view
from tests.any_request import sound_request
from tests.law.cases import law_cases, request_of
from tests.unit.rules.test_advice_written import advised


def given_and_told(request: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return the advice on a request, and the same as it is read and written by what is told of it."""
    answer = as_bytes(view(advised(request), "an id"))
    return answer, AdviceAnswer.model_validate_json(answer, strict=True).model_dump_json().encode()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(sound_request())
def test_advice_on_any_case_is_as_it_is_told(request: dict[str, Any]) -> None:
    """Whatever is known or not known of a child, byte for byte."""
    answer, told = given_and_told(request)

    assert answer == told


def test_advice_on_the_cases_of_the_law_is_as_it_is_told() -> None:
    """A tenth of them, from every file."""
    cases = list(law_cases())[::10]

    found = {case.name: given_and_told(request_of(case.changes)) for case in cases}

    assert len(found) > 40
    assert [name for name, (answer, told) in found.items() if answer != told] == []


@pytest.mark.parametrize(
    "place", ["", "gravity", "gravity.offences.0", "options.3", "options.3.findings.0", "options.3.consequences"]
)
def test_field_that_is_not_told_is_seen(place: str) -> None:
    """None can be added to an answer without being added to what is told of it."""
    answer = view(advised(request_of({})))
    found: Any = answer
    for step in filter(None, place.split(".")):
        found = found[int(step) if step.isdigit() else step]
    found["unheardOf"] = 1

    with pytest.raises(ValidationError, match="unheardOf"):
        AdviceAnswer.model_validate_json(json.dumps(answer))
