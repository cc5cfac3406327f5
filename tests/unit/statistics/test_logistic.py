"""The regression over strata, held against a library, and where it has no answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.statistics.logistic import logistic
from app.statistics.strata import Stratum

cells = st.integers(1, 25)


@pytest.mark.filterwarnings("ignore")  # the library warns of itself when loaded, and of a fit that is perfect
@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(Stratum, cells, cells, cells, cells), min_size=2, max_size=4))
def test_regression_agrees_with_a_library(strata: list[Stratum]) -> None:
    """Odds ratio with Wald's limits and p, likelihood ratio, and average marginal effect."""
    from statsmodels.genmod.families import Binomial  # noqa: PLC0415
    from statsmodels.genmod.generalized_linear_model import GLM  # noqa: PLC0415

    levels = range(len(strata))
    rows = [[group] + [int(k == j) for j in levels] for k in levels for group in (1, 0)]
    having = [pair for one in strata for pair in ((one.a, one.b), (one.c, one.d))]
    family = Binomial()
    library = GLM(np.array(having), np.array(rows), family=family).fit(tol=1e-12)
    without = GLM(np.array(having), np.array(rows)[:, 1:], family=family).fit(tol=1e-12)
    sizes = np.array([sum(pair) for pair in having])
    as_one, as_other = (np.array([[group, *row[1:]] for row in rows]) for group in (1, 0))

    found = logistic(strata)

    assert found is not None
    limits = found.odds_ratio.estimate, found.odds_ratio.lower, found.odds_ratio.upper
    assert limits == pytest.approx([np.exp(library.params[0]), *np.exp(library.conf_int()[0])], rel=1e-5)
    assert found.p_value == pytest.approx(library.pvalues[0], abs=1e-5)
    assert found.likelihood_ratio.statistic == pytest.approx(2 * (library.llf - without.llf), abs=1e-5)
    effect = np.average(library.predict(as_one) - library.predict(as_other), weights=sizes)
    assert found.marginal_effect == pytest.approx(effect, abs=1e-6)


@pytest.mark.parametrize(
    "strata", [[], [Stratum(5, 0, 0, 5)], [Stratum(5, 5, 0, 0)], [Stratum(9, 0, 4, 5), Stratum(6, 0, 5, 4)]]
)
def test_group_that_settles_the_outcome_has_no_regression(strata: list[Stratum]) -> None:
    """None, not a coefficient that grows for ever."""
    assert logistic(strata) is None


@given(st.lists(st.builds(Stratum, *[st.integers(0, 3)] * 4), max_size=4))
def test_regression_is_total(strata: list[Stratum]) -> None:
    """Whatever is nought: an answer or None, never an error."""
    found = logistic(strata)

    assert found is None or found.odds_ratio.lower <= found.odds_ratio.estimate <= found.odds_ratio.upper
