"""A page of cases is written from rows; what comes out is what the schema that is published would write."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from app.cases.schemas import CaseSummary
from app.cases.states import OWNERS, CaseStatus
from app.cases.views import page_of_cases
from app.http.pages import Page

INSTANTS = [datetime(2026, 11, 21, 9, 0, 0, micro, tzinfo=UTC) for micro in (0, 5, 123_000, 999_999)]


class _Row(NamedTuple):
    case_id: str
    area: str
    route: str
    status: str
    level: int
    received_at: datetime
    updated_at: datetime
    due_on: date | None


def _rows() -> list[Any]:
    return [
        _Row(
            case_id=f"01900000-0000-7000-8000-{number:012d}",
            area='a "quoted" \\ ärea',
            route="COURT",
            status=status.value,
            level=number,
            received_at=INSTANTS[number % 4],
            updated_at=INSTANTS[(number + 1) % 4],
            due_on=date(2027, 1, 1) if number % 2 else None,
        )
        for number, status in enumerate(CaseStatus)
    ]


def test_page_of_cases_is_written_as_its_schema_writes_it() -> None:
    """Byte for byte: every status with its owner, instants of any fraction, a day or none, what has to be escaped."""
    rows = _rows()
    items = tuple(CaseSummary(**row._asdict(), owner=OWNERS[CaseStatus(row.status)]) for row in rows)

    for cursor in ("WyJ2MSIsICIwIl0", None):
        assert page_of_cases(rows, cursor) == Page(items=items, next_cursor=cursor).model_dump_json().encode()


def test_page_of_no_case_is_an_empty_list() -> None:
    """And no cursor."""
    assert page_of_cases([], None) == b'{"items":[],"nextCursor":null}'
