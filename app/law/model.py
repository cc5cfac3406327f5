"""The shapes in which the law is written down: sources, rules, dated values, disposals, offences, matrices, protocols.

Decides what a well-formed piece of law looks like. Does not decide what it means for a child (that is `app.rules`),
nor where it is stored (that is `app.law.book`).
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, StrictBool, StrictInt, StrictStr

from app.law.base import (
    NOT_IN_FORCE,
    Certainty,
    Direction,
    DisposalCode,
    Frozen,
    GovernsAt,
    Key,
    LawDate,
    Layer,
    MatrixStatus,
    ModeOfTrial,
    OnPnc,
    PointId,
    RuleId,
    Text,
    Window,
    Word,
)
from app.law.protocol import EscalationLevel, LocalName, Protocol

__all__ = [
    "NOT_IN_FORCE",
    "Certainty",
    "Citation",
    "CjsCode",
    "Consequence",
    "Consequences",
    "Direction",
    "Disposal",
    "DisposalCode",
    "DisposalRecord",
    "EscalationLevel",
    "Factor",
    "GovernsAt",
    "Host",
    "Key",
    "LawDate",
    "Layer",
    "LocalName",
    "MatrixEdition",
    "MatrixStatus",
    "ModeOfTrial",
    "Offence",
    "OnPnc",
    "OpenPoint",
    "OutcomeCode",
    "Parameter",
    "PenaltyCap",
    "PointId",
    "Protocol",
    "ReferenceItem",
    "ReferenceList",
    "Rule",
    "RuleId",
    "Source",
    "Text",
    "Value",
    "Window",
    "Word",
]


class Host(Frozen):
    """A web host to which a citation may lead, and whether it speaks for the state."""

    host: Text
    official: StrictBool


class Source(Frozen):
    """An instrument, guidance or other text in which law or practice was read. `key` is its key in the research."""

    id: Key
    key: Text | None = None
    title: Text
    kind: Literal["STATUTE", "STATUTORY_INSTRUMENT", "GUIDANCE", "PARLIAMENT", "LOCAL", "COMMENTARY", "DATA"]
    publisher: Text
    url: Text | None = None
    official: StrictBool
    note: Text | None = None


class Citation(Frozen):
    """A place in a source. `title` and `url` are the source's own unless the citation names better ones."""

    source: Key
    title: Text | None = None
    at: Text | None = None
    url: Text | None = None
    note: Text | None = None


class OpenPoint(Frozen):
    """A conflict between sources (C-nn) or a question still open (Q-nn), and how the product handles it."""

    id: PointId
    says: Text
    handling: Text


