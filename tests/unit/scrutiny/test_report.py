"""What a panel found, summed up."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import fleiss_kappa

from app.scrutiny import report
from app.scrutiny.report import ReportedItem, kappa_of_pairs
from app.scrutiny.words import FindingCategory, ScoreCategory

C = FindingCategory


def an_item(finding: FindingCategory | None, weight: int = 1, scores: tuple[str, ...] = ()) -> ReportedItem:
    """Return an item of one stratum."""
    return ReportedItem("TRIAGE", Fraction(weight), finding, scores)


@pytest.mark.parametrize(("found", "size", "expected"), [(5, 25, (0.0886, 0.3913)), (81, 528, (0.12518, 0.18664))])
def test_wilson_matches_its_vectors(found: int, size: int, expected: tuple[float, float]) -> None:
    """The interval of two published proportions."""
    assert report.wilson(found / size, size) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_wilson_stays_within_a_proportion(rate: float) -> None:
    """None or all of ten: neither below nought nor above one, and not certain either."""
    lower, upper = report.wilson(rate, 10)

    assert 0 <= lower < upper <= 1


def test_rate_counts_each_item_with_its_weight() -> None:
    """One faulty of two is not a half when it speaks for one case and the other for nine."""
    rate = report.rate_inappropriate([an_item(C.INAPPROPRIATE, 1), an_item(C.APPROPRIATE, 9)])

    assert rate is not None
    assert (rate.judged, rate.rate) == (2, 0.1)


def test_rate_with_equal_weights_has_the_plain_interval() -> None:
    """Five of twenty-five, all of one weight: Wilson's own interval."""
    items = [an_item(C.INAPPROPRIATE, 4)] * 5 + [an_item(C.APPROPRIATE, 4)] * 20

    rate = report.rate_inappropriate(items)

    assert rate is not None
    assert (rate.lower, rate.upper) == pytest.approx((0.0886, 0.3913), abs=5e-5)


def test_rate_leaves_out_what_could_not_be_judged() -> None:
    """Neither disagreement, nor lack of information, nor a missing finding makes a decision right or wrong."""
    items = [an_item(C.PANEL_DISAGREED), an_item(C.INSUFFICIENT_INFORMATION), an_item(None)]

    assert report.rate_inappropriate(items) is None


def test_counts_name_every_finding() -> None:
    """A finding of none is a nought, not a gap."""
    assert report.counts([an_item(C.APPROPRIATE), an_item(None)]) == {
        "APPROPRIATE": 1,
        "APPROPRIATE_WITH_OBSERVATIONS": 0,
        "INAPPROPRIATE": 0,
        "INSUFFICIENT_INFORMATION": 0,
        "PANEL_DISAGREED": 0,
    }


@pytest.mark.parametrize(
    ("scores", "expected"), [(("A", "A", "A"), 1.0), (("A", "A", "B"), 1 / 3), (("A",), None), ((), None)]
)
def test_agreement_is_the_share_of_pairs_that_agree(scores: tuple[str, ...], expected: float | None) -> None:
    """Three members make three pairs; one member makes none."""
    assert report.agreement([an_item(None, 1, scores)]) == expected


def test_kappa_of_members_who_always_agree_is_one() -> None:
    """Two categories, no disagreement."""
    items = [scored("APPROPRIATE", "APPROPRIATE"), scored("INAPPROPRIATE", "INAPPROPRIATE")]

    assert (kappa_of_pairs(items), kappa_of_pairs(items, weighted=True)) == (1.0, 1.0)


def test_weighted_kappa_counts_a_step_for_less() -> None:
    """A step apart is less disagreement than two; without information there is none to weigh."""
    same = [scored("APPROPRIATE", "APPROPRIATE"), scored("INAPPROPRIATE", "INAPPROPRIATE")]
    near, far = scored("APPROPRIATE", "APPROPRIATE_WITH_OBSERVATIONS"), scored("APPROPRIATE", "INAPPROPRIATE")

    close, wide = (kappa_of_pairs([*same, one], weighted=True) for one in (near, far))

    assert close is not None
    assert wide is not None
    assert (close > wide, kappa_of_pairs([scored("APPROPRIATE", "INSUFFICIENT_INFORMATION")], weighted=True)) == (
        True,
        None,
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(*[st.sampled_from(list(ScoreCategory))] * 3), min_size=2, max_size=12))
def test_kappa_of_pairs_agrees_with_a_library(rows: list[tuple[ScoreCategory, ...]]) -> None:
    """Fleiss: with the same number of members on every item it is his kappa, and with two members Scott's pi."""
    table = [[row.count(category) for category in ScoreCategory] for row in rows]
    assume(len({word for row in rows for word in row}) > 1)

    assert kappa_of_pairs([scored(*row) for row in rows]) == pytest.approx(fleiss_kappa(table))


def scored(*scores: str) -> ReportedItem:
    """Return an item that members scored."""
    return ReportedItem("ALL", Fraction(1), None, scores)
