"""From tables and what is withheld of them to rates and comparisons. Pure.

Every figure here is made of counts that are told, so that it tells no more than they do.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from app.statistics import disparity, intervals
from app.statistics.disparity import Bounds
from app.statistics.gates import Gates, too_few
from app.statistics.intervals import Interval, Share
from app.statistics.populations import Population
from app.statistics.schemas import (
    BoundsAnswer,
    ComparisonAnswer,
    FourFifthsAnswer,
    IntervalAnswer,
    RateAnswer,
    ReadingAnswer,
    UnknownAnswer,
)
from app.statistics.suppression import Suppression, rounded
from app.statistics.tables import ALL, Reading, Tabled
from app.statistics.words import STAGE_SAYS, UNKNOWN, Stage, Unit

DIGITS = 4
GATES = Gates()


def readings_of(tabled: Tabled, hidden: Suppression) -> list[ReadingAnswer]:
    """Return every reading of a table as rates."""
    return [_across(tabled, hidden, one) if one.across else _rates(tabled, hidden, one) for one in tabled.readings]


# ── parts of a whole ─────────────────────────────────────────────────────────


def _across(tabled: Tabled, hidden: Suppression, reading: Reading) -> ReadingAnswer:
    counts = tabled.counts
    told = {column: counts.of_column(column) for column in counts.columns if hidden.tells(ALL, column)}
    if reading.coarse:
        told = {column: rounded(count) for column, count in told.items()}
    whole = rounded(counts.total) if reading.coarse else counts.total
    rates = [_rate(column, Share(told[column], whole) if column in told else None) for column in counts.columns]
    return _reading(reading, rates, None)


# ── rates of groups ──────────────────────────────────────────────────────────


def _rates(tabled: Tabled, hidden: Suppression, reading: Reading) -> ReadingAnswer:
    shares = {row: _share(tabled, hidden, reading, row) for row in tabled.counts.rows}
    rates = [_rate(row, share, _comparison(row, shares, reading)) for row, share in shares.items() if row != UNKNOWN]
    return _reading(reading, rates, _unknown(tabled, hidden, reading))


def _share(tabled: Tabled, hidden: Suppression, reading: Reading, row: str) -> Share | None:
    """Return a group's part of its whole, or None where either is withheld."""
    counts = tabled.counts
    if not _tells(tabled, hidden, row, reading.of) or not _tells(tabled, hidden, row, reading.part):
        return None
    return Share(sum(counts.at(row, one) for one in reading.part), sum(counts.at(row, one) for one in reading.of))


def _tells(tabled: Tabled, hidden: Suppression, row: str, columns: Sequence[str]) -> bool:
    if set(columns) == set(tabled.counts.columns):
        return hidden.tells_row(row)
    return hidden.tells_all(row, columns)


def _unknown(tabled: Tabled, hidden: Suppression, reading: Reading) -> UnknownAnswer | None:
    if UNKNOWN not in tabled.counts.rows:
        return None
    share = _share(tabled, hidden, reading, UNKNOWN)
    if share is None:
        return UnknownAnswer(numerator=None, denominator=None)
    return UnknownAnswer(numerator=rounded(int(share.part)), denominator=rounded(int(share.whole)))


def _comparison(group: str, shares: Mapping[str, Share | None], reading: Reading) -> ComparisonAnswer | None:
    own, against = shares[group], shares.get(reading.reference or "")
    if reading.reference is None or own is None or against is None or group == reading.reference:
        return None
    few = too_few(own, against, GATES)
    unknown = shares.get(UNKNOWN, Share(0, 0))
    known = {name: share for name, share in shares.items() if name != UNKNOWN}
    told = {name: share for name, share in known.items() if share is not None}
    bounds = None if few or unknown is None else disparity.unknown_bounds_of_stage(own, against, unknown)
    return ComparisonAnswer(
        reference=reading.reference,
        relative_rate_index=None if few else interval_told(intervals.ratio(own, against)),
        disproportionality_ratio=None if few or len(told) < len(known) else _share_ratio(own, told),
        difference=None if few else interval_told(intervals.newcombe(own, against)),
        against_the_rest=None
        if few or len(told) < len(known)
        else interval_told(disparity.against_the_rest(group, told)),
        if_unknown_were_shared=_bounds(bounds),
        if_shares_were_rounded=None,
        p_value=None if few else disparity.fisher(own, against),
        adjusted_p_value=None,
        four_fifths=_four_fifths(own, told) if reading.favourable and not few else None,
        too_few=[one.value for one in few],
    )


def _share_ratio(own: Share, told: Mapping[str, Share]) -> float | None:
    """Return a group's share of those with the outcome over its share of those of the stage before."""
    parts, wholes = sum(one.part for one in told.values()), sum(one.whole for one in told.values())
    if not parts or not wholes:
        return None
    return _number(disparity.disproportionality_ratio(own.part / parts, own.whole / wholes))


def _four_fifths(own: Share, told: Mapping[str, Share]) -> FourFifthsAnswer | None:
    enough = {name: share for name, share in told.items() if share.whole >= GATES.denominator}
    highest = max(enough, key=lambda name: enough[name].rate or 0.0, default=None)
    found = None if highest is None else disparity.four_fifths(own, enough[highest])
    if highest is None or found is None or enough[highest] == own:
        return None
    return FourFifthsAnswer(
        highest=highest, ratio=round(found.ratio, DIGITS), fails=found.fails, p_value=round(found.p_value, DIGITS)
    )


