"""The kinds of events: each has its words, and each move of a case its kind; the AsyncAPI document names them all."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest

from app.cases.states import CaseStatus
from app.events.asyncapi import document
from app.events.kinds import ALERTS, DESCRIPTIONS, FOR_SENDER, OF_STATUS, EventType
from app.events.schemas import AdditionalInformation, EventAnswer
from app.webhooks.schemas import Message, Ping

WRITTEN = Path(__file__).resolve().parents[3] / "openapi" / "asyncapi.json"


def test_every_kind_says_what_happened() -> None:
    """In a sentence."""
    assert set(DESCRIPTIONS) == set(EventType)
    assert all(text.endswith(".") for text in DESCRIPTIONS.values())


def test_every_move_of_a_case_has_its_kind() -> None:
    """No two statuses share one, so that a system can follow a case by its events."""
    assert set(OF_STATUS) == set(CaseStatus)
    assert len(set(OF_STATUS.values())) == len(OF_STATUS)


def test_no_kind_tells_of_an_opinion() -> None:
    """Under seal nobody may know that one was given."""
    assert not [kind for kind in EventType if "opinion" in kind]


def test_sender_is_told_of_moves_and_of_nothing_said_in_between() -> None:
    """What a system that refers may read is the status and the decision."""
    untold = {EventType.CASE_UPDATED, EventType.REVIEW_REQUESTED, EventType.CASE_ERASED}
    assert set(EventType) - FOR_SENDER - ALERTS == untold


def test_written_document_is_what_the_code_says() -> None:
    """Whoever adds a kind writes the document anew, from `app.events.asyncapi.document`."""
    assert json.loads(WRITTEN.read_text(encoding="utf-8")) == document()


@pytest.mark.parametrize("name", ["Event", "Message", "Ping"])
def test_document_describes_what_is_told(name: str) -> None:
    """An event in the feed, the same as it is sent, and a ping: valid by the document, and by no other part of it."""
    about = AdditionalInformation(case_id="case", referral_id="referral")
    told = {
        "event_id": "event",
        "event_type": EventType.DECISION_MADE,
        "occurred_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
        "description": DESCRIPTIONS[EventType.DECISION_MADE],
        "detail_url": "/v1/cases/case",
        "additional_information": about,
    }
    made = {
        "Event": EventAnswer(**told),
        "Message": Message(**told, sequence=1),
        "Ping": Ping(occurred_at=told["occurred_at"], detail_url="/v1/webhooks/one"),
    }
    schema = document() | {"$ref": f"#/components/schemas/{name}"}

    valid = {kind for kind, one in made.items() if jsonschema_rs.is_valid(schema, json.loads(one.model_dump_json()))}

    assert valid == {name}
