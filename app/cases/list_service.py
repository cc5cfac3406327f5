"""Lists of cases for front-ends, and how many there are in each view, within the caller's areas."""

from typing import Any

from sqlalchemy import Row, func, select

from app.advice.evaluate import protocol_of
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.filters import CaseFilter, CaseView
from app.cases.lists import ESCALATED_AT, Looking
from app.cases.models import cases
from app.cases.repository import CaseRepository
from app.cases.schemas import CaseCounts
from app.cases.states import CaseStatus
from app.decisions.escalation import grade_needed
from app.identity.call import Call


class ListService:
    """Lists of cases, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseRepository(call)

    async def cases(self, wanted: CaseFilter, limit: int) -> list[Row[Any]]:
        """Return one more case than `limit` if there is one; each case that is shown is logged."""
        found = await self._cases.list_cases(wanted, await self._looking(wanted.view), limit + 1)
        shown = (
            AuditRecord(AuditEvent.CONSULTATION, "case.listed", case.case_id, case.area, ("status", "route", "dueOn"))
            for case in found[:limit]
        )
        await log.append(self._call, *shown)
        return found

    async def counts(self) -> CaseCounts:
        """Return how many cases of the caller's areas each view and each status has."""
        views = {view: await self._cases.count_cases(view, await self._looking(view)) for view in CaseView}
        counted = select(cases.c.status, func.count().label("found")).group_by(cases.c.status)
        by_status = await self._call.work.many(counted)
        await log.append(self._call, AuditRecord(AuditEvent.CONSULTATION, "cases.counted", fields=("status",)))
        found = {row.status: int(row.found) for row in by_status}
        return CaseCounts(views=views, statuses={status: found.get(status, 0) for status in CaseStatus})

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
