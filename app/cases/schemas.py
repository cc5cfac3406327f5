"""The bodies of referrals, cases and characteristics (contract, sections 5 and 5a)."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.advice.answer import ClockAnswer, WarningAnswer
from app.advice.schemas import (
    MAX_OFFENCES,
    AgreementIn,
    ChildIn,
    ExploitationIn,
    FactsIn,
    History,
    OffenceIn,
    OrUnknown,
    Victims,
)
from app.cases.filters import CaseView
from app.cases.states import CaseStatus, Owner, Route
from app.delivery.schemas import OutcomeAnswer
from app.http.schema import Answer, Code, Day, Instant, Line, Many, Schema, Word
from app.rules import facts as f
from app.rules.facts import UNKNOWN

Document = dict[str, Any]
SourceCode = Annotated[Code, Field(max_length=40)]
Area = Annotated[str, Field(pattern=r"^[EW][0-9]{8}$")]


class Characteristic(StrEnum):
    """What is known of a child to see whether children are treated alike; read by no rule."""

    ETHNICITY = "ETHNICITY"
    SEX = "SEX"
    GENDER_REASSIGNMENT = "GENDER_REASSIGNMENT"
    DISABILITY = "DISABILITY"
    RELIGION_OR_BELIEF = "RELIGION_OR_BELIEF"
    SEXUAL_ORIENTATION = "SEXUAL_ORIENTATION"
    PREGNANCY_MATERNITY = "PREGNANCY_MATERNITY"
    MARRIAGE_CIVIL_PARTNERSHIP = "MARRIAGE_CIVIL_PARTNERSHIP"
    AGE = "AGE"
    CARE_EXPERIENCE = "CARE_EXPERIENCE"
    SEND = "SEND"
    NEURODIVERSITY = "NEURODIVERSITY"
    SPEECH_LANGUAGE_COMMUNICATION = "SPEECH_LANGUAGE_COMMUNICATION"
    GYPSY_ROMA_TRAVELLER = "GYPSY_ROMA_TRAVELLER"
    FIRST_LANGUAGE = "FIRST_LANGUAGE"
    MIGRATION_STATUS = "MIGRATION_STATUS"
    DEPRIVATION = "DEPRIVATION"


class CharacteristicStatus(StrEnum):
    """Whether the child said it, would not say, or was never asked: what is missing tells something too."""

    STATED = "STATED"
    DECLINED = "DECLINED"
    NOT_ASKED = "NOT_ASKED"
    COULD_NOT_ASK = "COULD_NOT_ASK"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class CharacteristicIn(Schema):
    """One characteristic: its value by a versioned scheme, how it came to be known, and from whom."""

    characteristic: Word[Characteristic]
    value: Line | None = None
    scheme: Code | None = None
    scheme_version: Code | None = None
    status: Word[CharacteristicStatus]
    source: Code | None = None
    recorded_at: Instant | None = None

    @model_validator(mode="after")
    def _says_what_its_status_says(self) -> Self:
        if (self.value is not None) != (self.status is CharacteristicStatus.STATED):
            raise PydanticCustomError("value-and-status", "A value is given when it is STATED, and only then.")
        if self.characteristic is Characteristic.AGE:
            raise PydanticCustomError("derived", "Age is derived from the date of birth.")
        return self


Characteristics = Annotated[Many[CharacteristicIn], Field(max_length=100)]


class CharacteristicsIn(Schema):
    """All characteristics of a child; what is not in the list is not known."""

    characteristics: Characteristics


class CharacteristicsAnswer(Answer):
    """A version of the characteristics."""

    case_id: str
    version: int
    recorded_at: Instant
    recorded_by: str
    characteristics: tuple[CharacteristicIn, ...]


class SourceIn(Schema):
    """Which message of which system of which force this is."""

    force: SourceCode
    system: SourceCode
    reference: SourceCode


class IdentifierIn(Schema):
    """A number that another system knows the child by."""

    scheme: Code
    value: Line


class ReferredChild(Schema):
    """The child who is referred: identity, the facts that advice may read, and characteristics, which it may not.

    The three go to three tables.
    """

    given_names: Line
    family_name: Line
    date_of_birth: Day
    identifiers: Annotated[Many[IdentifierIn], Field(max_length=20)] = ()
    care_status: Word[f.CareStatus] = f.CareStatus.UNKNOWN
    communication_need: Word[f.CommunicationNeed] = f.CommunicationNeed.UNKNOWN
    exploitation: ExploitationIn = ExploitationIn()
    characteristics: Characteristics | None = None


class InvestigationIn(Schema):
    """Where the police's investigation stands."""

    officer: Code | None = None
    station: Code | None = None
    status: Code | None = None
    bail_until: Day | None = None


