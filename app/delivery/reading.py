"""Reading how a case stands at the end of its life, for those who ask about it: the outcome for the police system."""

from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import protocol_of
from app.cases.repository import Case
from app.clock import london_day
from app.delivery.outcome import Decided, Ended, PoliceOutcome, police_outcome
from app.delivery.repository import DeliveryRepository
from app.delivery.schemas import NationalAnswer, OutcomeAnswer
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
