"""The AsyncAPI document of the events, made from the kinds and the schema that the feed answers by. Pure."""

from typing import Any

from app.events.kinds import DESCRIPTIONS, FOR_SENDER, EventType
from app.events.schemas import VERSION, EventAnswer

_SAYS = (
    "Thin events: what happened, when, and where to read of it. They are read from GET /v1/events, in order, with "
    "nothing left out; each is told at least once, and `eventId` tells one that was read before."
)


def document() -> dict[str, Any]:
    """Return the document: a message for each kind of event, one schema for all."""
    schema = EventAnswer.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas = schema.pop("$defs") | {"Event": schema}
    messages = {kind.value: _message(kind) for kind in EventType}
    references = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in messages}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "What happens to cases", "version": str(VERSION), "description": _SAYS},
        "channels": {"events": {"address": "/v1/events", "messages": references}},
        "operations": {"tell": {"action": "send", "channel": {"$ref": "#/channels/events"}}},
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(kind: EventType) -> dict[str, Any]:
    heard = "Told to who reads cases" + (", and to who referred." if kind in FOR_SENDER else ".")
    return {
        "name": kind.value,
        "summary": DESCRIPTIONS[kind],
        "description": heard,
        "contentType": "application/json",
        "payload": {"$ref": "#/components/schemas/Event"},
    }
