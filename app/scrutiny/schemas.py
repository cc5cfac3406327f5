"""The bodies of scrutiny: what is asked for when a frame is frozen and drawn, and what is answered."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.http.query import Id
from app.http.schema import Answer, Code, Day, Instant, Line, Many, Narrative, Schema, Word
from app.identity.caller import Agency
from app.law.model import DisposalCode
from app.scrutiny.sampling import SEPARATOR
from app.scrutiny.words import (
    Dimension,
    FindingAction,
    FindingCategory,
    Leaning,
    ObservationStatus,
    SamplePurpose,
    ScoreCategory,
    Sight,
)

MAX_SIZE = 500
DEFAULT_K = 5
SMALLEST_K = 3


def _without_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated", "Nothing may stand twice in this list.")
    return values


def _without_separator(value: str) -> str:
    if SEPARATOR in value:
        raise PydanticCustomError("separator", "The bar separates contributions and cannot stand in one.")
    return value


Once = AfterValidator(_without_repeats)
_NEITHER_HARSH_NOR_LENIENT = frozenset(
    {None, ScoreCategory.APPROPRIATE, ScoreCategory.INSUFFICIENT_INFORMATION, FindingCategory.PANEL_DISAGREED}
)

# ── what is asked ────────────────────────────────────────────────────────────


class FilterBody(Schema):
    """Which of the decided cases make up the population; what is left out filters nothing."""

    disposals: Annotated[Many[Word[DisposalCode]], Field(min_length=1), Once] | None = None
    gravity: Annotated[Many[Annotated[int, Field(ge=1, le=5)]], Field(min_length=1), Once] | None = None


class FrameBody(Schema):
    """What to freeze. `size` is how many cases to draw; `minimumPerStratum` keeps small strata from being missed."""

    areas: Annotated[Many[Code], Field(min_length=1, max_length=50), Once]
    decided_from: Day
    decided_to: Day
    filters: FilterBody = FilterBody()
    strata: Annotated[Many[Word[Dimension]], Field(max_length=4), Once] = ()
    size: Annotated[int, Field(ge=1, le=MAX_SIZE)]
    minimum_per_stratum: Annotated[int, Field(ge=0, le=MAX_SIZE)] = 1
    k: Annotated[int, Field(ge=SMALLEST_K, le=10_000)] = DEFAULT_K
    purpose: Word[SamplePurpose] = SamplePurpose.PANEL
    members: Annotated[Many[Code], Field(max_length=50), Once] = ()
    redraw_of: Id | None = None
    reason: Narrative | None = None

    @model_validator(mode="after")
    def _period_has_a_day(self) -> Self:
        if self.decided_from > self.decided_to:
            raise PydanticCustomError("period", "The period ends before it begins.")
        return self


class ContributionBody(Schema):
    """What somebody gave in the meeting, after the freeze: dice, words."""

    by: Line
    value: Annotated[Line, AfterValidator(_without_separator)]


class DrawBody(Schema):
    """The contributions, in the order in which they were given."""

    contributions: Annotated[Many[ContributionBody], Field(min_length=1, max_length=50)]


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


class ObservationBody(Schema):
    """What the panel observes; `owner` is the agency that is to answer by `dueOn`."""

    observation: Narrative
    owner: Word[Agency]
    due_on: Day
    item_id: Id | None = None


class ObservationPatch(Schema):
    """What changes of an observation; what is left out stays."""

    owner: Word[Agency] | None = None
    due_on: Day | None = None
    status: Word[ObservationStatus] | None = None
    response: Narrative | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise PydanticCustomError("nothing-changes", "Something has to change.")
        return self


class TermsBody(Schema):
    """Which wording of the terms is accepted; the present one if it is left out."""

    version: Code | None = None


# ── what is answered ─────────────────────────────────────────────────────────


class StratumRow(Answer):
    """How many cases a stratum holds and how many are drawn from it."""

    stratum: str
    population: int
    size: int


class ExclusionRow(Answer):
    """How many decided cases are left out for one reason, by the disposal that was decided."""

    reason: str
    says: str
    disposal: str
    count: int


class DetectionRow(Answer):
    """The chance that the sample finds at least one case, if so many of the frame were faulty."""

    faulty_share: float
    faulty: int
    probability: float


class UpperBound(Answer):
    """How many faulty cases the frame may still have if none is found, at a confidence; one-sided."""

    confidence: float
    faulty: int
    share: float


class FrameAnswer(Answer):
    """A frozen frame. The nonce stays secret until the draw; its commitment shows later that it was not changed."""

    frame_id: str
    status: str
    sample_id: str | None
    purpose: str
    areas: list[str]
    decided_from: date
    decided_to: date
    filters: FilterBody
    strata: list[str]
    size: int
    minimum_per_stratum: int
    k: int
    members: list[str]
    inclusion_rules: list[str]
    count: int
    algorithm: str
    frame_digest: str
    strata_digest: str
    nonce_commitment: str
    allocation: list[StratumRow]
    exclusions: list[ExclusionRow]
    detection_probability: list[DetectionRow]
    upper_bound_if_none_found: UpperBound
    redraw_of: str | None
    reason: str | None
    frozen_at: Instant
    frozen_by: str


class Contribution(Answer):
    """What somebody gave in the meeting."""

    by: str
    value: str


class SampleAnswer(Answer):
    """A sample that has been drawn. `drawNumber` counts the draws of this area, period and strata: 2 is a redraw."""

    sample_id: str
    frame_id: str
    purpose: str
    size: int
    draw_number: int
    redraw_of: str | None
    reason: str | None
    contributions: list[Contribution]
    nonce: str
    seed: str
    drawn_at: Instant
    drawn_by: str


class EntryRow(Answer):
    """One case of the frame, by the entry that stands for it."""

    entry: str
    stratum: str


class TicketRow(Answer):
    """An entry with its ticket."""

    entry: str
    ticket: str
    stratum: str


class ReplacementRow(Answer):
    """A reserve that took the place of an entry on which a member could not sit."""

    entry: str
    replaces: str


class VerificationAnswer(Answer):
    """All that a stranger needs to recompute the draw; no case can be found from it."""

    sample_id: str
    frame_id: str
    algorithm: str
    nonce_commitment: str
    nonce: str
    contributions: list[Contribution]
    seed: str
    frame_digest: str
    strata_digest: str
    entries: list[EntryRow]
    allocation: list[StratumRow]
    drawn: list[TicketRow]
    reserves: list[TicketRow]
    replacements: list[ReplacementRow]


class CoarseningRow(Answer):
    """What was done to a field so that the case does not stand alone: `WITHHELD`, or the coarser grouping."""

    field: str
    how: str


class GravityOfItem(Answer):
    """The gravity score that the advice used, and whose matrix it came from."""

    score: int | None
    matrix: dict[str, str]
    score_status: str | None


class OptionOfItem(Answer):
    """What the advice said of one disposal, and the rules that bore on it."""

    disposal: str
    standing: str
    fit: str
    rules: list[str]


class DepartureOfItem(Answer):
    """That an opinion departed, from what, and its coded reason."""

    from_: Annotated[str, Field(alias="from")]
    reason: str


class OpinionOfItem(Answer):
    """One agency's opinion that stood when the decision was made."""

    agency: str
    level: int
    disposal: str
    departs: DepartureOfItem | None


