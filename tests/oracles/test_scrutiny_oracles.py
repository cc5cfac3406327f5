"""Every figure that was computed elsewhere, against ours; and that none of them is lost."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.scrutiny import sampling
from app.scrutiny.allocation import allocate
from app.scrutiny.detection import detection_probability, faulty_count, smallest_sample, upper_bound_if_none_found
from app.scrutiny.sampling import FrameEntry
from app.statistics import disparity, intervals, strata
from app.statistics.agreement import kappa
from app.statistics.intervals import Share
from app.statistics.logistic import Logistic, logistic
from app.statistics.strata import Stratum
from app.statistics.tails import chi_square_tail

CATALOGUE: Any = yaml.safe_load((Path(__file__).parent / "scrutiny.yaml").read_text(encoding="utf-8"))
EXPECTED: dict[str, tuple[Any, float]] = {
    f"{section.split()[0]}-{name}": tuple(told)
    for section, oracles in CATALOGUE["sections"].items()
    for name, told in oracles.items()
}


def limits(found: Any) -> tuple[float, float]:
    """Return the limits of an interval."""
    return found.lower, found.upper


def figure(found: Any) -> tuple[float, float, float]:
    """Return an estimate with its limits."""
    return found.estimate, found.lower, found.upper


def statistic_of(found: Any) -> tuple[float, float]:
    """Return a statistic with its p."""
    return found.statistic, found.p_value


Found = dict[str, Callable[[], Any]]

# ── 1.4 and 3.2 ──────────────────────────────────────────────────────────────

SMALL, LARGE = Share(3, 63), Share(7, 72)

INTERVALS: Found = {
    **{
        f"1.4-wilson-{panel}-{part}-{whole}": lambda part=part, whole=whole: limits(  # type: ignore[misc]
            intervals.wilson(Share(part, whole))
        )
        for panel, part, whole in (
            ("cheshire", 138, 168),
            ("cheshire", 81, 528),
            ("dorset", 17, 20),
            ("dorset", 11, 33),
            ("dorset", 14, 40),
        )
    },
    "3.2-wilson-5-25": lambda: limits(intervals.wilson(Share(5, 25))),
    "3.2-wilson-81-528": lambda: limits(intervals.wilson(Share(81, 528))),
    "3.2-byar-10": lambda: limits(intervals.byar(10)),
    "3.2-exact-10": lambda: limits(intervals.exact_poisson(10)),
    "3.2-exact-3": lambda: limits(intervals.exact_poisson(3)),
    "3.2-exact-0-upper": lambda: intervals.exact_poisson(0).upper,
    "3.2-newcombe-56-70-48-80": lambda: figure(intervals.newcombe(Share(56, 70), Share(48, 80))),
    "3.2-katz-12-40-9-60": lambda: figure(intervals.katz(Share(12, 40), Share(9, 60))),
    "3.2-score-12-40-9-60": lambda: limits(intervals.score_ratio(Share(12, 40), Share(9, 60))),
    "3.2-score-0-10-5-40": lambda: limits(intervals.score_ratio(Share(0, 10), Share(5, 40))),
    "3.2-four-fifths-rates": lambda: (LARGE.rate, SMALL.rate),
    "3.2-four-fifths-ratio": lambda: disparity.four_fifths(SMALL, LARGE).ratio,  # type: ignore[union-attr]
    "3.2-four-fifths-fails": lambda: disparity.four_fifths(SMALL, LARGE).fails,  # type: ignore[union-attr]
    "3.2-four-fifths-fisher": lambda: disparity.fisher(SMALL, LARGE),
    "3.2-four-fifths-katz": lambda: limits(intervals.katz(SMALL, LARGE)),
    "3.2-four-fifths-score": lambda: limits(intervals.score_ratio(SMALL, LARGE)),
    "3.2-four-fifths-newcombe": lambda: limits(intervals.newcombe(SMALL, LARGE)),
}

# ── 3.3 ──────────────────────────────────────────────────────────────────────

PLAN = {
    "asian": Share(6, 10),
    "black": Share(45, 25),
    "mixed": Share(20, 14),
    "other": Share(5, 9),
    "white": Share(24, 43),
}
WHITE = PLAN["white"]
CHILDREN = 15481


def of_the_rest(group: str) -> float | None:
    """Return a group's index against all others together, of per cents as the plan prints them (they sum to 101)."""
    others = [share for name, share in PLAN.items() if name != group]
    return disparity.relative_rate_index(
        PLAN[group], Share(sum(one.part for one in others), sum(one.whole for one in others))
    )


def with_counts(group: str, interventions: int) -> tuple[float, float, float]:
    """Return what a count of interventions would have added to a group's index."""
    one, white = (
        Share(share.part / 100 * interventions, share.whole / 100 * CHILDREN) for share in (PLAN[group], WHITE)
    )
    return figure(intervals.katz(one, white))


