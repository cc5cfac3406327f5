"""The bodies of delivery, interventions and completion (contract, section 5).

In a delivery, a thing that nobody says was done counts as not shown: the answer names it, with its rule.
"""

from typing import Annotated

from pydantic import Field

from app.cases.states import CaseStatus
from app.delivery.outcome import OutcomeState
from app.delivery.words import (
    AdultRelation,
    AdultRole,
    DocumentPart,
    InterventionKind,
    InterventionStatus,
    Result,
)
from app.http.schema import Answer, Day, Instant, Line, Many, Narrative, Schema, Word
from app.law.model import Certainty, DisposalCode
from app.rules.conditions import ConditionType, Setter
from app.rules.facts import YesNo

Amount = Annotated[int, Field(ge=0, le=1_000_000)]


class GivenBy(Schema):
    """Who gave it: in what capacity, trained or not, and a reference such as a collar number (never a name)."""

    role: Word[Setter]
    trained: bool = False
    reference: Line | None = None


class AppropriateAdultIn(Schema):
    """Who stood by the child. No name: what counts is who the adult is to the child, and that no police employ them."""

    relation: Word[AdultRelation]
    role: Word[AdultRole] = AdultRole.NONE
    aged18_or_over: Word[YesNo] = YesNo.UNKNOWN
    why_none_nearer: Narrative | None = None


class PlanIn(Schema):
    """What the child does, what professionals do, and how it ends (PRC-15)."""

    child: Narrative | None = None
    professionals: Narrative | None = None
    exit: Narrative | None = None


class ConditionIn(Schema):
    """A condition of a youth conditional caution; checked against the law with every other one, every fault at once."""

    type: Word[ConditionType]
    what: Narrative
    due_on: Day | None = None
    penalty_pence: Amount | None = None
    attendance_hours: Amount | None = None
    rehabilitative: bool = False
    for_victim: bool = False
    why: Narrative | None = None


class InterventionIn(Schema):
    """Something that is done with the child, and how it is to end.

    It is voluntary unless it serves a condition of a youth conditional caution.
    """

    kind: Word[InterventionKind]
    what: Narrative
    provider: Line | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    status: Word[InterventionStatus] = InterventionStatus.PLANNED
    exit_plan: Narrative | None = None
    serves_condition: bool = False


class InterventionChange(Schema):
    """What has changed of an intervention; what is left out stays as it is."""

    what: Narrative | None = None
    provider: Line | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    status: Word[InterventionStatus] | None = None
    exit_plan: Narrative | None = None


class InterventionAnswer(Answer):
    """An intervention as it stands; `voluntary` is false only where it serves a condition."""

    intervention_id: str
    case_id: str
    round: int
    version: int
    kind: InterventionKind
    what: str
    provider: str | None
    starts_on: Day | None
    ends_on: Day | None
    status: InterventionStatus
    exit_plan: str | None
    voluntary: bool
    recorded_at: Instant
    recorded_by: str


class DeliveryIn(Schema):
    """How the decided disposal was given to the child. `receivingBody` is who takes the action of a triage."""

    given_on: Day
    given_by: GivenBy
    place: Line | None = None
    receiving_body: Line | None = None
    appropriate_adult: AppropriateAdultIn | None = None
    explained: bool = False
    papers_given: bool = False
    child_agreed: bool = False
    parent_carer_agreed: Word[YesNo] = YesNo.UNKNOWN
    victim_told: bool = False
    victim_wishes_reparation: bool = False
    breach_warned: bool = False
    withdrawal_explained: bool = False
    consent: bool = False
    signed: bool = False
    signed_document: Annotated[Many[Word[DocumentPart]], Field(max_length=10)] = ()
    plan: PlanIn = PlanIn()
    conditions: Annotated[Many[ConditionIn], Field(max_length=20)] = ()
    conditions_set_by: Word[Setter] | None = None
    interventions: Annotated[Many[InterventionIn], Field(max_length=20)] = ()


