"""Many referrals in one stream. Each line is a referral with a key of its own, and is as safe to send again as one."""

import json
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from app.cases.schemas import ReferralIn
from app.cases.service import CaseService
from app.http import idempotency
from app.http.strict_json import read_object
from app.identity.call import Call

Document = dict[str, Any]
_MADE, _THERE_ALREADY = 201, 200


class ReferralLine(ReferralIn):
    """A referral and the key under which its answer is kept."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[!-~]+$")]


def read_line(text: bytes) -> ReferralLine:
    """Return the referral that a line holds; raise for what is none."""
    return ReferralLine.model_validate(read_object(text))


async def receive_line(call: Call, line: ReferralLine, text: bytes) -> Document:
    """Receive the referral of one line; return its ids, with 201 if it made a case and 200 if that was done before.

    Raises:
        IdempotencyInFlight, IdempotencyKeyReused: as for a single referral.
        DuplicateReferral, NotFound, UnderAgeOfResponsibility…: what `CaseService.receive` refuses.

    """
    attempt = idempotency.attempt_of_line(text, line.idempotency_key, caller=call.caller, route=call.route)
    await idempotency.wait_for(call, attempt)
    kept = await idempotency.first_answer(call, attempt)
    if kept is not None:
        return {"status": _THERE_ALREADY, **json.loads(bytes(kept.body))}
    ids = await _receive(call, line, text)
    await idempotency.keep(call, attempt, Response(json.dumps(ids), status_code=_MADE))
    return {"status": _MADE, **ids}


async def _receive(call: Call, line: ReferralLine, text: bytes) -> Document:
    """Receive a referral; if another stream referred the same source this instant, look again and say so."""
    try:
        async with call.work.savepoint():
            made = await CaseService(call).receive(line, text)
    except IntegrityError:
        made = await CaseService(call).receive(line, text)
    return {"referralId": made.referral_id, "caseId": made.case_id}
