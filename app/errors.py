"""What can go wrong, in the words of the domain; `app.http.problems` says which status each answers.

    DomainError
    ├── IdentityError        who is calling, and may they
    ├── RequestError         the message could not be read, or lacks a header
    ├── FactsError           the message was read and says what cannot be accepted
    ├── PreconditionError    the caller has not seen the present version
    ├── StateError           the thing is not in a state that allows this
    └── ServiceError         our own trouble

`detail` and `errors` never hold a value that was submitted: problem documents and logs are read by people who may not
see the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """One fault at one place: a JSON pointer, a stable code, a sentence."""

    pointer: str
    code: str
    message: str


class DomainError(Exception):
    """Root of everything that is answered with a problem document.

    `extra` are further members of the document: ids of existing things, rule ids, never submitted values.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The request could not be carried out"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = errors
        self.extra = dict(extra or {})


# ── who is calling ───────────────────────────────────────────────────────────


class IdentityError(DomainError):
    """Who is calling is not established, or may not do this."""


class Unauthenticated(IdentityError):
    """No token, or one that is not valid."""

    code = "unauthenticated"
    title = "A valid bearer token is needed"


class RoleMissing(IdentityError):
    """The token is valid and lacks the role."""

    code = "role-missing"
    title = "The token lacks the role for this"


class HumanRequired(IdentityError):
    """A machine tried what only a person may do."""

    code = "human-required"
    title = "Only a person may do this"


class WrongAgency(IdentityError):
    """The role is there, but this is for another agency to do."""

    code = "wrong-agency"
    title = "This is for another agency"


class GradeTooLow(IdentityError):
    """The person's grade does not reach the level of the case."""

    code = "grade-too-low"
    title = "This level needs a higher grade"


class SensitiveProcessingDisabled(IdentityError):
    """Protected characteristics are not taken until the controller has said by what right (DPA 2018 s35, Sch 8)."""

    code = "sensitive-processing-disabled"
    title = "This deployment has not been set up to process protected characteristics"


class TermsNotAccepted(IdentityError):
    """A scrutiny member has not accepted the terms (DPA 2018 s171)."""

    code = "terms-not-accepted"
    title = "The scrutiny terms must be accepted first"


class NotNamed(IdentityError):
    """The person is not a named member of this sample."""

    code = "not-a-member"
    title = "Only named members may see this"


class PanelMember(IdentityError):
    """Somebody of a scrutiny panel would be told which case an item is."""

    code = "panel-member"
    title = "Nobody of a panel is told which case an item is"


class ReasonRequired(IdentityError):
    """More children are taken out at once than without a reason, in the words of who takes them."""

    code = "reason-required"
    title = "An export of so many children needs a reason, in X-Reason"


class BreakGlassRefused(IdentityError):
    """The grant that `X-Break-Glass` names is not the caller's, has ended, or does not open this."""

    code = "break-glass-refused"
    title = "This grant does not open this"


class OwnDraft(IdentityError):
    """The author of a draft would approve it."""

    code = "own-draft"
    title = "A draft is approved by another person than its author"


class OtherAgencyNeeded(IdentityError):
    """Somebody of the author's own agency would approve a draft."""

    code = "other-agency-needed"
    title = "A draft is approved by the other agency than its author's"


class NotFound(DomainError):
    """Absent, or outside the caller's areas: the two are never told apart."""

    code = "not-found"
    title = "There is no such thing here"


# ── the message ──────────────────────────────────────────────────────────────


class RequestError(DomainError):
    """The message could not be read, or lacks a header."""


class PurposeMissing(RequestError):
    """No `X-Purpose` (DPA 2018 s62: the purpose is logged)."""

    code = "purpose-missing"
    title = "X-Purpose must say what the data are wanted for"


class PurposeUnknown(RequestError):
    """`X-Purpose` is not one of the words."""

    code = "purpose-unknown"
    title = "X-Purpose is not one of the purposes listed in the reference"


class IdempotencyKeyMissing(RequestError):
    """A POST that creates came without a key."""

    code = "idempotency-key-missing"
    title = "This needs an Idempotency-Key"


class IdempotencyKeyInvalid(RequestError):
    """The key is not 1 to 255 visible ASCII characters, or was sent twice."""

    code = "idempotency-key-invalid"
    title = "An Idempotency-Key is 1 to 255 visible ASCII characters"


