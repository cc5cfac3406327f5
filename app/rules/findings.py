"""What the rules answer: findings, options, advice. All frozen; all carry their reason.

Decides the shape of an answer and nothing in it. An advice has no verb "decide" anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.law.base import Enumeration
from app.law.model import Certainty, Consequences, Direction, DisposalCode, Layer, MatrixStatus, ModeOfTrial, OnPnc

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Read = Mapping[str, Json]
"""What was read: JSON pointer into the request, and the value that stood there."""


class Answer(Enumeration):
    """Whether a requirement is met on the present facts."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Effect(Enumeration):
    """What a requirement does. INDICATES works when it is met, all others when they are not met."""

    EXCLUDES = "EXCLUDES"
    BLOCKS = "BLOCKS"
    NEEDS_AUTHORITY = "NEEDS_AUTHORITY"
    DISCOURAGES = "DISCOURAGES"
    INDICATES = "INDICATES"
    NONE = "NONE"


class Standing(Enumeration):
    """How an option stands. Ordered by `STRICTNESS`, not by declaration."""

    EXCLUDED = "EXCLUDED"
    POLICY_BLOCK = "POLICY_BLOCK"
    OPEN = "OPEN"
    NEEDS_AUTHORITY = "NEEDS_AUTHORITY"
    AVAILABLE = "AVAILABLE"


STRICTNESS = {
    Standing.EXCLUDED: 4,
    Standing.POLICY_BLOCK: 3,
    Standing.OPEN: 2,
    Standing.NEEDS_AUTHORITY: 1,
    Standing.AVAILABLE: 0,
}


class Fit(Enumeration):
    """How well an option suits the case."""

    INDICATED = "INDICATED"
    NEUTRAL = "NEUTRAL"
    DISCOURAGED = "DISCOURAGED"


class Authority(Enumeration):
    """Who must agree first. Ordered by `AUTHORITY_RANK`."""

    CPS = "CPS"
    SUPERINTENDENT = "SUPERINTENDENT"
    INSPECTOR = "INSPECTOR"


AUTHORITY_RANK = {Authority.CPS: 3, Authority.SUPERINTENDENT: 2, Authority.INSPECTOR: 1}


class ScoreSource(Enumeration):
    """Whose score is used: the matrix's, or the officer's, who decides."""

    MATRIX = "MATRIX"
    OFFICER = "OFFICER"


@dataclass(frozen=True)
class Cited:
    """A place in a source, with the source's title and address."""

    source: str
    title: str
    at: str | None
    url: str | None


@dataclass(frozen=True, eq=False)
class Ground:
    """What the law says of a question before any case is known: which requirement, of what, by which rule.

    One object for each rule that asks a requirement of a disposal, for as long as its book is used. `keeps_open` says
    whether not knowing the answer leaves the disposal OPEN.
    """

    requirement: str
    rule: str
    disposal: DisposalCode
    effect: Effect
    layer: Layer
    certainty: Certainty
    citations: tuple[Cited, ...]
    keeps_open: bool


class Ruling(NamedTuple):
    """What a requirement function answers. `saw` are the places that were read; `rule` is another rule that decided.

    `authority` is whose agreement is needed when a requirement with effect NEEDS_AUTHORITY is not met; `reopens` says
    that the child can still change the answer.
    """

    answer: Answer
    reason: str
    saw: tuple[str, ...]
    rule: str | None = None
    authority: Authority | None = None
    reopens: bool = False


class Finding(NamedTuple):
    """Our answer on one requirement for one disposal: what was asked, what was answered, and what was read."""

    ground: Ground
    ruling: Ruling
    read: Read

    @property
    def requirement(self) -> str:
        """The id of the requirement, such as `yc.admission`."""
        return self.ground.requirement

    @property
    def rule(self) -> str:
        """The rule that asked, or that decided."""
        return self.ground.rule

    @property
    def answer(self) -> Answer:
        """Whether the requirement is met."""
        return self.ruling.answer

    @property
    def effect(self) -> Effect:
        """What the requirement does."""
        return self.ground.effect

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        return self.ruling.reason

    @property
    def layer(self) -> Layer:
        """Who says so."""
        return self.ground.layer

    @property
    def certainty(self) -> Certainty:
        """How sure we are of the rule."""
        return self.ground.certainty

    @property
    def citations(self) -> tuple[Cited, ...]:
        """Where the rule stands."""
        return self.ground.citations

    @property
    def authority(self) -> Authority | None:
        """Whose agreement is needed where the requirement is not met."""
        return self.ruling.authority

    @property
    def reopens(self) -> bool:
        """Whether the child can still change the answer."""
        return self.ruling.reopens

    @property
    def holds_open(self) -> bool:
        """Whether not knowing this answer leaves the disposal OPEN."""
        return self.ruling.answer is Answer.UNKNOWN and self.ground.keeps_open


