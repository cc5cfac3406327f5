"""The management figures as JSON."""

from typing import Annotated

from pydantic import Field

from app.http.query import Query
from app.http.schema import Answer, Code, Day
from app.law.model import Certainty


class FiguresQuery(Query):
    """Of which area, and of which days."""

    area: Code
    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]


class Cell(Answer):
    """A count, rounded to five; null where it is withheld."""

    row: str
    column: str
    count: int | None


class RowTotal(Answer):
    """The total of a row, rounded to five; null where it is withheld."""

    row: str
    count: int | None


class Figure(Answer):
    """A table with what it counts, by which rule, and how sure that is. Counts of one to four are withheld."""

    says: str
    rule: str
    certainty: Certainty
    total: int
    rows: tuple[RowTotal, ...]
    cells: tuple[Cell, ...]


class Weighing(Answer):
    """How an agency's opinions stand to the advice: the share that agrees, and the median time; null with too few."""

    agency: str
    agreement_percent: int | None
    median_minutes: int | None


class ManagementFigures(Answer):
    """The management figures of an area."""

    area: str
    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]
    out_of_court_indicator: Figure
    first_time_entrants: Figure
    serious_violence: Figure
    minimum_score: int
    volumes: Figure
    agreement_with_advice: Figure
    time_to_opinion: Figure
    weighing: tuple[Weighing, ...]
    notes: tuple[str, ...]
