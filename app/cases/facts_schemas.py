"""The bodies of facts established after the referral, of possible matches and of links."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.advice.schemas import ChildUpdate, FactUpdates
from app.cases.states import CaseStatus
from app.cases.words import FactsOrigin, MatchReason
from app.http.query import ListQuery
from app.http.schema import Answer, Day, Instant, Line, Narrative, Schema

Document = dict[str, Any]


class ChildEstablished(ChildUpdate):
    """What may become known of the child, age evidence included."""

    date_of_birth: Day | None = None

    @model_validator(mode="after")
    def _no_null_for_a_fact(self) -> Self:
        if "date_of_birth" in self.model_fields_set and self.date_of_birth is None:
            raise PydanticCustomError("null", "What is not known is left out.")
        return self


class Updates(FactUpdates):
    """What has become known: only what is sent; an offence is named by its id."""

    child: ChildEstablished = ChildEstablished()


class EstablishedIn(Schema):
    """Facts that an agency has established after the referral: where they come from, the day, and what they are."""

    source: Line
    established_on: Day
    updates: Updates


class FactsVersion(Answer):
    """A version of a case's facts, with what brought it about.

    `ownRecord` marks the history that is our own record: `origin` is OWN_RECORD, `pointer` where it stands in the facts
    (null where no history was given: ours alone must not look like all of it), `added` whether only we told it.
    """

    case_id: str
    version: int
    origin: FactsOrigin
    source: str | None
    established_on: Day | None
    agency: str | None
    recorded_at: Instant
    recorded_by: str
    facts: Document
    own_record: tuple[Document, ...]


class FactsQuery(ListQuery):
    """Which versions are asked for."""


class PossibleMatch(Answer):
    """A case that may be of the same child; nothing has been put together."""

    case_id: str
    area: str
    status: CaseStatus
    received_at: Instant
    because: MatchReason


class PossibleMatches(Answer):
    """The cases that may be of the same child."""

    items: tuple[PossibleMatch, ...]
    next_cursor: None = None


class LinkIn(Schema):
    """A person says that another case is of the same child, and how that is known."""

    case_id: Annotated[str, Field(min_length=36, max_length=36)]
    rationale: Annotated[Narrative, Field(min_length=10)]


class LinkAnswer(Answer):
    """A link between two cases of one child."""

    case_id: str
    other_case_id: str
    because: str
    rationale: str
    recorded_at: Instant
    recorded_by: str


class Links(Answer):
    """The links of a case."""

    items: tuple[LinkAnswer, ...]
    next_cursor: None = None
