"""Local protocols: the shipped examples, and what no protocol may say."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from app.law.book import LawBook
from app.law.model import DisposalCode, Protocol
from app.law.protocol_faults import forbidden_key, protocol_faults

D = DisposalCode
TODAY = date(2026, 11, 21)
ALL = set(DisposalCode)


def protocol(law_book: LawBook, area: str) -> Protocol:
    """Return the shipped protocol of an area."""
    found = law_book.protocol(area, TODAY)
    assert found is not None
    return found


def changed(law_book: LawBook, **changes: Any) -> Protocol:
    """Return the defaults with some keys changed."""
    return Protocol.model_validate({**protocol(law_book, "E99999901").model_dump(), **changes})


@pytest.mark.parametrize(
    ("area", "off"),
    [
        ("E99999901", set()),
        ("E09000007", set()),
        ("E09000019", {D.OUTCOME_22, D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION}),
        ("E09000009", {D.TRIAGE, D.OUTCOME_22, D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION}),
    ],
)
def test_each_example_has_the_options_that_public_reports_name(
    law_book: LawBook, area: str, off: set[DisposalCode]
) -> None:
    """Example area and Camden have all; Islington lacks Outcome 22 and deferral; Ealing lacks triage too."""
    assert ALL - set(protocol(law_book, area).options_enabled) == off


@pytest.mark.parametrize("area", ["E99999901", "E09000007", "E09000019", "E09000009"])
def test_each_example_is_in_force_since_the_book_begins_and_says_that_it_is_an_example(
    law_book: LawBook, area: str
) -> None:
    """No example can be taken for an area's own paper."""
    shipped = protocol(law_book, area)

    assert (shipped.in_force_from, shipped.version, shipped.kind) == (date(2013, 4, 8), 1, "EXAMPLE")
    assert "Not the area's own paper" in shipped.label


def test_the_defaults_are_those_of_the_contract(law_book: LawBook) -> None:
    """Plan lengths, clocks, escalation and sealing as the contract lists them."""
    defaults = protocol(law_book, "E99999901")

    assert defaults.plan_weeks == {
        D.COMMUNITY_RESOLUTION: 12,
        D.OUTCOME_22: 16,
        D.DEFERRED_CAUTION: 12,
        D.DEFERRED_PROSECUTION: 16,
        D.YOUTH_CONDITIONAL_CAUTION: 16,
    }
    assert (defaults.safety_days, defaults.turning18_warn_days) == (28, 60)
    assert (defaults.assess_wd, defaults.notify_wd, defaults.knife_referral_wd) == (10, 15, 1)
    assert [(e.level, e.police_grade, e.yjs_grade, e.working_days) for e in defaults.escalation] == [
        (2, "MANAGER", "MANAGER", 2),
        (3, "SENIOR", "SENIOR", 5),
    ]
    assert defaults.opinions_sealed is True
    assert (defaults.countersign.when, defaults.countersign.disposals) == (("HIGH_LEVEL", "CONTRADICTION"), ())


def test_a_version_written_before_a_key_was_there_is_read_with_its_default(law_book: LawBook) -> None:
    """What an area approved is never lost to a key that came later."""
    written = protocol(law_book, "E99999901").model_dump(mode="json", by_alias=True)
    del written["countersign"]

    assert Protocol.model_validate(written) == protocol(law_book, "E99999901")


@pytest.mark.parametrize(
    ("score", "points_to"),
    [
        (1, {D.NO_FURTHER_ACTION, D.TRIAGE}),
        (2, {D.TRIAGE, D.OUTCOME_22, D.COMMUNITY_RESOLUTION}),
        (3, {D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CAUTION}),
        (4, {D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION, D.YOUTH_CONDITIONAL_CAUTION}),
        (5, {D.CHARGE}),
        (6, set()),
    ],
)
def test_the_gravity_map_points_where_the_contract_says(
    law_book: LawBook, score: int, points_to: set[DisposalCode]
) -> None:
    """Each score from one to five points to its disposals, and nothing else does."""
    assert set(protocol(law_book, "E99999901").indicated_at(score)) == points_to


def test_islington_calls_outcome_20_triage(law_book: LawBook) -> None:
    """The local name leads to the disposal."""
    assert protocol(law_book, "E09000019").local_name(D.TRIAGE) == "Triage"


def test_an_area_without_a_protocol_has_none(law_book: LawBook) -> None:
    """No protocol is made up for an area that has none."""
    assert law_book.protocol("E09000001", TODAY) is None


def test_a_protocol_is_not_in_force_before_it_begins(law_book: LawBook) -> None:
    """The day before the examples begin there is none."""
    assert law_book.protocol("E09000019", date(2013, 4, 7)) is None


