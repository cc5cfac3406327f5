"""Puts the panels of a year together. Pure.

Panels and joint audits are told apart: a joint audit takes every case that a panel found wanting, so its plain share
of faulty cases is high by design, and its weighted rate is of what the panels did not see.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.scrutiny import report
from app.scrutiny.annual_schemas import OwnerRow, PanelYearRow, PurposeYearRow, StratumYearRow
from app.scrutiny.frame_schemas import ExclusionRow
from app.scrutiny.panel_schemas import LearningRow, MovementRow
from app.scrutiny.report import ReportedItem
from app.scrutiny.reporting import NOTES, Summed, population_of, rate_row
from app.scrutiny.words import ObservationStatus, SamplePurpose
from app.statistics.suppression import withheld_lines

YEAR_NOTES = (
    *NOTES,
    "A case that stands in the frames of two samples counts in both.",
    "A sample whose scoring is not closed is named, and none of its findings is told.",
    "Findings of a stratum are withheld where its frames hold fewer cases than k, and those of another with them.",
)


def panel_row(one: Summed) -> PanelYearRow:
    """Return a sample of the year; without findings until its scoring is closed."""
    return PanelYearRow(
        sample_id=one.sample.sample_id,
        purpose=one.frame.purpose,
        areas=list(one.frame.areas),
        drawn_at=one.sample.drawn_at,
        draw_number=one.sample.draw_number,
        redraw_of=one.frame.redraw_of,
        reason=one.frame.reason,
        closed=one.closed,
        population=population_of(one.frame),
        size=len(one.items),
        counts=report.counts(one.items) if one.closed else None,
        rate_inappropriate=rate_row(report.rate_inappropriate(one.items)) if one.closed else None,
    )


def by_purpose(closed: Sequence[Summed]) -> list[PurposeYearRow]:
    """Return what was found in all closed samples, for panels and for joint audits."""
    found = []
    for purpose in SamplePurpose:
        own = [one for one in closed if one.frame.purpose == purpose]
        items = [item for one in own for item in one.items]
        if own:
            found.append(_purpose_row(purpose, own, items))
    return found


def _purpose_row(purpose: SamplePurpose, own: Sequence[Summed], items: Sequence[ReportedItem]) -> PurposeYearRow:
    return PurposeYearRow(
        purpose=purpose.value,
        panels=len(own),
        items=len(items),
        counts=report.counts(items),
        directions=_summed(one.directions for one in own),
        without_finding=sum(item.finding is None for item in items),
        rate_inappropriate=rate_row(report.rate_inappropriate(items)),
        agreement=report.agreement(items),
        kappa=report.kappa_of_pairs(items),
        weighted_kappa=report.kappa_of_pairs(items, weighted=True),
    )


def by_stratum(closed: Sequence[Summed]) -> list[StratumYearRow]:
    """Return what was found in each stratum, over all closed samples that were drawn by the same things.

    Where the frames hold fewer cases of a stratum than their k its findings are withheld, and those of the next smaller
    with them, which the findings of all would tell otherwise.
    """
    kinds = sorted({(one.frame.purpose, tuple(one.frame.strata)) for one in closed})
    return [row for kind in kinds for row in _strata_of([one for one in closed if _kind(one) == kind], *kind)]


def _kind(one: Summed) -> tuple[str, tuple[str, ...]]:
    return one.frame.purpose, tuple(one.frame.strata)


def _strata_of(own: Sequence[Summed], purpose: str, by: tuple[str, ...]) -> list[StratumYearRow]:
    populations = Counter[str]()
    for one in own:
        for row in one.frame.allocation:
            populations[row["stratum"]] += row["population"]
    withheld = withheld_lines(populations, max(one.frame.k for one in own), frozenset())
    return [
        _stratum_row(own, (purpose, by, stratum), population, told=stratum not in withheld)
        for stratum, population in sorted(populations.items())
    ]


def _stratum_row(
    own: Sequence[Summed], of: tuple[str, tuple[str, ...], str], population: int, *, told: bool
) -> StratumYearRow:
    purpose, by, stratum = of
    items = [item for one in own for item in one.items if item.stratum == stratum]
    return StratumYearRow(
        purpose=purpose,
        by=list(by),
        stratum=stratum,
        population=population,
        size=len(items),
        counts=report.counts(items) if told else None,
        rate_inappropriate=rate_row(report.rate_inappropriate(items)) if told else None,
    )


def movement(closed: Sequence[Summed]) -> MovementRow:
    """Return how many scores moved once the characteristics were seen."""
    return MovementRow(both=sum(one.movement.both for one in closed), moved=sum(one.movement.moved for one in closed))


def exclusions(all_of: Sequence[Summed]) -> list[ExclusionRow]:
    """Return how many cases were left out of the year's frames, by reason and disposal."""
    rows = [row for one in all_of for row in one.frame.exclusions]
    counts = Counter[tuple[str, str, str]]()
    for row in rows:
        counts[row["reason"], row["says"], row["disposal"]] += row["count"]
    return [
        ExclusionRow(reason=reason, says=says, disposal=disposal, count=count)
        for (reason, says, disposal), count in sorted(counts.items())
    ]


def owners(learning: Sequence[LearningRow]) -> list[OwnerRow]:
    """Return how each agency answered what it was to answer."""
    found = []
    for owner in sorted({one.owner for one in learning}):
        own = [one for one in learning if one.owner == owner]
        statuses = Counter(one.status for one in own)
        found.append(
            OwnerRow(
                owner=owner,
                statuses={status.value: statuses[status.value] for status in ObservationStatus},
                overdue=sum(one.overdue for one in own),
            )
        )
    return found


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            total[name] = total.get(name, 0) + count
    return total