class Rule(Frozen):
    """One row of the law: in our own words, with its layer, certainty, citations and the time it is in force.

    A rule without citations says why in `uncited_because`. `marks` is the research's own mark, kept where it is mixed.
    """

    id: RuleId
    says: Text
    layer: Layer
    certainty: Certainty
    marks: Text
    citations: tuple[Citation, ...] = ()
    uncited_because: Text | None = None
    governs_at: GovernsAt
    in_force_from: LawDate
    in_force_until: LawDate | None = None
    open_points: tuple[PointId, ...] = ()

    def in_force_on(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


class PenaltyCap(Frozen):
    """The most a financial penalty condition may ask of a child of an age band for an offence of a mode of trial."""

    ages: tuple[StrictInt, StrictInt]
    mode_of_trial: ModeOfTrial
    pounds: StrictInt


ParameterValue = StrictBool | StrictInt | StrictStr | tuple[PenaltyCap, ...] | tuple[StrictStr, ...]


class Value(Window):
    """What a parameter is in one window. `value` is NOT_IN_FORCE where the law had none."""

    value: ParameterValue
    certainty: Certainty
    citations: tuple[Citation, ...] = ()
    uncited_because: Text | None = None

    @property
    def in_force(self) -> bool:
        """Whether the law had a value at all in this window."""
        return self.value != NOT_IN_FORCE

    @property
    def window(self) -> Window:
        """The days for which the value holds."""
        return Window(in_force_from=self.in_force_from, in_force_until=self.in_force_until)

    @property
    def number(self) -> int:
        """The value as a whole number; TypeError where it is none (a mistake in code, never in facts)."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            msg = f"the value {self.value!r} is not a number"
            raise TypeError(msg)
        return self.value

    @property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words; empty where it is none."""
        rows = self.value if isinstance(self.value, tuple) else ()
        return tuple(row for row in rows if isinstance(row, str))

    @property
    def caps(self) -> tuple[PenaltyCap, ...]:
        """The value as a table of penalty caps; empty where it is none."""
        rows = self.value if isinstance(self.value, tuple) else ()
        return tuple(row for row in rows if isinstance(row, PenaltyCap))


class Parameter(Frozen):
    """One legal fact with its values in time. `governs_at` says which date of the case selects the value."""

    id: Key
    says: Text
    unit: Text
    layer: Layer
    rules: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    governs_at: GovernsAt
    values: Annotated[tuple[Value, ...], Field(min_length=1)]


T = TypeVar("T")


class Consequence(Frozen, Generic[T]):
    """One thing that follows from a disposal, with the rules that say so. `conflict` names sources that disagree."""

    value: T
    rules: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    certainty: Certainty
    conflict: PointId | None = None


class Consequences(Frozen):
    """What follows from a disposal for the child's record and future."""

    statutory: Consequence[StrictBool]
    criminal_record: Consequence[Text]
    on_pnc: Consequence[OnPnc]
    first_time_entrant: Consequence[StrictBool]
    enforceable: Consequence[StrictBool]
    if_not_completed: Consequence[Text]
    spent: Consequence[Text]
    dbs: Consequence[Text]


class OutcomeCode(Window):
    """A Home Office crime outcome that a disposal may be recorded as. Exactly one at a time has `when` DEFAULT."""

    code: Annotated[StrictStr, Field(pattern=r"^[0-9]{1,2}$")]
    says: Text
    when: Literal["DEFAULT", "BY_CPS", "EVIDENTIAL", "UNDER_TEN", "OUT_OF_TIME"]
    rules: tuple[RuleId, ...] = ()


class DisposalRecord(Frozen):
    """A disposal as the catalogue holds it, with all its windows and codes in time."""

    code: DisposalCode
    rank: StrictInt
    label: Text
    family: Literal["NO_ACTION", "INFORMAL", "DEFERRED", "STATUTORY", "PROSECUTION"]
    statutory: StrictBool
    says: Text
    window: Window
    window_rule: RuleId
    outcome_codes: tuple[OutcomeCode, ...]
    recorded: Literal["NOW", "ON_COMPLETION"]
    consequences: Consequences
    certainty: Certainty


class Disposal(Frozen):
    """A disposal as it stands on one day: whether the catalogue offers it, and the outcome codes of that day."""

    code: DisposalCode
    rank: int
    label: str
    family: str
    statutory: bool
    says: str
    is_open: bool
    window: Window
    window_rule: str
    outcome_code: str | None
    outcome_codes: tuple[OutcomeCode, ...]
    recorded: str
    consequences: Consequences
    certainty: Certainty


class Offence(Frozen):
    """An offence of our own list. `recordable` is None where the code list does not say. Flags are UNVERIFIED."""

    key: Key
    title: Text
    statute: Text
    section: Text | None
    mode_of_trial: ModeOfTrial
    category: Key
    cjs_codes: tuple[str, ...]
    ho_classes: tuple[str, ...]
    recordable: bool | None
    code_source: Text | None
    adult_max_14_plus: bool
    prosecution_consent: Literal["DPP", "AG"] | None
    soa_sch3: Literal["yes", "no", "conditional"]
    msa_sch4: bool
    flags_certainty: Certainty


class CjsCode(Frozen):
    """A code of the criminal justice system's own offence list. `offence_key` is None where our list has no entry."""

    code: str
    title: str
    ho_class: str
    mode_of_trial: ModeOfTrial
    motoring: bool
    recordable: bool
    notifiable: bool
    offence_key: str | None


class Factor(Frozen):
    """A matrix factor that moves a score. `offences` is empty for a general factor. None is verified yet."""

    id: Word
    key: Text | None = None
    direction: Direction
    label: Text
    certainty: Certainty
    verified: StrictBool
    editions: Annotated[tuple[Key, ...], Field(min_length=1)]
    offences: tuple[Key, ...] = ()
    citations: tuple[Citation, ...] = ()
    uncited_because: Text | None = None


class MatrixEdition(Frozen):
    """A gravity matrix in force for a time: scale, base scores by offence (empty when not bundled), factors."""

    id: Key
    title: Text
    says: Text
    status: MatrixStatus
    scale_min: StrictInt
    scale_max: StrictInt
    max_movement: StrictInt
    in_force_from: LawDate
    in_force_until: LawDate | None = None
    certainty: Certainty
    citations: tuple[Citation, ...] = ()
    uncited_because: Text | None = None
    base_from: Literal["offences.csv", "none"] = "none"
    base: Mapping[str, int] = Field(default_factory=dict)
    factors: tuple[Factor, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the edition is in force on `day`."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def clamp(self, score: int) -> int:
        """`score` kept inside the edition's scale."""
        return max(self.scale_min, min(self.scale_max, score))

    def factor(self, factor_id: str) -> Factor | None:
        """Return the factor of this edition with that id, or None."""
        return next((factor for factor in self.factors if factor.id == factor_id), None)


class ReferenceItem(Frozen):
    """One value of an enumeration, with the days on which it may be used."""

    code: Text
    label: Text
    description: Text
    valid_from: LawDate
    valid_to: LawDate | None = None
    groups: Mapping[str, str] = Field(default_factory=dict)


class ReferenceList(Frozen):
    """An enumeration of the contract. An item's `groups` are the coarser groups it belongs to, by way of grouping.

    `certainty` is said where the words are somebody else's; the product is certain of its own.
    """

    name: Key
    label: Text
    description: Text
    source: Text | None = None
    certainty: Certainty | None = None
    items: tuple[ReferenceItem, ...]
