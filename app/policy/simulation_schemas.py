"""What is asked and answered of a simulation."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.http.schema import Answer, Code, Day, Schema
from app.law.model import MatrixStatus
from app.policy.schemas import EditionId

COMPARED_BY = ("ETHNICITY", "SEX", "AGE_BAND")
LONGEST = timedelta(days=3 * 366)

SAYS = (
    "A count of one to four is withheld, with what would tell it; the rest is rounded to five. A simulation asks the "
    "same facts of another policy: what people would have asked, said or done under it, nobody knows."
)


class SimulationIn(Schema):
    """Whose decided cases, in whole months, are held against which version of the area's protocol or which matrix."""

    area: Code
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    protocol_version: Annotated[int, Field(ge=1, le=999_999)] | None = None
    matrix_edition: EditionId | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.protocol_version is None and self.matrix_edition is None:
            raise PydanticCustomError("nothing-to-simulate", "A protocolVersion or a matrixEdition is needed.")
        if not self.from_ <= self.to <= self.from_ + LONGEST:
            raise PydanticCustomError("period", "The period has its days in order and spans three years at most.")
        if self.from_.day != 1 or (self.to + timedelta(days=1)).day != 1:
            raise PydanticCustomError("whole-months", "The period begins and ends with a month.")
        return self


class WhatIfAnswer(Answer):
    """The policy that the cases were held against; what is null stayed as it was."""

    protocol_version: int | None
    matrix_edition: str | None
    matrix_status: MatrixStatus | None


class TableAnswer(Answer):
    """Counts by group; null where a count is withheld."""

    by: str
    rows: dict[str, dict[str, int | None]]


class SimulationAnswer(Answer):
    """Who would be advised differently: counts alone.

    `changes`: of the least restrictive disposal that the advice indicates. `decidedDisposals`: of how the disposal
    that was decided would stand. `disposals`: of how each disposal would stand in all cases.
    """

    area: str
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    under: WhatIfAnswer
    cases: int | None
    left_out: int | None
    threshold: int
    rounded_to: int
    changes: tuple[TableAnswer, ...]
    decided_disposals: TableAnswer
    disposals: tuple[TableAnswer, ...]
    says: str = SAYS