@pytest.mark.parametrize("area", ["E99999901", "E09000007", "E09000019", "E09000009"])
def test_the_shipped_examples_weaken_nothing(law_book: LawBook, area: str) -> None:
    """Our own examples pass the checks that an area's draft must pass."""
    assert protocol_faults(protocol(law_book, area)) == ()


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("admission_mode", {"YOUTH_CAUTION": "ACCEPT"}, "YC-01"),
        ("admission_mode", {"YOUTH_CONDITIONAL_CAUTION": "NONE"}, "YCC-01"),
        ("admission_mode", {"DEFERRED_CAUTION": "ACCEPT"}, "O22-03"),
        ("admission_mode", {"COMMUNITY_RESOLUTION": "NONE"}, "CR-01"),
        ("admission_mode", {"CHARGE": "FULL"}, "CHG-01"),
        ("admission_mode", {"NO_FURTHER_ACTION": "ACCEPT"}, "NFA-02"),
        ("options_enabled", ["NO_FURTHER_ACTION"], "CHG-01"),
        ("options_enabled", ["CHARGE"], "GEN-04"),
        ("safety_days", -1, "TIM-01"),
        ("plan_weeks", {"COMMUNITY_RESOLUTION": 12}, "CFG-10"),
        ("gravity_map", {"1": ["NO_FURTHER_ACTION"]}, "CFG-06"),
    ],
)
def test_a_protocol_cannot_weaken_the_law(law_book: LawBook, key: str, value: object, rule: str) -> None:
    """Asking less than the law asks is found, with the rule named."""
    assert rule in {fault.rule for fault in protocol_faults(changed(law_book, **{key: value}))}


def test_a_protocol_may_ask_more_than_the_option_itself(law_book: LawBook) -> None:
    """A full admission for a community resolution, as Wrexham asks, is an area's own affair."""
    stricter = changed(law_book, admission_mode={"COMMUNITY_RESOLUTION": "FULL"})

    assert protocol_faults(stricter) == ()


@pytest.mark.parametrize(
    ("flag", "disposal", "rule"),
    [
        ("INDICTABLE_ONLY", "CHARGE", "CHG-03"),
        ("INDICTABLE_ONLY", "YOUTH_CAUTION", "YC-07"),
        ("DOMESTIC_ABUSE", "YOUTH_CONDITIONAL_CAUTION", "YCC-07"),
        ("HATE_CRIME", "CHARGE", "OFF-03"),
    ],
)
def test_a_decision_of_the_cps_cannot_be_given_to_a_rank(
    law_book: LawBook, flag: str, disposal: str, rule: str
) -> None:
    """An inspector cannot be put in the prosecutor's place."""
    given = {"flag": flag, "disposals": [disposal], "authority": "INSPECTOR"}
    kept = [needed.model_dump() for needed in protocol(law_book, "E99999901").authority]

    faults = protocol_faults(changed(law_book, authority=[*kept, given]))

    assert rule in {fault.rule for fault in faults}


def test_a_decision_of_the_cps_cannot_be_left_out(law_book: LawBook) -> None:
    """An empty list of authorities names every decision that would be lost."""
    rules = {fault.rule for fault in protocol_faults(changed(law_book, authority=[]))}

    assert rules == {"CHG-02", "CHG-03", "YC-07", "YCC-07", "OFF-03"}


def test_escalation_levels_follow_each_other(law_book: LawBook) -> None:
    """A protocol that starts at level three has a gap nobody could climb."""
    levels = [{"level": 3, "police_grade": "SENIOR", "yjs_grade": "SENIOR", "working_days": 5}]

    assert [fault.key for fault in protocol_faults(changed(law_book, escalation=levels))] == ["escalation"]


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("majorityVote", "PRC-12"),
        ("panelVotes", "PRC-12"),
        ("decision_by_majority", "PRC-12"),
        ("appropriateAdultRequired", "YC-04"),
        ("minimumAge", "AGE-01"),
        ("maxRepeatCommunityResolutions", "GEN-03"),
        ("consentNeeded", "YCC-04"),
        ("timeLimitMonths", "TIM-01"),
    ],
)
def test_keys_that_the_law_has_settled_are_refused_by_name(key: str, rule: str) -> None:
    """A majority vote cannot be configured; nor can an age, a consent or a time limit."""
    fault = forbidden_key(key)

    assert fault is not None
    assert fault.rule == rule


def test_a_key_that_is_merely_unknown_names_no_rule() -> None:
    """A misspelling is not called a breach of law."""
    assert forbidden_key("colour") is None


def test_a_protocol_has_no_key_for_a_vote(law_book: LawBook) -> None:
    """The document itself has no place for one."""
    with pytest.raises(ValidationError, match="majorityVote"):
        changed(law_book, majorityVote=True)


def test_a_protocol_reads_the_contracts_camel_case(law_book: LawBook) -> None:
    """A draft sent as JSON and the shipped file are one document."""
    shipped = protocol(law_book, "E09000019")

    assert Protocol.model_validate(shipped.model_dump(by_alias=True, mode="json")) == shipped
