"""The bodies of an offer of support."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.cases.states import CaseStatus
from app.http.schema import Answer, Day, Instant, Narrative, Schema, Word
from app.rules.facts import YesNo
from app.support.steps import SupportStep


class SupportIn(Schema):
    """A step of an offer of support. What is offered is said when it is offered."""

    step: Word[SupportStep]
    taken_on: Annotated[Day, Field(alias="on")]
    support: Narrative | None = None
    note: Narrative | None = None

    @model_validator(mode="after")
    def _says_what_is_offered(self) -> Self:
        if self.step is SupportStep.OFFERED and self.support is None:
            raise PydanticCustomError("support-missing", "An offer says what is offered.")
        return self


class SupportStepAnswer(Answer):
    """A step of an offer of support."""

    number: int
    step: SupportStep
    taken_on: Annotated[Day, Field(alias="on")]
    support: str | None
    note: str | None
    recorded_at: Instant
    recorded_by: str


class CriterionAnswer(Answer):
    """A criterion of Turnaround, whether it is met as far as is known, and how certain the criterion itself is."""

    criterion: str
    met: YesNo
    certainty: str
    says: str


class Turnaround(Answer):
    """The criteria of Turnaround, for information: support may be offered whatever they say."""

    rule: str
    says: str
    certainty: str
    criteria: tuple[CriterionAnswer, ...]


class SupportAnswer(Answer):
    """How far an offer of support has come. It is voluntary, and never a disposal: nothing follows from declining."""

    case_id: str
    status: CaseStatus
    step: SupportStep | None
    voluntary: Literal[True] = True
    disposal: None = None
    may_follow: tuple[SupportStep, ...]
    turnaround: Turnaround
    items: tuple[SupportStepAnswer, ...]
