"""The pre-assessment as it is written and read (contract, section 5a)."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from app.advice.schemas import FactUpdates
from app.http.schema import Answer, Instant, Line, Many, Narrative, Schema, Word
from app.law.model import DisposalCode


class Level(StrEnum):
    """How serious a concern is; ordered as written, and compared nowhere by the rules."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    VERY_HIGH = "VERY_HIGH"


class EngagementLevel(StrEnum):
    """How far a child took part in the assessment. Plans support; it is never a fact for a decision."""

    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"
    NOT_OFFERED = "NOT_OFFERED"


class Tool(StrEnum):
    """The assessment tool (PRC-06, PRC-07)."""

    PDAT = "PDAT"
    ASSETPLUS = "ASSETPLUS"


class Safety(Schema):
    """The child's own safety and wellbeing, analysed and not only named."""

    level: Word[Level]
    nature: Narrative | None = None
    context: Narrative | None = None
    imminence: Narrative | None = None
    likelihood: Narrative | None = None


class RiskToOthers(Schema):
    """The risk of harm to others: complete only with all of its parts."""

    level: Word[Level]
    nature: Narrative | None = None
    context: Narrative | None = None
    imminence: Narrative | None = None
    likelihood: Narrative | None = None
    impact: Narrative | None = None
    to_whom: Narrative | None = None


class Engagement(Schema):
    """How far the child took part, what stood in the way, and what was done about it."""

    level: Word[EngagementLevel]
    barriers: Annotated[Many[Line], Field(max_length=50)] = ()
    adjustments: Annotated[Many[Line], Field(max_length=50)] = ()


class Proposal(Schema):
    """What the YJS proposes, what else it weighed, and the plan."""

    disposal: Word[DisposalCode]
    alternatives: Annotated[Many[Word[DisposalCode]], Field(max_length=10)] = ()
    plan: Narrative | None = None


class PreAssessmentIn(Schema):
    """A pre-assessment; each PUT is a new version.

    `care` is for a child in care: whether the police would have been called had it happened in a family home (OFF-06).
    """

    tool: Word[Tool]
    child_voice: Narrative | None = None
    parent_carer_voice: Narrative | None = None
    victim_voice: Narrative | None = None
    safety: Safety | None = None
    risk_to_others: RiskToOthers | None = None
    circumstances: Narrative | None = None
    strengths: Narrative | None = None
    structural_barriers: Narrative | None = None
    send: Narrative | None = None
    exploitation: Narrative | None = None
    care: Narrative | None = None
    engagement: Engagement | None = None
    sources: Annotated[Many[Line], Field(max_length=50)] = ()
    proposal: Proposal | None = None
    fact_updates: FactUpdates | None = None
    countersigned_by: Line | None = None

    def established_facts(self) -> dict[str, Any]:
        """Return the facts that it establishes, as JSON: nothing else in it ever becomes a fact for a decision."""
        return {} if self.fact_updates is None else self.fact_updates.model_dump(mode="json", exclude_unset=True)


class Missing(Answer):
    """A part that is not there, and who could supply it."""

    pointer: str
    who: str


class ContradictionAnswer(Answer):
    """Two statements that do not go together; a person looks again."""

    code: str
    pointers: tuple[str, ...]
    says: str


class Countersignature(Answer):
    """Whether the local protocol asks a manager to countersign, why, and who has."""

    asked: bool
    because: tuple[str, ...]
    by: str | None


class PreAssessmentAnswer(Answer):
    """A version of the pre-assessment, with what it lacks, what does not go together, and what each part rests on.

    `complete` says that the pre-assessment lacks nothing of its own, a countersignature that the local protocol asks
    for included; `factsMissing` names what else nobody has established. `basis` keeps facts apart from accounts and
    assessments.
    """

    case_id: str
    version: int
    recorded_at: Instant
    recorded_by: str
    complete: bool
    missing: tuple[Missing, ...]
    facts_missing: tuple[Missing, ...]
    contradictions: tuple[ContradictionAnswer, ...]
    countersignature: Countersignature
    basis: dict[str, str]
    pre_assessment: PreAssessmentIn
