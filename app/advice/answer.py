"""What an advice answers, as the description tells it. `app.advice.written` writes it, and a test holds it to this."""

from typing import Any, Literal

from app.http.schema import Answer, Day
from app.law.model import Certainty, Direction, DisposalCode, Layer, MatrixStatus, ModeOfTrial, OnPnc
from app.rules import findings
from app.rules.findings import Authority, Effect, Fit, ScoreSource, Standing


class CitationAnswer(Answer):
    """A place in a source."""

    source: str
    title: str
    at: str | None
    url: str | None


class FactorAnswer(Answer):
    """A matrix factor that the case has, and the way in which it moves the score."""

    factor: str
    direction: Direction
    citations: tuple[CitationAnswer, ...]


class OfficerScoreAnswer(Answer):
    """The officer's own score, where one was given; `base` is null where only the score was."""

    base: int | None
    score: int


class OffenceScoreAnswer(Answer):
    """The score of an offence with its working; `score` is the one that is used, null where there is none at all."""

    id: str
    offence: str | None
    mode_of_trial: ModeOfTrial
    base: int | None
    movement: int | None
    score: int | None
    source: ScoreSource
    factors: tuple[FactorAnswer, ...]
    differs_from_officer: bool
    matrix_score: int | None
    officer: OfficerScoreAnswer | None


class MatrixAnswer(Answer):
    """The edition of the matrix that was used."""

    edition: str
    status: MatrixStatus


class GravityAnswer(Answer):
    """The score of the case: that of the offence with the highest."""

    score: int | None
    lead_offence: str | None
    matrix: MatrixAnswer
    offences: tuple[OffenceScoreAnswer, ...]


class RequirementAnswer(Answer):
    """The answer on one requirement of one disposal; `read` are the facts it rests on, by their JSON pointers."""

    requirement: str
    rule: str
    answer: findings.Answer
    effect: Effect
    reason: str
    read: dict[str, Any]
    layer: Layer
    certainty: Certainty
    citations: tuple[CitationAnswer, ...]


class LaterAnswer(Answer):
    """What no fact can answer yet: it is answered at the decision, at delivery, or when the child answers again."""

    rule: str
    what: str


class ConsequencesAnswer(Answer):
    """What follows for the child's record and future; `conflicts` and `certainty` are by the names of the others."""

    statutory: bool
    criminal_record: str
    on_pnc: OnPnc
    first_time_entrant: bool
    enforceable: bool
    if_not_completed: str
    spent: str
    dbs: str
    conflicts: dict[str, str]
    certainty: dict[str, Certainty]


class OptionAnswer(Answer):
    """A disposal as it stands in this case, with every finding, met ones too; `byOffence` has the standing for each."""

    disposal: DisposalCode
    local_name: str | None
    outcome_code: str | None
    rank: int
    standing: Standing
    authority: Authority | None
    fit: Fit
    findings: tuple[RequirementAnswer, ...]
    at_decision: tuple[LaterAnswer, ...]
    at_delivery: tuple[LaterAnswer, ...]
    reopens_if: LaterAnswer | None
    by_offence: dict[str, Standing]
    consequences: ConsequencesAnswer


class OpenQuestionAnswer(Answer):
    """A fact that is not settled, and the disposals whose standing or fit an answer could change."""

    fact: str
    could_change: tuple[DisposalCode, ...]


class DutyAnswer(Answer):
    """What somebody must or should do, at once or, where `ifDisposal` names any, if one of them is chosen."""

    rule: str
    on: str
    what: str
    due_on: Day | None
    if_disposal: tuple[DisposalCode, ...]


class ClockAnswer(Answer):
    """A day that must not be missed; `dueOn` is null beyond the published bank holidays, which a warning then says."""

    rule: str
    name: str
    due_on: Day | None
    calendar: str


class WarningAnswer(Answer):
    """Something to see before deciding."""

    rule: str
    text: str


class ProtocolUsed(Answer):
    """The local protocol that was used."""

    area: str
    name: str
    version: int


class AdviceAnswer(Answer):
    """Every disposal in order, with its reasons, and what else bears on the case; `adviceId` is null if not stored."""

    advice_id: str | None
    as_at: Day
    provisional: bool
    gravity: GravityAnswer
    options: tuple[OptionAnswer, ...]
    least_restrictive_indicated: DisposalCode | None
    least_restrictive_still_possible: DisposalCode | None
    score_status: MatrixStatus | Literal["OFFICER"]
    open_questions: tuple[OpenQuestionAnswer, ...]
    duties: tuple[DutyAnswer, ...]
    warnings: tuple[WarningAnswer, ...]
    clocks: tuple[ClockAnswer, ...]
    protocol: ProtocolUsed
    law_digest: str
    engine_version: str
    never_read: tuple[str, ...]
    protective_reads: tuple[str, ...]
    protective_read_rules: dict[str, tuple[str, ...]]


class DifferenceAnswer(Answer):
    """A place, as a JSON pointer, where two answers differ: what stood there then, and what stands there now."""

    pointer: str
    then: Any
    now: Any


class ReplayAnswer(Answer):
    """Whether a receipt's facts lead to the same answer today, or where it differs, and what has changed meanwhile."""

    advice_id: str
    same: bool
    differences: tuple[DifferenceAnswer, ...]
    because: tuple[str, ...]
