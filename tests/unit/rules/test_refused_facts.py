"""Facts that cannot all be true are refused, each kind under its own name; what is merely unusual is not."""

from datetime import date
from typing import Any

import pytest

from app import errors
from app.advice.schemas import AdviceRequest, check_consistency
from app.errors import FactsError
from tests.law.cases import book, request_of


def refuse(changes: dict[str, Any]) -> FactsError | None:
    """The refusal of the ordinary case with changes, or None."""
    request = AdviceRequest.model_validate(request_of(changes))
    try:
        check_consistency(request.to_facts(), book().at(request.as_at), book().matrix_on(request.as_at))
    except FactsError as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    ("changes", "kind", "pointer"),
    [
        ({"offence": {"offence": "no_such_offence"}}, errors.UnknownOffence, "/offences/0/offence"),
        ({"offence": {"offence": "absent", "cjsCode": "XX99999"}}, errors.UnknownOffence, "/offences/0/cjsCode"),
        ({"offence": {"cjsCode": "TH68023"}}, errors.OffenceMismatch, "/offences/0/cjsCode"),
        ({"offence": {"cjsCode": "AA06006"}}, errors.OffenceMismatch, "/offences/0/cjsCode"),
        ({"child": {"dateOfBirth": "2026-10-31"}}, errors.InconsistentFacts, "/offences/0/committedOn"),
        ({"offence": {"reportedOn": "2026-10-29"}}, errors.InconsistentFacts, "/offences/0/reportedOn"),
        ({"offence": {"committedTo": "2026-10-29"}}, errors.InconsistentFacts, "/offences/0/committedTo"),
        ({"offence": {"response": {"on": "2026-11-22"}}}, errors.InconsistentFacts, "/offences/0/response/on"),
        (
            {"history": [{"disposal": "TRIAGE", "givenOn": "2022-03-01"}]},
            errors.InconsistentFacts,
            "/history/0/givenOn",
        ),
        (
            {"child": {"exploitation": {"indicated": "NO", "section45": "LIKELY"}}},
            errors.InconsistentFacts,
            "/child/exploitation/section45",
        ),
        (
            {"child": {"exploitation": {"indicated": "NO", "section45": "ARGUABLE"}}},
            errors.InconsistentFacts,
            "/child/exploitation/section45",
        ),
        ({"offences": [{"id": "a"}, {"id": "a"}]}, errors.InconsistentFacts, "/offences/1/id"),
        (
            {"offence": {"aggravatingFactors": ["NO_SUCH_FACTOR"]}},
            errors.InconsistentFacts,
            "/offences/0/aggravatingFactors/0",
        ),
        (
            {"offence": {"mitigatingFactors": ["A7_GROUP"]}},
            errors.InconsistentFacts,
            "/offences/0/mitigatingFactors/0",
        ),
        ({"child": {"dateOfBirth": "2008-10-30"}}, errors.NotAChild, "/offences/0/committedOn"),
    ],
)
def test_facts_are_refused_for_what_they_are(changes: dict[str, Any], kind: type[FactsError], pointer: str) -> None:
    """Each kind of contradiction has its own problem and pointer."""
    refusal = refuse(changes)

    assert type(refusal) is kind
    assert pointer in {fault.pointer for fault in refusal.errors}


def test_score_beyond_the_old_scale_is_refused() -> None:
    """Before the matrix of 2023 the scale ends at 4."""
    old: dict[str, Any] = {
        "asAt": "2023-08-31",
        "offence": {"committedOn": "2023-08-01", "reportedOn": "2023-08-01", "response": {"on": "2023-08-02"}},
    }

    five = refuse({**old, "offence": {**old["offence"], "officerScore": {"base": 4, "score": 5}}})
    four = refuse({**old, "offence": {**old["offence"], "officerScore": {"base": 3, "score": 4}}})

    assert five is not None
    assert {fault.pointer for fault in five.errors} == {"/offences/0/officerScore/score"}
    assert four is None


def test_every_contradiction_is_told_at_once() -> None:
    """A second fault does not wait for the first to be mended."""
    refusal = refuse({"offence": {"reportedOn": "2026-10-29", "response": {"on": "2026-11-22"}}})

    assert refusal is not None
    assert len(refusal.errors) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"history": [{"disposal": "TRIAGE", "givenOn": "2022-03-02"}]},
        {"child": {"dateOfBirth": "2008-10-31"}},
        {"child": {"dateOfBirth": "2026-10-30"}},
        {"offence": {"reportedOn": "2026-10-30"}},
        {"offence": {"response": {"on": "2026-11-21"}}},
        {"offence": {"cjsCode": "TH68010"}},
        {"offence": {"offence": "absent", "cjsCode": "AA06006"}},
        {"offence": {"circumstances": ["IMAGERY_AGGRAVATED", "KNIFE", "CARE_PLACEMENT"]}},
        {"child": {"exploitation": {"indicated": "YES", "section45": "LIKELY"}}},
    ],
)
def test_what_is_merely_unusual_is_accepted(changes: dict[str, Any]) -> None:
    """The last day that is consistent is consistent, and any circumstances go together."""
    assert refuse(changes) is None


def test_history_is_held_against_the_tenth_birthday() -> None:
    """The child of the ordinary case was ten on 2 March 2022."""
    born = date.fromisoformat(request_of({})["child"]["dateOfBirth"])

    assert born.replace(year=born.year + 10) == date(2022, 3, 2)