class QueryRefused(RequestError):
    """A query parameter is unknown, repeated or undecodable."""

    code = "query-refused"
    title = "A query parameter is unknown, repeated or cannot be read"


class UnsupportedMedia(RequestError):
    """Not JSON in UTF-8, or compressed."""

    code = "unsupported-media-type"
    title = "The body must be application/json in UTF-8, not compressed"


class BodyTooLarge(RequestError):
    """More than a body may hold."""

    code = "body-too-large"
    title = "The body is larger than a body may be"


class BatchTooLong(RequestError):
    """More lines than one batch may have; the lines before have been answered, the rest are not read."""

    code = "batch-too-long"
    title = "The batch has more lines than a batch may have; send the rest in another"


class UriTooLong(RequestError):
    """A longer path and query than any of this service."""

    code = "uri-too-long"
    title = "The path and query are longer than they may be"


class RequestTimeout(RequestError):
    """The body did not arrive in time."""

    code = "request-timeout"
    title = "The body did not arrive in time"


class TooManyRequests(RequestError):
    """The client asks more than its share."""

    code = "too-many-requests"
    title = "This client asks more than its share; wait, and go on"


class ExpectationFailed(RequestError):
    """`Expect` asks for something other than 100-continue."""

    code = "expectation-failed"
    title = "What Expect asks for cannot be met"


class HostRefused(RequestError):
    """No `Host`, two, or one that this service does not go by."""

    code = "host-refused"
    title = "Host must name this service, once"


class HeadersTooLarge(RequestError):
    """More than a header block may hold."""

    code = "headers-too-large"
    title = "The headers are larger than headers may be"


class BodyMissing(RequestError):
    """A body is needed and there is none."""

    code = "body-missing"
    title = "A body is needed"


class JsonInvalid(RequestError):
    """Not JSON."""

    code = "json-invalid"
    title = "The body is not JSON"


class EncodingInvalid(RequestError):
    """Not UTF-8."""

    code = "encoding"
    title = "The body is not UTF-8"


class DuplicateKey(RequestError):
    """A key stands twice in one object; readers would differ on what it means."""

    code = "duplicate-key"
    title = "A key stands twice in one object"


class NumberRefused(RequestError):
    """NaN, an infinity, or a number beyond what can be kept."""

    code = "number-refused"
    title = "A number is not finite or too long"


class TooDeep(RequestError):
    """Nested deeper than a body may be."""

    code = "too-deep"
    title = "The body is nested too deeply"


class Malformed(RequestError):
    """The HTTP message itself is malformed."""

    code = "malformed"
    title = "The request is malformed"


class MethodNotAllowed(RequestError):
    """The path is there, the method is not."""

    code = "method-not-allowed"
    title = "This path does not take that method"


class NotAcceptable(RequestError):
    """The caller accepts nothing that can be answered."""

    code = "not-acceptable"
    title = "Nothing that can be answered is acceptable to the caller"


# ── what the message says ────────────────────────────────────────────────────


class FactsError(DomainError):
    """The message was read and says what cannot be accepted."""


class ValidationFailed(FactsError):
    """The body is JSON and not of the form."""

    code = "validation-failed"
    title = "The body is not of the form that is needed"


class BatchEmpty(FactsError):
    """A batch without a line."""

    code = "batch-empty"
    title = "The batch has no line"


class ForbiddenCharacter(FactsError):
    """NUL or a lone surrogate somewhere in a string."""

    code = "forbidden-character"
    title = "A string holds a character that cannot be kept"


class NotADecisionFact(FactsError):
    """A protected characteristic, or engagement, was sent as a fact for a decision."""

    code = "not-a-decision-fact"
    title = "Advice takes no protected characteristic but age, and nothing about engagement"


class UnknownOffence(FactsError):
    """Neither the offence key nor the CJS code is known."""

    code = "unknown-offence"
    title = "The offence is not known"


class OffenceMismatch(FactsError):
    """The offence key and the CJS code name different offences."""

    code = "offence-mismatch"
    title = "The offence and the CJS code do not agree"


class InconsistentFacts(FactsError):
    """The facts cannot all be true."""

    code = "inconsistent-facts"
    title = "The facts cannot all be true"


