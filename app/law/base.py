"""The first words of the law: dates, windows, certainty, layers and the enumerations everything else is written in.

Decides how a date, an identifier and a certainty are written. Does not know any rule: see `app.law.model`.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

NOT_IN_FORCE = "NOT_IN_FORCE"
"""The value of a parameter in a time in which the law had none: a gap that is written down."""

_EARLIEST = date(1900, 1, 1)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _law_date(value: object) -> object:
    """Return a date of the law is written YYYY-MM-DD and never earlier than 1900 (no sentinels)."""
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        msg = "a date is written YYYY-MM-DD"
        raise ValueError(msg)
    if isinstance(value, int | float):
        msg = "a date is written YYYY-MM-DD, not as a number"
        raise ValueError(msg)  # noqa: TRY004 - Pydantic collects ValueError, a TypeError would escape it
    day = date.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(day, date) and day < _EARLIEST:
        msg = "a date before 1900 is a sentinel, not a date of law"
        raise ValueError(msg)
    return day


LawDate = Annotated[date, BeforeValidator(_law_date)]
Key = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Word = Annotated[StrictStr, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Text = Annotated[StrictStr, Field(min_length=1)]
RuleId = Annotated[StrictStr, Field(pattern=r"^[A-Z][A-Z0-9]{1,2}-[0-9]{2}$")]
PointId = Annotated[StrictStr, Field(pattern=r"^[CQ]-[0-9]{2}$")]
GovernsAt = Literal["offence", "decision", "delivery", "none"]


class Frozen(BaseModel):
    """A value that cannot change and knows every one of its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Enumeration(StrEnum):
    """An enumeration of words. A member is hashed as its word: by the interpreter, not by Enum's own Python."""

    __hash__ = str.__hash__


class Certainty(Enumeration):
    """How sure we are: V, V2, INF and OK in the research behind the rules."""

    VERIFIED = "VERIFIED"
    SECONDARY = "SECONDARY"
    INFERRED = "INFERRED"
    UNVERIFIED = "UNVERIFIED"


class Layer(Enumeration):
    """Who says so: Parliament, national guidance, or a local protocol."""

    STATUTE = "STATUTE"
    GUIDANCE = "GUIDANCE"
    PROTOCOL = "PROTOCOL"


class DisposalCode(Enumeration):
    """The ten disposals. Their order is `Disposal.rank`, least restrictive first, never the order written here."""

    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    TRIAGE = "TRIAGE"
    OUTCOME_21 = "OUTCOME_21"
    OUTCOME_22 = "OUTCOME_22"
    COMMUNITY_RESOLUTION = "COMMUNITY_RESOLUTION"
    DEFERRED_CAUTION = "DEFERRED_CAUTION"
    DEFERRED_PROSECUTION = "DEFERRED_PROSECUTION"
    YOUTH_CAUTION = "YOUTH_CAUTION"
    YOUTH_CONDITIONAL_CAUTION = "YOUTH_CONDITIONAL_CAUTION"
    CHARGE = "CHARGE"


class ModeOfTrial(Enumeration):
    """Where an offence can be tried."""

    SUMMARY_ONLY = "SUMMARY_ONLY"
    EITHER_WAY = "EITHER_WAY"
    INDICTABLE_ONLY = "INDICTABLE_ONLY"


class Direction(Enumeration):
    """Which way a factor moves a gravity score."""

    UP = "UP"
    DOWN = "DOWN"


class MatrixStatus(Enumeration):
    """Whose scores a matrix edition holds."""

    ILLUSTRATIVE = "ILLUSTRATIVE"
    LICENSED = "LICENSED"
    NOT_BUNDLED = "NOT_BUNDLED"


class OnPnc(Enumeration):
    """Whether a disposal is written to the Police National Computer."""

    NO = "NO"
    YES_IF_RECORDABLE = "YES_IF_RECORDABLE"
    YES = "YES"


class Window(Frozen):
    """A time in which something is in force: both days included, open at the end when `until` is absent."""

    in_force_from: LawDate = Field(alias="from")
    in_force_until: LawDate | None = Field(default=None, alias="until")

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the window."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)
