"""Our own record in a history: added once, marked, taken out again, and never passed off as all there is."""

from app.cases.own_record import OwnDisposal, with_own, without_own

OURS = OwnDisposal("c1", "TRIAGE", "2026-05-01", "theft_shop", "COMPLETED")
ENTRY = {"disposal": "TRIAGE", "givenOn": "2026-05-01", "offence": "theft_shop", "completion": "COMPLETED"}
THEIRS = {"disposal": "YOUTH_CAUTION", "givenOn": "2025-05-01"}


def test_own_record_joins_a_history_that_is_there() -> None:
    """What the police sent stays first; ours follows, with a mark that says where it stands."""
    facts, marks = with_own({"history": [THEIRS]}, [OURS])

    assert facts["history"] == [THEIRS, ENTRY]
    assert [(m["pointer"], m["origin"], m["added"], m["caseId"]) for m in marks] == [
        ("/history/1", "OWN_RECORD", True, "c1")
    ]


def test_own_record_does_not_make_an_unknown_history_known() -> None:
    """Where nobody gave a history, ours alone would look like all of it: it is told beside the facts."""
    facts, marks = with_own({}, [OURS])

    assert "history" not in facts
    assert [(mark["pointer"], mark["added"]) for mark in marks] == [(None, False)]


def test_own_record_is_not_told_twice() -> None:
    """The police have named the same disposal of the same day: theirs is marked, and left as they said it."""
    told = {"disposal": "TRIAGE", "givenOn": "2026-05-01"}
    facts, marks = with_own({"history": [told]}, [OURS, OURS])

    assert facts["history"] == [told]
    assert [(mark["pointer"], mark["added"]) for mark in marks] == [("/history/0", False)] * 2


def test_own_record_can_be_taken_out_again() -> None:
    """Before new facts are merged, only what others said is left."""
    facts, marks = with_own({"history": [THEIRS]}, [OURS])

    assert without_own(facts, marks) == {"history": [THEIRS]}
    assert without_own({"history": [THEIRS]}, None) == {"history": [THEIRS]}
