"""Every law case, one test each: what must follow, follows."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.law.model import DisposalCode
from app.rules.registry import ALL
from app.rules.requirement import PREFIX
from tests.law.cases import SHORT, LawCase, advised, law_cases

CASES = tuple(law_cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_law_case_follows(case: LawCase) -> None:
    """What a case expects is what the advice says."""
    answer = advised(case.changes)

    for word, expected in case.expect.items():
        if word not in ("answer", "of"):
            CHECKS.get(word, _option_words(word))(answer, expected, case.expect)


def _option(answer: Mapping[str, Any], short: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in answer["options"] if one["disposal"] == SHORT[short])
    return found


def _option_words(short: str) -> Any:
    """`CR: POLICY_BLOCK DISCOURAGED`: every word is the option's standing, authority or fit."""

    def check(answer: Mapping[str, Any], words: str, _: Any) -> None:
        option = _option(answer, short)
        for word in words.split():
            assert word in (option["standing"], option["authority"], option["fit"]), (short, words, _seen(option))

    return check


def _seen(option: Mapping[str, Any]) -> Any:
    against = [(one["rule"], one["answer"], one["effect"]) for one in option["findings"] if one["answer"] != "MET"]
    return option["standing"], option["authority"], option["fit"], against


def _asks(answer: Mapping[str, Any], name: str, expect: Mapping[str, Any]) -> None:
    for short in expect["of"].split():
        identity = f"{PREFIX[DisposalCode(SHORT[short])]}.{name}"
        found = {one["answer"] for one in _option(answer, short)["findings"] if one["requirement"] == identity}
        assert found == {expect["answer"]}, identity


def _rules(answer: Mapping[str, Any]) -> set[str]:
    against = {
        one["rule"] for option in answer["options"] for one in option["findings"] if one["answer"] in ("NOT_MET", "MET")
    }
    return against | {one["rule"] for kind in ("duties", "warnings", "clocks") for one in answer[kind]}


def _because(answer: Mapping[str, Any], rules: list[str], _: Any) -> None:
    assert set(rules) <= _rules(answer)


def _against(answer: Mapping[str, Any], expected: Mapping[str, str], _: Any) -> None:
    """`against: {YC: YC-01}`: the rules that exclude, block or ask for an authority, and no others."""
    for short, rules in expected.items():
        found = {
            one["rule"]
            for one in _option(answer, short)["findings"]
            if one["answer"] == "NOT_MET" and one["effect"] in ("EXCLUDES", "BLOCKS", "NEEDS_AUTHORITY")
        }
        assert found == set(rules.split()), short


def _listed(kind: str, *, there: bool) -> Any:
    def check(answer: Mapping[str, Any], rules: str, _: Any) -> None:
        found = {one["rule"] for one in answer[kind]}
        for rule in rules.split():
            assert (rule in found) is there, (kind, sorted(found))

    return check


def _clocks(answer: Mapping[str, Any], expected: Mapping[str, str], _: Any) -> None:
    found = {one["rule"]: one["dueOn"] for one in answer["clocks"]}
    assert {rule: found.get(rule) for rule in expected} == dict(expected)


def _score(answer: Mapping[str, Any], expected: Any, _: Any) -> None:
    assert str(answer["gravity"]["score"]) == str(expected)


def _lead(answer: Mapping[str, Any], expected: Any, _: Any) -> None:
    assert answer["gravity"]["leadOffence"] == str(expected)


def _field(name: str) -> Any:
    def check(answer: Mapping[str, Any], expected: Any, _: Any) -> None:
        assert str(answer[name]) == str(expected)

    return check


def _outcome(answer: Mapping[str, Any], expected: Mapping[str, str], _: Any) -> None:
    assert {short: str(_option(answer, short)["outcomeCode"]) for short in expected} == {
        short: str(code) for short, code in expected.items()
    }


def _pnc(answer: Mapping[str, Any], expected: Mapping[str, str], _: Any) -> None:
    assert {short: _option(answer, short)["consequences"]["onPnc"] for short in expected} == dict(expected)


def _entrant(answer: Mapping[str, Any], expected: Mapping[str, bool], _: Any) -> None:
    assert {short: _option(answer, short)["consequences"]["firstTimeEntrant"] for short in expected} == dict(expected)


def _reopens(answer: Mapping[str, Any], expected: str, _: Any) -> None:
    found = {short for short in SHORT if _option(answer, short)["reopensIf"] is not None}
    assert found == set(expected.split())


def _later(kind: str, *, there: bool) -> Any:
    def check(answer: Mapping[str, Any], expected: Mapping[str, str], _: Any) -> None:
        for short, rules in expected.items():
            found = {one["rule"] for one in _option(answer, short)[kind]}
            for rule in rules.split():
                assert (rule in found) is there, (short, sorted(found))

    return check


