"""Finer points of an advice that a standing alone does not show: sentences, bounds, what was read."""

from typing import Any

import pytest

from app.advice.schemas import AdviceRequest
from app.rules.advise import advise
from app.rules.findings import Advice
from tests.law.cases import advised, book, request_of


def _advice(changes: dict[str, Any]) -> Advice:
    request = AdviceRequest.model_validate(request_of(changes))
    protocol = book().protocol(request.area, request.as_at)
    assert protocol is not None
    return advise(request.to_facts(), book().at(request.as_at), protocol, book().matrix_on(request.as_at))


def _finding(changes: dict[str, Any], requirement: str) -> dict[str, Any]:
    found = (f for option in advised(changes)["options"] for f in option["findings"] if f["requirement"] == requirement)
    return next(found)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("ADMITTED", "The child admits the offence."),
        ("ACCEPTS_RESPONSIBILITY", "The child accepts responsibility for the offence."),
    ],
)
def test_reason_says_what_the_child_said(kind: str, reason: str) -> None:
    """An admission is not told as an acceptance of responsibility, nor the other way round."""
    assert _finding({"offence": {"response": {"kind": kind}}}, "cr.acceptance")["reason"] == reason


@pytest.mark.parametrize(("flags", "begins"), [([], "Not so: "), ("absent", "Nobody has said whether it is so: ")])
def test_reason_of_a_named_rule_that_is_not_so_reads_as_a_sentence(flags: Any, begins: str) -> None:
    """The words of a rule go on in lower case inside the sentence."""
    reason = _finding({"offence": {"circumstances": flags}}, "o21.youth_produced_imagery")["reason"]

    assert reason == f"{begins}youth-produced imagery without anything aggravating."


BOUNDS = {
    "nothing is listed, nothing unknown": ([], [], (2, 2)),
    "mitigating factors are not known": (["A7_GROUP"], "absent", (1, 3)),
    "aggravating factors are not known": ("absent", ["M7_PROVOCATION"], (1, 3)),
    "aggravating factors are not known, and none mitigates": ("absent", [], (2, 3)),
    "mitigating factors are not known, and none aggravates": ([], "absent", (1, 2)),
    "neither is known": ("absent", "absent", (1, 3)),
}


@pytest.mark.parametrize(("up", "down", "bounds"), BOUNDS.values(), ids=BOUNDS.keys())
def test_unknown_factors_bound_the_score(up: Any, down: Any, bounds: tuple[int, int]) -> None:
    """Shop theft has base 2 and moves by one at most, whichever way what is not known may turn out."""
    offence = {"aggravatingFactors": up, "mitigatingFactors": down, "officerScore": "absent"}
    (score,) = _advice({"offence": offence}).gravity.offences

    assert (score.lowest, score.highest) == bounds


def test_base_of_the_scale_bounds_the_score_from_below() -> None:
    """An offence of base 1 cannot fall."""
    lowest = next(key for key, base in sorted(book().matrix_on(_advice({}).as_at).base.items()) if base == 1)
    offence = {"offence": lowest, "mitigatingFactors": "absent", "aggravatingFactors": [], "officerScore": "absent"}
    (score,) = _advice({"offence": offence}).gravity.offences

    assert (score.lowest, score.highest) == (1, 1)


def test_offence_without_a_score_never_leads() -> None:
    """Beside an offence that nobody has scored, the scored one leads, however the ids stand."""
    unscored = {"offence": "absent", "cjsCode": "AA06006", "officerScore": "absent"}
    advice = _advice({"offences": [unscored, {}]})

    assert advice.gravity.lead == "2"


def test_legal_advice_is_asked_as_a_test_of_law() -> None:
    """Not having offered it excludes nothing for good, but what it is a part of would."""
    finding = _finding({"offence": {"response": {"legalAdvice": "NOT_OFFERED"}}}, "yc.legal_advice")

    assert (finding["answer"], finding["effect"]) == ("UNKNOWN", "EXCLUDES")


def test_one_notifiable_offence_among_several_is_warned_of() -> None:
    """A caution that covers one offence of Schedule 3 brings the warning, whatever the others are."""
    listed = next(key for key, one in sorted(book().offences.items()) if one.soa_sch3 != "no")
    answer = advised({"offences": [{"offence": listed}, {}]})

    assert "YC-18" in {warning["rule"] for warning in answer["warnings"]}


@pytest.mark.parametrize(
    ("named", "read"),
    [
        ({"offence": "theft_shop"}, {"/offences/0/offence": "theft_shop"}),
        ({"offence": "absent", "cjsCode": "TH68010"}, {"/offences/0/cjsCode": "TH68010"}),
    ],
)
def test_what_was_read_names_the_offence_as_it_was_sent(named: dict[str, str], read: dict[str, str]) -> None:
    """By our key or by its code: a reader finds it where it stood."""
    finding = _finding({"offence": named}, "yc.not_indictable_only")

    assert dict(finding["read"]) == read


def test_whether_the_child_understood_could_close_what_is_open() -> None:
    """The question is asked for what a NO would exclude."""
    answer = advised({"offence": {"response": {"understood": "absent"}}})
    asked = {question["fact"]: question["couldChange"] for question in answer["openQuestions"]}

    assert set(asked["/offences/0/response/understood"]) >= {"COMMUNITY_RESOLUTION", "YOUTH_CAUTION"}


@pytest.mark.parametrize("kind", ["YOUTH_CAUTION", "YOUTH_CONDITIONAL_CAUTION", "CONVICTION"])
@pytest.mark.parametrize(
    ("given_on", "found"), [("2024-10-29", False), ("2024-10-30", True), ("2024-10-31", True), ("2026-10-31", False)]
)
def test_look_back_of_an_adult_caution_is_two_years_to_the_day(kind: str, given_on: str, found: bool) -> None:
    """For somebody who turned 18 before the disposal, a youth caution counts as a conviction does."""
    past = [{"disposal": kind, "givenOn": given_on, "completion": "COMPLETED"}]
    answer = advised({"child": {"dateOfBirth": "2008-11-21"}, "history": past})
    texts = [warning["text"] for warning in answer["warnings"] if warning["rule"] == "AGE-05"]

    assert any("similar offence" in text for text in texts) is found


def test_look_back_bears_on_adults_alone() -> None:
    """A child is never told of it (AGE-06)."""
    past = [{"disposal": "YOUTH_CAUTION", "givenOn": "2026-01-10", "completion": "COMPLETED"}]

    assert "AGE-05" not in {warning["rule"] for warning in advised({"history": past})["warnings"]}
