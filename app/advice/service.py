"""Advice: stateless, or on a case with an immutable receipt that can be evaluated again."""

import hashlib
import json
from datetime import date
from functools import partial

from sqlalchemy import Row
from uuid_utils import uuid7

from app.advice.aside import aside
from app.advice.evaluate import Basis, Document, basis_on, evaluate
from app.advice.repository import AdviceRepository
from app.advice.schemas import AdviceRequest, FactsIn
from app.advice.stateless import advise_once
from app.advice.written import written
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import CaseStatus
from app.decisions.live import Live
from app.decisions.repository import DecisionRepository
from app.errors import NotFound
from app.identity.call import Call
from app.law.model import DisposalCode
from app.rules.findings import Advice, Standing


class AdviceService:
    """Advice, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._facts = CaseRepository(call)
        self._advice = AdviceRepository(call)

    async def advise(self, request: AdviceRequest) -> bytes:
        """Return advice on facts that are not stored."""
        return await aside(partial(advise_once, self._call.law_book, request), offences=len(request.offences))

    async def take(self, case_id: str, as_at: date | None) -> bytes:
        """Return advice on a case's newest facts and keep it as a receipt; the day is today in London by default."""
        case = await self._cases.require(case_id, lock=True)
        row = await self._facts.latest_facts(case_id)
        assert row is not None
        on = as_at or self._call.today
        basis = basis_on(self._call.law_book, case.area, on)
        advice_id = str(uuid7())
        advice, answer = await _advised(row.facts, basis, advice_id)
        receipt = {
            "advice_id": advice_id,
            "case_id": case.case_id,
            "area": case.area,
            "facts_version": row.version,
            "as_at": on,
            "facts": row.facts,
            "answer": answer,
            "law_digest": advice.law_digest,
            "engine_version": advice.engine_version,
            "protocol_version": advice.protocol_version,
            "matrix_edition": advice.gravity.edition,
            "answer_sha256": hashlib.sha256(answer).hexdigest(),
            "taken_at": self._call.clock.now(),
            "taken_by": self._call.caller.user_name or self._call.caller.client_id,
        }
        record = AuditRecord(
            AuditEvent.CONSULTATION, "advice.taken", case.case_id, case.area, ("facts", "advice"), subject_id=advice_id
        )
        await self._advice.add(receipt, record)
        await self._facts.add_to_timeline(case, "advice.taken")
        if on == self._call.today:
            await self._reopen_if_lost(case, advice)
        return answer

    async def _reopen_if_lost(self, case: Case, advice: Advice) -> None:
        """Let the agencies speak anew where what they agreed on has become excluded since: it can never be decided."""
        if case.status not in {CaseStatus.OPINIONS, CaseStatus.AWAITING_AUTHORITY}:
            return
        agreed = Live(case, await DecisionRepository(self._call).live_opinions(case)).agreed
        if agreed is not None and advice.option(DisposalCode(agreed)).standing is Standing.EXCLUDED:
            record = AuditRecord(AuditEvent.ALTERATION, "case.reopened", case.case_id, case.area, ("status", "round"))
            await self._cases.reopen(case, "case.agreement-lost", record)

    async def read(self, advice_id: str) -> tuple[bytes, str]:
        """Return a receipt byte for byte, and its entity tag."""
        row = await self._require(advice_id)
        await self._log(row, "advice.read")
        return row.answer, f'"{row.answer_sha256}"'

    async def of_case(self, case_id: str, after: str | None, limit: int) -> list[tuple[str, Document]]:
        """Return the receipts of a case, oldest first, one beyond the limit if there is one."""
        case = await self._cases.require(case_id)
        rows = await self._advice.of_case(case_id, after, limit + 1)
        shown = AuditRecord(
            AuditEvent.CONSULTATION, "advice.listed", case.case_id, case.area, ("advice",), rows=min(len(rows), limit)
        )
        await log.append(self._call, shown)
        return [(row.advice_id, json.loads(row.answer)) for row in rows]

    async def replay(self, advice_id: str) -> Document:
        """Evaluate a receipt's facts again for its day, and say whether the same comes out, or what differs and why."""
        row = await self._require(advice_id)
        await self._log(row, "advice.replayed")
        then = json.loads(row.answer)
        # The area of the advice, which the case may have left since.
        basis = basis_on(self._call.law_book, then["protocol"]["area"], row.as_at)
        _, answer = await _advised(row.facts, basis, advice_id)
        now = json.loads(answer)
        return {
            "adviceId": advice_id,
            "same": answer == row.answer,
            "differences": differences(then, now),
            "because": _because(then, now),
        }

    async def _require(self, advice_id: str) -> Row[tuple[object, ...]]:
        row = await self._advice.find(advice_id)
        if row is None:
            raise NotFound
        return row

    async def _log(self, row: Row[tuple[object, ...]], act: str) -> None:
        record = AuditRecord(
            AuditEvent.CONSULTATION, act, row.case_id, row.area, ("facts", "advice"), subject_id=row.advice_id
        )
        await log.append(self._call, record)


async def _advised(facts: bytes, basis: Basis, advice_id: str) -> tuple[Advice, bytes]:
    """Return the advice on stored facts, and as it is kept."""
    known = FactsIn.model_validate(json.loads(facts))

    def advised() -> tuple[Advice, bytes]:
        advice = evaluate(known, basis)
        return advice, written(advice, basis.law.book, advice_id)

    return await aside(advised, offences=len(known.offences))


_VERSIONS = {
    "the law has changed": ("lawDigest",),
    "the engine has changed": ("engineVersion",),
    "the area's protocol has changed": ("protocol", "version"),
    "the matrix edition has changed": ("gravity", "matrix", "edition"),
}


def _because(then: Document, now: Document) -> list[str]:
    return [why for why, path in _VERSIONS.items() if _at(then, path) != _at(now, path)]


def _at(document: object, path: tuple[str, ...]) -> object:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def differences(then: object, now: object, pointer: str = "") -> list[Document]:
    """Return where two answers differ: a JSON pointer, what stood there then, what stands there now."""
    if isinstance(then, dict) and isinstance(now, dict):
        names = dict.fromkeys([*then, *now])
        return [d for name in names for d in differences(then.get(name), now.get(name), f"{pointer}/{name}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [d for index, (old, new) in pairs for d in differences(old, new, f"{pointer}/{index}")]
    return [] if then == now else [{"pointer": pointer, "then": then, "now": now}]
