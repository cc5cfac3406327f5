"""The bodies of break-glass, of limits to named people, and of alerts."""

from typing import Annotated

from pydantic import Field

from app.access.words import AlertKind, GrantState, LimitReason, LimitStep, ReviewFinding
from app.http.query import ListQuery
from app.http.schema import Answer, Code, Day, Instant, Line, Many, Narrative, Schema, Word
from app.identity.caller import Agency

Why = Annotated[Narrative, Field(min_length=20, max_length=2000)]


class BreakGlassIn(Schema):
    """Which case somebody must read that is not of their areas, or is for named people alone, and why."""

    case_id: Code
    reason: Why


class GrantAnswer(Answer):
    """A grant to read one case: whose, until when, and what a reviewer found."""

    grant_id: str
    case_id: str
    area: str
    by: str
    agency: Agency | None
    reason: str
    given_at: Instant
    until: Instant
    review_due_on: Day
    state: GrantState
    finding: ReviewFinding | None
    says: str | None
    reviewed_by: str | None
    reviewed_at: Instant | None


class GrantGiven(Answer):
    """A grant as the person who asked for it is answered: named in `X-Break-Glass`, it reads the case until then."""

    grant_id: str
    case_id: str
    until: Instant
    review_due_on: Day


class ReviewIn(Schema):
    """What somebody else found, having looked at a grant and at what was read under it."""

    finding: Word[ReviewFinding]
    says: Why


class GrantQuery(ListQuery):
    """Which grants are asked for."""

    state: Word[GrantState] | None = None


class Named(Schema):
    """Somebody who may reach a case that is for named people alone."""

    user_name: Line
    agency: Word[Agency]


class LimitIn(Schema):
    """A limit of a case to named people: proposed by one, confirmed or declined by another of the other agency.

    Whom it names and why is said with the proposal; nobody named lifts the limit.
    """

    step: Word[LimitStep]
    reason: Word[LimitReason] | None = None
    says: Why | None = None
    named: Annotated[Many[Named], Field(max_length=50)] | None = None


class LimitAnswer(Answer):
    """One step of a limit; `carriedFrom` is the limited case of the same child from which the database carried it."""

    limit_id: str
    case_id: str
    number: int
    step: LimitStep
    reason: LimitReason
    says: str
    named: tuple[str, ...]
    agency: Agency
    recorded_at: Instant
    recorded_by: str
    carried_from: str | None


class Limits(Answer):
    """Every step of the limits of a case, oldest first, and whether the case is limited now."""

    limited: bool
    items: tuple[LimitAnswer, ...]
    next_cursor: str | None = None


class AlertAnswer(Answer):
    """That something unusual was reached: no name, no case; who and what stands in the entry of the log."""

    log_id: str
    kind: AlertKind
    area: str | None
    occurred_at: Instant


class AlertQuery(ListQuery):
    """Which alerts are asked for."""

    kind: Word[AlertKind] | None = None