class EscalationOfItem(Answer):
    """How high the case went, and why."""

    level: int
    because: str


class DissentOfItem(Answer):
    """An agency that held another opinion."""

    agency: str
    disposal: str


class DecisionOfItem(Answer):
    """The decision of record."""

    disposal: str
    outcome_code: str
    outcome_code_when: str
    agency: str
    grade: str
    level: int
    dissent: list[DissentOfItem]


class TimelinessOfItem(Answer):
    """Whole days from the receipt of the referral."""

    days_to_pre_assessment: int | None
    days_to_decision: int


class CharacteristicOfItem(Answer):
    """A characteristic as it is shown. `status` is `WITHHELD` where showing it would single the child out."""

    characteristic: str
    value: str | None
    status: str
    source: str | None


class ItemAnswer(Answer):
    """One case as a panel sees it."""

    item_id: str
    pseudonym: str
    stratum: str
    replaces: str | None = None
    changed_since_freeze: bool = False
    weight: float
    inclusion_probability: float
    age_band: str
    area: str
    quarter: str
    offence_group: str
    gravity: GravityOfItem
    advice: list[OptionOfItem]
    opinions: list[OpinionOfItem]
    escalation: EscalationOfItem | None
    decision: DecisionOfItem
    engagement: str
    timeliness: TimelinessOfItem
    characteristics: list[CharacteristicOfItem]
    coarsened: list[CoarseningRow]


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


class ObservationAnswer(Answer):
    """What a panel observed, and what the agency that owns it answered."""

    observation_id: str
    sample_id: str
    item_id: str | None
    observation: str
    owner: str
    due_on: date
    status: str
    response: str | None
    version: int
    recorded_at: Instant
    recorded_by: str
    changed_at: Instant
    changed_by: str


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
    """What was found in one stratum."""

    stratum: str
    population: int
    size: int
    counts: dict[str, int]


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
    redraw_of: str | None
    reason: str | None
    exclusions: list[ExclusionRow]
    counts: dict[str, int]
    directions: dict[str, int]
    without_finding: int
    strata: list[StratumReport]
    rate_inappropriate: RateRow | None
    agreement: float | None
    kappa: float | None
    weighted_kappa: float | None
    movement: MovementRow
    replaced: int
    review_requested: int
    conflicts_of_interest: int


class TermsAnswer(Answer):
    """The terms in their present wording, and when the caller accepted them, if so."""

    version: str
    terms: list[str]
    accepted_at: Instant | None
