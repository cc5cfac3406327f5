"""Charts as SVG, made here: a bar for each rate with its interval as a line. Pure; no script, nothing fetched.

A chart says nothing that its table does not. Its text is text, so that it can be read aloud, searched and enlarged;
colour alone carries no meaning.
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import log2
from types import MappingProxyType

from app.statistics.schemas import IntervalAnswer, RateAnswer, ReadingAnswer

_ROW = 30
_LABELS, _BARS, _FIGURES = 290, 370, 200
_WIDTH = _LABELS + _BARS + _FIGURES
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_SCALES = (0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 1.0)
_FINE, _NOTHING = 0.1, 1e-6
_TOP, _FOOT = 6, 26


def chart(reading: ReadingAnswer, names: Mapping[str, str], without: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the chart of a table of rates; `names` are the words for its groups.

    `without` says of groups that have no rate why that is, where it is neither withheld nor that nobody is in them.
    """
    height = _TOP + _ROW * len(reading.rates) + _FOOT
    says = escape(
        f"{reading.says} Bars show the rate, lines its 95 per cent interval; the table below has the figures."
    )
    scale = _scale(reading)
    rows = "".join(
        _row(place, rate, names.get(rate.group, rate.group), scale, without.get(rate.group, "nobody"))
        for place, rate in enumerate(reading.rates)
    )
    return (
        f'<svg role="img" aria-label="{says}" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
        f"{_axis(height, scale)}{rows}</svg>"
    )


def _scale(reading: ReadingAnswer) -> float:
    """Return the rate at the right end of the axis: the smallest that every interval fits under."""
    largest = max((rate.upper or 0.0 for rate in reading.rates), default=0.0)
    return next((scale for scale in _SCALES if largest <= scale), _SCALES[-1])


def _x(rate: float, scale: float) -> float:
    return round(_LABELS + _BARS * rate / scale, 1)


def _axis(height: int, scale: float) -> str:
    foot = height - _FOOT
    return "".join(
        f'<line x1="{_x(part, 1)}" y1="{_TOP}" x2="{_x(part, 1)}" y2="{foot}" stroke="#b1b4b6"/>'
        f'<text x="{_x(part, 1)}" y="{height - 8}" text-anchor="middle">{100 * part * scale:.3g}%</text>'
        for part in _QUARTERS
    )


def _row(place: int, rate: RateAnswer, name: str, scale: float, without: str) -> str:
    middle = _TOP + _ROW * place + _ROW / 2
    label = f'<text x="{_LABELS - 10}" y="{middle + 5}" text-anchor="end">{escape(name)}</text>'
    if rate.rate is None or rate.lower is None or rate.upper is None:
        why = "withheld" if rate.withheld else without
        return f'{label}<text x="{_LABELS + 8}" y="{middle + 5}" font-style="italic">{escape(why)}</text>'
    figure = f"{percent(rate.rate)} ({percent(rate.lower)} to {percent(rate.upper)})"
    return (
        f"{label}"
        f'<rect x="{_LABELS}" y="{middle - 8}" width="{_x(rate.rate, scale) - _LABELS:g}" height="16" fill="#5694ca"/>'
        f"{_whisker(rate.lower, rate.upper, middle, scale)}"
        f'<text x="{_LABELS + _BARS + 12}" y="{middle + 5}">{figure}</text>'
    )


def _whisker(lower: float, upper: float, middle: float, scale: float) -> str:
    ends: Sequence[float] = (lower, upper)
    caps = "".join(
        f'<line x1="{_x(at, scale)}" y1="{middle - 5}" x2="{_x(at, scale)}" y2="{middle + 5}"/>' for at in ends
    )
    line = f'<line x1="{_x(lower, scale)}" y1="{middle}" x2="{_x(upper, scale)}" y2="{middle}"/>'
    return f'<g stroke="#0b0c0c" stroke-width="2">{line}{caps}</g>'


# ── ratios ───────────────────────────────────────────────────────────────────

_GREY, _BLACK = "#b1b4b6", "#0b0c0c"
_RATIOS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


def ratios(says: str, rows: Sequence[tuple[str, IntervalAnswer]]) -> str:
    """Return the chart of ratios with their intervals, on a scale where twice and half are equally far from parity."""
    height = _TOP + _ROW * len(rows) + _FOOT
    label = escape(f"{says} Marks show the ratio, lines its 95 per cent interval; the table has the figures.")
    drawn = "".join(_ratio(place, name, found) for place, (name, found) in enumerate(rows))
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
        f"{_ratio_axis(height)}{drawn}</svg>"
    )


def _at(ratio: float) -> float:
    """Return where a ratio stands; one that is off the scale stands at its end."""
    inside = min(max(ratio, _RATIOS[0]), _RATIOS[-1])
    return _x(log2(inside / _RATIOS[0]) / log2(_RATIOS[-1] / _RATIOS[0]), 1)


def _ratio_axis(height: int) -> str:
    foot = height - _FOOT
    return "".join(
        f'<line x1="{_at(one)}" y1="{_TOP}" x2="{_at(one)}" y2="{foot}" stroke="{_GREY if one != 1 else _BLACK}"/>'
        f'<text x="{_at(one)}" y="{height - 8}" text-anchor="middle">{one:g}</text>'
        for one in _RATIOS
    )


def _ratio(place: int, name: str, found: IntervalAnswer) -> str:
    middle = _TOP + _ROW * place + _ROW / 2
    upper = "no limit" if found.upper is None else f"{found.upper:.2f}"
    far = _RATIOS[-1] if found.upper is None else found.upper
    return (
        f'<text x="{_LABELS - 10}" y="{middle + 5}" text-anchor="end">{escape(name)}</text>'
        f'<line x1="{_at(found.lower)}" y1="{middle}" x2="{_at(far)}" y2="{middle}" stroke="#0b0c0c" stroke-width="2"/>'
        f'<circle cx="{_at(found.value)}" cy="{middle}" r="6" fill="#1d70b8"/>'
        f'<text x="{_LABELS + _BARS + 12}" y="{middle + 5}">{found.value:.2f} ({found.lower:.2f} to {upper})</text>'
    )


def percent(rate: float | None) -> str:
    """Return a rate as a whole per cent; a small one with two digits."""
    if rate is None:
        return ""
    return f"{100 * rate:.2g}%" if _NOTHING < rate < _FINE else f"{100 * rate:.0f}%"
