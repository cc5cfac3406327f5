"""A statistic as a page that a person can open: plain words, a chart and a table for each figure. Pure."""

from collections.abc import Mapping

from app.statistics.charts import chart, percent, ratios
from app.statistics.schemas import IntervalAnswer, PooledAnswer, ReadingAnswer, StatisticAnswer
from app.templates import templates_of

HEADERS = {
    "X-Protective-Marking": "OFFICIAL-SENSITIVE",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
_LEAST_TOLD = 0.001
_NAMES = {
    "SEND": "Special educational needs and disability",
    "KEPT": "Clocks kept",
    "ADVISED": "Whether the advice was followed",
    "DEALT_WITH": "Dealt with, against who lives in the area",
    "UNKNOWN": "Not known",
    "FULL": "Engaged in full",
    "PARTIAL_OR_NONE": "Engaged in part or not at all",
    "CARED_FOR": "Cared for by the local authority",
    "NOT_CARED_FOR": "Not cared for by the local authority",
    "NUMERATOR_BELOW_5": "fewer than five with the outcome",
    "DENOMINATOR_BELOW_30": "fewer than thirty in a group",
    "FEWER_THAN_FIVE_CHARGED": "Fewer than five children were charged; they are not counted here",
    "DISPOSAL_NO_CAUTION": "Diverted without a caution, by disposal",
    "DISPOSAL_CAUTION": "Cautioned, by disposal",
    "OUTCOME": "How formally children were dealt with",
    "REASONS": "Reasons for departing",
    "QUARTER": "Decisions in each quarter",
    "LEVEL": "Decisions at each level",
    "MARRIAGE_CIVIL_PARTNERSHIP": "Marriage and civil partnership",
    "PREGNANCY_MATERNITY": "Pregnancy and maternity",
    "SPEECH_LANGUAGE_COMMUNICATION": "Speech, language and communication",
    "GYPSY_ROMA_TRAVELLER": "Gypsy, Roma or Traveller",
    "PRE_ASSESSMENT": "Pre-assessment",
}
_BY = {"CARED_FOR": "whether the child is cared for", "CLOCK": "clock", "SEND": "special needs and disability"}
_IN_ITS_NAME = frozenset({"REASON", "FIELD"})
_OF_FORCE = "ANSWERED_"


def as_html(answer: StatisticAnswer, areas: Mapping[str, str]) -> str:
    """Return a statistic as a page: no script, nothing fetched, every text escaped; `areas` are their names."""
    templates = templates_of("app.statistics")
    templates.filters |= {"words": words, "percent": percent, "interval": _interval, "count": _count, "chance": _chance}
    return templates.get_template("statistic.html").render(
        answer=answer,
        area=areas.get(answer.area, answer.area),
        chart=_chart,
        heading=heading,
        indices=_indices,
        odds=_odds,
        is_told=_is_told,
        is_compared=_is_compared,
    )


def words(name: str) -> str:
    """Return a word of an enumeration as people write it: `YOUTH_CAUTION` is `Youth caution`."""
    if name.startswith(_OF_FORCE):
        return f"Fields answered in referrals of the force {name.removeprefix(_OF_FORCE).replace('_', ' ').title()}"
    plain = name.replace("_", " ")
    return _NAMES.get(name) or plain[:1] + (plain[1:] if name[:1].isdigit() else plain[1:].lower())


def heading(reading: ReadingAnswer) -> str:
    """Return the heading of a table of rates."""
    if reading.by is None or reading.by in _IN_ITS_NAME:
        return words(reading.name)
    by = words(reading.by)
    return f"{words(reading.name)}, by {_BY.get(reading.by) or by[:1].lower() + by[1:]}"


def _is_told(reading: ReadingAnswer) -> bool:
    """Return whether any rate of a table is told, so that there is something to draw."""
    return any(rate.rate is not None for rate in reading.rates)


def _is_compared(reading: ReadingAnswer) -> bool:
    """Return whether any group of a table is held against the reference."""
    return any(rate.comparison is not None for rate in reading.rates)


def _chart(reading: ReadingAnswer) -> str:
    return chart(reading, {rate.group: words(rate.group) for rate in reading.rates})


def _indices(reading: ReadingAnswer) -> str:
    """Return the chart of the relative rate indices of a table; nothing where none is told."""
    rows = [
        (words(rate.group), rate.comparison.relative_rate_index)
        for rate in reading.rates
        if rate.comparison and rate.comparison.relative_rate_index
    ]
    against = words(reading.reference or "")
    return ratios(f"Relative rate index: how many times as often as {against}.", rows) if rows else ""


def _odds(pooled: PooledAnswer) -> str:
    """Return the chart of the odds ratios of engagement; nothing where none is told."""
    told = (
        ("Within strata", pooled.odds_ratio),
        ("By regression", pooled.regression.odds_ratio if pooled.regression else None),
    )
    rows = [(name, found) for name, found in told if found]
    return ratios("Odds of being diverted, engaged against others.", rows) if rows else ""


def _interval(found: IntervalAnswer | None) -> str:
    if found is None:
        return ""
    upper = "no limit" if found.upper is None else f"{found.upper:.2f}"
    return f"{found.value:.2f} ({found.lower:.2f} to {upper})"


def _chance(p_value: float) -> str:
    return "p < 0.001" if p_value < _LEAST_TOLD else f"p = {p_value:.3f}"


def _count(count: int | None) -> str:
    return "withheld" if count is None else str(count)