class NoLawInForceError(FactsError):
    """No law is held for this date."""

    code = "no-law-in-force"
    title = "No law is held for this date"


class CalendarEnds(FactsError):
    """A working-day clock would run past the days for which the bank holidays are known."""

    code = "calendar-ends"
    title = "The calendar ends before this clock does"


class UnknownArea(FactsError):
    """No protocol is held for the area."""

    code = "unknown-area"
    title = "No protocol is held for this area"


class UnderAgeOfResponsibility(FactsError):
    """Under ten at the offence (CYPA 1933 s50)."""

    code = "under-age-of-responsibility"
    title = "A child under ten cannot be guilty of an offence: make a safeguarding referral instead"


class NotAChild(FactsError):
    """Eighteen or over at the offence."""

    code = "not-a-child"
    title = "The person was 18 or over at the offence"


class UnknownAdvice(FactsError):
    """The advice named is not of this case."""

    code = "unknown-advice"
    title = "The advice named is not advice on this case"


class DisposalExcluded(FactsError):
    """Law, or the disposal's own definition, forbids it on the present facts."""

    code = "disposal-excluded"
    title = "The disposal is excluded on the present facts"


class FactsMissing(FactsError):
    """The disposal is still open: a fact is missing."""

    code = "facts-missing"
    title = "A fact that this disposal turns on is missing"


class AuthorityMissing(FactsError):
    """A named authority must agree first."""

    code = "authority-missing"
    title = "This disposal needs an authority that has not been recorded"


class DepartureUnexplained(FactsError):
    """The disposal departs from the advice and nothing says why."""

    code = "departure-unexplained"
    title = "A disposal that the advice does not indicate needs a coded reason and a rationale"


class RationaleCopied(FactsError):
    """A rationale pasted from the advice is nobody's rationale."""

    code = "rationale-copied"
    title = "The rationale must be the person's own"


class DeliveryIncomplete(FactsError):
    """A requirement of the delivery is not shown to be met; each is named with its rule."""

    code = "delivery-incomplete"
    title = "Not everything that must be so when this is given is shown"


class ProtocolRefused(FactsError):
    """The draft is not of the form, or would weaken the law; each fault names its rule where there is one."""

    code = "protocol-refused"
    title = "The draft cannot become a version of the protocol"


class MatrixRefused(FactsError):
    """The table of scores cannot become an edition; every problem is listed."""

    code = "matrix-refused"
    title = "The table cannot become an edition of the matrix"


class UnknownPolicy(FactsError):
    """No version of the protocol, or no edition of the matrix, is what was named."""

    code = "unknown-policy"
    title = "The protocol version or matrix edition is not known"


class SampleNotReleasable(FactsError):
    """The frame is too small or too varied for any row to hide in it."""

    code = "sample-not-releasable"
    title = "No coarsening makes every row one of enough like it"


class IdempotencyKeyReused(FactsError):
    """The key was used for another body."""

    code = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"


# ── versions ─────────────────────────────────────────────────────────────────


class PreconditionError(DomainError):
    """The caller has not seen the present version."""


class IfMatchMissing(PreconditionError):
    """No `If-Match`."""

    code = "if-match-missing"
    title = "If-Match must name the version that this builds on"


class VersionStale(PreconditionError):
    """`If-Match` names an older version."""

    code = "version-stale"
    title = "This has changed since; read it again"


# ── state ────────────────────────────────────────────────────────────────────


class StateError(DomainError):
    """The thing is not in a state that allows this."""


class WrongState(StateError):
    """The case is at another point."""

    code = "wrong-state"
    title = "The case is not at a point where this can be done"


class DuplicateReferral(StateError):
    """The same source was posted before."""

    code = "duplicate-referral"
    title = "This source has been referred already"


class Erased(StateError):
    """The case, or what was referred under this source, was erased (DPA 2018 s47); nothing of it is kept or taken."""

    code = "erased"
    title = "This was erased; it is not taken again, and nothing can be done with it"


class IdempotencyInFlight(StateError):
    """The same key is being worked on."""

    code = "idempotency-in-flight"
    title = "A request with this Idempotency-Key is still running"


class BreakGlassUnreviewed(StateError):
    """An earlier break-glass grant of the same person waits for its review longer than it may."""

    code = "break-glass-unreviewed"
    title = "An earlier grant must be reviewed first"


