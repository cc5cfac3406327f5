"""The explanation as JSON."""

from app.explanation.wording import Audience, Language
from app.http.schema import Answer, Day
from app.law.model import Certainty, DisposalCode


class SectionAnswer(Answer):
    """A heading with its paragraphs."""

    id: str
    heading: str
    paragraphs: tuple[str, ...]


class LawSays(Answer):
    """What the law's own catalogue says of a consequence, with its rules and how sure it is. For parents and carers."""

    name: str
    text: str
    rules: tuple[str, ...]
    certainty: Certainty


class ReadingAge(Answer):
    """The age at which the text is read, by two formulas."""

    automated_readability: float
    coleman_liau: float


class WelshAnswer(Answer):
    """Whether there is Welsh wording; where there is none, this says so."""

    available: bool
    says: str


class ExplanationAnswer(Answer):
    """A disposal explained to one audience. To the victim nothing is told of the child, the spent day included."""

    case_id: str
    audience: Audience
    language: Language
    disposal: DisposalCode
    title: str
    sections: tuple[SectionAnswer, ...]
    law: tuple[LawSays, ...]
    decided_on: Day
    spent_on: Day | None
    reading_age: ReadingAge
    wording_version: int
    common_wording_version: int
    wording_digest: str
    welsh: WelshAnswer
