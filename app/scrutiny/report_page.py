"""The report of a panel, and that of a year, as pages to print: a chart and a table for each figure. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from app.scrutiny.annual_schemas import AnnualAnswer
from app.scrutiny.page import plain
from app.scrutiny.panel_schemas import RateRow, ReportAnswer
from app.scrutiny.words import MARKING
from app.statistics import page
from app.statistics.charts import chart, percent
from app.statistics.intervals import Share, wilson
from app.statistics.schemas import RateAnswer, ReadingAnswer
from app.templates import templates_of

if TYPE_CHECKING:
    from jinja2 import Environment

HEADERS = page.HEADERS
_ENOUGH = 5
_NAMES = {
    "PANEL": "Panels",
    "JOINT_AUDIT": "Joint audits",
    "PANEL_FOUND_LESS_THAN_APPROPRIATE": "Found wanting by a panel",
    "PANEL_DISAGREED": "The panel disagreed",
}


class _Stratum(Protocol):
    """A stratum of a sample or of a year."""

    stratum: str
    counts: Any
    rate_inappropriate: RateRow | None


def of_panel(report: ReportAnswer) -> str:
    """Return the report of a panel as a page: no script, nothing fetched, every text escaped."""
    return _templates({}).get_template("panel_report.html").render(report=report)


def of_year(report: AnnualAnswer, areas: Mapping[str, str]) -> str:
    """Return the annual report as a page: no script, nothing fetched, every text escaped; `areas` are their names."""
    return _templates(areas).get_template("annual_report.html").render(report=report)


def _templates(areas: Mapping[str, str]) -> "Environment":
    made = templates_of("app.scrutiny")
    made.filters |= {"words": words, "percent": percent, "stratum": stratum, "agreed": _agreed}
    made.filters |= {"area": lambda code: areas.get(code, code), "few": too_few}
    made.globals |= {"findings_chart": findings_chart, "strata_chart": strata_chart, "marking": MARKING}
    return made


def words(name: str) -> str:
    """Return a word of an enumeration as people write it."""
    said = _NAMES.get(name) or plain(name)
    return said[:1].upper() + said[1:]


def stratum(name: str) -> str:
    """Return the name of a stratum as people write it: `BLACK|TRIAGE` is `Black, triage`."""
    return ", ".join(words(part) if place == 0 else words(part).lower() for place, part in enumerate(name.split("|")))


def findings_chart(counts: Mapping[str, int]) -> str:
    """Return the chart of findings: what share of the items has each, with Wilson's interval; not weighted."""
    whole = sum(counts.values())
    rates = [_counted(name, Share(count, whole)) for name, count in counts.items()]
    return _chart("What share of the items has each finding, not weighted.", rates)


def strata_chart(rows: Sequence[_Stratum]) -> str:
    """Return the chart of the weighted rate of inappropriate decisions in each stratum; nothing where none has one."""
    if all(too_few(row) for row in rows):
        return ""
    rates = [_weighted(row) for row in rows]
    without = {row.stratum: too_few(row) for row in rows}
    return _chart("The rate of decisions found inappropriate, of those judged, by stratum.", rates, without)


def too_few(row: _Stratum) -> str:
    """Return what is said in place of a rate of fewer than five decisions judged; nothing where there is a rate."""
    if row.rate_inappropriate is None:
        return "none judged"
    judged = row.rate_inappropriate.judged
    return "" if judged >= _ENOUGH else f"{row.counts['INAPPROPRIATE']} of {judged}, too few"


def _chart(says: str, rates: list[RateAnswer], without: Mapping[str, str] = MappingProxyType({})) -> str:
    reading = ReadingAnswer(
        name="FINDINGS", by=None, says=says, unit="ITEMS", reference=None, unknown=None, rates=rates
    )
    return chart(reading, {rate.group: stratum(rate.group) for rate in rates}, without)


def _counted(name: str, share: Share) -> RateAnswer:
    found = wilson(share)
    limits = (None, None, None) if found is None else (found.estimate, found.lower, found.upper)
    return _rate(name, limits)


def _weighted(row: _Stratum) -> RateAnswer:
    rate = None if too_few(row) else row.rate_inappropriate
    limits = (None, None, None) if rate is None else (rate.rate, rate.lower, rate.upper)
    return _rate(row.stratum, limits, withheld=row.counts is None)


def _rate(name: str, limits: tuple[float | None, float | None, float | None], *, withheld: bool = False) -> RateAnswer:
    rate, lower, upper = limits
    return RateAnswer(
        group=name,
        numerator=None,
        denominator=None,
        rate=rate,
        lower=lower,
        upper=upper,
        method=None,
        withheld=withheld,
        comparison=None,
    )


def _agreed(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"