class BreakGlassNeedless(StateError):
    """The caller reaches the case without breaking the glass."""

    code = "break-glass-needless"
    title = "You can reach this case as it is"


class AlreadyReviewed(StateError):
    """The grant has been reviewed; a review is never changed."""

    code = "already-reviewed"
    title = "This has been reviewed"


class LimitOpen(StateError):
    """A limit of a case has been proposed and not answered, or there is none to answer."""

    code = "limit-open"
    title = "A limit is proposed by one agency and answered by the other"


class FourEyes(StateError):
    """A person speaks for one agency only in a case."""

    code = "four-eyes"
    title = "A person speaks for one agency only in a case"


class AlreadyRecorded(StateError):
    """This agency has spoken at this level, through another person or after the seal was lifted."""

    code = "already-recorded"
    title = "This agency's opinion at this level is recorded and stands"


class AlreadyLinked(StateError):
    """The two cases are linked already."""

    code = "already-linked"
    title = "These cases are linked already"


class TransferOpen(StateError):
    """A transfer has been proposed and not answered, or there is none to answer."""

    code = "transfer-open"
    title = "A transfer is proposed by one agency and answered by the other"


class OpinionsMissing(StateError):
    """Not both agencies have spoken at the level that the case has reached."""

    code = "opinions-missing"
    title = "Both agencies' opinions are needed first"


class EscalationOpen(StateError):
    """The agencies disagree and the level above has not spoken."""

    code = "escalation-open"
    title = "The agencies disagree; the escalation must end first"


class DecisionNotAgreed(StateError):
    """The disposal is not the one that the agencies agreed."""

    code = "decision-not-agreed"
    title = "The decision is not what the agencies agreed"


class AdviceStale(StateError):
    """Newer facts or newer advice exist."""

    code = "advice-stale"
    title = "The advice is not the latest on the latest facts"


class NothingToDeliver(StateError):
    """The decided disposal is not given to the child: nothing is delivered, nothing is completed."""

    code = "nothing-to-deliver"
    title = "The decided disposal leaves nothing to deliver"


class VoluntaryDisposal(StateError):
    """Only a condition of a youth conditional caution can be breached."""

    code = "voluntary-disposal"
    title = "Taking part in this is voluntary: it can be left, never breached"


class AlreadyApproved(StateError):
    """A draft is approved once, and what is approved stays as it is."""

    code = "already-approved"
    title = "This has been approved; it cannot be approved again or changed"


class DraftOvertaken(StateError):
    """Since the draft was made its start has passed, a later one was approved, or the law has changed."""

    code = "draft-overtaken"
    title = "The draft has been overtaken; make a new one"


class EditionExists(StateError):
    """An edition, or a draft of one, has this id."""

    code = "edition-exists"
    title = "An edition of the matrix with this id is there already"


class AlreadyDrawn(StateError):
    """One draw to a frame."""

    code = "already-drawn"
    title = "This frame has been drawn"


class FrameChanged(StateError):
    """What would be drawn from is not what the log says was frozen: somebody has changed it in the database."""

    code = "frame-changed"
    title = "This frame is not what was frozen"


class TooManyWebhooks(StateError):
    """The client has as many subscriptions as a client may have."""

    code = "too-many-webhooks"
    title = "This client has as many webhooks as it may have"


class WouldTellByDifference(StateError):
    """The period overlaps others that were told: by their difference, the answer would tell of single children."""

    code = "would-tell-by-difference"
    title = "With what was told before, this would tell too much"


class RedrawUnexplained(StateError):
    """A frame like one already drawn, without saying why."""

    code = "redraw-unexplained"
    title = "A frame like this one has been drawn; say which and why it is drawn again"


# ── our own trouble ──────────────────────────────────────────────────────────


class ServiceError(DomainError):
    """Our own trouble."""


class Unavailable(ServiceError):
    """The service cannot do this now."""

    code = "unavailable"
    title = "The service cannot do this now; try again"


class InternalError(ServiceError):
    """A fault of ours that nobody foresaw."""

    code = "internal-error"
    title = "A fault in the service"


REFUSALS = (IdentityError, NotFound, RequestError, FactsError, PreconditionError, StateError)
"""Everything that is answered because of what was asked; what is left is our own trouble."""