def _questions(answer: Mapping[str, Any], expected: Mapping[str, str], _: Any) -> None:
    found = {
        one["fact"]: {name for name, code in SHORT.items() if code in one["couldChange"]}
        for one in answer["openQuestions"]
    }
    assert {fact: found.get(fact, set()) for fact in expected} == {
        fact: set(shorts.split()) for fact, shorts in expected.items()
    }


def _only_questions(answer: Mapping[str, Any], expected: str, _: Any) -> None:
    assert {one["fact"] for one in answer["openQuestions"]} == set(expected.split())


def _by_offence(answer: Mapping[str, Any], expected: Mapping[str, Mapping[str, str]], _: Any) -> None:
    for short, standings in expected.items():
        assert _option(answer, short)["byOffence"] == dict(standings)


def _lawful(answer: Mapping[str, Any], expected: str, _: Any) -> None:
    """`lawful: NFA CR`: these are not excluded."""
    assert {
        short: _option(answer, short)["standing"]
        for short in expected.split()
        if _option(answer, short)["standing"] == "EXCLUDED"
    } == {}


def _excluded(answer: Mapping[str, Any], expected: str, _: Any) -> None:
    """`excluded: YC YCC`: these are excluded and no others."""
    found = {short for short in SHORT if _option(answer, short)["standing"] == "EXCLUDED"}
    assert found == set(expected.split())


def _indicated(answer: Mapping[str, Any], expected: str, _: Any) -> None:
    found = {short for short in SHORT if _option(answer, short)["fit"] == "INDICATED"}
    assert found == set(expected.split())


CHECKS: Mapping[str, Any] = {
    "asks": _asks,
    "because": _because,
    "against": _against,
    "duties": _listed("duties", there=True),
    "no_duties": _listed("duties", there=False),
    "warnings": _listed("warnings", there=True),
    "no_warnings": _listed("warnings", there=False),
    "no_clocks": _listed("clocks", there=False),
    "clocks": _clocks,
    "score": _score,
    "lead": _lead,
    "status": _field("scoreStatus"),
    "provisional": _field("provisional"),
    "least": _field("leastRestrictiveIndicated"),
    "possible": _field("leastRestrictiveStillPossible"),
    "outcome": _outcome,
    "pnc": _pnc,
    "entrant": _entrant,
    "reopens": _reopens,
    "at_decision": _later("atDecision", there=True),
    "at_delivery": _later("atDelivery", there=True),
    "not_at_decision": _later("atDecision", there=False),
    "not_at_delivery": _later("atDelivery", there=False),
    "questions": _questions,
    "only_questions": _only_questions,
    "by_offence": _by_offence,
    "lawful": _lawful,
    "excluded": _excluded,
    "indicated": _indicated,
}


def _asked() -> dict[str, set[str]]:
    """For every requirement of every disposal, the answers that some case names."""
    found: dict[str, set[str]] = {}
    for case in CASES:
        for short in case.expect.get("of", "").split():
            identity = f"{PREFIX[DisposalCode(SHORT[short])]}.{case.expect['asks']}"
            found.setdefault(identity, set()).add(case.expect["answer"])
    return found


STATED_ALWAYS = frozenset(
    """history_is_no_bar no_admission_needed no_full_admission_needed no_consent_needed summary_only only_these_cautions
    any_offence""".split()  # noqa: SIM905 - words
)
"""Requirements that only state what the law does not ask: they cannot be unmet."""
TAKEN_AGAIN = frozenset({"appropriate_adult", "legal_advice"})
"""Requirements that are never unmet for good: what was taken without them is taken again, and is open till then."""
SINCE_THE_BEGINNING = frozenset(f"{short}.in_the_catalogue" for short in ("nfa", "triage", "cr", "yc", "ycc", "charge"))
"""Disposals as old as the law in the book: there is no day on which they were not in the catalogue."""


def _needed(identity: str, name: str) -> set[str]:
    if name in STATED_ALWAYS or identity in SINCE_THE_BEGINNING:
        return {"MET"}
    return {"MET", "UNKNOWN"} if name in TAKEN_AGAIN else {"MET", "NOT_MET"}


REQUIREMENT_IDS = [
    (one.id_for(disposal), one.name) for one in ALL for disposal in DisposalCode if one.applies_to(disposal)
]


@pytest.mark.parametrize(("identity", "name"), REQUIREMENT_IDS)
def test_every_requirement_has_a_case_for_each_way(identity: str, name: str) -> None:
    """Every requirement of every disposal is met in some case and not met in another."""
    assert _needed(identity, name) <= _asked().get(identity, set())


def test_law_cases_are_many_and_named_apart() -> None:
    """No two cases have the same name, and there are at least 150."""
    assert len({case.name for case in CASES}) == len(CASES) >= 150
