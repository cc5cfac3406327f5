"""The answer to a request for what is held about a child, in the form that HMPPS services share: `content`."""

from typing import Any

from app.cases.schemas import IdentifierIn
from app.http.schema import Answer, Day

Document = dict[str, Any]


class Subject(Answer):
    """Who it is about."""

    child_id: str
    given_names: str
    family_name: str
    date_of_birth: Day
    identifiers: tuple[IdentifierIn, ...]


class Processing(Answer):
    """What DPA 2018 s45(2) asks to be told beside the data. What only the controller can say is named as that."""

    purposes: tuple[str, ...]
    legal_basis: str
    recipients: tuple[str, ...]
    storage_period: str
    rights: tuple[str, ...]
    automated_decisions: str


class Content(Answer):
    """What is held. `lookAtBeforeGiving` names the places in staff's own words, that may name somebody else."""

    subject: Subject
    processing: Processing
    cases: tuple[Document, ...]
    look_at_before_giving: tuple[str, ...]


class SubjectAccess(Answer):
    """What is held about a child."""

    content: Content
