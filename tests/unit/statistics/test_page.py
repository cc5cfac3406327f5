"""The page of a statistic: what there is to draw is drawn, what is withheld is said once, and names are words."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.statistics import charts, page
from app.statistics.figures import FIELDS
from app.statistics.schemas import (
    ComparisonAnswer,
    CountedAnswer,
    RateAnswer,
    ReadingAnswer,
    StatisticAnswer,
    SuppressionAnswer,
    UnknownAnswer,
)

WIDTH = 0.46  # of a letter of a sans-serif, in parts of the size of its type, on the average
TYPE = 15


def a_rate(group: str, **changes: Any) -> RateAnswer:
    """Return a rate of 20 in 40."""
    told: dict[str, Any] = {"numerator": 20, "denominator": 40, "rate": 0.5, "lower": 0.35, "upper": 0.65}
    return RateAnswer(group=group, method="WILSON", withheld=False, **{"comparison": None} | told | changes)


def withheld(group: str) -> RateAnswer:
    """Return a rate of which nothing is told."""
    nothing = dict.fromkeys(("numerator", "denominator", "rate", "lower", "upper", "method", "comparison"))
    return RateAnswer.model_validate({"group": group, "withheld": True, **nothing})


def a_reading(*rates: RateAnswer, **changes: Any) -> ReadingAnswer:
    """Return a table of rates."""
    terms: dict[str, Any] = {"name": "DIVERTED", "by": "ETHNICITY", "says": "Children diverted.", "unit": "CHILDREN"}
    terms |= {"reference": "WHITE", "unknown": UnknownAnswer(numerator=0, denominator=0)}
    return ReadingAnswer(rates=list(rates), **terms | changes)


def a_page(*readings: ReadingAnswer, decisions: int | None = 40) -> str:
    """Return the page of some tables."""
    answer = StatisticAnswer(
        statistic="DISPROPORTIONALITY",
        title="Disproportionality",
        area="E09000019",
        from_=date(2026, 1, 1),
        to=date(2026, 3, 31),
        counted_to=date(2026, 3, 31),
        made_at=datetime(2026, 6, 1, tzinfo=UTC),
        confidence=0.95,
        counted=CountedAnswer(children=decisions, decisions=decisions, offences=decisions),
        excluded=[],
        readings=list(readings),
        pooled=None,
        population=None,
        grouping="fiveGroups2011",
        suppression=SuppressionAnswer(
            threshold=5, rounded_to=5, withheld=0, because_of_earlier_answers=False, says="Small counts are withheld."
        ),
        pooling=None,
        notes=[],
    )
    return page.as_html(answer, {"E09000019": "Islington"})


def test_page_names_the_area_in_words() -> None:
    """Nobody of a panel knows the codes of areas."""
    html = a_page(a_reading(a_rate("WHITE")))

    assert ("Islington" in html, "E09000019" in html) == (True, False)


def test_table_that_is_withheld_whole_is_one_sentence() -> None:
    """No empty chart, and no table that repeats one word; beside it a table of which something is told has both."""
    whole, part = a_reading(withheld("WHITE"), withheld("BLACK")), a_reading(withheld("WHITE"), a_rate("BLACK"))

    html = a_page(whole, part)

    assert html.count("All of these are withheld") == 1
    assert (html.count("<svg"), html.count("<table>")) == (1, 1)


@pytest.mark.parametrize(
    ("decisions", "says"),
    [(0, "No decision is counted in this period."), (None, "Fewer than five decisions are counted")],
)
def test_page_without_figures_says_why(decisions: int | None, says: str) -> None:
    """No decision, or too few: a sentence in place of empty tables."""
    html = a_page(a_reading(withheld("WHITE")), decisions=decisions)

    assert (says in html, "<table>" in html, "<svg" in html) == (True, False, False)


def test_columns_of_comparison_are_there_where_something_is_compared() -> None:
    """Three empty columns tell nothing."""
    comparison = ComparisonAnswer.model_validate(
        dict.fromkeys(ComparisonAnswer.model_fields) | {"reference": "WHITE", "too_few": ["NUMERATOR_BELOW_5"]}
    )
    bare = a_page(a_reading(a_rate("WHITE"), a_rate("BLACK")))
    compared = a_page(a_reading(a_rate("WHITE"), a_rate("BLACK", comparison=comparison)))

    assert ("Relative rate index" in bare, "Relative rate index" in compared) == (False, True)


def test_every_label_of_a_chart_fits_beside_its_bars() -> None:
    """The longest names there are, by their letters."""
    svg = charts.chart(a_reading(*map(a_rate, FIELDS)), {name: page.words(name) for name in FIELDS})

    places = re.findall(r'<text x="(\d+)" y="[\d.]+" text-anchor="end">([^<]*)<', svg)
    assert len(places) == len(FIELDS)
    assert [name for x, name in places if len(name) * WIDTH * TYPE > float(x)] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026-Q1", "2026-Q1"),
        ("GYPSY_ROMA_TRAVELLER", "Gypsy, Roma or Traveller"),
        ("ANSWERED_WEST_MERCIA", "Fields answered in referrals of the force West Mercia"),
        ("YOUTH_CAUTION", "Youth caution"),
    ],
)
def test_names_are_said_as_people_write_them(name: str, said: str) -> None:
    """Quarters keep their letter, forces their capitals."""
    assert page.words(name) == said


@pytest.mark.parametrize(
    ("name", "by", "said"),
    [
        ("DIVERTED", "CARED_FOR", "Diverted, by whether the child is cared for"),
        ("REASONS", "REASON", "Reasons for departing"),
        ("OUTCOME", None, "How formally children were dealt with"),
    ],
)
def test_headings_read_as_headings(name: str, by: str | None, said: str) -> None:
    """By what it counts, unless its name says so."""
    assert page.heading(a_reading(name=name, by=by)) == said
