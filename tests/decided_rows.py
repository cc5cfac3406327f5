"""Puts decided cases into a test's database as the services would have left them, a hundred in a moment.

For tests that need a population. That the services leave just this behind is shown where a case is played through HTTP.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert
from uuid_utils import uuid7

from app.advice.models import advice
from app.assessments.models import pre_assessments
from app.cases.models import cases, characteristics
from app.db.work import Database, Scope
from app.decisions.models import decisions, escalations, opinions
from app.scrutiny.decided import DecidedCase

EVERYWHERE = Scope(areas=frozenset({"*"}), client_id="tests")


async def add_decided(database: Database, decided: Sequence[DecidedCase]) -> None:
    """Add cases with all that scrutiny reads of them."""
    async with database.work(EVERYWHERE) as work:
        for case in decided:
            for table, row in _rows(case):
                await work.run(insert(table), row)


def _rows(case: DecidedCase) -> list[tuple[Table, dict[str, Any]]]:
    own, advice_id = {"case_id": case.case_id, "area": case.area}, str(uuid7())
    by = {"user_name": "somebody", "grade": "PRACTITIONER", "rationale": "Words of a person.", "advice_id": advice_id}
    rows: list[tuple[Table, dict[str, Any]]] = [
        (cases, own | _case(case)),
        (advice, own | _advice(case, advice_id)),
        (decisions, own | by | _decision(case)),
        (characteristics, own | _version(case) | {"items": list(case.characteristics)}),
    ]
    rows += [(opinions, own | by | _opinion(case, one)) for one in case.opinions]
    rows += [(escalations, own | _escalation(case, one)) for one in case.escalations]
    if case.pre_assessed_at is not None:
        body = json.dumps({"engagement": {"level": case.engagement}, "childVoice": "Words of a child."}).encode()
        at = {"pre_assessment_id": str(uuid7()), "recorded_at": case.pre_assessed_at}
        rows.append((pre_assessments, own | _version(case) | at | {"body": body}))
    return rows


def _case(case: DecidedCase) -> dict[str, Any]:
    return {
        "status": case.status,
        "route": "POLICE_INVESTIGATION",
        "version": 5,
        "facts_version": 1,
        "round": 1,
        "level": case.decision["level"],
        "received_at": case.received_at,
        "updated_at": case.decided_at,
    }


def _advice(case: DecidedCase, advice_id: str) -> dict[str, Any]:
    return {
        "advice_id": advice_id,
        "facts_version": 1,
        "as_at": case.decided_on,
        "facts": json.dumps(case.facts).encode(),
        "answer": json.dumps(case.advice).encode(),
        "law_digest": "sha256:0",
        "engine_version": "0",
        "protocol_version": 1,
        "matrix_edition": "illustrative-1",
        "answer_sha256": "0" * 64,
        "taken_at": case.decided_at,
        "taken_by": "somebody",
    }


def _decision(case: DecidedCase) -> dict[str, Any]:
    told = case.decision
    return {
        "decision_id": str(uuid7()),
        "round": 1,
        "level": told["level"],
        "disposal": told["disposal"],
        "outcome_code": told["outcomeCode"],
        "outcome_code_when": told["outcomeCodeWhen"],
        "agency": told["agency"],
        "dissent": told["dissent"],
        "answer": b"{}",
        "decided_at": case.decided_at,
    }


def _opinion(case: DecidedCase, opinion: dict[str, Any]) -> dict[str, Any]:
    return opinion | {
        "opinion_id": str(uuid7()),
        "round": 1,
        "turn": 1,
        "person_key": f"tests|{opinion['agency']}",
        "conditions": [],
        "recorded_at": case.decided_at - timedelta(hours=1),
    }


def _escalation(case: DecidedCase, escalation: dict[str, Any]) -> dict[str, Any]:
    return escalation | {"round": 1, "due_on": case.decided_on, "opened_at": case.decided_at - timedelta(hours=2)}


def _version(case: DecidedCase) -> dict[str, Any]:
    return {"version": 1, "recorded_at": case.received_at, "recorded_by": "somebody"}
