"""The manifest of what a system sent on a day, and what we make of it."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.cases.reconciling import Source
from app.cases.schemas import SourceIn
from app.http.schema import Answer, Day, Many, Schema

MOST = 10_000
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SentReferral(Schema):
    """One referral that was sent: its source, and the SHA-256 of the bytes in which it was sent."""

    source: SourceIn
    sha256: Digest

    @property
    def key(self) -> Source:
        """Return the source as it is compared."""
        return self.source.force, self.source.system, self.source.reference


class ManifestIn(Schema):
    """A day of a sender: each of its referrals, or how many there were and the digest of all.

    `day` is that of `referredAt` in London. The digest of a day is the SHA-256 of the referrals' digests, sorted, each
    followed by a line feed.
    """

    day: Day
    referrals: Annotated[Many[SentReferral], Field(max_length=MOST)] | None = None
    count: Annotated[int, Field(ge=0)] | None = None
    sha256: Digest | None = None

    @model_validator(mode="after")
    def _says_what_was_sent(self) -> Self:
        counted = self.count is not None and self.sha256 is not None
        if (self.referrals is None) != counted or (self.count is None) != (self.sha256 is None):
            raise PydanticCustomError("manifest", "Either the referrals are listed, or their count and digest given.")
        if self.referrals is not None and len({one.key for one in self.referrals}) != len(self.referrals):
            raise PydanticCustomError("repeated-source", "A source stands in the manifest once.")
        return self


class DayAnswer(Answer):
    """How many referrals of a day there are, and the digest of all."""

    count: int
    sha256: str


class MissingReferral(Answer):
    """A referral that was sent and is not here."""

    source: SourceIn


class ReceivedReferral(Answer):
    """A referral that is here."""

    source: SourceIn
    referral_id: str
    case_id: str
    sha256: str


class Reconciliation(Answer):
    """Whether both hold the same of a day; where the sender listed its referrals, what differs.

    `missing` were sent and are not here, `extra` are here and were not listed, `different` are here in other bytes.
    """

    day: Day
    same: bool
    received: DayAnswer
    missing: tuple[MissingReferral, ...] | None
    extra: tuple[ReceivedReferral, ...] | None
    different: tuple[ReceivedReferral, ...] | None
