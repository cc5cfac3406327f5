"""Figures of a decision: what is kept of it, and what lists and a protocol make of that."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.advice.evaluate import protocol_of
from app.cases.matching import same_child
from app.law.book import LawBook
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import lists_of
from app.statistics.children import digests_in, known_by
from app.statistics.decision import Decision, Reckoner
from app.statistics.figures import DERIVATION, Figures, figures_of
from app.statistics.words import By
from tests.decided_cases import a_decided_case, some_advice, some_facts, stated

CLOCKS = [
    {"name": "KNIFE_REFERRAL", "dueOn": "2026-05-31"},
    {"name": "SUMMARY_TIME_LIMIT", "dueOn": "2026-10-31"},
    {"name": "LATEST_SAFE_COMPLETION", "dueOn": "UNKNOWN"},
]


def a_case() -> DecidedCase:
    """Return a case of which something is known of everything that is counted."""
    departs = {"from": "ADVICE", "reason": "CHILD_WELFARE"}
    return a_decided_case(
        1,
        "YOUTH_CAUTION",
        facts=some_facts(care_status="LOOKED_AFTER") | {"history": [{"disposal": "TRIAGE"}]},
        advice=some_advice(indicated=("TRIAGE", "COMMUNITY_RESOLUTION"), score=3) | {"clocks": CLOCKS},
        opinions=({"agency": "YJS", "level": 1, "disposal": "YOUTH_CAUTION", "departs": departs},),
        characteristics=(stated("ETHNICITY", "O1", scheme="SDE_16_1"), stated("SEX", "MALE"), stated("SEND", "NONE")),
    )


def figures(case: DecidedCase) -> Figures:
    """Return the figures of a case that some force referred."""
    return figures_of(case, force="metropolitan", known_by=b"")


@pytest.fixture
def reckoner(law_book: LawBook) -> Reckoner:
    """Return what counts for Islington, in the groups of 2011."""
    return Reckoner(lists_of(law_book), protocol_of(law_book, "E09000019", date(2026, 11, 1)))


def test_what_is_kept_is_what_this_derivation_says() -> None:
    """Whoever makes this fail counts the derivation up: else figures count that were worked out in the other way."""
    assert DERIVATION == 1
    assert figures(a_case()) == Figures(
        received_on=date(2026, 6, 1),
        assessed_on=date(2026, 6, 4),
        decided_on=date(2026, 6, 10),
        days_to_decision=8,
        shared='["metropolitan","YOUTH_CAUTION",["SDE_16_1","O1"],["MALE","14-15","CARED_FOR","NO","UNKNOWN","UNKNOWN"],'
        '"FULL","3|1",1,{"KNIFE_REFERRAL":false,"SUMMARY_TIME_LIMIT":true},"MORE_RESTRICTIVE",["CHILD_WELFARE"],1,'
        '"100001010010000001111"]',
        known_by=b"",
    )


def test_decision_is_what_figures_lists_and_protocol_say_together(reckoner: Reckoner) -> None:
    """Every group, clock and field, from the text that is kept."""
    made = reckoner.decision("first", figures(a_case()))

    assert made == Decision(
        child="first",
        day=date(2026, 6, 10),
        force="metropolitan",
        disposal="YOUTH_CAUTION",
        groups={
            By.ETHNICITY: "ASIAN",
            By.SEX: "MALE",
            By.AGE_BAND: "14-15",
            By.CARED_FOR: "CARED_FOR",
            By.SEND: "NO",
            By.NEURODIVERSITY: "UNKNOWN",
            By.SPEECH_LANGUAGE_COMMUNICATION: "UNKNOWN",
        },
        engagement="FULL",
        stratum="3|1",
        offences=1,
        clocks={"ASSESSMENT": True, "NOTIFICATION": True, "KNIFE_REFERRAL": False, "SUMMARY_TIME_LIMIT": True},
        direction="MORE_RESTRICTIVE",
        reasons=("CHILD_WELFARE",),
        level=1,
        answered=frozenset(
            {"AGE", "ETHNICITY", "SEX", "SEND", "CARE_STATUS", "ENGAGEMENT", "GRAVITY_SCORE", "PRE_ASSESSMENT"}
        ),
        days_to_decision=8,
    )


def test_grouping_and_protocol_are_laid_on_what_is_kept(law_book: LawBook) -> None:
    """The same figures in the groups of 2001, and under clocks of one working day."""
    protocol = protocol_of(law_book, "E09000019", date(2026, 11, 1))
    strict = protocol.model_copy(update={"assess_wd": 1, "notify_wd": 1})

    made = Reckoner(lists_of(law_book, grouping="fiveGroups2001"), strict).decision("1", figures(a_case()))

    assert made.groups[By.ETHNICITY] == "OTHER"
    assert (made.clocks["ASSESSMENT"], made.clocks["NOTIFICATION"]) == (False, False)


def test_clock_whose_end_nobody_knows_is_left_out(reckoner: Reckoner) -> None:
    """No bank holiday of 2029 is proclaimed; and one that was never assessed was not assessed in time."""
    late = replace(a_case(), received_at=datetime(2028, 12, 29, 9, tzinfo=UTC))
    never = replace(a_case(), pre_assessed_at=None)

    assert set(reckoner.decision("1", figures(late)).clocks) == {"KNIFE_REFERRAL", "SUMMARY_TIME_LIMIT"}
    assert reckoner.decision("1", figures(never)).clocks["ASSESSMENT"] is False


BORN = st.sampled_from([date(2010, 1, 1), date(2010, 1, 2)])
NUMBER = st.sampled_from(["12/3", "12/3 ", "1 2/3", "AB/1", "ab/1", "9"])
IDENTIFIERS = st.lists(st.fixed_dictionaries({"scheme": st.sampled_from(["PNC", "ULN"]), "value": NUMBER}), max_size=3)


@given(BORN, IDENTIFIERS, BORN, IDENTIFIERS)
def test_children_share_a_digest_if_they_are_taken_for_one(
    born: date, identifiers: list[dict[str, str]], other_born: date, other_identifiers: list[dict[str, str]]
) -> None:
    """The digests say just what the rule for one child says."""
    own, other = known_by(b"key", born, identifiers), known_by(b"key", other_born, other_identifiers)

    shared = set(digests_in(own)) & set(digests_in(other))
    assert bool(shared) == same_child(born, identifiers, other_born, other_identifiers)


def test_digest_is_another_under_another_key() -> None:
    """And holds no letter of what it was made of."""
    told = date(2010, 1, 1), [{"scheme": "PNC", "value": "12/3"}]

    assert len(known_by(b"key", *told)) == 16
    assert known_by(b"key", *told) != known_by(b"another", *told)
