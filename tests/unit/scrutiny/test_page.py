"""The pack as a page: what a panel has in its hands."""

from html.parser import HTMLParser

import pytest

from app.scrutiny import page
from app.scrutiny.frame_schemas import FigureRow, FigureTable
from app.scrutiny.item_schemas import DissentOfItem
from app.scrutiny.page import Labels
from app.scrutiny.words import MARKING
from tests.scrutiny_packs import a_pack, an_item

LABELS = Labels({"disposals": {"TRIAGE": "Triage (Outcome 20)"}}, {"E09000019": "Islington"})


class Tags(HTMLParser):
    """Counts the tags of a page, and whatever it would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.names.append(tag)
        self.fetched += [name for name, _ in attrs if name in {"src", "href", "style"} or name.startswith("on")]


def test_page_has_no_script_and_fetches_nothing() -> None:
    """What somebody typed stays text."""
    html, tags = page.as_html(a_pack([an_item("<script>alert(1)</script>")] * 2), LABELS), Tags()

    tags.feed(html)

    assert ("script" in tags.names, tags.fetched, tags.names.count("article")) == (False, [], 2)
    assert "&lt;script&gt;" in html
    assert "Content-Security-Policy" in html


def test_page_is_marked_on_every_case() -> None:
    """The marking stands on the first sheet, in the margin of every sheet, and on each case."""
    html = page.as_html(a_pack([an_item()] * 3), LABELS)

    assert html.count(f">{MARKING}</p>") == 4
    assert f'@top-right {{ content: "{MARKING}"' in html


def test_page_says_which_draw_it_is_and_why() -> None:
    """A redraw shows, with its reason."""
    html = page.as_html(a_pack(), LABELS)

    assert "draw 2 of 2" in html
    assert "The dice fell off the table." in html


def test_page_tells_what_became_of_earlier_observations() -> None:
    """Each with whose it is and when it is due; or that none is waiting."""
    seen = page.as_html(a_pack(), LABELS)
    none = page.as_html(a_pack(earlier_observations=[]), LABELS)

    assert "Victims&#39; wishes were not noted." in seen
    assert "31 January 2027" in seen
    assert "No observation of an earlier panel" in none


def test_page_says_codes_as_people_do() -> None:
    """By the label of the reference, the name of an area, or plain words; never by a code with underscores."""
    assert LABELS.say("TRIAGE") == "Triage (Outcome 20)"
    assert LABELS.say("E09000019") == "Islington"
    assert LABELS.say("YOUTH_CAUTION") == "Youth caution"
    assert LABELS.say("WITHHELD") == "withheld"


def test_word_of_two_lists_is_said_as_the_list_that_is_meant() -> None:
    """An observation that is open waits for an answer; an option that was open lacked a fact."""
    labels = Labels({"observation-statuses": {"OPEN": "Open"}}, {})

    assert (labels.of("OPEN", "observation-statuses"), labels.say("OPEN")) == ("Open", "Not yet: a fact missing")


def test_dissent_is_told_once_however_often_it_was_held() -> None:
    """Three levels, one agency, one other view."""
    held = [{"agency": "YJS", "disposal": "TRIAGE"}] * 3
    item = an_item()
    decision = item.decision.model_copy(update={"dissent": [DissentOfItem.model_validate(one) for one in held]})

    assert page.dissent(item.model_copy(update={"decision": decision})) == [("YJS", "TRIAGE")]


def test_opinions_stand_side_by_side_by_level() -> None:
    """The police first; none where an agency did not speak."""
    item = an_item()
    (row,) = page.held(item)
    alone = item.model_copy(update={"opinions": [one for one in item.opinions if one.agency == "YJS"]})

    assert (row[0], [one.agency for one in row[1] if one]) == (1, ["POLICE", "YJS"])
    assert page.held(alone)[0][1][0] is None


def test_figures_of_the_frame_stand_beside_each_case() -> None:
    """All cases, those of the same score, those of the same ethnic group; this case's disposal is marked."""
    pack = a_pack()

    headings = [heading for heading, _, _ in page.columns(pack, pack.items[0])]
    lines = {line.disposal: (line.is_this, line.counts) for line in page.beside(pack, pack.items[0])}

    assert headings == ["All cases", "Gravity 2", "Same ethnic group"]
    assert lines == {"TRIAGE": (True, (40, 40, 40)), "YOUTH_CAUTION": (False, (20, 20, 20))}


def test_blind_page_lays_no_ethnic_group_beside_a_case() -> None:
    """What is not shown of the child is not shown by the column either, and the page says that it is the blind one."""
    pack = a_pack([an_item(characteristics=[])])

    headings = [heading for heading, _, _ in page.columns(pack, pack.items[0])]
    html = page.as_html(pack, LABELS)

    assert headings == ["All cases", "Gravity 2"]
    assert ("without the children's characteristics" in html, "Religion" in html) == (True, False)


def test_page_stands_without_figures() -> None:
    """A frame that may not be shown has none; the cases are told all the same."""
    html = page.as_html(a_pack(figures=None), LABELS)

    assert ("Beside it" in html, html.count("<article")) == (False, 1)


@pytest.mark.parametrize(("single_agency", "words"), [(True, "issued by the police alone"), (False, "at level 1")])
def test_page_says_who_decided(single_agency: bool, words: str) -> None:
    """Jointly at a level, or the police alone."""
    assert words in page.as_html(a_pack([an_item(singleAgency=single_agency)]), LABELS)


def test_page_tells_fine_ethnicity_of_the_frame_and_of_no_child() -> None:
    """By the labels of the list, rounded or withheld, once for all cases."""
    pack = a_pack([an_item()] * 3)
    assert pack.figures is not None
    codes = FigureTable(
        by="ETHNICITY",
        rows=[
            FigureRow(value="SDE_18_1 B1", of=20, disposals={}),
            FigureRow(value="SDE_18_1 B9", of=None, disposals={}),
            FigureRow(value="UNKNOWN", of=5, disposals={}),
        ],
    )
    told = pack.figures.model_copy(update={"tables": [codes]})
    labels = page.Labels({"ethnicity-sde-18-1": {"B1": "Black: Caribbean", "B9": "Black: other"}}, {})

    found = page.ethnicities(pack.model_copy(update={"figures": told}), labels)

    assert found == [("Black: Caribbean", 20), ("not known", 5), ("Other answers", None)]
