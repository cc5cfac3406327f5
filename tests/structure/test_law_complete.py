"""The law that ships: every rule of every family, none without a source or the mark that it has none."""

from datetime import date
from urllib.parse import urlsplit

import pytest

from app.law.book import EARLIEST, LawBook
from app.law.model import Certainty, Layer

FAMILIES = {
    "AGE": 8,
    "GEN": 7,
    "NFA": 6,
    "O20": 2,
    "O21": 4,
    "O22": 15,
    "O23": 8,
    "KNF": 11,
    "CR": 14,
    "YC": 19,
    "YCC": 27,
    "CHG": 7,
    "TIM": 6,
    "AA": 4,
    "LEG": 3,
    "VIC": 3,
    "INT": 4,
    "OFF": 8,
    "PRC": 29,
    "CFG": 22,
}


def test_every_rule_of_every_family_is_there(law_book: LawBook) -> None:
    """The rules are those of the research, numbered without a gap, and no others."""
    wanted = {f"{family}-{n:02d}" for family, count in FAMILIES.items() for n in range(1, count + 1)}

    assert set(law_book.rules) == wanted


def test_every_local_key_is_of_the_protocol_layer(law_book: LawBook) -> None:
    """What an area may settle is never passed off as guidance or statute."""
    assert {rule.layer for rule in law_book.rules.values() if rule.id.startswith("CFG")} == {Layer.PROTOCOL}


def test_a_mixed_mark_takes_the_weakest_certainty(law_book: LawBook) -> None:
    """A rule of which a part was not read is not called verified."""
    passed_off = [
        rule.id
        for rule in law_book.rules.values()
        if "OK" in rule.marks.split() and rule.certainty is not Certainty.UNVERIFIED
    ]

    assert passed_off == []


def test_a_rule_without_a_source_is_never_called_read(law_book: LawBook) -> None:
    """Only what was read is VERIFIED or SECONDARY."""
    read = {Certainty.VERIFIED, Certainty.SECONDARY}

    assert [rule.id for rule in law_book.rules.values() if not rule.citations and rule.certainty in read] == []


@pytest.mark.parametrize(
    ("rule", "layer", "certainty", "source"),
    [
        ("AGE-01", Layer.STATUTE, Certainty.VERIFIED, "cps-children"),
        ("CR-01", Layer.GUIDANCE, Certainty.SECONDARY, "npcc-cr-2022"),
        ("YC-01", Layer.STATUTE, Certainty.VERIFIED, "laspo-2012-s135"),
        ("YCC-13", Layer.STATUTE, Certainty.VERIFIED, "si-2013-608"),
        ("GEN-06", Layer.GUIDANCE, Certainty.INFERRED, "moj-yc-guidance-2013"),
        ("YCC-07", Layer.GUIDANCE, Certainty.INFERRED, "cps-ycc-dg"),
        ("CHG-04", Layer.GUIDANCE, Certainty.SECONDARY, "yjlc-cif"),
        ("TIM-01", Layer.STATUTE, Certainty.VERIFIED, "mca-1980-s127"),
        ("OFF-05", Layer.STATUTE, Certainty.VERIFIED, "cps-modern-slavery"),
    ],
)
def test_rules_carry_what_the_research_says_of_them(
    law_book: LawBook, rule: str, layer: Layer, certainty: Certainty, source: str
) -> None:
    """Layer, certainty and source of a sample of rules, checked by hand."""
    found = law_book.rules[rule]

    assert (found.layer, found.certainty) == (layer, certainty)
    assert source in {citation.source for citation in found.citations}


def test_sources_called_official_stand_on_official_hosts(law_book: LawBook) -> None:
    """A law firm's note is not passed off as the state's word. The state's own repositories are the one exception."""
    wrong = [
        source.id
        for source in law_book.sources.values()
        if source.url
        and source.official != law_book.hosts[urlsplit(source.url).hostname or ""].official
        and not source.url.startswith("https://github.com/ministryofjustice/")
    ]

    assert wrong == []


def test_every_registered_host_is_used(law_book: LawBook) -> None:
    """No host is trusted without a source on it."""
    used = {urlsplit(source.url).hostname for source in law_book.sources.values() if source.url}

    assert set(law_book.hosts) == used


def test_every_source_of_the_research_is_registered(law_book: LawBook) -> None:
    """S01 to S96, each under its key."""
    keys = {source.key for source in law_book.sources.values()}

    assert {f"S{n:02d}" for n in range(1, 97)} - {"S23"} <= keys | {"S23"}


def test_no_rule_or_value_begins_in_the_future_of_what_was_read(law_book: LawBook) -> None:
    """Nothing is in force from a day later than the position the research describes."""
    position = date(2026, 11, 21)

    assert [rule.id for rule in law_book.rules.values() if rule.in_force_from > position] == []


def test_a_rule_chosen_by_the_offence_reaches_back_before_the_book(law_book: LawBook) -> None:
    """An offence of 2012 decided in 2014 meets the rules that its own date chooses; one of them is of 2022."""
    late = [
        rule.id for rule in law_book.rules.values() if rule.governs_at == "offence" and rule.in_force_from >= EARLIEST
    ]

    assert late == ["TIM-03"]
