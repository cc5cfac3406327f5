"""Bodies of the one way back from an item to its case: who asked, why, and which case it is."""

from typing import Annotated

from pydantic import Field

from app.http.schema import Answer, Instant, Line, Narrative, Schema


class IdentificationBody(Schema):
    """Which item, who of the panel asked, and why it has to be known which child this is."""

    pseudonym: Line
    asked_by: Line
    reason: Annotated[Narrative, Field(min_length=20, max_length=2000)]


class IdentificationRow(Answer):
    """That somebody was told which case an item is: who, when, and for what reason. It does not say which case."""

    identification_id: str
    sample_id: str
    item_id: str
    pseudonym: str
    asked_by: str
    reason: str
    identified_at: Instant
    identified_by: str


class IdentificationAnswer(IdentificationRow):
    """The case of an item, for whoever looks after the child's data; what may be read of it is as it was."""

    case_id: str
    area: str
