"""The page of coverage: no rule passes for covered that is not."""

from tools.law_pages import Seen, unshown


def _seen(**answers: list[str]) -> Seen:
    seen = Seen(requirements={"yc.some_requirement"})
    seen.answers.update(answers)
    return seen


def test_answer_that_no_case_shows_needs_a_reason() -> None:
    """One line for each; a rule that is no finding needs none."""
    seen = {"YC-01": _seen(MET=["a case"], UNKNOWN=["another"]), "YC-05": Seen()}

    (fault,) = unshown(seen, {})

    assert fault.startswith("YC-01: no law case answers it NOT_MET")
    assert list(unshown(seen, {"YC-01": {"never": {"NOT_MET": "It cannot come."}}})) == []


def test_reason_for_an_answer_that_does_come_is_refused() -> None:
    """An excuse that is not needed any more is taken out again."""
    seen = {"YC-01": _seen(MET=["a case"], UNKNOWN=["another"], NOT_MET=["a third"])}

    (fault,) = unshown(seen, {"YC-01": {"never": {"NOT_MET": "It cannot come."}}})

    assert "never NOT_MET, and a third is" in fault
