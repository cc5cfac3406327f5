"""Reading what our own cases say of the same child, within the caller's areas; and the links that people made."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Date, Row, Text, Uuid, bindparam, insert, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.matching import known_by, same_child
from app.cases.models import case_facts, case_links, case_timeline, cases, children
from app.cases.own_record import OwnDisposal
from app.cases.repository import Case
from app.cases.states import CaseStatus
from app.clock import london_day
from app.db.base import among, is_one_of
from app.db.ready import Ready
from app.decisions.models import decisions
from app.identity.call import Call
from app.law.model import DisposalCode

_UNSEEN = (CaseStatus.WITHDRAWN, CaseStatus.RESTRICTED)
_ENDED = {CaseStatus.COMPLETED: "COMPLETED", CaseStatus.NOT_COMPLETED: "FAILED"}
_NOTHING_TO_COMPLETE = frozenset({DisposalCode.OUTCOME_21, DisposalCode.YOUTH_CAUTION, DisposalCode.CHARGE})
# Each number is looked up by itself, and then each case (OFFSET keeps it so): a plan that PostgreSQL made while few
# children were known would go through all of them for every referral. The numbers are asked for as a question of their
# own: PostgreSQL would see how many they are, and plan every time anew, which takes longer than looking.
KNOWN_BY = Ready(
    text(
        f"""
        SELECT known.case_id, child.date_of_birth, child.identifiers
          FROM unnest((SELECT CAST(:keys AS text[]))) AS told (key)
         CROSS JOIN LATERAL (SELECT case_id FROM child_identifiers WHERE key = told.key OFFSET 0) AS known
         CROSS JOIN LATERAL (
            SELECT date_of_birth, identifiers FROM children WHERE case_id = known.case_id OFFSET 0
         ) AS child
         CROSS JOIN LATERAL (
            SELECT FROM cases WHERE case_id = known.case_id AND NOT {is_one_of("status", _UNSEEN)} OFFSET 0
         ) AS seen
        """  # noqa: S608 - our own words
    )
    .bindparams(bindparam("keys", type_=ARRAY(Text)))
    .columns(case_id=Uuid(as_uuid=False), date_of_birth=Date, identifiers=JSONB)
)


class ChildRepository:
    """The children of the cases that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    async def alike(self, born: date, identifiers: Sequence[Any], *, but: str | None = None) -> Sequence[Row[Any]]:
        """Return the children born on a day or known by one of the identifiers, with area and status of their case."""
        known = {row.case_id for row in await self.known_by(identifiers)}
        statement = (
            select(children, cases.c.status, cases.c.received_at)
            .join(cases, cases.c.case_id == children.c.case_id)
            .where(
                or_(children.c.date_of_birth == born, among(children.c.case_id, known)),
                cases.c.status.not_in(_UNSEEN),
            )
            .order_by(children.c.case_id)
        )
        return await self._work.many(statement if but is None else statement.where(children.c.case_id != but))

    async def same(self, born: date, identifiers: Sequence[Any], *, but: str | None = None) -> list[str]:
        """Return the cases of the same child: a shared identifier, and the same birth date."""
        rows = await self.known_by(identifiers)
        same = {row.case_id for row in rows if same_child(born, identifiers, row.date_of_birth, row.identifiers)}
        return sorted(same - {but})

    async def known_by(self, identifiers: Sequence[Any]) -> Sequence[Row[Any]]:
        """Return the cases, birth dates and identifiers of the children known by any of some identifiers."""
        return await self._work.alone(KNOWN_BY, keys=known_by(identifiers)) if identifiers else ()

    async def linked(self, case_id: str) -> Sequence[Row[Any]]:
        """Return the links that people made from a case to others, oldest first."""
        return await self._work.many(
            select(case_links).where(case_links.c.case_id == case_id).order_by(case_links.c.link_id)
        )

    async def link(self, case: Case, other: Case, because: str, rationale: str, *records: AuditRecord) -> None:
        """Say from either case that they are one child's."""
        await log.append(self._call, *records)
        told = {
            "because": because,
            "rationale": rationale,
            "recorded_at": self._call.clock.now(),
            "recorded_by": self._call.caller.user_name or self._call.caller.client_id,
        }
        for one, another in ((case, other), (other, case)):
            ids = {"link_id": str(uuid7()), "case_id": one.case_id, "area": one.area, "other_case_id": another.case_id}
            await self._work.run(insert(case_links), ids | told)

    # ── what was decided ─────────────────────────────────────────────────────

    async def disposals_of(self, case_ids: Collection[str]) -> tuple[OwnDisposal, ...]:
        """Return what was decided in cases, oldest first; that no action followed is no disposal."""
        if not case_ids:
            return ()
        rows = await self._work.many(
            select(decisions.c.case_id, decisions.c.disposal, decisions.c.decided_at, cases.c.status)
            .join(cases, cases.c.case_id == decisions.c.case_id)
            .where(decisions.c.case_id.in_(case_ids), cases.c.status.not_in(_UNSEEN))
            .order_by(decisions.c.decided_at, decisions.c.case_id)
        )
        last = {row.case_id: row.decided_at for row in rows}
        ended, offences = await self._endings(case_ids), await self._offences(case_ids)
        return tuple(
            OwnDisposal(
                case_id=row.case_id,
                disposal=row.disposal,
                given_on=london_day(row.decided_at).isoformat(),
                offence=offences.get(row.case_id),
                completion=_completion(row, last=row.decided_at == last[row.case_id], ended=ended.get(row.case_id)),
            )
            for row in rows
            if row.disposal != DisposalCode.NO_FURTHER_ACTION
        )

    async def _endings(self, case_ids: Collection[str]) -> dict[str, str]:
        statement = (
            select(case_timeline.c.case_id, case_timeline.c.status)
            .where(case_timeline.c.case_id.in_(case_ids), case_timeline.c.status.in_(_ENDED))
            .order_by(case_timeline.c.entry)
        )
        return {row.case_id: row.status for row in await self._work.many(statement)}

    async def _offences(self, case_ids: Collection[str]) -> dict[str, str]:
        statement = (
            select(case_facts.c.case_id, case_facts.c.facts)
            .where(case_facts.c.case_id.in_(case_ids))
            .order_by(case_facts.c.version)
        )
        return {row.case_id: _first_offence(row.facts) for row in await self._work.many(statement)}


def _completion(row: Row[Any], *, last: bool, ended: str | None) -> str:
    """Return how a disposal ended; the way back to another decision is that it was not completed."""
    if row.disposal in _NOTHING_TO_COMPLETE:
        return "NOT_APPLICABLE"
    if not last:
        return "FAILED"
    if ended is not None:
        return _ENDED[CaseStatus(ended)]
    return "ONGOING" if row.status in {CaseStatus.DECIDED, CaseStatus.IN_DELIVERY} else "UNKNOWN"


def _first_offence(facts: bytes) -> str:
    offence = json.loads(facts)["offences"][0]
    named = (offence.get(name) for name in ("offence", "cjsCode"))
    return next(str(name) for name in named if name not in {None, "UNKNOWN"})
