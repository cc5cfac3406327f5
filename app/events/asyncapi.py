"""The AsyncAPI document of the events, made from the kinds and the schemas that feed and webhooks speak by. Pure."""

from typing import Any

from app.events.kinds import ALERTS, DESCRIPTIONS, FOR_SENDER, EventType
from app.events.schemas import VERSION, EventAnswer
from app.webhooks.schemas import Message, Ping

_SAYS = (
    "Thin events: what happened, when, and where to read of it. They are read from GET /v1/events, in order, with "
    "nothing left out, or sent to the addresses that a client gave at POST /v1/webhooks; each is told at least once, "
    "and `eventId` tells one that was read before."
)
_SIGNED = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {"type": "string", "description": "The same whenever this is sent again: the event's id."},
        "webhook-timestamp": {"type": "string", "description": "Seconds since 1970 at which this was sent."},
        "webhook-signature": {
            "type": "string",
            "description": "`v1,` and a signature in base64, by Standard Webhooks 1.0.0; two while a secret changes.",
        },
    },
}


def document() -> dict[str, Any]:
    """Return the document: a message for each kind of event, in the feed and as it is sent."""
    schemas: dict[str, Any] = {}
    for name, model in (("Event", EventAnswer), ("Message", Message), ("Ping", Ping)):
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {name: schema}
    messages = {kind.value: _message(kind) for kind in EventType}
    sent = {f"{kind}.sent": _sent(kind.value, "Message") for kind in EventType} | {
        "ping": _sent("webhook.ping", "Ping")
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "What happens to cases", "version": str(VERSION), "description": _SAYS},
        "channels": {
            "events": {"address": "/v1/events", "messages": _references(messages)},
            "webhooks": {"address": None, "messages": _references(sent)},
        },
        "operations": {
            "tell": {"action": "send", "channel": {"$ref": "#/channels/events"}},
            "post": {"action": "send", "channel": {"$ref": "#/channels/webhooks"}},
        },
        "components": {"messages": messages | sent, "schemas": schemas},
    }


def _references(messages: dict[str, Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in messages}


def _message(kind: EventType) -> dict[str, Any]:
    heard = "Told to who reads cases" + (", and to who referred." if kind in FOR_SENDER else ".")
    if kind in ALERTS:
        heard = "Told to who reads the log, and to nobody else: of no case and no person, which the log's entry names."
    return {
        "name": kind.value,
        "summary": DESCRIPTIONS[kind],
        "description": heard,
        "contentType": "application/json",
        "payload": {"$ref": "#/components/schemas/Event"},
    }


def _sent(name: str, schema: str) -> dict[str, Any]:
    return {
        "name": name,
        "contentType": "application/json",
        "headers": _SIGNED,
        "payload": {"$ref": f"#/components/schemas/{schema}"},
    }
