"""One entry of the log for what an act says alike of several cases: none is forgotten, and nothing else is merged."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.audit.chain import COLUMNS, digest, document
from app.audit.events import AuditEvent, AuditRecord
from app.audit.folding import folded

ONE, TWO, THREE = (f"01900000-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
SHOWN = AuditRecord(AuditEvent.CONSULTATION, "case.listed", ONE, "E09000019", ("status",))
OF_ANOTHER_KIND: list[dict[str, Any]] = [
    {"event": AuditEvent.DISCLOSURE},
    {"act": "case.read"},
    {"area": "E09000007"},
    {"area": None},
    {"fields": ("status", "route")},
    {"rows": 2},
    {"subject_id": THREE},
    {"evidence": "0" * 64},
    {"reason": "For the court."},
]
# What an entry came to before entries could name several cases.
ROW = dict.fromkeys(COLUMNS.values()) | {
    "log_id": ONE, "occurred_at": datetime(2026, 11, 21, 9, tzinfo=UTC), "event": "CONSULTATION", "act": "case.listed",
    "issuer": "i", "client_id": "c", "case_id": TWO, "area": "E09000019", "fields": ["status"], "row_count": 1,
    "request_id": "r", "trace_id": "0" * 32, "route": "GET /v1/cases",
}  # fmt: skip
BEFORE = "64e45f313d026d38296506c91673e0a9669b242c8adb0ae6b4e213db73b5e5ab"


def test_records_alike_in_all_but_the_case_are_one_entry_that_names_each() -> None:
    """In the order of their ids, whichever was shown first, with as many rows as they have together."""
    (entry,) = folded(SHOWN._replace(case_id=case_id) for case_id in (THREE, ONE, TWO))

    assert (entry.record.case_id, entry.case_ids, entry.record.rows) == (None, (ONE, TWO, THREE), 3)


@pytest.mark.parametrize("other", OF_ANOTHER_KIND, ids=str)
def test_records_that_differ_in_anything_else_are_entries_of_their_own(other: dict[str, Any]) -> None:
    """In whatever they differ; so that an entry says of each case what is true of it."""
    entries = folded([SHOWN, SHOWN._replace(case_id=TWO, **other)])

    assert [(entry.record.case_id, entry.case_ids) for entry in entries] == [(ONE, None), (TWO, None)]


def test_single_case_stays_what_it_was() -> None:
    """Also where an act says the same of it twice: one entry, with the rows of both."""
    (entry,) = folded([SHOWN, SHOWN])

    assert (entry.record, entry.case_ids) == (SHOWN._replace(rows=2), None)


def test_record_of_no_case_is_not_folded_into_those_of_cases() -> None:
    """A day that was compared as a whole is said beside the referrals that are named of it."""
    whole = SHOWN._replace(case_id=None)

    entries = folded([whole, SHOWN, SHOWN._replace(case_id=TWO)])

    assert [(entry.record.case_id, entry.case_ids) for entry in entries] == [(None, None), (None, (ONE, TWO))]


def test_entries_stand_in_the_order_of_the_first_of_each() -> None:
    """What an act did first is told first."""
    records = [SHOWN, SHOWN._replace(act="case.read"), SHOWN._replace(case_id=TWO)]

    assert [entry.record.act for entry in folded(records)] == ["case.listed", "case.read"]


def test_entry_of_one_case_is_hashed_as_before_there_were_lists() -> None:
    """So that every link that was made holds."""
    assert digest(document(ROW)) == BEFORE


def test_every_case_of_a_list_is_hashed() -> None:
    """Exchanging one, or leaving one out, is another entry."""
    listed = [[ONE, TWO], [ONE, THREE], [ONE, TWO, THREE]]

    told = {digest(document(ROW | {"case_id": None, "case_ids": case_ids})) for case_ids in listed}

    assert len(told) == len(listed)
