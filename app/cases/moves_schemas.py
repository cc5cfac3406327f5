"""The bodies of withdrawal, search, transfer, representations and feedback."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.cases.schemas import Area, IdentifierIn, SourceIn
from app.cases.states import CaseStatus
from app.cases.words import TransferStep, Voice, VoiceKind
from app.http.schema import Answer, Day, Instant, Many, Narrative, Schema, Word
from app.identity.caller import Agency
from app.law.model import DisposalCode

Reason = Annotated[Narrative, Field(min_length=10)]


class WithdrawalIn(Schema):
    """Why a referral is withdrawn."""

    reason: Reason


class WithdrawalAnswer(Answer):
    """A referral that is withdrawn; everything about it is kept."""

    referral_id: str
    case_id: str
    status: CaseStatus
    reason: str
    withdrawn_at: Instant
    withdrawn_by: str


class SearchIn(Schema):
    """What is looked for: a source, or a child by any of its identifiers."""

    source: SourceIn | None = None
    identifiers: Annotated[Many[IdentifierIn], Field(min_length=1, max_length=20)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.source is None) == (self.identifiers is None):
            raise PydanticCustomError("source-or-identifiers", "Search by source or by identifiers.")
        return self


class FoundReferral(Answer):
    """A referral that the caller's client made."""

    referral_id: str
    case_id: str
    status: CaseStatus
    source: SourceIn
    received_at: Instant


class TransferIn(Schema):
    """A transfer to another area: proposed by one agency, confirmed or declined by the other.

    Without `step`, the first proposes and the other confirms.
    """

    to_area: Area
    reason: Reason
    step: Word[TransferStep] | None = None


class TransferAnswer(Answer):
    """A step of a transfer; `area` is where the case is now."""

    transfer_id: str
    case_id: str
    area: str
    number: int
    step: TransferStep
    from_area: str
    to_area: str
    reason: str
    agency: Agency
    recorded_at: Instant
    recorded_by: str


class Transfers(Answer):
    """The transfers of a case, step by step."""

    items: tuple[TransferAnswer, ...]
    next_cursor: None = None


class VoiceIn(Schema):
    """What the child or family said, in their words, and of which disposal if of one."""

    said_by: Annotated[Word[Voice], Field(alias="from")]
    words: Narrative
    said_on: Day
    disposal: Word[DisposalCode] | None = None


class VoiceAnswer(Answer):
    """What somebody said."""

    voice_id: str
    case_id: str
    kind: VoiceKind
    said_by: Annotated[Voice, Field(alias="from")]
    words: str
    said_on: Day
    disposal: DisposalCode | None
    recorded_at: Instant
    recorded_by: str


class VoicesAnswer(Answer):
    """What was said, oldest first."""

    items: tuple[VoiceAnswer, ...]
    next_cursor: None = None
