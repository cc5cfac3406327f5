"""The request for advice: what is read, what is refused, and where the pointer points."""

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from app.advice.schemas import AdviceRequest, FactUpdates
from app.errors import FactsError
from app.http.problems import validation_failed
from app.rules.facts import UNKNOWN, Evidence, ResponseKind, YesNo

MINIMAL: dict[str, Any] = {
    "asAt": "2026-11-21",
    "area": "E99999901",
    "child": {"dateOfBirth": "2012-03-02"},
    "offences": [{"id": "1", "offence": "theft_shop", "committedOn": "2026-10-30"}],
}


def laid(pointer: str, value: Any) -> dict[str, Any]:
    """The minimal request with a value at a JSON pointer."""
    body = copy.deepcopy(MINIMAL)
    holder: Any = body
    *path, last = pointer.removeprefix("/").split("/")
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder.setdefault(step, {})
    holder[last] = value
    return body


def refused(body: Any) -> tuple[str, set[tuple[str, str]]]:
    """The code of the problem that a body is answered with, and its pointers with their codes."""
    with pytest.raises(ValidationError) as caught:
        AdviceRequest.model_validate(body)
    problem = validation_failed(caught.value.errors())
    assert isinstance(problem, FactsError)
    return problem.code, {(fault.pointer, fault.code) for fault in problem.errors}


def test_minimal_request_leaves_everything_else_unknown() -> None:
    """What is absent is unknown, and closed lists with it."""
    facts = AdviceRequest.model_validate(MINIMAL).to_facts()

    assert facts.history is facts.victims is facts.offences[0].circumstances is UNKNOWN
    assert facts.offences[0].evidence is Evidence.UNKNOWN
    assert facts.offences[0].response.kind is ResponseKind.UNKNOWN
    assert facts.offences[0].officer_score is facts.offences[0].reported_on is UNKNOWN
    assert facts.offences[0].committed_to == facts.offences[0].committed_on
    assert facts.agreement.to_take_part is YesNo.UNKNOWN


@pytest.mark.parametrize(
    "pointer",
    [
        "/child/careStatus",
        "/child/communicationNeed",
        "/child/exploitation/nrm",
        "/offences/0/evidence",
        "/offences/0/reportedOn",
        "/offences/0/committedTo",
        "/offences/0/response/on",
        "/offences/0/response/to",
        "/offences/0/circumstances",
        "/offences/0/aggravatingFactors",
        "/offences/0/mitigatingFactors",
        "/offences/0/officerScore",
        "/victims",
        "/history",
        "/agreement/toConditions",
    ],
)
def test_unknown_and_absent_are_the_same(pointer: str) -> None:
    """The word UNKNOWN says what a missing key says."""
    told = AdviceRequest.model_validate(laid(pointer, "UNKNOWN"))

    assert told.to_facts() == AdviceRequest.model_validate(MINIMAL).to_facts()


@pytest.mark.parametrize(
    "pointer",
    [
        "/child/careStatus",
        "/child/exploitation",
        "/offences/0/evidence",
        "/offences/0/response",
        "/offences/0/reportedOn",
        "/offences/0/circumstances",
        "/offences/0/officerScore",
        "/offences/0/offence",
        "/victims",
        "/history",
        "/agreement",
        "/asAt",
    ],
)
def test_null_is_refused_where_a_fact_is_meant(pointer: str) -> None:
    """Null is no fact and no UNKNOWN, and the pointer says where it stood."""
    _, faults = refused(laid(pointer, None))

    assert {where for where, _ in faults} == {pointer}


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/offences/0/circumstances", ["KNIFES"], "word"),
        ("/offences/0/evidence", "ENOUGH", "word"),
        ("/offences/0/evidence", 1, "word"),
        ("/asAt", "21-11-2026", "date-format"),
        ("/asAt", "2026-02-30", "date-impossible"),
        ("/asAt", "2026-11-21T00:00:00Z", "date-format"),
        ("/child/dateOfBirth", "1899-12-31", "date-implausible"),
        ("/child/dateOfBirth", "UNKNOWN", "date-format"),
        ("/offences/0/reportedOn", "2101-01-01", "date-implausible"),
        ("/offences/0/officerScore", {"base": 0, "score": 3}, "range"),
        ("/offences/0/officerScore", {"base": 3, "score": 6}, "range"),
        ("/offences/0/officerScore", {"base": "3", "score": 3}, "type"),
        ("/offences/0/surprise", 1, "unknown-field"),
        ("/surprise", 1, "unknown-field"),
        ("/child/name", "Sam", "unknown-field"),
        ("/area", "Islington", "pattern"),
        ("/offences", [], "too-few"),
    ],
)
def test_what_is_not_of_the_form_is_refused_with_a_pointer(pointer: str, value: Any, code: str) -> None:
    """Strict words, strict dates, nothing unknown."""
    _, faults = refused(laid(pointer, value))

    (fault,) = faults
    assert fault[0].startswith(pointer)
    assert fault[1] == code


@pytest.mark.parametrize("missing", ["asAt", "area", "child", "offences"])
def test_what_every_request_needs(missing: str) -> None:
    """A day, an area, a child and an offence."""
    body = {key: value for key, value in MINIMAL.items() if key != missing}

    assert refused(body)[1] == {(f"/{missing}", "missing")}


def test_offence_without_a_name_is_refused() -> None:
    """An offence has its key, its code, or both."""
    body = copy.deepcopy(MINIMAL)
    del body["offences"][0]["offence"]

    assert refused(body)[1] == {("/offences/0", "offence-missing")}


@pytest.mark.parametrize(
    "pointer",
    [
        "/ethnicity",
        "/child/sex",
        "/child/genderReassignment",
        "/child/engagement",
        "/offences/0/religion_or_belief",
        "/offences/0/response/Disability",
        "/child/characteristics",
        "/anything/inside/sexualOrientation",
    ],
)
def test_what_is_no_decision_fact_has_its_own_problem(pointer: str) -> None:
    """A characteristic or engagement anywhere is named as what it is."""
    code, faults = refused(laid(pointer, "x"))

    assert code == "not-a-decision-fact"
    assert faults == {(pointer, "not-a-decision-fact")}


def test_no_refusal_repeats_what_was_sent() -> None:
    """A fault holds a pointer and our own sentence only."""
    with pytest.raises(ValidationError) as caught:
        AdviceRequest.model_validate(laid("/child/ethnicity", "a-value-that-was-sent"))

    told = validation_failed(caught.value.errors())
    assert "a-value-that-was-sent" not in repr(told.errors)


def test_fact_updates_say_only_what_was_sent() -> None:
    """An update written out again holds the keys that were sent and no others."""
    sent = {"offences": [{"id": "1", "response": {"kind": "ADMITTED"}}], "child": {"careStatus": "NONE"}}

    update = FactUpdates.model_validate(sent)

    assert update.model_dump(mode="json", exclude_unset=True) == sent


def test_request_written_out_again_reads_the_same() -> None:
    """What is kept as JSON is read back as it was, UNKNOWN among it."""
    read = AdviceRequest.model_validate(laid("/offences/0/reportedOn", "UNKNOWN"))

    assert AdviceRequest.model_validate(read.model_dump(mode="json")).to_facts() == read.to_facts()


def test_request_has_a_schema_that_says_unknown_may_be_told() -> None:
    """The published schema lets UNKNOWN stand for a closed list."""
    schema = AdviceRequest.model_json_schema()

    assert {"const": "UNKNOWN"} in schema["properties"]["history"]["anyOf"]
