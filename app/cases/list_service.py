"""Lists of cases for front-ends, and how many there are in each view, within the caller's areas."""

from sqlalchemy import func, select

from app.advice.evaluate import protocol_of
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.filters import CaseFilter, CaseView
from app.cases.lists import ESCALATED_AT, Looking, condition
from app.cases.models import cases
from app.cases.repository import CaseRepository
from app.cases.schemas import CaseCounts, CaseSummary
from app.cases.states import CaseStatus
from app.cases.views import case_summary
from app.decisions.escalation import grade_needed
from app.identity.call import Call


class ListService:
    """Lists of cases, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseRepository(call)

    async def cases(self, wanted: CaseFilter, limit: int) -> list[CaseSummary]:
        """Return one more case than `limit` if there is one; each case that is shown is logged."""
        shown_by = condition(wanted.view, await self._looking(wanted.view))
        found = await self._cases.list_cases(wanted, limit + 1, shown_by)
        shown = [
            AuditRecord(AuditEvent.CONSULTATION, "case.listed", case.case_id, case.area, ("status", "route", "dueOn"))
            for case in found[:limit]
        ]
        if shown:
            await log.append(self._call, *shown)
        return [case_summary(case) for case in found]

    async def counts(self) -> CaseCounts:
        """Return how many cases of the caller's areas each view and each status has."""
        views = {view: await self._count(view) for view in CaseView}
        counted = select(cases.c.status, func.count().label("found")).group_by(cases.c.status)
        by_status = await self._call.work.many(counted)
        await log.append(self._call, AuditRecord(AuditEvent.CONSULTATION, "cases.counted", fields=("status",)))
        found = {row.status: int(row.found) for row in by_status}
        return CaseCounts(views=views, statuses={status: found.get(status, 0) for status in CaseStatus})

    async def _count(self, view: CaseView) -> int:
        shown_by = condition(view, await self._looking(view))
        row = await self._call.work.one(select(func.count().label("found")).select_from(cases).where(shown_by))
        assert row is not None
        return int(row.found)

    async def _looking(self, view: CaseView | None) -> Looking:
        call = self._call
        if view is not CaseView.ESCALATED_TO_MY_GRADE or call.caller.agency is None:
            return Looking(call.caller, call.today)
        levels = [(row.area, row.level) for row in await call.work.many(ESCALATED_AT)]
        mine = [(area, level) for area, level in levels if self._grade_at(area, level) == call.caller.grade]
        return Looking(call.caller, call.today, mine)

    def _grade_at(self, area: str, level: int) -> str | None:
        protocol = protocol_of(self._call.law_book, area, self._call.today)
        return grade_needed(protocol, level, str(self._call.caller.agency))
