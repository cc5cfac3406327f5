"""The words of webhooks; each list can be read at `GET /v1/reference/{name}`."""

from enum import StrEnum


class WebhookStatus(StrEnum):
    """Whether messages are sent to a subscription."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class DisabledBecause(StrEnum):
    """Why none are sent: the receiver answered that it is gone (410), or the owner said so."""

    GONE = "GONE"
    OWNER = "OWNER"


class DeliveryStatus(StrEnum):
    """How a message stands; `WITHHELD`: when it was to be sent, the client might no longer read of it."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    GIVEN_UP = "GIVEN_UP"
    WITHHELD = "WITHHELD"


class AttemptOutcome(StrEnum):
    """What came of one attempt."""

    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    REDIRECTED = "REDIRECTED"
    GONE = "GONE"
    TIMED_OUT = "TIMED_OUT"
    UNREACHABLE = "UNREACHABLE"
    TARGET_REFUSED = "TARGET_REFUSED"
