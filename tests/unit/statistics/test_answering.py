"""From tables to rates and comparisons: what is shown, what is not, and the words for it."""

import pytest

from app.statistics import answering, page
from app.statistics.charts import chart
from app.statistics.engagement import in_words
from app.statistics.gates import Gates, TooFew, too_few
from app.statistics.intervals import Share
from app.statistics.schemas import ReadingAnswer
from app.statistics.strata import Stratum, cochran_mantel_haenszel, crude, odds_ratio
from app.statistics.suppression import Counts, suppress
from app.statistics.tables import Reading, Tabled
from app.statistics.words import Unit


def a_reading(**counts: tuple[int, int]) -> ReadingAnswer:
    """Return a reading of groups: so many with the outcome, so many without."""
    cells = {(g, c): n for g, pair in counts.items() for c, n in zip(("YES", "NO"), pair, strict=True)}
    reading = Reading("KEPT", "Says.", Unit.CHILDREN, ("YES", "NO"), ("YES",), by="SEX", reference="MALE")
    table = Counts(tuple(counts), ("YES", "NO"), cells)
    return answering.readings_of(Tabled(table, (reading,)), suppress(table))[0]


@pytest.mark.parametrize(
    ("one", "reference", "why"),
    [
        (Share(5, 30), Share(5, 30), ()),
        (Share(4, 30), Share(5, 30), (TooFew.NUMERATOR_BELOW_5,)),
        (Share(5, 30), Share(5, 29), (TooFew.DENOMINATOR_BELOW_30,)),
        (Share(0, 1), Share(9, 90), (TooFew.NUMERATOR_BELOW_5, TooFew.DENOMINATOR_BELOW_30)),
    ],
)
def test_index_needs_enough_of_both(one: Share, reference: Share, why: tuple[TooFew, ...]) -> None:
    """Five with the outcome and thirty in all, in the group and in the reference."""
    assert too_few(one, reference, Gates()) == why


def test_index_of_few_is_not_shown_and_says_why() -> None:
    """The rate with its interval is shown, the index is not."""
    few = a_reading(MALE=(20, 40), FEMALE=(6, 14)).rates[1]

    assert few.comparison is not None
    assert (few.rate, few.comparison.relative_rate_index, few.comparison.too_few) == (
        0.3,
        None,
        ["DENOMINATOR_BELOW_30"],
    )


def test_unknown_group_is_told_apart() -> None:
    """Among the rates it has no place; the bounds tell what it could change."""
    told = a_reading(MALE=(20, 40), FEMALE=(16, 24), UNKNOWN=(10, 10))
    compared = told.rates[1].comparison

    assert told.unknown is not None
    assert compared is not None
    assert compared.relative_rate_index is not None
    assert compared.if_unknown_were_shared is not None
    assert (told.unknown.numerator, len(told.rates)) == (10, 2)
    assert (
        compared.if_unknown_were_shared.lower
        < compared.relative_rate_index.value
        < compared.if_unknown_were_shared.upper
    )


def test_figures_of_a_withheld_count_are_withheld() -> None:
    """Not the rate, not the index, not the bounds."""
    told = a_reading(MALE=(20, 40), FEMALE=(2, 24))

    assert {(rate.rate, rate.comparison, rate.withheld) for rate in told.rates} == {(None, None, True)}


def test_reading_of_engagement_says_what_comparing_like_with_like_changes() -> None:
    """The oracle's strata: 4.0 times as high, 4.2 thrown together."""
    strata = [Stratum(30, 6, 6, 6), Stratum(16, 12, 5, 13), Stratum(4, 12, 1, 11)]

    says = in_words(crude(strata), odds_ratio(strata), cochran_mantel_haenszel(strata))

    assert "4.0 times as high (95 per cent interval 1.6 to 9.6)" in says
    assert says.endswith("Without comparing like with like it would be 4.2 times.")


def test_reading_of_engagement_does_not_cry_wolf() -> None:
    """Berkeley: no difference within departments, whatever the crude figure."""
    strata = [Stratum(512, 313, 89, 19), Stratum(120, 205, 202, 391), Stratum(53, 138, 94, 299)]

    says = in_words(crude(strata), odds_ratio(strata), cochran_mantel_haenszel(strata))

    assert ("not unusual by chance" in says) == (cochran_mantel_haenszel(strata).p_value >= 0.05)  # type: ignore[union-attr]


def test_chart_escapes_what_it_names() -> None:
    """A group's name cannot become markup."""
    reading = a_reading(MALE=(20, 40), FEMALE=(16, 24))

    drawn = chart(reading, {"MALE": "<b>"})

    assert ("<b>" in drawn, "&lt;b&gt;" in drawn) == (False, True)


@pytest.mark.parametrize(("name", "said"), [("YOUTH_CAUTION", "Youth caution"), ("UNKNOWN", "Not known")])
def test_words_are_as_people_write_them(name: str, said: str) -> None:
    """Not as machines do."""
    assert page.words(name) == said
