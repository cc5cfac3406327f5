"""The bodies of opinions, escalation and decision (contract, sections 5 and 5a)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from app.decisions.authority import AuthorityDecision
from app.decisions.joint import JointStanding
from app.http.schema import Answer, Code, Day, Instant, Line, Many, Narrative, Schema, Word
from app.identity.caller import Agency, Grade
from app.law.model import DisposalCode
from app.rules.findings import Authority

Rationale = Annotated[Narrative, Field(min_length=10)]


class DepartsFrom(StrEnum):
    """What an opinion departs from."""

    ADVICE = "ADVICE"
    SCORE = "SCORE"


class Departure(Schema):
    """Why an opinion is not what the advice indicates, or not what the score points to (GEN-05)."""

    from_: Annotated[Word[DepartsFrom], Field(alias="from")]
    reason: Code
    why: Rationale
    authorised_by: Narrative | None = None


class Condition(Schema):
    """A condition proposed for a youth conditional caution, in words."""

    what: Narrative
    kind: Code | None = None
    due_on: Day | None = None


class OpinionIn(Schema):
    """One agency's view. The agency is the caller's."""

    disposal: Word[DisposalCode]
    rationale: Rationale
    advice_id: Code
    conditions: Annotated[Many[Condition], Field(max_length=20)] = ()
    departs: Departure | None = None


class OpinionRecorded(Answer):
    """What recording an opinion answers."""

    opinion_id: str
    agency: Agency
    level: int
    standing: JointStanding
    sealed: bool


class OpinionAnswer(Answer):
    """An opinion that the caller may see."""

    opinion_id: str
    agency: Agency
    level: int
    grade: Grade
    by: str
    disposal: DisposalCode
    rationale: str
    conditions: tuple[Condition, ...]
    departs: Departure | None
    advice_id: str
    recorded_at: Instant


class OpinionsAnswer(Answer):
    """The opinions of a case that the caller may see; `standing` and `sealed` are those of the level reached."""

    level: int
    standing: JointStanding
    sealed: bool
    items: tuple[OpinionAnswer, ...]
    next_cursor: None = None


class WaitingFor(Answer):
    """Who must now speak."""

    agency: Agency
    grade: Grade


class EscalationAnswer(Answer):
    """Where a disagreement has gone."""

    level: int
    because: str
    waiting_for: tuple[WaitingFor, ...]
    due_on: Day


class OverdueEscalation(Answer):
    """An open escalation whose day has passed."""

    case_id: str
    area: str
    level: int
    because: str
    due_on: Day
    opened_at: Instant


class AuthorityIn(Schema):
    """What an authority decided on a disposal: AGREED or REFUSED, its reference and day, by whom, and why.

    A disposal that policy blocks needs the reasons.
    """

    disposal: Word[DisposalCode]
    authority: Word[Authority]
    decision: Word[AuthorityDecision] = AuthorityDecision.AGREED
    reference: Line
    decided_on: Day
    by_whom: Line | None = None
    reasons: Rationale | None = None


class AuthorityAnswer(Answer):
    """A recorded decision of an authority; `factsVersion` is what was known when it was recorded."""

    authority_id: str
    case_id: str
    round: int
    facts_version: int
    disposal: DisposalCode
    authority: Authority
    decision: AuthorityDecision
    reference: str
    decided_on: Day
    by_whom: str | None
    reasons: str | None
    agency: Agency
    recorded_at: Instant
    recorded_by: str


class Authorities(Answer):
    """The recorded decisions of authorities on a case, oldest first."""

    items: tuple[AuthorityAnswer, ...]
    next_cursor: None = None


class DecisionIn(Schema):
    """The decision of record. `outcomeCode` is needed for NO_FURTHER_ACTION, and refused for anything else."""

    disposal: Word[DisposalCode]
    rationale: Rationale
    advice_id: Code
    outcome_code: Annotated[str, Field(pattern=r"^[0-9]{1,2}$")] | None = None


class DecidedBy(Answer):
    """Who made the decision of record."""

    agency: Agency
    grade: Grade
    user_name: str


class Dissent(Answer):
    """An opinion for another disposal than the one decided; kept for good."""

    agency: Agency
    level: int
    disposal: DisposalCode
    by: str
    rationale: str


class DecisionAnswer(Answer):
    """The decision of record."""

    decision_id: str
    case_id: str
    disposal: DisposalCode
    outcome_code: str
    outcome_code_when: Literal["NOW", "ON_COMPLETION"]
    decided_by: DecidedBy
    decided_at: Instant
    level: int
    rationale: str
    advice_id: str
    dissent: tuple[Dissent, ...]


class DepartureReason(Answer):
    """A coded reason for a departure."""

    code: str
    label: str
