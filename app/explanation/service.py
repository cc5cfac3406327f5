"""Explaining the decided disposal of a case. Reading one is logged like any reading of a case."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import protocol_of
from app.advice.reading import ReceiptReader
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.clock import london_day
from app.decisions.repository import DecisionRepository
from app.delivery.reading import standing_of
from app.delivery.repository import DeliveryRepository
from app.errors import NotFound
from app.explanation.explain import Explanation, Told, explain
from app.explanation.readability import automated_readability, coleman_liau, counts_of, reading_age
from app.explanation.schemas import ExplanationAnswer, LawSays, ReadingAge, SectionAnswer, WelshAnswer
from app.explanation.wording import Audience, Language, Wording, shipped_wording
from app.identity.call import Call
from app.law.model import Disposal, DisposalCode, OnPnc
from app.rules.consequences import YCC_SPENT_MONTHS
from app.rules.facts import Circumstance

VICTIM_REVIEW_MONTHS = "victim_review_months"
PLAN_RULE = "KNF-02"
NO_WELSH = "There is no Welsh wording yet; this is the English."
WELSH = "There is Welsh wording."


class ExplanationService:
    """Explanations, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)

    async def explanation(self, case_id: str, audience: Audience, language: Language) -> ExplanationAnswer:
        """Return the decided disposal of a case, explained; `NotFound` until it is decided, or decided anew."""
        case = await self._cases.require(case_id)
        decision = await DecisionRepository(self._call).latest_decision(case_id)
        if decision is None or decision.round != case.round:
            raise NotFound
        told = await self._told(case, decision)
        wording = shipped_wording()
        explained = explain(wording, told, audience, language)
        record = AuditRecord(
            AuditEvent.DISCLOSURE, "explanation.read", case.case_id, case.area, ("decision", "explanation", audience)
        )
        await log.append(self._call, record)
        return _answer(case, decision, told, explained, wording, audience)

    async def _told(self, case: Case, decision: Row[Any]) -> Told:
        decided_on, code = london_day(decision.decided_at), DisposalCode(decision.disposal)
        law = self._call.law_book.at(decided_on)
        facts = await CaseRepository(self._call).latest_facts(case.case_id)
        receipt = await ReceiptReader(self._call).find(case, decision.advice_id)
        assert facts is not None
        assert receipt is not None
        delivery = await DeliveryRepository(self._call).latest_delivery(case.case_id)
        given = delivery is not None and delivery.round == case.round
        protocol = protocol_of(self._call.law_book, case.area, decided_on)
        return Told(
            disposal=law.disposal(code),
            on_pnc=OnPnc(receipt.option(code).document["consequences"]["onPnc"]),
            knife=law.in_force(PLAN_RULE) and _names_a_knife(facts.facts),
            given=given,
            spent_on=await self._spent_on(delivery) if given and delivery is not None else None,
            plan_weeks=protocol.plan_weeks.get(code),
            spent_months=law.value(YCC_SPENT_MONTHS).number,
            review_months=law.value(VICTIM_REVIEW_MONTHS).number,
        )

    async def _spent_on(self, delivery: Row[Any]) -> date | None:
        """Return when a caution is spent under the conditions that stand."""
        varied = await DeliveryRepository(self._call).condition_versions(delivery.case_id, delivery.round)
        return standing_of(delivery, varied)[-1].spent_on


def _names_a_knife(facts: bytes) -> bool:
    return any(Circumstance.KNIFE in (one.get("circumstances") or ()) for one in json.loads(facts)["offences"])


def _answer(
    case: Case, decision: Row[Any], told: Told, explained: Explanation, wording: Wording, audience: Audience
) -> ExplanationAnswer:
    spent_on: date | None = None if audience is Audience.VICTIM else told.spent_on
    own = wording.disposals[told.disposal.code]
    counts = counts_of(explained.text)
    welsh = own.audiences[audience].title.cy is not None
    return ExplanationAnswer(
        case_id=case.case_id,
        audience=audience,
        language=explained.language,
        disposal=told.disposal.code,
        title=explained.title,
        sections=tuple(
            SectionAnswer(id=one.id, heading=one.heading, paragraphs=one.paragraphs) for one in explained.sections
        ),
        law=_law_says(told.disposal) if audience is Audience.PARENT_CARER else (),
        decided_on=london_day(decision.decided_at),
        spent_on=spent_on,
        reading_age=ReadingAge(
            automated_readability=round(reading_age(automated_readability(counts)), 1),
            coleman_liau=round(reading_age(coleman_liau(counts)), 1),
        ),
        wording_version=own.version,
        common_wording_version=wording.common.version,
        wording_digest=wording.digest,
        welsh=WelshAnswer(available=welsh, says=WELSH if welsh else NO_WELSH),
    )


def _law_says(disposal: Disposal) -> tuple[LawSays, ...]:
    found = disposal.consequences
    texts = (
        ("criminalRecord", found.criminal_record),
        ("spent", found.spent),
        ("dbs", found.dbs),
        ("ifNotCompleted", found.if_not_completed),
    )
    return tuple(LawSays(name=name, text=one.value, rules=one.rules, certainty=one.certainty) for name, one in texts)
