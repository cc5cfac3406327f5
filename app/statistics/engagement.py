"""Engagement against disposal, among children who are alike in gravity score and earlier disposals. Pure."""

from collections.abc import Mapping

from app.statistics import strata
from app.statistics.answering import DIGITS, GATES, interval_told
from app.statistics.gates import TooFew, too_few
from app.statistics.intervals import Interval, Share
from app.statistics.logistic import Logistic, logistic
from app.statistics.schemas import PooledAnswer, RegressionAnswer, TestAnswer
from app.statistics.strata import Stratum, Test
from app.statistics.suppression import Suppression
from app.statistics.tables import ENGAGED, NOT_ENGAGED, Decided, strata_of
from app.statistics.words import Outcome

_SIGNIFICANT = 0.05
_COLUMNS = (Outcome.NO_CAUTION.value, Outcome.CAUTION.value)


def pooled(decisions: Decided, hidden: Mapping[str, Suppression], *, few: bool) -> PooledAnswer:
    """Return the comparison within strata; no figure where the numbers are too small or a count of it is withheld."""
    tables = [one for one in strata_of(decisions) if one.size]
    whole = strata.crude(tables)
    why = [one.value for one in too_few(Share(whole.a, whole.a + whole.b), Share(whole.c, whole.c + whole.d), GATES)]
    told = all(hidden["ENGAGEMENT"].tells_all(row, _COLUMNS) for row in (ENGAGED, NOT_ENGAGED))
    if few or why or not told:
        return _nothing(why or [TooFew.NUMERATOR_BELOW_5.value])
    ratio, test = strata.odds_ratio(tables), strata.cochran_mantel_haenszel(tables)
    return PooledAnswer(
        strata=sum(one.informative for one in tables),
        crude_odds_ratio=_rounded(whole.odds_ratio),
        odds_ratio=interval_told(ratio),
        risk_ratio=_rounded(strata.risk_ratio(tables)),
        risk_difference=_rounded(strata.risk_difference(tables)),
        test=_test(test),
        test_corrected=_test(strata.cochran_mantel_haenszel(tables, corrected=True)),
        equal_odds=_test(strata.breslow_day(tables)),
        regression=_regression(logistic(tables)),
        too_few=[],
        reading=in_words(whole, ratio, test),
    )


def in_words(whole: Stratum, ratio: Interval | None, test: Test | None) -> str:
    """Return what the comparison says, in words for people who are no statisticians."""
    if ratio is None or test is None:
        return (
            "Within the strata there are not both engaged and other children with both outcomes: nothing can be said."
        )
    more = "more" if ratio.estimate > 1 else "less"
    says = (
        f"Among children of the same gravity score and the same number of earlier disposals, those who engaged in full "
        f"were diverted {more} often than the others: the odds were {ratio.estimate:.1f} times as high "
        f"(95 per cent interval {ratio.lower:.1f} to {ratio.upper:.1f})."
    )
    if test.p_value >= _SIGNIFICANT:
        return f"{says} A difference of this size is not unusual by chance alone."
    crude = whole.odds_ratio
    thrown = "" if crude is None else f" Without comparing like with like it would be {crude:.1f} times."
    return f"{says} Chance alone would seldom give such a difference; it calls for an explanation or a change.{thrown}"


def _nothing(why: list[str]) -> PooledAnswer:
    return PooledAnswer(
        strata=0,
        crude_odds_ratio=None,
        odds_ratio=None,
        risk_ratio=None,
        risk_difference=None,
        test=None,
        test_corrected=None,
        equal_odds=None,
        regression=None,
        too_few=why,
        reading="There are too few children for a comparison; a longer period may tell more.",
    )


def _test(found: Test | None) -> TestAnswer | None:
    if found is None:
        return None
    return TestAnswer(
        statistic=round(found.statistic, DIGITS), degrees=found.degrees, p_value=round(found.p_value, DIGITS)
    )


def _regression(found: Logistic | None) -> RegressionAnswer | None:
    if found is None:
        return None
    return RegressionAnswer(
        odds_ratio=interval_told(found.odds_ratio),
        p_value=round(found.p_value, DIGITS),
        likelihood_ratio=_test(found.likelihood_ratio),
        average_marginal_effect=round(found.marginal_effect, DIGITS),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
