"""The local protocol: what an area may settle for itself, as one typed, dated document (CFG-01 to CFG-22, ADR 15).

Decides what a protocol may say, and finds every place where one would weaken a statute or the definition of a disposal.
Does not decide a case. There is no key for a majority vote, for a bar by repetition, or for lowering a legal test.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic.alias_generators import to_camel

from app.law.base import DisposalCode, Enumeration, Frozen, Key, LawDate, Text, Word

Grade = Literal["PRACTITIONER", "MANAGER", "SENIOR"]
Authority = Literal["CPS", "INSPECTOR", "SUPERINTENDENT"]
Area = Annotated[StrictStr, Field(pattern=r"^[EW][0-9]{8}$")]
Positive = Annotated[StrictInt, Field(ge=1)]
_FROM_DOCUMENT = ConfigDict(
    frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
)


class AdmissionMode(Enumeration):
    """What an option asks of the child about the offence. Ordered by `ADMISSION_STRENGTH`."""

    NONE = "NONE"
    ACCEPT = "ACCEPT"
    FULL = "FULL"


ADMISSION_STRENGTH = {AdmissionMode.NONE: 0, AdmissionMode.ACCEPT: 1, AdmissionMode.FULL: 2}


class LocalName(Frozen):
    """What an area calls a disposal (CFG-02)."""

    model_config = _FROM_DOCUMENT

    name: Text
    disposal: DisposalCode
    outcome_code: Annotated[StrictStr, Field(pattern=r"^[0-9]{1,2}$")] | None = None


class Panel(Frozen):
    """Who meets before a decision (CFG-03, CFG-04, CFG-05, CFG-16, CFG-17). It informs; it never votes."""

    model_config = _FROM_DOCUMENT

    mode: Literal["NONE", "POLICE_AND_YJS", "MULTI_AGENCY"]
    members: tuple[Text, ...]
    quorum: tuple[Text, ...]
    chair: Text
    frequency_days: Positive
    trigger: Text
    first_youth_caution_needs_panel: StrictBool
    volunteers: StrictBool


class RepeatReview(Frozen):
    """After how many disposals of a kind in how many months a supervisor looks again (CFG-07). Never a bar (GEN-03)."""

    model_config = _FROM_DOCUMENT

    disposal: DisposalCode
    count: Positive
    window_months: Positive


class EscalationLevel(Frozen):
    """Who must speak next when the agencies disagree, and within how many working days (CFG-13)."""

    model_config = _FROM_DOCUMENT

    level: Annotated[StrictInt, Field(ge=2)]
    police_grade: Grade
    yjs_grade: Grade
    working_days: Positive


class AuthorityNeeded(Frozen):
    """A flag of the case for which a disposal needs a named authority (CFG-14)."""

    model_config = _FROM_DOCUMENT

    flag: Word
    disposals: Annotated[tuple[DisposalCode, ...], Field(min_length=1)]
    authority: Authority


class Approver(Frozen):
    """Who must agree to a decision out of policy (CFG-15)."""

    model_config = _FROM_DOCUMENT

    agency: Literal["POLICE", "YJS", "CPS"]
    role: Text
    grade: Grade
    authority: Authority


class CountersignWhen(StrEnum):
    """For which pre-assessments a manager looks again before they count as complete."""

    ALWAYS = "ALWAYS"
    HIGH_LEVEL = "HIGH_LEVEL"
    CONTRADICTION = "CONTRADICTION"


class Countersign(Frozen):
    """When the area asks that a manager countersigns a pre-assessment, and for which disposals it always does.

    No text that we read says when; inspectors asked that management oversight add value. A version that is silent asks
    where a level is high or statements do not go together.
    """

    model_config = _FROM_DOCUMENT

    when: tuple[CountersignWhen, ...] = (CountersignWhen.HIGH_LEVEL, CountersignWhen.CONTRADICTION)
    disposals: tuple[DisposalCode, ...] = ()


class Protocol(Frozen):
    """A version of an area's protocol.

    Every field is a key of CFG-01 to CFG-22, one of the two that ADR 15 adds, or says whose document it is.
    """

    model_config = _FROM_DOCUMENT

    area: Area
    name: Text
    version: Positive
    in_force_from: LawDate
    in_force_until: LawDate | None = None
    kind: Literal["EXAMPLE", "LOCAL"]
    label: Text
    sources: tuple[Key, ...] = ()
    options_enabled: tuple[DisposalCode, ...]
    local_names: tuple[LocalName, ...] = ()
    panel: Panel
    gravity_map: Mapping[Literal["1", "2", "3", "4", "5"], tuple[DisposalCode, ...]]
    repeat_review: tuple[RepeatReview, ...] = ()
    o22_dp_requires_responsibility: StrictBool
    admission_mode: Mapping[DisposalCode, AdmissionMode]
    plan_weeks: Mapping[DisposalCode, Annotated[StrictInt, Field(ge=1, le=52)]]
    assess_wd: Positive
    notify_wd: Positive
    knife_referral_wd: Positive
    escalation: Annotated[tuple[EscalationLevel, ...], Field(min_length=1)]
    opinions_sealed: StrictBool
    authority: tuple[AuthorityNeeded, ...]
    out_of_policy: tuple[Approver, ...] = ()
    safety_days: StrictInt
    turning18_warn_days: Annotated[StrictInt, Field(ge=0, le=365)]
    assessment_tool: Mapping[DisposalCode, Literal["PDAT", "ASSETPLUS"]]
    countersign: Countersign = Countersign()
    capva_treat_as_da: StrictBool
    cms_code_map: Mapping[str, str] = Field(default_factory=dict)

    def covers(self, day: date) -> bool:
        """Whether this version is in force on `day`."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def has_on(self, disposal: DisposalCode) -> bool:
        """Whether the area has the option on (CFG-01)."""
        return disposal in self.options_enabled

    def local_name(self, disposal: DisposalCode) -> str | None:
        """Return what the area calls the disposal, or None (CFG-02)."""
        return next((local.name for local in self.local_names if local.disposal == disposal), None)

    def indicated_at(self, score: int) -> tuple[DisposalCode, ...]:
        """Return the disposals that a score points to (CFG-06); it never points away from the others (GEN-05)."""
        mapped: Mapping[Any, tuple[DisposalCode, ...]] = self.gravity_map
        return mapped.get(str(score), ())