class VariationIn(Schema):
    """The conditions of a youth conditional caution as they are to stand from a day on: all of them, not the changes.

    What must be shown to the child at the giving is shown again.
    """

    varied_on: Day
    varied_by: GivenBy
    why: Narrative
    conditions: Annotated[Many[ConditionIn], Field(max_length=20)]
    appropriate_adult: AppropriateAdultIn | None = None
    explained: bool = False
    papers_given: bool = False
    breach_warned: bool = False
    withdrawal_explained: bool = False
    consent: bool = False
    signed: bool = False
    signed_document: Annotated[Many[Word[DocumentPart]], Field(max_length=10)] = ()
    victim_wishes_reparation: bool = False


class ConditionsAnswer(Answer):
    """A version of the conditions: as given (version 1), or as varied since, by whom and why.

    `spentOn` is when the caution is spent if they stand.
    """

    case_id: str
    round: int
    version: int
    since: Day
    by: GivenBy
    why: str | None
    conditions: tuple[ConditionIn, ...]
    spent_on: Day | None
    recorded_at: Instant
    recorded_by: str


class Checked(Answer):
    """A requirement of the delivery, with its rule."""

    rule: str
    what: str


class DeliveryAnswer(Answer):
    """A delivery. `spentOn` is that of a caution; `checked` names every requirement that it met.

    `noted` is what was told beside them and asks for no proof. `conditions` are those that stand; `conditionsVersion`
    is 1 as given and one more with each variation, null where the disposal has none.
    """

    delivery_id: str
    case_id: str
    round: int
    disposal: DisposalCode
    voluntary: bool
    given_on: Day
    given_by: GivenBy
    place: str | None
    receiving_body: str | None
    appropriate_adult: AppropriateAdultIn | None
    plan: PlanIn
    conditions: tuple[ConditionIn, ...]
    conditions_version: int | None
    interventions: tuple[str, ...]
    checked: tuple[Checked, ...]
    noted: tuple[Checked, ...]
    spent_on: Day | None
    outcome_code: str | None
    outcome_code_when: str
    status: CaseStatus
    recorded_at: Instant
    recorded_by: str


class CompletionIn(Schema):
    """How it ended. `endedOn` is today in London by default; `neverGiven` says that it never began."""

    result: Word[Result]
    ended_on: Day | None = None
    why: Narrative | None = None
    tried_again: Narrative | None = None
    never_given: bool = False
    breach: bool = False
    reasonable_excuse: Word[YesNo] = YesNo.UNKNOWN
    police_told_on: Day | None = None


class NationalAnswer(Answer):
    """How the outcome goes into the national return; `send` is null where it is unmapped on purpose."""

    send: str | None
    because: str
    rule: str
    certainty: Certainty


class OutcomeAnswer(Answer):
    """The outcome for the police system; `code` is null until it may be recorded."""

    state: OutcomeState
    code: str | None
    expected: str | None
    recorded_on: Day | None
    national_return: NationalAnswer | None
    case_management_code: str | None


class ClockStarted(Answer):
    """A day by which somebody must act, that starts when a plan after a knife offence fails (KNF-04)."""

    rule: str
    name: str
    on: str
    what: str
    due_on: Day | None
    calendar: str
    done_on: Day | None


class CompletionAnswer(Answer):
    """How a delivery ended and what follows; `status` and `caseRound` are the case's now."""

    completion_id: str
    case_id: str
    round: int
    disposal: DisposalCode
    result: Result
    ended_on: Day
    never_given: bool
    breach: bool
    why: str | None
    tried_again: str | None
    reasonable_excuse: YesNo
    returns_for_decision: bool
    says: str
    rules: tuple[str, ...]
    clocks: tuple[ClockStarted, ...]
    outcome: OutcomeAnswer
    status: CaseStatus
    case_round: int
    recorded_at: Instant
    recorded_by: str
