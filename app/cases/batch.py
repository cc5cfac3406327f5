"""Many referrals in one stream. Each line is a referral with a key of its own, and is as safe to send again as one.

Lines of a group in which nothing is out of the ordinary are taken in together: what is asked of the database is asked
once for all of them, and what they write is written with one statement. Any other line is received by itself.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from app.advice.evaluate import Assessed
from app.cases.child_repository import ChildRepository
from app.cases.matching import same_child
from app.cases.repository import CaseRepository
from app.cases.schemas import ReferralIn
from app.cases.service import CaseService
from app.errors import DomainError
from app.http import idempotency
from app.http.idempotency import Attempt
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


# ── one by one ───────────────────────────────────────────────────────────────


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


# ── together ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Ordinary:
    """A line that may be taken in with others: its place among them, and what its facts come to."""

    place: int
    line: ReferralLine
    text: bytes
    attempt: Attempt
    assessed: Assessed

    @property
    def source(self) -> tuple[str, str, str]:
        """Return the source as it is compared."""
        source = self.line.source
        return source.force, source.system, source.reference


async def receive_lines(call: Call, lines: Sequence[tuple[ReferralLine, bytes]]) -> list[Document | None]:
    """Receive those of some lines that are ordinary: new, sound, of a child of whom no case is known.

    Return what each is answered with, None for each that is left to be received by itself. Nothing was done at all if
    this raises.
    """
    found = await asyncio.to_thread(_assessed, call, lines)
    answers: list[Document | None] = [None] * len(lines)
    for one in await _ordinary(call, found):
        referral_id, case = await CaseService(call).take_in(one.line, one.text, one.assessed, same=())
        ids = {"referralId": referral_id, "caseId": case.case_id}
        await idempotency.keep(call, one.attempt, Response(json.dumps(ids), status_code=_MADE))
        answers[one.place] = {"status": _MADE, **ids}
        await asyncio.sleep(0)  # nothing above waits for anything, and other requests are not to wait for a group
    return answers


def _assessed(call: Call, lines: Sequence[tuple[ReferralLine, bytes]]) -> list[_Ordinary]:
    """Return the lines whose facts are accepted, each source and each key once."""
    service, found = CaseService(call), []
    seen: set[object] = set()
    for place, (line, text) in enumerate(lines):
        attempt = idempotency.attempt_of_line(text, line.idempotency_key, caller=call.caller, route=call.route)
        try:
            one = _Ordinary(place, line, text, attempt, service.assess(line))
        except DomainError:
            continue
        if attempt.key not in seen and one.source not in seen:
            found.append(one)
        seen |= {attempt.key, one.source}
    return found


async def _ordinary(call: Call, lines: Sequence[_Ordinary]) -> list[_Ordinary]:
    """Return those of the lines that are new, by key and by source, and whose child is in no other case."""
    if not lines:
        return []
    kept = await idempotency.hold_all(call, [one.attempt for one in lines])
    known = await CaseRepository(call).known_sources(call.caller.client_id, [one.source for one in lines])
    new = [one for one in lines if one.attempt.key not in kept and one.source not in known]
    numbers = [number for one in new for number in _identifiers(one.line)]
    others = await ChildRepository(call).known_by(numbers)
    return [one for one in new if not _is_known(one.line, others)]


def _is_known(line: ReferralLine, others: Sequence[Any]) -> bool:
    born, identifiers = line.child.date_of_birth, _identifiers(line)
    return any(same_child(born, identifiers, other.date_of_birth, other.identifiers) for other in others)


def _identifiers(line: ReferralLine) -> list[Document]:
    return [one.model_dump() for one in line.child.identifiers]
