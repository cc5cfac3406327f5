"""Reading how a delivery stands, for those who ask: the outcome for the police system, and the conditions given."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import protocol_of
from app.cases.repository import Case
from app.clock import london_day
from app.delivery.conditions import Standing
from app.delivery.outcome import Decided, Ended, PoliceOutcome, police_outcome
from app.delivery.repository import DeliveryRepository
from app.delivery.schemas import DeliveryIn, NationalAnswer, OutcomeAnswer, VariationIn
from app.delivery.words import Result
from app.identity.call import Call
from app.law.model import Protocol


async def outcome_of(call: Call, case: Case, decision: Row[Any]) -> OutcomeAnswer:
    """Return the outcome of a case's newest decision: recorded, awaiting completion, or decided anew."""
    completion = await DeliveryRepository(call).latest_completion(case.case_id)
    ended = None
    if completion is not None and completion.round == decision.round:
        returned = bool(completion.body["returnsForDecision"])
        ended = Ended(Result(completion.result), completion.ended_on, returned)
    protocol = protocol_of(call.law_book, case.area, call.today)
    return outcome_answer(police_outcome(decided_of(decision), ended), protocol)


def decided_of(decision: Row[Any]) -> Decided:
    """Return what the outcome turns on of a decision of record."""
    return Decided(
        decision.disposal, decision.outcome_code, decision.outcome_code_when, london_day(decision.decided_at)
    )


def outcome_answer(outcome: PoliceOutcome, protocol: Protocol) -> OutcomeAnswer:
    """Return an outcome as the answer has it, with what the area's case management system calls the code (CFG-22)."""
    row = outcome.national
    national = None
    if row is not None:
        national = NationalAnswer(send=row.send, because=row.because, rule=row.rule, certainty=row.certainty)
    return OutcomeAnswer(
        state=outcome.state,
        code=outcome.code,
        expected=outcome.expected,
        recorded_on=outcome.recorded_on,
        national_return=national,
        case_management_code=None if outcome.code is None else protocol.cms_code_map.get(outcome.code),
    )


# ── the conditions of a youth conditional caution ────────────────────────────


def given_in(delivery: Row[Any]) -> DeliveryIn:
    """Return a delivery as it was sent."""
    return DeliveryIn.model_validate({k: v for k, v in delivery.body.items() if k not in {"checked", "spentOn"}})


def standing_of(delivery: Row[Any], varied: Sequence[Row[Any]]) -> tuple[Standing, ...]:
    """Return the versions of the conditions, as given first, the one that stands last."""
    sent = given_in(delivery)
    first = Standing(
        round=delivery.round,
        version=1,
        since=delivery.given_on,
        by=sent.given_by,
        why=None,
        conditions=sent.conditions,
        spent_on=_day(delivery.body["spentOn"]),
        recorded_at=delivery.recorded_at,
        recorded_by=delivery.recorded_by,
    )
    return (first, *(_version(row) for row in varied))


def _version(row: Row[Any]) -> Standing:
    sent = VariationIn.model_validate({k: v for k, v in row.body.items() if k != "spentOn"})
    return Standing(
        round=row.round,
        version=row.version,
        since=row.varied_on,
        by=sent.varied_by,
        why=sent.why,
        conditions=sent.conditions,
        spent_on=_day(row.body["spentOn"]),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
