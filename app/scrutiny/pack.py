"""The pack that a panel reads: the same items as CSV, or as a page to print. Pure.

Decides the form alone: a pack holds what an item holds and nothing more. A cell that a spreadsheet would take for a
formula is written so that it does not. The page has one case to a sheet, its marking on every one, and no script.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.scrutiny.item_schemas import ItemAnswer
from app.scrutiny.words import CHARACTERISTICS

MARKING = "OFFICIAL-SENSITIVE"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PLAIN = (
    "pseudonym",
    "stratum",
    "weight",
    "inclusionProbability",
    "ageBand",
    "area",
    "quarter",
    "offenceGroup",
    "gravityScore",
    "decision",
    "outcomeCode",
    "decidedBy",
    "level",
    "indicated",
    "policeOpinion",
    "yjsOpinion",
    "escalation",
    "engagement",
    "daysToPreAssessment",
    "daysToDecision",
    "coarsened",
)
_ABBREVIATED = {
    "YJS": "youth justice service",
    "POLICE": "police",
    "CPS": "Crown Prosecution Service",
    "SEND": "Special educational needs and disability",
    "WITHHELD": "withheld",
    "UNKNOWN": "not known",
}
COLUMNS = (*_PLAIN, *CHARACTERISTICS)


def as_csv(items: Sequence[ItemAnswer]) -> str:
    """Return the items as CSV (RFC 4180) with a header; several values in one cell are joined by a semicolon."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow([safe_cell(cell) for cell in _cells(item)])
    return out.getvalue()


def safe_cell(cell: object) -> str:
    """Return a cell that no spreadsheet runs: what could begin a formula is preceded by an apostrophe."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def as_html(items: Sequence[ItemAnswer], *, sample_id: str, draw_number: int, printed_at: datetime) -> str:
    """Return the items as a page to print: no script, nothing fetched, every text escaped."""
    page = _templates().get_template("pack.html")
    return page.render(
        items=items, sample_id=sample_id, draw_number=draw_number, printed_at=printed_at, marking=MARKING
    )


def _templates() -> Environment:
    loader = PackageLoader("app.scrutiny", "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["words"] = words
    return made


def words(name: str) -> str:
    """Return a word of an enumeration as people write it: `YOUTH_CAUTION` is `Youth caution`."""
    return _ABBREVIATED.get(name) or name.replace("_", " ").capitalize()


def _cells(item: ItemAnswer) -> Iterator[object]:
    opinions = {agency: [one.disposal for one in item.opinions if one.agency == agency] for agency in ("POLICE", "YJS")}
    yield from (item.pseudonym, item.stratum, item.weight, item.inclusion_probability)
    yield from (item.age_band, item.area, item.quarter, item.offence_group, item.gravity.score)
    yield from (item.decision.disposal, item.decision.outcome_code, item.decision.agency, item.decision.level)
    yield "; ".join(option.disposal for option in item.advice if option.fit == "INDICATED")
    yield from ("; ".join(opinions["POLICE"]), "; ".join(opinions["YJS"]))
    yield None if item.escalation is None else item.escalation.level
    yield from (item.engagement, item.timeliness.days_to_pre_assessment, item.timeliness.days_to_decision)
    yield "; ".join(f"{one.field}: {one.how}" for one in item.coarsened)
    for name in CHARACTERISTICS:
        rows = [one for one in item.characteristics if one.characteristic == name]
        yield "; ".join(one.value or one.status for one in rows)