def ealing() -> Any:
    """Return Ealing's 111 of 148 against 37, of a population of 36,718 that is 69 per cent global majority."""
    return intervals.katz(Share(111, 0.69 * 36718), Share(37, 0.31 * 36718))


def of_group(group: str) -> Found:
    """Return the figures of a row of Islington's table."""
    share = PLAN[group]
    return {
        f"3.3-{group}-gap": lambda: share.part - share.whole,
        f"3.3-{group}-dr": lambda: disparity.disproportionality_ratio(share.part, share.whole),
        f"3.3-{group}-rri": lambda: disparity.relative_rate_index(share, WHITE),
        f"3.3-{group}-rest": lambda: of_the_rest(group),
    } | ({} if share is WHITE else {f"3.3-{group}-rounding": lambda: limits(disparity.rounding_bounds(share, WHITE))})


ISLINGTON: Found = {name: found for group in PLAN for name, found in of_group(group).items()} | {
    "3.3-black-mixed-dr": lambda: disparity.disproportionality_ratio(65, 39),
    "3.3-black-mixed-rri": lambda: disparity.relative_rate_index(Share(65, 39), WHITE),
    "3.3-minority-rri-by-complement": lambda: disparity.relative_rate_index(Share(76, 57), WHITE),
    "3.3-minority-rri-as-printed": lambda: disparity.relative_rate_index(Share(76, 58), WHITE),
    "3.3-remand-dr": lambda: disparity.disproportionality_ratio(82, 39),
    "3.3-sentences-dr": lambda: disparity.disproportionality_ratio(80, 39),
    "3.3-counts-50-black": lambda: with_counts("black", 50),
    "3.3-counts-50-asian": lambda: with_counts("asian", 50),
    "3.3-counts-100-black": lambda: with_counts("black", 100)[1:],
    "3.3-counts-100-asian": lambda: with_counts("asian", 100)[1:],
    "3.3-counts-200-black": lambda: with_counts("black", 200)[1:],
    "3.3-counts-200-asian": lambda: with_counts("asian", 200)[1:],
    "3.3-counts-30-black": lambda: with_counts("black", 30)[1:],
    "3.3-inspection-islington-dr": lambda: disparity.disproportionality_ratio(68, 57),
    "3.3-inspection-islington-rri": lambda: disparity.relative_rate_index(Share(68, 57), Share(32, 43)),
    "3.3-inspection-ealing-rri": lambda: disparity.relative_rate_index(Share(75, 69), Share(25, 31)),
    "3.3-inspection-ealing-katz": lambda: limits(ealing()),
    "3.3-inspection-ealing-significant": lambda: not ealing().lower <= 1 <= ealing().upper,
}

# ── 3.4 ──────────────────────────────────────────────────────────────────────

ALL, KNOWN = 10999, 9688
BLACK_CAUTIONS, WHITE_CAUTIONS = Share(1108, 4.4), Share(8018, 81.7)


def change(before: float, after: float) -> float:
    """Return by what part a count grew or shrank."""
    return (disparity.relative_rate_index(Share(after, 1), Share(before, 1)) or 0) - 1


NATIONAL: Found = {
    "3.4-cautions-2017-known": lambda: Share(KNOWN, ALL).rate,
    "3.4-cautions-2017-white-share": lambda: Share(8018, KNOWN).rate,
    "3.4-cautions-2017-black-share": lambda: Share(1108, KNOWN).rate,
    "3.4-cautions-2017-unknown": lambda: ALL - KNOWN,
    "3.4-cautions-2017-asian-and-other": lambda: KNOWN - 8018 - 1108,
    "3.4-cautions-2017-rri": lambda: disparity.relative_rate_index(BLACK_CAUTIONS, WHITE_CAUTIONS),
    "3.4-cautions-2017-poisson-log": lambda: limits(intervals.poisson_ratio(BLACK_CAUTIONS, WHITE_CAUTIONS)),
    "3.4-cautions-2017-black-dr": lambda: disparity.disproportionality_ratio(1108 / KNOWN, 0.044),
    "3.4-cautions-2017-white-dr": lambda: disparity.disproportionality_ratio(8018 / KNOWN, 0.817),
    "3.4-cautions-2017-black-wilson": lambda: limits(intervals.wilson(Share(1108, KNOWN))),
    "3.4-cautions-2017-black-byar": lambda: limits(intervals.count_interval(1108)),
    "3.4-cautions-2017-unknown-bounds": lambda: limits(
        disparity.unknown_bounds(BLACK_CAUTIONS, WHITE_CAUTIONS, ALL - KNOWN)
    ),
    "3.4-cautions-2018-rri": lambda: disparity.relative_rate_index(Share(11.0, 4.4), Share(83.1, 81.7)),
    "3.4-trend-to-10999": lambda: change(122282, 10999),
    "3.4-trend-to-8552": lambda: change(93656, 8552),
    "3.4-trend-white-share-points": lambda: 82.8 - 89.7,
    "3.4-trend-black-share-points": lambda: 11.4 - 5.9,
    "3.4-sentenced-black-dr": lambda: disparity.disproportionality_ratio(11, 4),
    "3.4-sentenced-mixed-dr": lambda: disparity.disproportionality_ratio(8, 4),
    **{
        f"3.4-custody-{group}-rri": lambda rate=rate: disparity.relative_rate_index(  # type: ignore[misc]
            Share(rate, 10_000), Share(1, 10_000)
        )
        for group, rate in (("black", 9), ("mixed", 4), ("asian-and-other", 2))
    },
    "3.4-looked-after-conviction-ratio": lambda: disparity.relative_rate_index(Share(52, 100), Share(13, 100)),
}