class Later(NamedTuple):
    """A requirement that no fact of the request can answer: it is answered when the decision is made or delivered."""

    rule: str
    what: str


@dataclass(frozen=True)
class FactorUsed:
    """A matrix factor that the case has, with the way in which it moves the score."""

    factor: str
    direction: Direction
    citations: tuple[Cited, ...]


@dataclass(frozen=True)
class OffenceScore:
    """The score of one offence with its working. `score` is the one used; None where there is none at all.

    `lowest` and `highest` bound it while factors are not known. `matrix_score` is the matrix's own beside an officer's.
    """

    id: str
    index: int
    offence: str | None
    mode_of_trial: ModeOfTrial
    base: int | None
    movement: int | None
    score: int | None
    source: ScoreSource
    factors: tuple[FactorUsed, ...]
    matrix_base: int | None
    matrix_score: int | None
    officer_base: int | None
    officer_score: int | None
    lowest: int | None
    highest: int | None

    @property
    def differs_from_officer(self) -> bool:
        """Whether the officer's base or score is another than the matrix's own."""
        if self.officer_score is None or self.matrix_score is None:
            return False
        return (self.officer_base, self.officer_score) != (self.matrix_base, self.matrix_score)


@dataclass(frozen=True)
class Gravity:
    """The score of the case: that of the offence with the highest, and every offence's working."""

    score: int | None
    lead: str | None
    edition: str
    status: MatrixStatus
    offences: tuple[OffenceScore, ...]


@dataclass(frozen=True)
class Option:
    """A disposal as it stands in this case."""

    disposal: DisposalCode
    rank: int
    local_name: str | None
    outcome_code: str | None
    standing: Standing
    authority: Authority | None
    fit: Fit
    findings: tuple[Finding, ...]
    at_decision: tuple[Later, ...]
    at_delivery: tuple[Later, ...]
    reopens_if: Later | None
    by_offence: Mapping[str, Standing]
    consequences: Consequences
    on_pnc: OnPnc
    first_time_entrant: bool

    @property
    def not_met(self) -> tuple[Finding, ...]:
        """What is not met, of all that was found."""
        return tuple([finding for finding in self.findings if finding.ruling.answer is Answer.NOT_MET])


@dataclass(frozen=True)
class OpenQuestion:
    """A fact that is not settled, and the disposals whose standing or fit an answer could change."""

    fact: str
    could_change: tuple[DisposalCode, ...]
    changes_standing: bool


class Duty(NamedTuple):
    """What somebody must or should do, at once or if a disposal is chosen."""

    rule: str
    on: str
    what: str
    due_on: date | None = None
    if_disposal: tuple[DisposalCode, ...] = ()


class Warn(NamedTuple):
    """Something to see before deciding. It changes nothing by itself."""

    rule: str
    text: str


class Clock(NamedTuple):
    """A day that must not be missed, and the calendar that it was counted on. `due_on` is None beyond the calendar."""

    rule: str
    name: str
    due_on: date | None
    calendar: str


@dataclass(frozen=True)
class Advice:
    """What the engine returns: every disposal in order, with its reasons, and what else bears on the case."""

    as_at: date
    provisional: bool
    gravity: Gravity
    options: tuple[Option, ...]
    least_restrictive_indicated: DisposalCode | None
    least_restrictive_still_possible: DisposalCode | None
    score_status: str
    open_questions: tuple[OpenQuestion, ...]
    duties: tuple[Duty, ...]
    warnings: tuple[Warn, ...]
    clocks: tuple[Clock, ...]
    protocol_area: str
    protocol_name: str
    protocol_version: int
    law_digest: str
    engine_version: str
    protective_reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def option(self, disposal: DisposalCode) -> Option:
        """The option of that disposal; all ten are always there."""
        return next(option for option in self.options if option.disposal == disposal)
