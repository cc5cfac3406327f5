"""Bodies of observations: what a panel observes, whose it is to answer, and the answer."""

from datetime import date
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from app.http.query import Id
from app.http.schema import Answer, Day, Instant, Narrative, Schema, Word
from app.identity.caller import Agency
from app.scrutiny.words import ObservationStatus


class ObservationBody(Schema):
    """What the panel observes; `owner` is the agency that is to answer by `dueOn`."""

    observation: Narrative
    owner: Word[Agency]
    due_on: Day
    item_id: Id | None = None


class ObservationPatch(Schema):
    """What changes of an observation; what is left out stays."""

    owner: Word[Agency] | None = None
    due_on: Day | None = None
    status: Word[ObservationStatus] | None = None
    response: Narrative | None = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise PydanticCustomError("nothing-changes", "Something has to change.")
        return self


class ObservationAnswer(Answer):
    """What a panel observed, and what the agency that owns it answered."""

    observation_id: str
    sample_id: str
    item_id: str | None
    observation: str
    owner: str
    due_on: date
    status: str
    response: str | None
    version: int
    recorded_at: Instant
    recorded_by: str
    changed_at: Instant
    changed_by: str
