"""Reading the case as it was on the day of a giving: its advice, its facts, the law and the area's protocol."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import evaluate_document, protocol_of
from app.cases.repository import Case, CaseRepository
from app.clock import london_day
from app.delivery.checking import Occasion
from app.identity.call import Call
from app.identity.caller import Agency
from app.law.model import DisposalCode


async def occasion_of(call: Call, case: Case, decision: Row[Any], given_on: date) -> Occasion:
    """Return the occasion of a giving.

    What was given before the decision is refused elsewhere; until then the law of the decision's day is asked.
    """
    facts = await CaseRepository(call).latest_facts(case.case_id)
    assert facts is not None
    decided_on = london_day(decision.decided_at)
    on = max(given_on, decided_on)
    return Occasion(
        disposal=DisposalCode(decision.disposal),
        advice=evaluate_document(call.law_book, facts.facts, case.area, on),
        facts=json.loads(facts.facts),
        law=call.law_book.at(decided_on, delivery=on),
        protocol=protocol_of(call.law_book, case.area, on),
        decided_on=decided_on,
        today=call.today,
        decided_by_cps=decision.agency == Agency.CPS,
    )