# ── 4 ────────────────────────────────────────────────────────────────────────

SEED = "2026-11-21|panel-1|beacon:42"
IDS = [f"OOCD-{number:04}" for number in range(1, 13)]
FRAME = {"asian": 6, "black": 45, "mixed": 20, "other": 5, "white": 24}
SURE = (Fraction(80, 100), Fraction(90, 100), Fraction(95, 100))


def rivest(seed: str, total: int) -> tuple[int, ...]:
    """Return the first three picks of Rivest's sampler of 2011, with our reading of text into a digest."""
    return tuple(1 + int(sampling.sha256_hex(f"{seed},{turn}"), 16) % total for turn in (1, 2, 3))


def order() -> tuple[int, ...]:
    """Return the order in which the twelve are drawn."""
    drawn = sampling.draw([FrameEntry(one, "ALL") for one in IDS], seed=SEED, allocation={"ALL": 12}).drawn
    return tuple(int(ticket.entry[-4:]) for ticket in drawn)


def clean(population: int, sample: int) -> tuple[int, float]:
    """Return how many may be faulty though a sample is clean, and what part of the population that is."""
    found = upper_bound_if_none_found(population, sample, SURE[-1])
    return found, found / population


def smallest(population: int, percent: int) -> tuple[int, ...]:
    """Return the smallest samples that find so many per cent faulty."""
    faulty = faulty_count(population, Fraction(percent, 100))
    return tuple(smallest_sample(population, faulty, sure) for sure in SURE)


READERS = [[20, 5, 1], [4, 9, 3], [0, 2, 6]]
SAMPLING: Found = {
    **{
        f"4.1-rivest-{name}-{total}": lambda seed=seed, total=total: rivest(seed, total)  # type: ignore[misc]
        for name, seed, total in (
            ("1", "1", 1000),
            ("0", "0", 2),
            ("0", "0", 1000),
            ("0000000000", "0000000000", 1000),
            ("abcde", "abcde", 1000),
            ("snowman", "snowman: \N{SNOWMAN}", 1000),
        )
    },
    "4.1-ticket-order": order,
    "4.1-ticket-first": lambda: sampling.ticket_of("OOCD-0002", seed=SEED)[:12],
    "4.1-frame-digest": lambda: sampling.frame_digest_of(IDS),
    "4.1-commitment": lambda: sampling.commitment_of(SEED),
    **{
        f"4.2-missed-{faulty}-{population}-{sample}": lambda m=faulty, n=population, s=sample: (  # type: ignore[misc]
            1 - float(detection_probability(n, m, s))
        )
        for faulty, population, sample in ((4, 60, 10), (3, 60, 8), (12, 60, 10), (2, 40, 6))
    },
    "4.2-allocation-12": lambda: tuple(allocate(FRAME, size=12, minimum=0).values()),
    "4.2-allocation-12-minimum-2": lambda: tuple(allocate(FRAME, size=12, minimum=2).values()),
    "4.2-allocation-20-minimum-2": lambda: tuple(allocate(FRAME, size=20, minimum=2).values()),
    **{
        f"4.3-smallest-{population}-{percent}": lambda n=population, p=percent: smallest(n, p)  # type: ignore[misc]
        for population in (40, 60, 100, 200, 400, 1000)
        for percent in (5, 10, 15)
    },
    **{
        f"4.3-detects-60-{sample}": lambda sample=sample: tuple(  # type: ignore[misc]
            float(detection_probability(60, faulty, sample)) for faulty in (3, 6, 9)
        )
        for sample in (10, 20)
    },
    "4.3-clean-10-of-60": lambda: clean(60, 10),
    "4.3-clean-20-of-200": lambda: clean(200, 20),
    "4.3-kappa": lambda: kappa(READERS),
    "4.3-kappa-linear": lambda: kappa(READERS, weighted=True),
}

