"""Bodies of frames and draws: what is asked for when a frame is frozen and drawn, and what is told of it."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.audit.schemas import AnchorAnswer
from app.http.query import Id
from app.http.schema import Answer, Code, Day, Instant, Line, Many, Narrative, Schema, Word
from app.law.model import DisposalCode
from app.scrutiny.sampling import SEPARATOR
from app.scrutiny.words import Dimension, Grouping, SamplePurpose

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


class FilterBody(Schema):
    """Which of the decided cases make up the population; what is left out filters nothing.

    `singleAgency` true: none but community resolutions that the police issued alone; false: none of those.
    """

    disposals: Annotated[Many[Word[DisposalCode]], Field(min_length=1), Once] | None = None
    gravity: Annotated[Many[Annotated[int, Field(ge=1, le=5)]], Field(min_length=1), Once] | None = None
    single_agency: bool | None = None


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
    grouping: Word[Grouping] = Grouping.FIVE_GROUPS_2011
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


class StratumRow(Answer):
    """How many cases a stratum holds and how many are drawn from it."""

    stratum: str
    population: int
    size: int


class ExclusionRow(Answer):
    """How many decided cases are left out for one reason, by the disposal that was decided.

    `decided` is how many were decided so in all, `share` the part of them that is left out.
    """

    reason: str
    says: str
    disposal: str
    count: int
    decided: int | None = None
    share: float | None = None


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


class CompletenessRow(Answer):
    """Of how many cases of the frame a characteristic is stated, and how many have each status."""

    characteristic: str
    known: int
    of: int
    statuses: dict[str, int]


def _in_order(disposals: dict[str, int | None]) -> dict[str, int | None]:
    """Return counts by disposal in the order in which disposals are always listed; the database keeps none."""
    return {one.value: disposals[one] for one in DisposalCode if one in disposals}


ByDisposal = Annotated[dict[str, int | None], AfterValidator(_in_order)]


class FigureRow(Answer):
    """A row of a table of the frame: how many cases it has, and what was decided in them; null is withheld."""

    value: str
    of: int | None
    disposals: ByDisposal


class FigureTable(Answer):
    """What was decided in the frame's cases, by one dimension."""

    by: str
    rows: list[FigureRow]


class ShareRow(Answer):
    """How many of the frame's cases something is so of; null is withheld."""

    name: str
    count: int | None
    of: int


class FrameFigures(Answer):
    """The figures of a frame, to lay beside its cases: rounded to five, null where one to four are counted.

    They describe the frame; it is far too small to compare groups by.
    """

    cases: int
    disposals: ByDisposal
    tables: list[FigureTable]
    shares: list[ShareRow]
    median_days_to_decision: float | None


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
    grouping: str
    members: list[str]
    inclusion_rules: list[str]
    count: int
    algorithm: str
    frame_digest: str
    strata_digest: str
    manifest_digest: str
    nonce_commitment: str
    allocation: list[StratumRow]
    exclusions: list[ExclusionRow]
    detection_probability: list[DetectionRow]
    upper_bound_if_none_found: UpperBound
    completeness: list[CompletenessRow]
    figures: FrameFigures | None
    redraw_of: str | None
    reason: str | None
    frozen_at: Instant
    frozen_by: str


class Contribution(Answer):
    """What somebody gave in the meeting."""

    by: str
    value: str


class SinceFreeze(Answer):
    """What became of the population between freeze and draw: it changes nothing in the sample, and it shows.

    `arrived` would be in a frame frozen at the draw and are not in this one; `left` the other way round; `changed` are
    in both, but their records are no longer what was frozen.
    """

    arrived: int
    left: int
    changed: int


class SampleAnswer(Answer):
    """A sample that has been drawn.

    `drawNumber` counts the draws of this area, period and strata, `draws` how many there are by now: the second of two
    is a redraw. `quasiIdentifiers` are what could show who a child is, coarsened until `k` cases are alike.
    """

    sample_id: str
    frame_id: str
    purpose: str
    size: int
    draw_number: int
    draws: int
    redraw_of: str | None
    reason: str | None
    k: int
    grouping: str
    quasi_identifiers: list[str]
    since_freeze: SinceFreeze
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
    """All that a stranger needs to recompute the draw; no case can be found from it.

    `manifest` is the frame as it was frozen. Its digest is the `evidence` of the entry of the audit log that `anchor`
    proves to be in a log of that root; `anchor` is null for the seconds until that entry is sealed.
    """

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
    manifest: dict[str, Any]
    manifest_digest: str
    anchor: AnchorAnswer | None
