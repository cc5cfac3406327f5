"""What is read and written about webhooks, and the messages themselves."""

from typing import Annotated

from pydantic import Field

from app.events.kinds import EventType
from app.events.schemas import VERSION, EventAnswer
from app.http.schema import Answer, Instant, Many, Schema, Word
from app.webhooks.targets import LONGEST
from app.webhooks.words import AttemptOutcome, DeliveryStatus, DisabledBecause, WebhookStatus

Address = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[\x21-\x7E]+$")]
EventTypes = Annotated[Many[Word[EventType]], Field(max_length=len(EventType))]


class WebhookIn(Schema):
    """A subscription: where to, and of which kinds of events; of all, if none is named."""

    url: Address
    event_types: EventTypes = ()


class WebhookChange(Schema):
    """What of a subscription is to be otherwise; what is left out stays."""

    url: Address | None = None
    event_types: EventTypes | None = None
    status: Word[WebhookStatus] | None = None


class WebhookAnswer(Answer):
    """A subscription; it hears what the token that last wrote it may read. `waiting`: messages not yet delivered."""

    webhook_id: str
    url: str
    event_types: tuple[EventType, ...]
    areas: tuple[str, ...]
    status: WebhookStatus
    disabled_because: DisabledBecause | None
    made_at: Instant
    secret_made_at: Instant
    former_secret_until: Instant | None
    waiting: int


class WebhookMade(WebhookAnswer):
    """A subscription with its secret, which is shown this once: not even a retry of the same request shows it again."""

    secret: str | None


class SecretAnswer(Answer):
    """A new secret, shown this once; until `formerSecretUntil` messages are signed with the former one too."""

    webhook_id: str
    secret: str | None
    secret_made_at: Instant
    former_secret_until: Instant


class AttemptAnswer(Answer):
    """One attempt to deliver; `answered` is the status of HTTP, if there was one."""

    attempted_at: Instant
    outcome: AttemptOutcome
    answered: int | None
    milliseconds: int


class MessageAnswer(Answer):
    """A message to a subscription: of an event, or a ping. `sequence` counts those of one case to one subscription."""

    delivery_id: str
    event_id: str | None
    event_type: EventType | None
    sequence: int | None
    status: DeliveryStatus
    made_at: Instant
    next_attempt_at: Instant | None
    attempts: tuple[AttemptAnswer, ...]


class Message(EventAnswer):
    """What is sent of an event: what the feed tells, and its place among those of its case that were sent here."""

    sequence: int


class Ping(Answer):
    """What is sent to see whether a receiver hears."""

    event_type: str = "webhook.ping"
    version: int = VERSION
    occurred_at: Instant
    description: str = "A ping, to see whether messages arrive."
    detail_url: str
