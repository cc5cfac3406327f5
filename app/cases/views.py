"""From rows to answers."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Row

from app.cases.repository import Case
from app.cases.schemas import (
    CaseAnswer,
    CharacteristicIn,
    CharacteristicsAnswer,
    CharacteristicsIn,
    ChildAnswer,
    IdentifierIn,
    ReferralAnswer,
)
from app.cases.states import OWNERS
from app.delivery.schemas import OutcomeAnswer
from app.http.schema import format_instant

_OWNERS = {status.value: owner.value for status, owner in OWNERS.items()}
"""As words: of an enumeration the writer of JSON asks each time what it is."""


def page_of_cases(rows: Sequence[Row[Any]], cursor: str | None) -> bytes:
    """Return the JSON of a page of cases (`Page[CaseSummary]`), written from the rows without a model of each."""
    return to_json({"items": [_listed(row) for row in rows], "nextCursor": cursor})


def _listed(row: Row[Any]) -> dict[str, Any]:
    return {
        "caseId": row.case_id,
        "area": row.area,
        "route": row.route,
        "status": row.status,
        "owner": _OWNERS[row.status],
        "level": row.level,
        "receivedAt": row.received_at,
        "updatedAt": row.updated_at,
        "dueOn": row.due_on,
    }


def case_answer(case: Case, told: Row[Any]) -> CaseAnswer:
    """Return a case with what is told of it: its child and its newest facts."""
    return CaseAnswer(
        case_id=case.case_id,
        area=case.area,
        route=case.route,
        status=case.status,
        owner=OWNERS[case.status],
        level=case.level,
        received_at=case.received_at,
        updated_at=case.updated_at,
        due_on=case.due_on,
        version=case.version,
        facts_version=case.facts_version,
        child=ChildAnswer(
            child_id=told.child_id,
            given_names=told.given_names,
            family_name=told.family_name,
            date_of_birth=told.date_of_birth,
            identifiers=tuple(IdentifierIn.model_validate(identifier) for identifier in told.identifiers),
        ),
        facts=json.loads(told.facts),
        own_record=tuple(told.own_record or ()),
    )


def referral_answer(
    row: Row[Any], case: Case, decision: Row[Any] | None, outcome: OutcomeAnswer | None
) -> ReferralAnswer:
    """Return a referral as received, with the state of its case and the decision as its sender may see it."""
    return ReferralAnswer(
        referral_id=row.referral_id,
        case_id=case.case_id,
        status=case.status,
        received_at=row.received_at,
        referral=_as_referred(row.received),
        decision=None if decision is None else _decision_for_sender(decision),
        outcome=outcome,
    )


def _as_referred(received: bytes) -> dict[str, Any]:
    """Return a referral as received; the key that a line of a batch carries beside it is none of its fields."""
    return {name: value for name, value in json.loads(received).items() if name != "idempotencyKey"}


def _decision_for_sender(decision: Row[Any]) -> dict[str, Any]:
    answer = json.loads(decision.answer)
    shown = ("decisionId", "disposal", "outcomeCode", "outcomeCodeWhen", "decidedAt")
    return {name: answer[name] for name in shown}


def characteristic_rows(body: CharacteristicsIn, now: datetime) -> list[dict[str, Any]]:
    """Return characteristics as they are kept: each with the instant at which it came to be known."""
    then = format_instant(now)
    kept = (item.model_dump(mode="json") for item in body.characteristics)
    return [item | {"recordedAt": item["recordedAt"] or then} for item in kept]


def characteristics_answer(row: Row[Any]) -> CharacteristicsAnswer:
    """Return a version of the characteristics."""
    return CharacteristicsAnswer(
        case_id=row.case_id,
        version=row.version,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        characteristics=tuple(CharacteristicIn.model_validate(item) for item in row.items),
    )
