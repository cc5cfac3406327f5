"""Reads what panels recorded of samples, and sums it up for a report. Changes nothing.

A sample is summed up alone (the report of a panel) or with every other of a year (the annual report).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.scrutiny import report
from app.scrutiny.allocation import weight
from app.scrutiny.learning import newest_of
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.panel_schemas import LearningRow, MovementRow, RateRow, ReportAnswer, StratumReport
from app.scrutiny.report import ReportedItem
from app.scrutiny.words import FindingCategory, Leaning, ObservationStatus, Sight

_SAYS = """
The rate is weighted: each item speaks for the cases of its stratum that were not drawn (Horvitz and Thompson). The \
interval is Wilson's on the effective number of items.
What could not be judged, for want of information or of agreement, is in no rate.
A panel's sample judges quality. It is far too small to estimate a disparity between groups.
Kappa is agreement between members beyond chance. With few items, or where nearly all findings are alike, it can be \
low though members agree: read it beside the share of pairs that agree. Scores count once they are open.
"""
NOTES = tuple(_SAYS.replace("\\\n", "").strip().splitlines())
ANSWERED = frozenset({ObservationStatus.REJECTED, ObservationStatus.DONE})


@dataclass(frozen=True)
class Summed:
    """A sample with all that was recorded on it; an item that a reserve has replaced is left out."""

    sample: Row[Any]
    frame: Row[Any]
    items: tuple[ReportedItem, ...]
    directions: Mapping[str, int]
    movement: MovementRow
    closed: bool
    scores_hidden: int
    learning: tuple[LearningRow, ...]
    replaced: int
    review_requested: int
    conflicts_of_interest: int


async def sum_up(kept: PanelRepository, sample: Row[Any], frame: Row[Any], today: date) -> Summed:
    """Return all that was recorded on a sample."""
    items = await kept.items(sample.sample_id)
    replaced = {item.replaces for item in items} - {None}
    standing_items = [item for item in items if item.item_id not in replaced]
    ids = [item.item_id for item in standing_items]
    standing = {row.item_id: row for row in await kept.findings(ids)}
    scores = await kept.scores(ids)
    everybody = await kept.scores([*ids, *replaced])
    closed = await kept.closing(sample.sample_id) is not None
    told = [row for row in scores if closed or all_spoke(frame, [one for one in scores if one.item_id == row.item_id])]
    directions = Counter(row.direction for row in standing.values())
    return Summed(
        sample=sample,
        frame=frame,
        items=tuple(_reported(standing_items, frame, standing, told)),
        directions={word.value: directions[word.value] for word in Leaning},
        movement=_movement(told),
        closed=closed,
        scores_hidden=len({row.item_id for row in scores} - {row.item_id for row in told}),
        learning=tuple(_learnt(row, today) for row in await newest_of(kept.work, [sample.sample_id])),
        replaced=len(replaced),
        review_requested=sum(row.action is not None for row in standing.values()),
        conflicts_of_interest=sum(row.conflict_of_interest for row in everybody),
    )


def all_spoke(frame: Row[Any], scores: Sequence[Row[Any]]) -> bool:
    """Return whether all members named have spoken on an item, sighted or by a conflict: before, nothing is told."""
    named = set(frame.members) or {frame.frozen_by}
    return named <= {row.user_name for row in scores if row.sight == Sight.SIGHTED or row.conflict_of_interest}


def answer_of(one: Summed, *, draws: int) -> ReportAnswer:
    """Return the report of one sample; `draws` counts those of its areas, period and strata by now."""
    return ReportAnswer(
        sample_id=one.sample.sample_id,
        frame_id=one.frame.frame_id,
        population=population_of(one.frame),
        size=len(one.items),
        draw_number=one.sample.draw_number,
        draws=draws,
        redraw_of=one.frame.redraw_of,
        reason=one.frame.reason,
        exclusions=one.frame.exclusions,
        counts=report.counts(one.items),
        directions=dict(one.directions),
        without_finding=sum(item.finding is None for item in one.items),
        strata=[_stratum(row, one.items) for row in one.frame.allocation],
        rate_inappropriate=rate_row(report.rate_inappropriate(one.items)),
        scores_hidden=one.scores_hidden,
        agreement=report.agreement(one.items),
        kappa=report.kappa_of_pairs(one.items),
        weighted_kappa=report.kappa_of_pairs(one.items, weighted=True),
        movement=one.movement,
        learning=list(one.learning),
        notes=list(NOTES),
        replaced=one.replaced,
        review_requested=one.review_requested,
        conflicts_of_interest=one.conflicts_of_interest,
    )


def population_of(frame: Row[Any]) -> int:
    """Return how many cases a frame holds."""
    return sum(row["population"] for row in frame.allocation)


def rate_row(rate: report.Rate | None) -> RateRow | None:
    """Return a weighted rate as it is told."""
    if rate is None:
        return None
    return RateRow(**vars(rate), confidence=report.CONFIDENCE, method="WILSON_ON_EFFECTIVE_SIZE")


def _stratum(row: dict[str, Any], items: Sequence[ReportedItem]) -> StratumReport:
    own = [item for item in items if item.stratum == row["stratum"]]
    rate = rate_row(report.rate_inappropriate(own))
    return StratumReport(**row, counts=report.counts(own), rate_inappropriate=rate)


def _reported(
    items: Sequence[Row[Any]], frame: Row[Any], standing: Mapping[str, Row[Any]], scores: Sequence[Row[Any]]
) -> list[ReportedItem]:
    weights = {row["stratum"]: weight(row["population"], row["size"]) for row in frame.allocation if row["size"]}
    return [
        ReportedItem(
            stratum=item.stratum,
            weight=weights[item.stratum],
            finding=FindingCategory(standing[item.item_id].category) if item.item_id in standing else None,
            scores=tuple(
                row.category
                for row in scores
                if row.item_id == item.item_id and row.category is not None and row.sight == Sight.SIGHTED
            ),
        )
        for item in items
    ]


def _movement(scores: Sequence[Row[Any]]) -> MovementRow:
    """Return how many scores moved once the characteristics were seen, of those given before and after."""
    told: dict[tuple[str, str], dict[str, str | None]] = {}
    for row in scores:
        told.setdefault((row.item_id, row.person_key), {})[row.sight] = row.category
    both = [one for one in told.values() if len(one) == len(Sight)]
    return MovementRow(both=len(both), moved=sum(one[Sight.BLIND] != one[Sight.SIGHTED] for one in both))


def _learnt(row: Row[Any], today: date) -> LearningRow:
    values = row._mapping  # noqa: SLF001  (SQLAlchemy's public name)
    told = {name: values[name] for name in LearningRow.model_fields if name != "overdue"}
    return LearningRow(**told, overdue=row.due_on < today and row.status not in ANSWERED)