# ── 5.4 ──────────────────────────────────────────────────────────────────────

ENGAGED = [Stratum(30, 6, 6, 6), Stratum(16, 12, 5, 13), Stratum(4, 12, 1, 11)]
BERKELEY = [
    Stratum(512, 313, 89, 19),
    Stratum(353, 207, 17, 8),
    Stratum(120, 205, 202, 391),
    Stratum(138, 279, 131, 244),
    Stratum(53, 138, 94, 299),
    Stratum(22, 351, 24, 317),
]


def together() -> tuple[Share, Share]:
    """Return engaged and other children of all strata thrown together."""
    whole = strata.crude(ENGAGED)
    return Share(whole.a, whole.a + whole.b), Share(whole.c, whole.c + whole.d)


def crude_chi_square() -> tuple[float, float]:
    """Return Pearson's statistic of all strata thrown together: that of one stratum, without its small correction."""
    whole = strata.crude(ENGAGED)
    one = strata.cochran_mantel_haenszel([whole])
    statistic = (0 if one is None else one.statistic) * whole.size / (whole.size - 1)
    return statistic, chi_square_tail(statistic, 1)


def regressed() -> Logistic:
    """Return the logistic regression of the strata of engagement."""
    found = logistic(ENGAGED)
    assert found is not None
    return found


ENGAGEMENT: Found = {
    "5.4-stratum-odds-ratios": lambda: tuple(one.odds_ratio for one in ENGAGED),
    "5.4-size": lambda: strata.crude(ENGAGED).size,
    "5.4-crude-odds-ratio": lambda: strata.crude(ENGAGED).odds_ratio,
    "5.4-crude-risk-ratio": lambda: figure(intervals.katz(*together())),
    "5.4-crude-chi-square": crude_chi_square,
    "5.4-crude-fisher": lambda: disparity.fisher(*together()),
    "5.4-pooled-odds-ratio": lambda: figure(strata.odds_ratio(ENGAGED)),
    "5.4-pooled-risk-ratio": lambda: strata.risk_ratio(ENGAGED),
    "5.4-pooled-risk-difference": lambda: strata.risk_difference(ENGAGED),
    "5.4-cmh": lambda: statistic_of(strata.cochran_mantel_haenszel(ENGAGED)),
    "5.4-cmh-p": lambda: statistic_of(strata.cochran_mantel_haenszel(ENGAGED))[1],
    "5.4-cmh-corrected": lambda: statistic_of(strata.cochran_mantel_haenszel(ENGAGED, corrected=True)),
    "5.4-cmh-corrected-p": lambda: statistic_of(strata.cochran_mantel_haenszel(ENGAGED, corrected=True))[1],
    "5.4-breslow-day": lambda: statistic_of(strata.breslow_day(ENGAGED)),
    "5.4-logistic-odds-ratio": lambda: figure(regressed().odds_ratio),
    "5.4-logistic-wald-p": lambda: regressed().p_value,
    "5.4-logistic-likelihood-ratio": lambda: regressed().likelihood_ratio.statistic,
    "5.4-berkeley-crude-odds-ratio": lambda: strata.crude(BERKELEY).odds_ratio,
    "5.4-berkeley-pooled": lambda: figure(strata.odds_ratio(BERKELEY)),
    "5.4-berkeley-cmh": lambda: statistic_of(strata.cochran_mantel_haenszel(BERKELEY)),
    "5.4-berkeley-cmh-corrected": lambda: statistic_of(strata.cochran_mantel_haenszel(BERKELEY, corrected=True)),
    "5.4-berkeley-breslow-day": lambda: statistic_of(strata.breslow_day(BERKELEY)),
}

FOUND: Mapping[str, Callable[[], Any]] = {**INTERVALS, **ISLINGTON, **NATIONAL, **SAMPLING, **ENGAGEMENT}


@pytest.mark.parametrize("oracle", EXPECTED)
def test_figure_is_the_one_computed_elsewhere(oracle: str) -> None:
    """To the last digit that is given."""
    expected, off = EXPECTED[oracle]

    found = FOUND[oracle]()

    if isinstance(expected, str):
        assert found == expected
    else:
        values = found if isinstance(found, tuple) else (found,)
        told = expected if isinstance(expected, list) else [expected]
        assert list(values) == pytest.approx(told, abs=off or 1e-9)


def test_no_oracle_is_lost() -> None:
    """As many as were counted, each with its figure, and no figure without one."""
    assert (len(EXPECTED), set(FOUND)) == (CATALOGUE["count"], set(EXPECTED))
