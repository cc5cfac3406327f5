"""Charts as SVG, made here: a bar for each rate with its interval as a line. Pure; no script, nothing fetched.

A chart says nothing that its table does not. Its text is text, so that it can be read aloud, searched and enlarged;
colour alone carries no meaning.
"""

from collections.abc import Sequence
from html import escape

from app.statistics.schemas import RateAnswer, ReadingAnswer

_ROW = 30
_LABELS, _BARS, _FIGURES = 250, 420, 150
_WIDTH = _LABELS + _BARS + _FIGURES
_TICKS = (0, 25, 50, 75, 100)
_TOP, _FOOT = 6, 26


def chart(reading: ReadingAnswer, names: dict[str, str]) -> str:
    """Return the chart of a table of rates; `names` are the words for its groups."""
    height = _TOP + _ROW * len(reading.rates) + _FOOT
    says = escape(
        f"{reading.says} Bars show the rate, lines its 95 per cent interval; the table below has the figures."
    )
    rows = "".join(_row(place, rate, names.get(rate.group, rate.group)) for place, rate in enumerate(reading.rates))
    return (
        f'<svg role="img" aria-label="{says}" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}">'
        f"{_axis(height)}{rows}</svg>"
    )


def _x(rate: float) -> float:
    return round(_LABELS + _BARS * rate, 1)


def _axis(height: int) -> str:
    foot = height - _FOOT
    return "".join(
        f'<line x1="{_x(tick / 100)}" y1="{_TOP}" x2="{_x(tick / 100)}" y2="{foot}" stroke="#b1b4b6"/>'
        f'<text x="{_x(tick / 100)}" y="{height - 8}" text-anchor="middle">{tick}%</text>'
        for tick in _TICKS
    )


def _row(place: int, rate: RateAnswer, name: str) -> str:
    middle = _TOP + _ROW * place + _ROW / 2
    label = f'<text x="{_LABELS - 10}" y="{middle + 5}" text-anchor="end">{escape(name)}</text>'
    if rate.rate is None or rate.lower is None or rate.upper is None:
        why = "withheld" if rate.withheld else "nobody"
        return f'{label}<text x="{_LABELS + 8}" y="{middle + 5}" font-style="italic">{why}</text>'
    figure = f"{percent(rate.rate)} ({percent(rate.lower)} to {percent(rate.upper)})"
    return (
        f"{label}"
        f'<rect x="{_LABELS}" y="{middle - 8}" width="{round(_BARS * rate.rate, 1)}" height="16" fill="#5694ca"/>'
        f"{_whisker(rate.lower, rate.upper, middle)}"
        f'<text x="{_LABELS + _BARS + 12}" y="{middle + 5}">{figure}</text>'
    )


def _whisker(lower: float, upper: float, middle: float) -> str:
    ends: Sequence[float] = (lower, upper)
    caps = "".join(f'<line x1="{_x(at)}" y1="{middle - 5}" x2="{_x(at)}" y2="{middle + 5}"/>' for at in ends)
    line = f'<line x1="{_x(lower)}" y1="{middle}" x2="{_x(upper)}" y2="{middle}"/>'
    return f'<g stroke="#0b0c0c" stroke-width="2">{line}{caps}</g>'


def percent(rate: float | None) -> str:
    """Return a rate as a whole per cent."""
    return "" if rate is None else f"{100 * rate:.0f}%"
