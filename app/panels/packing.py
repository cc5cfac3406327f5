"""The pack of a panel meeting: everything that the panel reads, in one call, each case logged as it is shown."""

import asyncio
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from app.advice.evaluate import evaluate_document, protocol_of
from app.assessments.completeness import report_on
from app.assessments.repository import AssessmentRepository
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.repository import Case, CaseRepository
from app.identity.call import Call
from app.law.dates import age_on
from app.panels.evaluation import SMALLEST_SHOWN, by_disposal
from app.panels.repository import PanelRepository
from app.panels.schemas import (
    Document,
    Evaluated,
    Evaluation,
    MeetingAnswer,
    MeetingPack,
    MissingPart,
    PackCase,
    PackChild,
    PackOption,
    QuorumAnswer,
    Voices,
)
from app.panels.service import PanelService

EVALUATED_DAYS = 365
_SHOWN = ("identity", "facts", "advice", "preAssessment", "contributions")


class PackService:
    """Packs, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._panels = PanelService(call)

    async def pack(self, meeting_id: str) -> MeetingPack:
        """Return the pack of a meeting: its cases as they stand today, and evaluation figures of the area.

        A case that has left the area since is named as not shown.
        """
        row = await self._panels.require(meeting_id)
        meeting = self._panels.answer(row)
        found = [(case_id, await self._panels.case_of(case_id, row.area)) for case_id in meeting.agenda]
        cases = [await self._case(case, meeting) for _, case in found if case is not None]
        return MeetingPack(
            meeting=meeting,
            as_at=self._call.today,
            cases=tuple(cases),
            not_shown=tuple(case_id for case_id, case in found if case is None),
            evaluation=await self._evaluation(row),
            law_digest=self._call.law_book.digest,
        )

    async def _evaluation(self, row: Row[Any]) -> Evaluation:
        last = self._call.today
        first = last - timedelta(days=EVALUATED_DAYS)
        rows = await PanelRepository(self._call).endings(row.area, first, last)
        lines = by_disposal((one.disposal, one.result, one.n) for one in rows)
        return Evaluation(
            decided_from=first,
            decided_to=last,
            smallest_shown=SMALLEST_SHOWN,
            by_disposal=tuple(Evaluated.model_validate(line) for line in lines),
        )

    async def _case(self, case: Case, meeting: MeetingAnswer) -> PackCase:
        repository = CaseRepository(self._call)
        child, facts = await repository.find_child(case.case_id), await repository.latest_facts(case.case_id)
        assert child is not None
        assert facts is not None
        assessed = await AssessmentRepository(self._call).latest(case.case_id)
        heard: Document = {} if assessed is None else json.loads(assessed.body)
        known: Document = json.loads(facts.facts)
        report = report_on(heard, known, protocol_of(self._call.law_book, case.area, self._call.today))
        # A long agenda is a lot of advice: it is worked out beside the loop that serves everybody else.
        advice = await asyncio.to_thread(
            evaluate_document, self._call.law_book, facts.facts, case.area, self._call.today
        )
        contributions = await self._panels.said_of(case)
        await log.append(
            self._call,
            AuditRecord(AuditEvent.DISCLOSURE, "panel-pack.read", case.case_id, case.area, _SHOWN),
        )
        quorum = next(one for one in meeting.quorum_by_case if one.case_id == case.case_id)
        return PackCase(
            case_id=case.case_id,
            status=case.status,
            route=case.route,
            child=PackChild(
                given_names=child.given_names,
                family_name=child.family_name,
                age=age_on(child.date_of_birth, self._call.today),
            ),
            **_advised(advice),
            **_heard(heard, report.missing),
            offences=self._offences(known, advice),
            victims=_victims(known),
            pre_assessed=assessed is not None,
            contributions=contributions,
            conflicts_of_interest=tuple(one for one in meeting.conflicts_of_interest if one.case_id == case.case_id),
            quorum=QuorumAnswer(needed=quorum.needed, missing=quorum.missing, met=quorum.met),
        )

    def _offences(self, facts: Document, advice: Document) -> tuple[Document, ...]:
        kept = ("id", "offence", "modeOfTrial", "score", "source")
        told = {one["id"]: one for one in facts["offences"]}
        return tuple(
            {name: one[name] for name in kept}
            | {"committedOn": told[one["id"]]["committedOn"], "title": self._title(one["offence"])}
            for one in advice["gravity"]["offences"]
        )

    def _title(self, key: str | None) -> str | None:
        known = None if key is None else self._call.law_book.offences.get(key)
        return None if known is None else known.title


def _advised(advice: Document) -> Document:
    return {
        "gravity": {name: advice["gravity"][name] for name in ("score", "leadOffence", "matrix")},
        "score_status": advice["scoreStatus"],
        "least_restrictive_indicated": advice["leastRestrictiveIndicated"],
        "least_restrictive_still_possible": advice["leastRestrictiveStillPossible"],
        "provisional": advice["provisional"],
        "options": tuple(
            PackOption(
                disposal=one["disposal"],
                local_name=one["localName"],
                standing=one["standing"],
                authority=one["authority"],
                fit=one["fit"],
            )
            for one in advice["options"]
        ),
        "open_questions": tuple(advice["openQuestions"]),
        "duties": tuple(advice["duties"]),
        "warnings": tuple(advice["warnings"]),
        "clocks": tuple(advice["clocks"]),
    }


def _heard(heard: Document, missing: Iterable[tuple[str, str]]) -> Document:
    """Return what the pre-assessment says, and what it lacks. Engagement is not in it: it sways no panel."""
    return {
        "voices": Voices(
            child=heard.get("childVoice"), parent_carer=heard.get("parentCarerVoice"), victim=heard.get("victimVoice")
        ),
        "safety": heard.get("safety"),
        "risk_to_others": heard.get("riskToOthers"),
        "circumstances": heard.get("circumstances"),
        "strengths": heard.get("strengths"),
        "structural_barriers": heard.get("structuralBarriers"),
        "missing": tuple(
            MissingPart(pointer=pointer, who=who) for pointer, who in missing if not pointer.startswith("/engagement")
        ),
    }


def _victims(facts: Document) -> tuple[Document, ...] | None:
    victims = facts.get("victims")
    return tuple(victims) if isinstance(victims, list) else None
