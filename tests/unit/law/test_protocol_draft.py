"""Drafts of a local protocol: every fault at once, with the rule, and what changed between versions."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.book import LawBook
from app.law.model import Protocol
from app.law.protocol_draft import DraftReport, differences, read_draft

AREA = "E09000019"
TODAY = date(2026, 11, 21)


def draft(law_book: LawBook, **changes: Any) -> dict[str, object]:
    """Return a sound draft of Islington's second version, as JSON, with some keys changed."""
    shipped = law_book.protocol(AREA, TODAY)
    assert shipped is not None
    document = shipped.model_dump(mode="json", by_alias=True)
    return {**document, "kind": "LOCAL", "version": 2, "inForceFrom": "2026-11-22", **changes}


def read(law_book: LawBook, **changes: Any) -> DraftReport:
    """Return the report on a draft with some keys changed."""
    mine = tuple(protocol for protocol in law_book.protocols if protocol.area == AREA)
    return read_draft(draft(law_book, **changes), area=AREA, today=TODAY, versions=mine)


def test_a_sound_draft_becomes_a_protocol(law_book: LawBook) -> None:
    """A draft that begins tomorrow, numbered next, and that weakens nothing, is a protocol."""
    report = read(law_book)

    assert report.faults == ()
    assert report.protocol is not None
    assert report.protocol.version == 2


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"inForceFrom": "2026-11-21"}, ("/inForceFrom", "start-in-past", None)),
        ({"inForceFrom": "2026-11-20"}, ("/inForceFrom", "start-in-past", None)),
        ({"version": 1}, ("/version", "version-out-of-turn", None)),
        ({"version": 3}, ("/version", "version-out-of-turn", None)),
        ({"area": "E09000007"}, ("/area", "another-area", None)),
        ({"kind": "EXAMPLE"}, ("/kind", "not-local", None)),
        ({"safetyDays": -1}, ("/safetyDays", "weakens-law", "TIM-01")),
        ({"majorityVote": True}, ("/majorityVote", "settled-by-law", "PRC-12")),
        ({"colour": "red"}, ("/colour", "unknown-key", None)),
        ({"safetyDays": "28"}, ("/safetyDays", "malformed", None)),
        ({"safetyDays": None}, ("/safetyDays", "malformed", None)),
        ({"countersign": {"when": ["SOMETIMES"]}}, ("/countersign/when/0", "malformed", None)),
        ({"countersign": {"when": [], "by": "CHAIR"}}, ("/countersign/by", "unknown-key", None)),
    ],
)
def test_a_draft_is_refused_with_place_kind_and_rule(
    law_book: LawBook, changes: dict[str, Any], fault: tuple[str, str, str | None]
) -> None:
    """Each fault says where it is, what kind it is, and which rule it would break."""
    report = read(law_book, **changes)

    assert report.protocol is None
    assert fault in {(one.pointer, one.code, one.rule) for one in report.faults}


def test_a_missing_key_is_named(law_book: LawBook) -> None:
    """A draft is a whole document: what it leaves out is asked for."""
    document = draft(law_book)
    del document["safetyDays"]

    report = read_draft(document, area=AREA, today=TODAY)

    assert [(fault.pointer, fault.code) for fault in report.faults] == [("/safetyDays", "missing")]


def test_every_fault_is_reported_at_once(law_book: LawBook) -> None:
    """A draft that begins in the past, under the wrong number, and weakens two rules has four faults."""
    report = read(law_book, version=7, inForceFrom="2020-01-01", safetyDays=-5, admissionMode={"YOUTH_CAUTION": "NONE"})

    assert [(fault.code, fault.rule) for fault in report.faults] == [
        ("version-out-of-turn", None),
        ("start-in-past", None),
        ("weakens-law", "YC-01"),
        ("weakens-law", "TIM-01"),
    ]


def test_two_versions_differ_where_they_differ(law_book: LawBook) -> None:
    """Comparing Islington with a version that has another margin shows that key, before and after, and no other."""
    before = Protocol.model_validate(draft(law_book))
    after = Protocol.model_validate(draft(law_book, safetyDays=35))

    assert [(one.key, one.before, one.after) for one in differences(before, after)] == [("safetyDays", 28, 35)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(key=st.sampled_from(sorted(Protocol.model_fields)), value=JSON)
def test_reading_any_draft_gives_a_report(law_book: LawBook, key: str, value: object) -> None:
    """Whatever stands under a key, a report comes back: a protocol or faults, never both, never an error."""
    document = {**draft(law_book), key: value}

    report = read_draft(document, area=AREA, today=TODAY)

    assert bool(report.protocol) != bool(report.faults)