# ── the first stage: against who lives there ─────────────────────────────────


def dealt_with(tabled: Tabled, hidden: Suppression, population: Population, reference: str) -> ReadingAnswer:
    """Return the children dealt with, by group, against the children who live in the area."""
    reading = Reading(
        name=Stage.DEALT_WITH.value,
        says=STAGE_SAYS[Stage.DEALT_WITH],
        unit=Unit.CHILDREN,
        of=(),
        part=(),
        by="ETHNICITY",
        reference=reference,
    )
    counts = {row: tabled.counts.of_row(row) for row in tabled.counts.rows if hidden.tells_row(row)}
    unknown = counts.get(UNKNOWN)
    rates = []
    for group in population.percent:
        own = None if group not in counts else Share(counts[group], population.of(group))
        compared = None if own is None else _against_population(group, counts, population, tabled.counts.total, reading)
        rates.append(_rate(group, own, compared))
    told = UnknownAnswer(numerator=None if unknown is None else rounded(unknown), denominator=None)
    return _reading(reading, rates, told)


def _against_population(
    group: str, counts: Mapping[str, int], population: Population, total: int, reading: Reading
) -> ComparisonAnswer | None:
    reference = reading.reference or ""
    if reference not in counts or group == reference:
        return None
    own, against = (Share(counts[name], population.of(name)) for name in (group, reference))
    few = too_few(own, against, GATES)
    by_percent = [Share(counts[name], population.percent[name]) for name in (group, reference)]
    known = total - counts.get(UNKNOWN, 0)
    share = counts[group] / known if known else 0.0
    ratio = disparity.disproportionality_ratio(share, population.percent[group] / 100)
    unknown = counts.get(UNKNOWN)
    return ComparisonAnswer(
        reference=reference,
        relative_rate_index=None if few else interval_told(intervals.poisson_ratio(own, against)),
        disproportionality_ratio=None if few else _number(ratio),
        difference=None,
        against_the_rest=None,
        if_unknown_were_shared=None
        if few or unknown is None
        else _bounds(disparity.unknown_bounds(own, against, unknown)),
        if_shares_were_rounded=None if few else _bounds(disparity.rounding_bounds(*by_percent, counted=True)),
        p_value=None,
        adjusted_p_value=None,
        four_fifths=None,
        too_few=[one.value for one in few],
    )


# ── many comparisons ─────────────────────────────────────────────────────────


def adjusted(readings: Sequence[ReadingAnswer]) -> list[ReadingAnswer]:
    """Return the readings with every p-value adjusted for how many comparisons there are."""
    found = [rate.comparison.p_value for one in readings for rate in one.rates if rate.comparison]
    told = iter(disparity.benjamini_hochberg([value for value in found if value is not None]))
    return [one.model_copy(update={"rates": [_adjust(rate, told) for rate in one.rates]}) for one in readings]


def _adjust(rate: RateAnswer, told: Iterator[float]) -> RateAnswer:
    compared = rate.comparison
    if compared is None or compared.p_value is None:
        return rate
    new = {"adjusted_p_value": round(next(told), DIGITS), "p_value": round(compared.p_value, DIGITS)}
    return rate.model_copy(update={"comparison": compared.model_copy(update=new)})


# ── forms ────────────────────────────────────────────────────────────────────


def _reading(reading: Reading, rates: list[RateAnswer], unknown: UnknownAnswer | None) -> ReadingAnswer:
    return ReadingAnswer(
        name=reading.name,
        by=reading.by,
        says=reading.says,
        unit=reading.unit.value,
        reference=reading.reference,
        unknown=unknown,
        rates=rates,
    )


def _rate(group: str, share: Share | None, comparison: ComparisonAnswer | None = None) -> RateAnswer:
    found = None if share is None else intervals.wilson(share)
    if share is None or found is None:
        return _no_rate(group, share)
    return RateAnswer(
        group=group,
        numerator=rounded(int(share.part)),
        denominator=rounded(round(share.whole)),
        rate=round(found.estimate, DIGITS),
        lower=round(found.lower, DIGITS),
        upper=round(found.upper, DIGITS),
        method=found.method.value,
        withheld=False,
        comparison=comparison,
    )


def _no_rate(group: str, share: Share | None) -> RateAnswer:
    """Return what is told of counts that make no rate, or that are withheld."""
    return RateAnswer(
        group=group,
        numerator=None if share is None else rounded(int(share.part)),
        denominator=None if share is None else rounded(round(share.whole)),
        rate=None,
        lower=None,
        upper=None,
        method=None,
        withheld=share is None,
        comparison=None,
    )


def interval_told(found: Interval | None) -> IntervalAnswer | None:
    """Return an interval as it is told; None where the figure itself is without bounds."""
    if found is None or not isfinite(found.estimate):
        return None
    value, lower = round(found.estimate, DIGITS), round(found.lower, DIGITS)
    return IntervalAnswer(value=value, lower=lower, upper=_number(found.upper), method=found.method.value)


def _bounds(found: Bounds | None) -> BoundsAnswer | None:
    return None if found is None else BoundsAnswer(lower=round(found.lower, DIGITS), upper=round(found.upper, DIGITS))


def _number(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else round(value, DIGITS)
