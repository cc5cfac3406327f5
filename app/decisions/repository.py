"""Reading and writing opinions, escalations and decisions. All are only ever added."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_nothing

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.models import cases
from app.cases.repository import Case
from app.cases.states import CaseStatus
from app.decisions.authority import Authorised, AuthorityDecision
from app.decisions.escalation import Escalation
from app.decisions.models import case_authorities, case_speakers, decisions, escalations, opinions
from app.identity.call import Call
from app.rules.findings import Authority


class DecisionRepository:
    """The joint decisions that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    async def live_opinions(self, case: Case) -> Sequence[Row[Any]]:
        """Return the opinions of a case's present round that stand, lowest level first: the last turn of each."""
        said = await self._work.many(
            select(opinions)
            .where(opinions.c.case_id == case.case_id, opinions.c.round == case.round)
            .order_by(opinions.c.level, opinions.c.agency, opinions.c.turn)
        )
        return tuple({(row.level, row.agency): row for row in said}.values())

    async def add_opinion(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add an opinion."""
        await log.append(self._call, record)
        await self._work.run(insert(opinions), dict(row))

    async def speaks_for(self, case: Case, person_keys: Collection[str], agency: str) -> set[str]:
        """Return the agencies that a person speaks for in a case, which is this one if the person had not spoken.

        A seconded officer is one person: each key under which the person is known is bound to the agency.
        """
        own = {"case_id": case.case_id, "area": case.area, "agency": agency, "since": self._call.clock.now()}
        await self._work.run(
            insert_or_nothing(case_speakers).on_conflict_do_nothing(),
            [own | {"person_key": key} for key in sorted(person_keys)],
        )
        spoken = await self._work.many(
            select(case_speakers.c.agency).where(
                case_speakers.c.case_id == case.case_id, case_speakers.c.person_key.in_(person_keys)
            )
        )
        return {str(row.agency) for row in spoken}

    async def add_escalation(self, case: Case, escalation: Escalation, record: AuditRecord) -> None:
        """Add the level that a disagreement has reached."""
        await log.append(self._call, record)
        await self._work.run(
            insert(escalations),
            {
                "case_id": case.case_id,
                "area": case.area,
                "round": case.round,
                "level": escalation.level,
                "because": escalation.because,
                "due_on": escalation.due_on,
                "opened_at": self._call.clock.now(),
            },
        )

    async def escalation(self, case: Case) -> Row[Any] | None:
        """Return the escalation to the level that the case has reached, or None at the first."""
        return await self._work.one(
            select(escalations).where(
                escalations.c.case_id == case.case_id,
                escalations.c.round == case.round,
                escalations.c.level == case.level,
            )
        )

    async def overdue_escalations(self, today: date, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return the open escalations whose day has passed, oldest case first."""
        wanted = ("case_id", "area", "level", "because", "due_on", "opened_at")
        statement = (
            select(*(escalations.c[name] for name in wanted))
            .join(cases, cases.c.case_id == escalations.c.case_id)
            .where(
                cases.c.status == CaseStatus.ESCALATED,
                escalations.c.round == cases.c.round,
                escalations.c.level == cases.c.level,
                escalations.c.due_on < today,
            )
            .order_by(escalations.c.case_id)
            .limit(limit)
        )
        return await self._work.many(statement if after is None else statement.where(escalations.c.case_id > after))

    async def add_authority(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add an authority's decision."""
        await log.append(self._call, record)
        await self._work.run(insert(case_authorities), dict(row))

    async def authority_rows(self, case_id: str) -> Sequence[Row[Any]]:
        """Return every authority's decision on a case, oldest first."""
        statement = select(case_authorities).where(case_authorities.c.case_id == case_id)
        return await self._work.many(statement.order_by(case_authorities.c.authority_id))

    async def authorities(self, case: Case) -> tuple[Authorised, ...]:
        """Return the authorities' decisions of a case's present round, oldest first."""
        return tuple(
            Authorised(row.disposal, Authority(row.authority), AuthorityDecision(row.decision), bool(row.reasons))
            for row in await self.authority_rows(case.case_id)
            if row.round == case.round
        )

    async def add_decision(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add the decision of record."""
        await log.append(self._call, record)
        await self._work.run(insert(decisions), dict(row))

    async def latest_decision(self, case_id: str) -> Row[Any] | None:
        """Return the newest decision of record of a case."""
        return await self._work.one(
            select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.round.desc()).limit(1)
        )
