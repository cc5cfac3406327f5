"""The figures of a frame, to lay beside each of its cases: a panel wants to know what was done with others. Pure.

Counts by disposal, over the whole frame and not the sample: within gravity scores, ethnic groups, sexes and age bands;
and within the codes of ethnicity, which no item tells: what a panel may not see of a child it may see of all together.
Counts of one to four are withheld with what would tell them, the others rounded to five, as in all statistics of this
product (`app.statistics.suppression`). They describe; a frame of a panel is far too small to compare groups by.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from app.law.model import DisposalCode
from app.scrutiny.anonymity import QuasiIdentifiers
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import UNKNOWN
from app.scrutiny.picture import ethnicity_code, stratum_values
from app.scrutiny.words import Dimension
from app.statistics.suppression import Counts, Suppression, everything, rounded, suppress

TABLES = (Dimension.GRAVITY, Dimension.ETHNIC_GROUP, Dimension.SEX, Dimension.AGE_BAND)
ETHNICITY = "ETHNICITY"
"""The table of the codes in which children said their ethnicity, each with its list: `SDE_18_1 B1`."""

DISPOSALS = tuple(one.value for one in DisposalCode if one is not DisposalCode.CHARGE)
ENOUGH = 10
"""Below so many cases no median is told."""

Row = tuple[DecidedCase, QuasiIdentifiers]


@dataclass(frozen=True)
class FigureRow:
    """A row of a table: how many cases it has, and how many of them had each disposal; None is withheld."""

    value: str
    of: int | None
    disposals: dict[str, int | None]


@dataclass(frozen=True)
class FigureTable:
    """What was decided, by one dimension."""

    by: str
    rows: list[FigureRow]


@dataclass(frozen=True)
class Share:
    """How many of the frame's cases something is so of; None is withheld."""

    name: str
    count: int | None
    of: int


@dataclass(frozen=True)
class Figures:
    """The figures of a frame; counts are rounded to five, and None where one to four are counted."""

    cases: int
    disposals: dict[str, int | None]
    tables: list[FigureTable]
    shares: list[Share]
    median_days_to_decision: float | None


def figures_of(rows: Sequence[Row]) -> Figures:
    """Return the figures of the cases of a frame, each with its quasi-identifiers before any coarsening."""
    whole = _Table.of(rows, lambda _: "ALL")
    tables = {by: _by(rows, by) for by in TABLES}
    return Figures(
        cases=rounded(len(rows)),
        disposals=whole.disposals("ALL"),
        tables=[
            *(FigureTable(by.value, list(table.rows())) for by, table in tables.items()),
            FigureTable(ETHNICITY, list(_by_code(rows, tables[Dimension.ETHNIC_GROUP]))),
        ],
        shares=[_share(rows, name, told) for name, told in _SHARES.items()],
        median_days_to_decision=_median([case for case, _ in rows if not case.single_agency]),
    )


_SHARES: dict[str, tuple[Dimension, str]] = {
    "DEPARTED_FROM_THE_ADVICE": (Dimension.DEPARTURE, "DEPARTED"),
    "ESCALATED": (Dimension.ESCALATION, "ESCALATED"),
    "LOW_ENGAGEMENT": (Dimension.ENGAGEMENT, "LOW"),
    "CARED_FOR": (Dimension.CARED_FOR, "CARED_FOR"),
    "ISSUED_BY_THE_POLICE_ALONE": (Dimension.SINGLE_AGENCY, "SINGLE_AGENCY"),
}


@dataclass(frozen=True)
class _Table:
    """A table of disposals with what of it is withheld."""

    counts: Counts
    hidden: Suppression

    @classmethod
    def of(cls, rows: Iterable[Row], value: Callable[[Row], str]) -> "_Table":
        cells = Counter((value(row), str(row[0].decision["disposal"])) for row in rows)
        counts = Counts(tuple(sorted({name for name, _ in cells})), DISPOSALS, dict(cells))
        return cls(counts, suppress(counts))

    def rows(self) -> Iterable[FigureRow]:
        for name in self.counts.rows:
            of = rounded(self.counts.of_row(name)) if self.hidden.tells_row(name) else None
            yield FigureRow(name, of, self.disposals(name))

    def disposals(self, name: str) -> dict[str, int | None]:
        return {
            column: rounded(self.counts.at(name, column)) if self.hidden.tells(name, column) else None
            for column in self.counts.columns
        }


def _by(rows: Sequence[Row], by: Dimension) -> _Table:
    return _Table.of(rows, lambda row: stratum_values(*row, [by])[0])


def _by_code(rows: Sequence[Row], groups: "_Table") -> Iterable[FigureRow]:
    """Yield the rows of the codes of ethnicity, group by group.

    A group's row is the total of its codes: what of it is withheld they withhold, and none of them follows from it.
    """
    for group in groups.counts.rows:
        codes = _Table.of([row for row in rows if row[1].ethnic_group == group], _code)
        columns = frozenset(column for column in DISPOSALS if not groups.hidden.tells(group, column))
        hidden = suppress(codes.counts, also=[Suppression(frozenset(), columns, {})])
        told = hidden if groups.hidden.tells_row(group) else everything(codes.counts)
        yield from _Table(codes.counts, told).rows()


def _code(row: Row) -> str:
    said = ethnicity_code(row[0])
    return UNKNOWN if said is None else " ".join(said)


def _share(rows: Sequence[Row], name: str, told: tuple[Dimension, str]) -> Share:
    dimension, wanted = told
    found = sum(stratum_values(*row, [dimension]) == [wanted] for row in rows)
    few = suppress(Counts(("ALL",), ("YES", "NO"), {("ALL", "YES"): found, ("ALL", "NO"): len(rows) - found}))
    return Share(name, rounded(found) if few.tells("ALL", "YES") else None, rounded(len(rows)))


def _median(cases: Sequence[DecidedCase]) -> float | None:
    days = [(case.decided_at - case.received_at).days for case in cases]
    return float(median(days)) if len(days) >= ENOUGH else None
