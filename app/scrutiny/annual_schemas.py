"""What is asked of the annual report, and what it answers."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.http.query import Query
from app.http.schema import Answer, Code, Day, Instant
from app.scrutiny.frame_schemas import ExclusionRow
from app.scrutiny.panel_schemas import LearningRow, MovementRow, RateRow

_LONGEST_DAYS = 366


class AnnualQuery(Query):
    """The samples of which area, drawn between which days in London, both included; a year at most."""

    area: Code
    from_: Annotated[Day, Field(alias="from")]
    to: Day

    @model_validator(mode="after")
    def _period_is_a_year_at_most(self) -> Self:
        if not 0 <= (self.to - self.from_).days < _LONGEST_DAYS:
            raise PydanticCustomError("period", "The period ends before it begins, or is longer than a year.")
        return self


class PanelYearRow(Answer):
    """A sample of the year. No findings are told before its scoring is closed."""

    sample_id: str
    purpose: str
    areas: list[str]
    drawn_at: Instant
    draw_number: int
    redraw_of: str | None
    reason: str | None
    closed: bool
    population: int
    size: int
    counts: dict[str, int] | None
    rate_inappropriate: RateRow | None


class PurposeYearRow(Answer):
    """What was found in all closed samples of one purpose."""

    purpose: str
    panels: int
    items: int
    counts: dict[str, int]
    directions: dict[str, int]
    without_finding: int
    rate_inappropriate: RateRow | None
    agreement: float | None
    kappa: float | None
    weighted_kappa: float | None


class StratumYearRow(Answer):
    """What was found in one stratum over the year; no findings where its frames hold too few cases to tell them."""

    purpose: str
    by: list[str]
    stratum: str
    population: int
    size: int
    counts: dict[str, int] | None
    rate_inappropriate: RateRow | None


class OwnerRow(Answer):
    """How many observations an agency was to answer, by what became of them, and how many are overdue."""

    owner: str
    statuses: dict[str, int]
    overdue: int


class AnnualAnswer(Answer):
    """What the panels of an area found in a year, and what the agencies answered."""

    area: str
    from_: Annotated[date, Field(alias="from")]
    to: date
    made_at: Instant
    panels: list[PanelYearRow]
    findings: list[PurposeYearRow]
    strata: list[StratumYearRow]
    movement: MovementRow
    exclusions: list[ExclusionRow]
    learning: list[LearningRow]
    owners: list[OwnerRow]
    replaced: int
    review_requested: int
    conflicts_of_interest: int
    notes: list[str]