class ReferralIn(Schema):
    """The message by which the police refer a child."""

    source: SourceIn
    route: Word[Route]
    referred_at: Instant
    area: Area
    child: ReferredChild
    offences: Annotated[Many[OffenceIn], Field(min_length=1, max_length=MAX_OFFENCES)]
    victims: Annotated[Victims | f.Unknown, OrUnknown] = f.UNKNOWN
    history: Annotated[History | f.Unknown, OrUnknown] = f.UNKNOWN
    agreement: AgreementIn = AgreementIn()
    investigation: InvestigationIn | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_null_for_a_fact(cls, value: Any) -> Any:  # noqa: ANN401  (whatever JSON held)
        if isinstance(value, dict) and any(name in value and value[name] is None for name in ("victims", "history")):
            raise PydanticCustomError("null", "What is not known is left out, or is the word UNKNOWN.")
        return value

    def facts_document(self) -> Document:
        """Return the facts that advice may rest on, as JSON, with nothing that was not sent."""
        sent = self.model_dump(mode="json", exclude_unset=True, include=_FACTS)
        return {name: sent[name] for name in _FACTS if name in sent}

    def facts(self) -> FactsIn:
        """Return the facts that advice may rest on: the parts of the referral, which are read and checked already."""
        child = ChildIn.model_construct(**{name: getattr(self.child, name) for name in ChildIn.model_fields})
        return FactsIn.model_construct(
            child=child,
            offences=self.offences,
            victims=UNKNOWN if self.victims is None else self.victims,
            history=UNKNOWN if self.history is None else self.history,
            agreement=self.agreement,
        )


_FACTS: dict[str, Any] = {
    "child": set(ChildIn.model_fields),
    **dict.fromkeys(("offences", "victims", "history", "agreement"), True),
}


class ReferralReceived(Answer):
    """What a referral answers."""

    referral_id: str
    case_id: str
    status: CaseStatus
    clocks: tuple[ClockAnswer, ...]
    warnings: tuple[WarningAnswer, ...]


class ReferralAnswer(Answer):
    """A referral as received, and what has become of it."""

    referral_id: str
    case_id: str
    status: CaseStatus
    received_at: Instant
    referral: Document
    decision: Document | None
    outcome: OutcomeAnswer | None


class CaseSummary(Answer):
    """A case in a list."""

    case_id: str
    area: str
    route: Route
    status: CaseStatus
    owner: Owner
    level: int
    received_at: Instant
    updated_at: Instant
    due_on: Day | None


class CaseCounts(Answer):
    """How many cases of the caller's areas each view and each status has."""

    views: dict[CaseView, int]
    statuses: dict[CaseStatus, int]


class ChildAnswer(Answer):
    """Who the child is. `childId` is this service's own name for the child of the case."""

    child_id: str
    given_names: str
    family_name: str
    date_of_birth: Day
    identifiers: tuple[IdentifierIn, ...]


class CaseAnswer(CaseSummary):
    """A case with its child and its newest facts; `ownRecord` marks what of the history is our own record."""

    version: int
    facts_version: int
    child: ChildAnswer
    facts: Document
    own_record: tuple[Document, ...]


class TimelineEntry(Answer):
    """One thing that happened."""

    occurred_at: Instant
    act: str
    status: CaseStatus | None
    agency: str | None
    by: str


class Timeline(Answer):
    """Everything that happened to a case, in order."""

    items: tuple[TimelineEntry, ...]
    next_cursor: None = None
