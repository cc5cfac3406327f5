"""Reading and writing panel meetings and contributions. All are only ever added; a change is a new version."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.repository import Case
from app.clock import LONDON
from app.decisions.models import decisions
from app.delivery.models import completions
from app.identity.call import Call
from app.panels.models import contributions, panel_meetings


class PanelRepository:
    """The panels that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    async def meeting(self, meeting_id: str) -> Row[Any] | None:
        """Return the newest version of a meeting."""
        statement = select(panel_meetings).where(panel_meetings.c.meeting_id == meeting_id)
        return await self._work.one(statement.order_by(panel_meetings.c.version.desc()).limit(1))

    async def meetings(self, area: str | None, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` meetings, oldest first, each in its newest version."""
        statement = (
            select(panel_meetings)
            .ext(distinct_on(panel_meetings.c.meeting_id))
            .order_by(panel_meetings.c.meeting_id, panel_meetings.c.version.desc())
            .limit(limit)
        )
        if area is not None:
            statement = statement.where(panel_meetings.c.area == area)
        if after is not None:
            statement = statement.where(panel_meetings.c.meeting_id > after)
        return await self._work.many(statement)

    async def lock_meeting(self, meeting_id: str) -> None:
        """Hold a meeting until the call ends, so that two changes at once are one after the other."""
        await self._work.run(select(func.pg_advisory_xact_lock(func.hashtextextended(meeting_id, 0))))

    async def add_meeting(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a version of a meeting."""
        await log.append(self._call, record)
        await self._work.run(insert(panel_meetings), {**row, **self._said()})

    async def contributions(self, case: Case) -> Sequence[Row[Any]]:
        """Return what panel members said of a case in its present round, in order."""
        return await self._work.many(
            select(contributions)
            .where(contributions.c.case_id == case.case_id, contributions.c.round == case.round)
            .order_by(contributions.c.contribution_id)
        )

    async def add_contribution(self, case: Case, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a contribution."""
        await log.append(self._call, record)
        of_case = {"case_id": case.case_id, "area": case.area, "round": case.round}
        await self._work.run(insert(contributions), {**of_case, **row, **self._said()})

    async def endings(self, area: str, first: date, last: date) -> Sequence[Row[Any]]:
        """Return the decisions of an area on these days, each with how it ended, if it has."""
        begins = datetime.combine(first, time(), LONDON)
        ends = datetime.combine(last + timedelta(days=1), time(), LONDON)
        return await self._work.many(
            select(decisions.c.disposal, completions.c.result, func.count().label("n"))
            .outerjoin(
                completions,
                (completions.c.case_id == decisions.c.case_id) & (completions.c.round == decisions.c.round),
            )
            .where(decisions.c.area == area, decisions.c.decided_at >= begins, decisions.c.decided_at < ends)
            .group_by(decisions.c.disposal, completions.c.result)
        )

    def _said(self) -> dict[str, Any]:
        caller = self._call.caller
        return {"recorded_at": self._call.clock.now(), "recorded_by": caller.user_name or caller.client_id}
