"""What is read and written of policy: versions of a protocol and editions of the matrix, with who agreed to them."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field
from sqlalchemy import Row

from app.http.schema import Answer, Day, Instant, Line, Schema
from app.law.model import MatrixEdition, MatrixStatus, Protocol


class State(StrEnum):
    """Where a piece of policy stands: shipped as an example, drafted by one agency, or approved by the other."""

    SHIPPED = "SHIPPED"
    DRAFT = "DRAFT"
    APPROVED = "APPROVED"


class Agreed(Answer):
    """Who drafted or approved, for which agency, and when."""

    by: str
    agency: str
    at: Instant


class ProtocolVersion(Protocol):
    """A version of an area's protocol as it was drafted, with its state and who agreed to it."""

    state: State
    drafted: Agreed | None = None
    approved: Agreed | None = None

    @classmethod
    def shipped(cls, protocol: Protocol) -> Self:
        """Return a version that ships as an example."""
        return cls.model_validate(protocol.model_dump() | {"state": State.SHIPPED})

    @classmethod
    def of_row(cls, row: Row[Any]) -> Self:
        """Return a version that an area has drafted."""
        return cls.model_validate(row.document | agreements(row))


TOLD = ("state", "drafted", "approved")
"""What the service says of a version beside the document; who sends a version back changed may send these along."""


def agreements(row: Row[Any]) -> dict[str, Any]:
    """Return the state of a draft and who agreed to it."""
    drafted = Agreed(by=row.author, agency=row.author_agency, at=row.drafted_at)
    if row.approved_at is None:
        return {"state": State.DRAFT, "drafted": drafted, "approved": None}
    approved = Agreed(by=row.approver, agency=row.approver_agency, at=row.approved_at)
    return {"state": State.APPROVED, "drafted": drafted, "approved": approved}


class ProtocolDifference(Answer):
    """A key in which two versions differ, and what each says."""

    key: str
    before: Any
    after: Any


class Comparison(Answer):
    """Two versions of an area's protocol held against each other."""

    area: str
    from_: int = Field(alias="from")
    to: int
    differences: tuple[ProtocolDifference, ...]


class Approval(Schema):
    """An empty object: to approve is to say yes to what was drafted."""


EditionId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]


class MatrixImport(Schema):
    """A force's own licensed table of scores, and what is said of the edition beside it.

    `csv` has the columns `offence_key,base_score` and may have `from,until`. Scale, factors and how far they move a
    score are those of the edition that the import takes the place of.
    """

    id: EditionId
    title: Line
    in_force_from: Day
    in_force_until: Day | None = None
    csv: Annotated[str, Field(min_length=1, max_length=1_000_000)]


class EditionAnswer(Answer):
    """An edition of the gravity matrix. `status` says whose scores they are, `state` whether it is approved."""

    id: str
    title: str
    says: str
    status: MatrixStatus
    state: State
    import_id: str | None
    scale_min: int
    scale_max: int
    max_movement: int
    in_force_from: Day
    in_force_until: Day | None
    certainty: str
    citations: tuple[dict[str, Any], ...]
    uncited_because: str | None
    scores: int
    base: dict[str, int]
    factors: tuple[str, ...]
    drafted: Agreed | None = None
    approved: Agreed | None = None

    @classmethod
    def of(cls, edition: MatrixEdition, import_id: str | None, agreed: dict[str, Any]) -> Self:
        """Return an edition with what is said of its import."""
        return cls(
            id=edition.id,
            title=edition.title,
            says=edition.says,
            status=edition.status,
            import_id=import_id,
            scale_min=edition.scale_min,
            scale_max=edition.scale_max,
            max_movement=edition.max_movement,
            in_force_from=edition.in_force_from,
            in_force_until=edition.in_force_until,
            certainty=edition.certainty,
            citations=tuple(one.model_dump(mode="json", exclude_none=True) for one in edition.citations),
            uncited_because=edition.uncited_because,
            scores=len(edition.base),
            base=dict(edition.base),
            factors=tuple(factor.id for factor in edition.factors),
            **agreed,
        )


class ImportAnswer(Answer):
    """An imported matrix: the editions that its table gives, its state, and the digest of the table."""

    id: str
    state: State
    sha256: str
    editions: tuple[EditionAnswer, ...]
    drafted: Agreed | None = None
    approved: Agreed | None = None

    @classmethod
    def of_row(cls, row: Row[Any]) -> Self:
        """Return an import as it is kept."""
        agreed = agreements(row)
        return cls(id=row.edition_id, sha256=row.sha256, editions=editions_of(row), **agreed)


def editions_of(row: Row[Any]) -> tuple[EditionAnswer, ...]:
    """Return the editions of an import."""
    agreed = agreements(row)
    return tuple(
        EditionAnswer.of(MatrixEdition.model_validate(edition), row.edition_id, agreed) for edition in row.editions
    )
