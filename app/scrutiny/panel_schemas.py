"""Bodies of what a panel records and reports: scores, findings, the closing, the report."""

from datetime import date
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from app.http.schema import Answer, Instant, Narrative, Schema, Word
from app.scrutiny.frame_schemas import ExclusionRow
from app.scrutiny.words import FindingAction, FindingCategory, Leaning, ScoreCategory, Sight

_NEITHER_HARSH_NOR_LENIENT = frozenset(
    {None, ScoreCategory.APPROPRIATE, ScoreCategory.INSUFFICIENT_INFORMATION, FindingCategory.PANEL_DISAGREED}
)


def _refuse_direction(category: str | None, direction: Leaning | None) -> None:
    if direction is not None and category in _NEITHER_HARSH_NOR_LENIENT:
        raise PydanticCustomError("direction", "A direction belongs to what was found wanting.")


class ScoreBody(Schema):
    """A member's own score, or that the member cannot sit on the case."""

    category: Word[ScoreCategory] | None = None
    direction: Word[Leaning] | None = None
    comment: Narrative | None = None
    conflict_of_interest: bool = False
    sight: Word[Sight] = Sight.SIGHTED

    @model_validator(mode="after")
    def _score_or_conflict(self) -> Self:
        if self.conflict_of_interest == (self.category is not None):
            raise PydanticCustomError("score-or-conflict", "A score has a category; a conflict of interest has none.")
        _refuse_direction(self.category, self.direction)
        return self


class FindingBody(Schema):
    """The panel's finding on an item."""

    category: Word[FindingCategory]
    direction: Word[Leaning] | None = None
    comment: Narrative | None = None
    action: Word[FindingAction] | None = None

    @model_validator(mode="after")
    def _direction_fits(self) -> Self:
        _refuse_direction(self.category, self.direction)
        return self


class ScoreAnswer(Answer):
    """One member's score."""

    score_id: str
    item_id: str
    user_name: str
    category: str | None
    direction: str | None
    comment: str | None
    conflict_of_interest: bool
    sight: str
    scored_at: Instant


class ScoresAnswer(Answer):
    """The scores of an item that the caller may see: all once `open`, else the caller's own."""

    open: bool
    items: list[ScoreAnswer]


class FindingAnswer(Answer):
    """The panel's finding, and who recorded it."""

    finding_id: str
    item_id: str
    category: str
    direction: str | None
    comment: str | None
    action: str | None
    user_name: str
    found_at: Instant


class FindingsAnswer(Answer):
    """Every finding on an item, in the order in which they were made: the last stands, none is changed."""

    items: list[FindingAnswer]


class ClosingAnswer(Answer):
    """That the scoring of a sample is closed."""

    sample_id: str
    closed_at: Instant
    closed_by: str


class RateRow(Answer):
    """The weighted rate of inappropriate decisions among the items judged, with Wilson's interval."""

    judged: int
    rate: float
    lower: float
    upper: float
    confidence: float
    method: str


class StratumReport(Answer):
    """What was found in one stratum. Within it every item has the same weight."""

    stratum: str
    population: int
    size: int
    counts: dict[str, int]
    rate_inappropriate: RateRow | None


class LearningRow(Answer):
    """What a panel observed, whose it is to answer and by when, and the answer that stands."""

    observation_id: str
    sample_id: str
    observation: str
    owner: str
    due_on: date
    status: str
    response: str | None
    overdue: bool


class MovementRow(Answer):
    """How many members scored both before and after seeing the characteristics, and how many scores moved."""

    both: int
    moved: int


class ReportAnswer(Answer):
    """What a panel found, and what it could not judge."""

    sample_id: str
    frame_id: str
    population: int
    size: int
    draw_number: int
    draws: int
    redraw_of: str | None
    reason: str | None
    exclusions: list[ExclusionRow]
    counts: dict[str, int]
    directions: dict[str, int]
    without_finding: int
    strata: list[StratumReport]
    rate_inappropriate: RateRow | None
    scores_hidden: int
    agreement: float | None
    kappa: float | None
    weighted_kappa: float | None
    movement: MovementRow
    learning: list[LearningRow]
    notes: list[str]
    replaced: int
    review_requested: int
    conflicts_of_interest: int
