"""How an outcome goes into the national return: dated data, in which "unmapped on purpose" is an answer.

Decides which row holds on a day. What a case's outcome is, is `app.delivery.outcome`.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.law import yamlfile
from app.law.base import Certainty, DisposalCode, Frozen, LawDate, RuleId, Text

FILE = Path(__file__).parent / "national_return.yaml"


class ReturnRow(Frozen):
    """What a disposal with an outcome code is sent as in a window of days; None is unmapped on purpose."""

    disposal: DisposalCode
    outcome_code: Text
    from_: Annotated[LawDate, Field(alias="from")]
    until: LawDate | None
    send: Text | None
    because: Text
    rule: RuleId
    certainty: Certainty

    def covers(self, day: date) -> bool:
        """Return whether the row holds on a day."""
        return self.from_ <= day and (self.until is None or day <= self.until)


class NationalReturn(Frozen):
    """The table as a whole."""

    name: Text
    rows: tuple[ReturnRow, ...]


@cache
def national_return() -> NationalReturn:
    """Return the table that the service ships; a broken one raises, so that the service does not start on it."""
    return NationalReturn.model_validate(yamlfile.read(FILE.read_text(encoding="utf-8")))


def row_on(rows: Sequence[ReturnRow], disposal: str, outcome_code: str, day: date) -> ReturnRow | None:
    """Return the row for a disposal's outcome on a day, or None where the table is silent."""
    wanted = (row for row in rows if row.disposal == disposal and row.outcome_code == outcome_code)
    return next((row for row in wanted if row.covers(day)), None)
