"""Bodies of the words that a named person releases: what was written, as redacted, and who released it."""

from typing import Annotated

from pydantic import Field

from app.http.schema import Answer, Instant, Narrative, Schema, Word
from app.scrutiny.words import TextAbout

LONGEST = 2000


class TextBody(Schema):
    """A text that says nothing by which anybody could be found, to stand in an item in place of what was written."""

    about: Word[TextAbout]
    text: Annotated[Narrative, Field(max_length=LONGEST)]


class OriginalRow(Answer):
    """What was written: by whose opinion or decision, and at which level."""

    about: str
    level: int
    text: str


class FlagRow(Answer):
    """Something that the scan wants looked at: of which kind, and where in the text."""

    kind: str
    begins: int
    ends: int


class TextAnswer(Answer):
    """A redacted text. It stands in the item once a second person has released it; `flags` are an aid, no proof."""

    text_id: str
    item_id: str
    about: str
    text: str
    flags: list[FlagRow]
    redacted_by: str
    redacted_at: Instant
    released_by: str | None
    released_at: Instant | None


class TextsAnswer(Answer):
    """What was written of an item's case, and what was made of it for the panel."""

    originals: list[OriginalRow]
    items: list[TextAnswer]
