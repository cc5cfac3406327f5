"""Reading and writing cases and what belongs to them. Every write takes the audit record of the act it is part of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ARRAY, Row, Text, Uuid, bindparam, select, text, update

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.filters import CaseFilter, CaseView
from app.cases.lists import Looking, count_question, list_question, values_of
from app.cases.matching import known_by
from app.cases.models import (
    case_facts,
    case_timeline,
    cases,
    characteristics,
    child_identifiers,
    children,
    referrals,
)
from app.cases.reconciling import Source
from app.cases.states import CaseStatus, Route
from app.db.ready import Ready
from app.identity.call import Call, etag_of


@dataclass(frozen=True)
class Case:
    """A case as its row has it."""

    case_id: str
    area: str
    status: CaseStatus
    route: Route
    version: int
    facts_version: int
    round: int
    level: int
    received_at: datetime
    updated_at: datetime
    due_on: date | None

    @property
    def etag(self) -> str:
        """Return the entity tag of this version."""
        return etag_of(self.version)


@dataclass(frozen=True)
class ToldCase:
    """A case with what is told of it: its child, and the facts of the version that it counts."""

    case: Case
    told: Row[Any]


_CASE = select(cases)
_FIND = Ready(_CASE.where(cases.c.case_id == bindparam("case_id")))
_HOLD = Ready(_CASE.where(cases.c.case_id == bindparam("case_id")).with_for_update())
_BY_SOURCE = Ready(
    text(
        """
        SELECT referral_id, case_id FROM referrals
         WHERE client_id = :client_id AND force = :force AND system = :system AND reference = :reference
         UNION ALL
        SELECT NULL, NULL WHERE oocd_is_erased(:client_id, :force, :system, :reference)
        """
    )
    .bindparams(*(bindparam(name, type_=Text) for name in ("client_id", "force", "system", "reference")))
    .columns(referral_id=Uuid(as_uuid=False), case_id=Uuid(as_uuid=False))
)
# Each source is looked up by itself (LIMIT keeps it so): a plan that PostgreSQL made while there were few referrals
# would go through all that a client ever referred, in every group of lines.
_BY_SOURCES = Ready(
    text(
        """
        SELECT told.force, told.system, told.reference
          FROM unnest(:forces, :systems, :references) AS told (force, system, reference)
         CROSS JOIN LATERAL (
            SELECT FROM referrals AS r
             WHERE r.client_id = :client_id
               AND r.force = told.force AND r.system = told.system AND r.reference = told.reference
             LIMIT 1
         ) AS known
        """
    )
    .bindparams(*(bindparam(name, type_=ARRAY(Text)) for name in ("forces", "systems", "references")))
    .bindparams(bindparam("client_id", type_=Text))
    .columns(force=Text, system=Text, reference=Text)
)
_CHILD = Ready(select(children).where(children.c.case_id == bindparam("case_id")))
_TOLD = Ready(
    select(
        cases,
        children.c.child_id,
        children.c.given_names,
        children.c.family_name,
        children.c.date_of_birth,
        children.c.identifiers,
        case_facts.c.facts,
        case_facts.c.own_record,
    )
    .join(children, children.c.case_id == cases.c.case_id)
    .join(case_facts, (case_facts.c.case_id == cases.c.case_id) & (case_facts.c.version == cases.c.facts_version))
    .where(cases.c.case_id == bindparam("case_id"))
)
_LATEST_FACTS = Ready(
    select(case_facts)
    .where(case_facts.c.case_id == bindparam("case_id"))
    .order_by(case_facts.c.version.desc())
    .limit(1)
)


class CaseRepository:
    """The cases that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    # ── cases ────────────────────────────────────────────────────────────────

    async def find(self, case_id: str, *, lock: bool = False) -> Case | None:
        """Return a case, or None if it is absent or in another's area; with `lock`, hold it until the call ends."""
        known = self._call.found.pop(case_id, None)
        if isinstance(known, Case) and not lock:
            return known
        row = await self._work.first(_HOLD if lock else _FIND, case_id=case_id)
        return None if row is None else _case(row)

    async def find_told(self, case_id: str) -> ToldCase | None:
        """Return a case with what is told of it, or None if it is absent or in another's area."""
        known = self._call.found.pop(case_id, None)
        if isinstance(known, ToldCase):
            return known
        row = await self._work.only(_TOLD, case_id=case_id)
        return None if row is None else ToldCase(_case(row), row)

    async def list_cases(self, wanted: CaseFilter, looking: Looking, limit: int) -> list[Row[Any]]:
        """Return at most `limit` cases as a list shows them, in the order of their ids: that of their receipt."""
        asked = wanted.asked()
        question = list_question(frozenset(asked), wanted.view, looking.caller.agency, limit)
        return await self._work.alone(question, **values_of(looking), **asked)

    async def count_cases(self, view: CaseView, looking: Looking) -> int:
        """Return how many cases a view shows."""
        counted = await self._work.first(count_question(view, looking.caller.agency), **values_of(looking))
        assert counted is not None
        return int(counted.found)

    async def add(self, case: Case, record: AuditRecord) -> None:
        """Add a case."""
        await log.append(self._call, record)
        await self._work.add(cases, vars(case))

    async def save(self, case: Case, record: AuditRecord) -> None:
        """Write a case's new version; its row must be locked by this call."""
        await log.append(self._call, record)
        values = {name: value for name, value in vars(case).items() if name not in {"case_id", "area", "received_at"}}
        done = await self._work.run(
            update(cases).where(cases.c.case_id == case.case_id, cases.c.version == case.version - 1).values(values)
        )
        if done.rowcount != 1:
            raise RuntimeError("a case was written without its lock")

    # ── referrals ────────────────────────────────────────────────────────────

    async def find_by_source(self, client_id: str, force: str, system: str, reference: str) -> Row[Any] | None:
        """Return the ids of what a client referred under a source, None for ids that were erased, or None."""
        return await self._work.first(_BY_SOURCE, client_id=client_id, force=force, system=system, reference=reference)

    async def known_sources(self, client_id: str, sources: Sequence[Source]) -> set[Source]:
        """Return those of some sources under which a client has referred already."""
        forces, systems, references = (list(part) for part in zip(*sources, strict=True))
        rows = await self._work.fetch(
            _BY_SOURCES, client_id=client_id, forces=forces, systems=systems, references=references
        )
        return {(row.force, row.system, row.reference) for row in rows}

    async def find_referral(self, referral_id: str, client_id: str) -> Row[Any] | None:
        """Return what a client referred, as received, or None if it is absent or another's."""
        return await self._work.one(
            select(referrals).where(referrals.c.referral_id == referral_id, referrals.c.client_id == client_id)
        )

    async def add_referral(self, row: Mapping[str, Any], child: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a referral and the identity of the child that it names."""
        await log.append(self._call, record)
        await self._work.add(referrals, row)
        await self._work.add(children, child)
        of_case = {"case_id": child["case_id"], "area": child["area"]}
        await self._work.add(child_identifiers, *(of_case | {"key": key} for key in known_by(child["identifiers"])))

    async def referred_at(self, case_id: str) -> datetime:
        """Return when the police referred the child of a case."""
        row = await self._work.one(select(referrals.c.referred_at).where(referrals.c.case_id == case_id).limit(1))
        assert row is not None
        at: datetime = row.referred_at
        return at

    async def find_child(self, case_id: str) -> Row[Any] | None:
        """Return the identifying data of a case's child."""
        return await self._work.first(_CHILD, case_id=case_id)

    # ── facts ────────────────────────────────────────────────────────────────

    async def latest_facts(self, case_id: str) -> Row[Any] | None:
        """Return the newest version of a case's facts."""
        return await self._work.first(_LATEST_FACTS, case_id=case_id)

    async def facts_of(self, case_id: str, after: int, limit: int) -> Sequence[Row[Any]]:
        """Return at most `limit` versions of a case's facts after one, oldest first."""
        statement = select(case_facts).where(case_facts.c.case_id == case_id, case_facts.c.version > after)
        return await self._work.many(statement.order_by(case_facts.c.version).limit(limit))

    async def add_facts(
        self,
        case: Case,
        facts: bytes,
        origin: str,
        record: AuditRecord,
        *,
        source: str | None = None,
        established_on: date | None = None,
        own_record: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Add the version of the facts that the case's row already counts; `own_record` marks what of it is ours."""
        await log.append(self._call, record)
        caller = self._call.caller
        await self._work.add(
            case_facts,
            {
                "case_id": case.case_id,
                "area": case.area,
                "version": case.facts_version,
                "facts": facts,
                "origin": origin,
                "source": source,
                "established_on": established_on,
                "agency": caller.agency,
                "own_record": list(own_record),
                "recorded_at": self._call.clock.now(),
                "recorded_by": caller.user_name or caller.client_id,
            },
        )

    # ── characteristics ──────────────────────────────────────────────────────

    async def latest_characteristics(self, case_id: str) -> Row[Any] | None:
        """Return the newest version of the child's characteristics."""
        newest = select(characteristics).where(characteristics.c.case_id == case_id)
        return await self._work.one(newest.order_by(characteristics.c.version.desc()).limit(1))

    async def add_characteristics(self, case: Case, version: int, items: Sequence[object], record: AuditRecord) -> None:
        """Add a version of the child's characteristics."""
        await log.append(self._call, record)
        await self._work.add(
            characteristics,
            {
                "case_id": case.case_id,
                "area": case.area,
                "version": version,
                "items": list(items),
                "recorded_at": self._call.clock.now(),
                "recorded_by": self._call.caller.user_name or self._call.caller.client_id,
            },
        )

    # ── timeline ─────────────────────────────────────────────────────────────

    async def add_to_timeline(self, case: Case, act: str, *, status: CaseStatus | None = None) -> None:
        """Add what the caller did to the timeline of a case."""
        caller = self._call.caller
        by = caller.user_name or caller.client_id
        await self.tell(case, act, status=status, at=self._call.clock.now(), agency=caller.agency, by=by)

    async def tell(
        self, case: Case, act: str, *, at: datetime, agency: str | None, by: str, status: CaseStatus | None = None
    ) -> None:
        """Add to the timeline what somebody did, maybe earlier and under seal until now."""
        await self._work.add(
            case_timeline,
            {
                "case_id": case.case_id,
                "area": case.area,
                "occurred_at": at,
                "act": act,
                "status": status,
                "agency": agency,
                "by": by,
            },
        )

    async def timeline(self, case_id: str) -> Sequence[Row[Any]]:
        """Return what happened to a case, in order."""
        return await self._work.many(
            select(case_timeline).where(case_timeline.c.case_id == case_id).order_by(case_timeline.c.entry)
        )


_in_order = attrgetter(*Case.__dataclass_fields__)


def _case(row: Any) -> Case:  # noqa: ANN401  (a row of cases)
    case_id, area, status, route, *others = _in_order(row)
    return Case(case_id, area, CaseStatus(status), Route(route), *others)
