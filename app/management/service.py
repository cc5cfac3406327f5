"""The management figures of an area. Reading them puts many children's records together, and is logged as that."""

from collections.abc import Sequence

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import FieldError, NotFound, ValidationFailed
from app.identity.call import Call
from app.management.definitions import Definition, definitions
from app.management.figures import first_time_entrants, indicator, serious_violence, volumes
from app.management.opinions import AGREES, Spoken, agreement, median_minutes, pace
from app.management.reading import decisions_of, delivered_of, spoken_of
from app.management.schemas import Cell, Figure, FiguresQuery, ManagementFigures, RowTotal, Weighing
from app.statistics.suppression import BASE, Counts, rounded, suppress

NOTES = (
    f"Counts of one to {BASE - 1}, and what would give them away, are withheld; what is told is rounded to {BASE}.",
    "A child is known by an identifier; where there is none, each case counts as a child.",
    "An intervention starts on the day on which the disposal is given.",
)


class ManagementService:
    """Management figures, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def figures(self, asked: FiguresQuery) -> ManagementFigures:
        """Return the figures of one of the caller's areas; raise `NotFound` for any other."""
        if not self._call.caller.reaches(asked.area):
            raise NotFound
        if asked.last < asked.first:
            raise ValidationFailed(errors=(FieldError("/to", "period", "The period ends before it begins."),))
        areas = self._call.law_book.areas.counted_with(asked.area, self._call.today)
        decided = await decisions_of(self._call.work, areas, asked.first, asked.last)
        given = await delivered_of(self._call.work, areas, asked.first, asked.last)
        spoken = await spoken_of(self._call.work, areas, asked.first, asked.last)
        record = AuditRecord(
            AuditEvent.COMBINATION,
            "management-figures.read",
            None,
            asked.area,
            ("decision", "delivery", "completion", "gravity", "opinion"),
            rows=len(decided) + len(given) + len(spoken),
        )
        await log.append(self._call, record)
        what = definitions()
        return ManagementFigures(
            area=asked.area,
            first=asked.first,
            last=asked.last,
            out_of_court_indicator=_figure(what.kpi, indicator(given, what.kpi)),
            first_time_entrants=_figure(what.first_time_entrants, first_time_entrants(decided)),
            serious_violence=_figure(
                what.serious_violence, serious_violence(decided, what.serious_violence.minimum_score)
            ),
            minimum_score=what.serious_violence.minimum_score,
            volumes=_figure(what.volumes, volumes(decided)),
            agreement_with_advice=_figure(what.agreement, agreement(spoken)),
            time_to_opinion=_figure(what.pace, pace(spoken)),
            weighing=_weighing(spoken),
            notes=NOTES,
        )


def _weighing(spoken: Sequence[Spoken]) -> tuple[Weighing, ...]:
    """Return each agency's share that agrees, from what is told of the table, and its median time."""
    table = agreement(spoken)
    withheld = suppress(table)
    told = []
    for agency in table.rows:
        whole = rounded(table.of_row(agency))
        shown = withheld.tells(agency, AGREES) and withheld.tells_row(agency) and whole > 0
        percent = round(100 * rounded(table.at(agency, AGREES)) / whole) if shown else None
        told.append(
            Weighing(
                agency=agency,
                agreement_percent=percent,
                median_minutes=median_minutes(spoken, agency) if shown else None,
            )
        )
    return tuple(told)


def _figure(what: Definition, table: Counts) -> Figure:
    withheld = suppress(table)
    return Figure(
        says=what.says,
        rule=what.rule,
        certainty=what.certainty,
        total=rounded(table.total),
        rows=tuple(
            RowTotal(row=row, count=rounded(table.of_row(row)) if withheld.tells_row(row) else None)
            for row in table.rows
        ),
        cells=tuple(
            Cell(row=row, column=column, count=rounded(table.at(row, column)) if withheld.tells(row, column) else None)
            for row in table.rows
            for column in table.columns
        ),
    )
