"""The bodies of panel meetings, contributions and the pack. None has a field for a vote; an unknown one is refused."""

from typing import Annotated, Any

from pydantic import Field

from app.cases.states import CaseStatus, Route
from app.http.schema import Answer, Code, Day, Instant, Line, Many, Narrative, Schema
from app.law.model import DisposalCode

Area = Annotated[str, Field(pattern=r"^[EW][0-9]{8}$")]
Document = dict[str, Any]


class Member(Schema):
    """Who sits on the panel, for which agency and in which role."""

    name: Line
    agency: Line
    role: Line


class Conflict(Schema):
    """A member's conflict of interest in a case of the agenda; for that case the member is not there."""

    member: Line
    case_id: Code
    what: Narrative


class MeetingIn(Schema):
    """A meeting of the decision panel of an area."""

    area: Area
    on: Annotated[Day, Field(alias="date")]
    members: Annotated[Many[Member], Field(min_length=1, max_length=50)]
    agenda: Annotated[Many[Code], Field(max_length=100)] = ()
    attendance: Annotated[Many[Line], Field(max_length=50)] = ()
    conflicts_of_interest: Annotated[Many[Conflict], Field(max_length=100)] = ()
    notes: Narrative | None = None


class QuorumAnswer(Answer):
    """Which agencies the protocol wants there, and which are not."""

    needed: tuple[str, ...]
    missing: tuple[str, ...]
    met: bool


class CaseQuorum(QuorumAnswer):
    """The quorum for one case, without whoever has a conflict of interest in it."""

    case_id: str


class MeetingAnswer(Answer):
    """A meeting as it stands."""

    meeting_id: str
    version: int
    area: str
    on: Annotated[Day, Field(alias="date")]
    members: tuple[Member, ...]
    agenda: tuple[str, ...]
    attendance: tuple[str, ...]
    conflicts_of_interest: tuple[Conflict, ...]
    notes: str | None
    quorum: QuorumAnswer
    quorum_by_case: tuple[CaseQuorum, ...]
    recorded_at: Instant
    recorded_by: str


class ContributionIn(Schema):
    """What a panel member says of a case. It informs the two agencies; it never counts."""

    what: Narrative
    agency: Line
    role: Line
    meeting_id: Code | None = None


class ContributionAnswer(Answer):
    """A contribution."""

    contribution_id: str
    case_id: str
    round: int
    what: str
    agency: str
    role: str
    meeting_id: str | None
    recorded_at: Instant
    recorded_by: str


class PackChild(Answer):
    """Who the child is, so that the agencies know whom to bring news of."""

    given_names: str
    family_name: str
    age: int


class PackOption(Answer):
    """How a disposal stands, in one line."""

    disposal: DisposalCode
    local_name: str | None
    standing: str
    authority: str | None
    fit: str


class Voices(Answer):
    """What child, parent or carer and victim said; null where nobody has been heard."""

    child: str | None
    parent_carer: str | None
    victim: str | None


class MissingPart(Answer):
    """A part of the pre-assessment that is not there, and who could supply it."""

    pointer: str
    who: str


class PackCase(Answer):
    """A case as a panel reads it. No opinion of either agency is in it, and nothing about engagement."""

    case_id: str
    status: CaseStatus
    route: Route
    child: PackChild
    offences: tuple[Document, ...]
    gravity: Document
    score_status: str
    least_restrictive_indicated: DisposalCode | None
    least_restrictive_still_possible: DisposalCode | None
    provisional: bool
    options: tuple[PackOption, ...]
    open_questions: tuple[Document, ...]
    duties: tuple[Document, ...]
    warnings: tuple[Document, ...]
    clocks: tuple[Document, ...]
    voices: Voices
    victims: tuple[Document, ...] | None
    safety: Document | None
    risk_to_others: Document | None
    circumstances: str | None
    strengths: str | None
    structural_barriers: str | None
    pre_assessed: bool
    missing: tuple[MissingPart, ...]
    contributions: tuple[ContributionAnswer, ...]
    conflicts_of_interest: tuple[Conflict, ...]
    quorum: QuorumAnswer


class Evaluated(Answer):
    """How decisions of the area went on, by disposal; a count below the smallest that is shown is null."""

    disposal: DisposalCode
    decided: int | None
    completed: int | None
    not_completed: int | None
    under_way: int | None


class Evaluation(Answer):
    """Evaluation figures of the area, so that a panel sees what became of what was decided."""

    decided_from: Day
    decided_to: Day
    smallest_shown: int
    by_disposal: tuple[Evaluated, ...]


class MeetingPack(Answer):
    """All that a panel reads before it meets, in one call."""

    meeting: MeetingAnswer
    as_at: Day
    cases: tuple[PackCase, ...]
    not_shown: tuple[str, ...]
    evaluation: Evaluation
    law_digest: str
