"""What is read and written of policy: versions of a protocol and editions of the matrix, with who agreed to them."""

from enum import StrEnum
from typing import Any, Self

from pydantic import Field
from sqlalchemy import Row

from app.http.schema import Answer, Instant, Schema
from app.law.model import Protocol


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
