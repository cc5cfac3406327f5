"""The opinions that stand in the present round of a case, and what they come to. Reads rows; decides by `joint`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.cases.repository import Case
from app.decisions.joint import JointStanding, Opinion, combine
from app.identity.caller import Agency

SPEAKING = (Agency.POLICE, Agency.YJS)


@dataclass(frozen=True)
class Live:
    """The last turn of each agency at each level of a case's present round."""

    case: Case
    rows: Sequence[Row[Any]]

    def at(self, agency: Agency) -> Row[Any] | None:
        """Return what an agency has said at the level that the case has reached."""
        return next((row for row in self.rows if (row.level, row.agency) == (self.case.level, agency)), None)

    @property
    def standing(self) -> JointStanding:
        """Return what the two agencies' opinions at the level reached come to."""
        return self.with_one(None)

    def with_one(self, opinion: Opinion | None) -> JointStanding:
        """Return what they come to with one more, or with one in another's place."""
        said = {agency: None if (row := self.at(agency)) is None else opinion_of(row._mapping) for agency in SPEAKING}  # noqa: SLF001
        if opinion is not None:
            said[Agency(opinion.agency)] = opinion
        return combine(said[Agency.POLICE], said[Agency.YJS])

    @property
    def lifted(self) -> bool:
        """Return whether the seal is lifted: both have spoken at the level reached."""
        return self.standing is not JointStanding.INCOMPLETE

    @property
    def agreed(self) -> str | None:
        """Return the disposal that both agencies hold at the level reached, or None."""
        row = self.at(Agency.POLICE)
        return str(row.disposal) if row is not None and self.standing is JointStanding.AGREED else None

    @property
    def said(self) -> tuple[Opinion, ...]:
        """Return every opinion of the round, lowest level first."""
        return tuple(opinion_of(row._mapping) for row in self.rows)  # noqa: SLF001  (SQLAlchemy's public name for it)


def opinion_of(row: Mapping[Any, Any]) -> Opinion:
    """Return an opinion as the pure tables read it."""
    return Opinion(
        agency=row["agency"],
        level=row["level"],
        disposal=row["disposal"],
        user_name=row["user_name"],
        rationale=row["rationale"],
    )
