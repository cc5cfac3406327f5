"""The pack that a panel reads."""

import csv
import io
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from app.scrutiny import pack, picture
from app.scrutiny.anonymity import QuasiIdentifiers
from app.scrutiny.item_schemas import ItemAnswer
from app.scrutiny.words import CHARACTERISTICS
from tests.decided_cases import a_decided_case, stated

SHOWN = QuasiIdentifiers("14-15", "MALE", "BLACK", "E09000019", "2026-Q2", "THEFT_AND_BURGLARY")


def an_item(religion: str = "NONE") -> ItemAnswer:
    """Return an item whose religion is whatever somebody typed."""
    case = a_decided_case(characteristics=(stated("RELIGION_OR_BELIEF", religion),))
    return ItemAnswer.model_validate(
        {
            "itemId": "019e0000-0000-7000-8000-000000000001",
            "pseudonym": "S-000000000001",
            "stratum": "TRIAGE",
            "weight": 2.5,
            "inclusionProbability": 0.4,
            "ageBand": "14-15",
            "area": "WITHHELD",
            "quarter": "WITHHELD",
            "offenceGroup": "THEFT_AND_BURGLARY",
            "characteristics": picture.characteristics(case, SHOWN),
            "coarsened": [{"field": "area", "how": "WITHHELD"}],
            **picture.picture(case),
        }
    )


def a_page(items: list[ItemAnswer]) -> str:
    """Return the page to print."""
    return pack.as_html(items, sample_id="s", draw_number=2, printed_at=datetime(2026, 11, 21, 12, tzinfo=UTC))


class Tags(HTMLParser):
    """Counts the tags of a page, and whatever it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.names.append(tag)
        self.fetched += [name for name, _ in attrs if name in {"src", "href", "onclick", "style"}]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cell_is_never_a_formula(start: str) -> None:
    """What a spreadsheet would run is preceded by an apostrophe."""
    assert pack.safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_csv_has_every_item_under_its_columns() -> None:
    """One row an item, a cell a column, every characteristic among them."""
    header, row = csv.reader(io.StringIO(pack.as_csv([an_item("=HYPERLINK(1)")])))

    told = dict(zip(header, row, strict=True))
    assert set(CHARACTERISTICS) <= set(header)
    assert (told["decision"], told["policeOpinion"], told["AGE"]) == ("TRIAGE", "TRIAGE", "14-15")
    assert told["RELIGION_OR_BELIEF"] == "'=HYPERLINK(1)"


def test_page_has_no_script_and_fetches_nothing() -> None:
    """What somebody typed stays text."""
    page, tags = a_page([an_item("<script>alert(1)</script>")] * 2), Tags()

    tags.feed(page)

    assert ("script" in tags.names, tags.fetched, tags.names.count("article")) == (False, [], 2)
    assert "&lt;script&gt;" in page


def test_page_is_marked_on_every_case() -> None:
    """The marking stands on the cover and on each case."""
    assert a_page([an_item()] * 3).count(pack.MARKING) == 4


def test_page_says_which_draw_it_is() -> None:
    """A redraw shows."""
    assert "draw 2" in a_page([an_item()])
