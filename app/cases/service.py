"""What happens to cases: receiving a referral, reading, and `move`, the one door through which a status changes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypedDict, Unpack

from uuid_utils import uuid7

from app.advice.answer import ClockAnswer, WarningAnswer
from app.advice.evaluate import REFERRED, Assessed, as_bytes, assess_referral, basis_on, first_due, open_area
from app.advice.view import clocks as clocks_view
from app.assessments.repository import AssessmentRepository
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.child_repository import ChildRepository
from app.cases.combining import with_own_record
from app.cases.ethnicities import ethnicity_faults
from app.cases.recording import record_of
from app.cases.repository import Case, CaseRepository
from app.cases.schemas import (
    CaseAnswer,
    CharacteristicsAnswer,
    CharacteristicsIn,
    ReferralAnswer,
    ReferralIn,
    ReferralReceived,
    TimelineEntry,
)
from app.cases.states import ACTS, FIRST_STATUS, OWNERS, CaseStatus, Route, may_move
from app.cases.views import case_answer, characteristic_rows, characteristics_answer, referral_answer
from app.cases.words import FactsOrigin
from app.clock import london_day
from app.decisions.repository import DecisionRepository
from app.delivery.reading import outcome_of
from app.errors import DuplicateReferral, Erased, NotFound, ValidationFailed, WrongState
from app.events import outbox
from app.events.kinds import OF_STATUS, EventType
from app.identity.call import Call, etag_of
from app.identity.caller import Role
from app.law.book import LawBook


class Counters(TypedDict, total=False):
    """The counters of a case that an act may change with its status."""

    facts_version: int
    round: int
    level: int
    due_on: date | None


FROM_COURT = "PRC-19"
_IDENTITY_FIELDS = ("givenNames", "familyName", "dateOfBirth", "identifiers")


class CaseService:
    """Cases, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseRepository(call)

    # ── receiving ────────────────────────────────────────────────────────────

    async def receive(self, referral: ReferralIn, received: bytes) -> ReferralReceived:
        """Receive a referral: one case, its child, its facts, its characteristics.

        Raises:
            NotFound: the area is not one of the caller's.
            UnderAgeOfResponsibility, NotAChild, InconsistentFacts, UnknownOffence, OffenceMismatch: section 4 says
                when.
            DuplicateReferral: the client has referred this source before.
            Erased: what the client referred under this source was erased.

        """
        assessed, source = self.assess(referral), referral.source
        known = None
        if not self._call.work.at_once:
            client = self._call.caller.client_id
            known = await self._cases.find_by_source(client, source.force, source.system, source.reference)
        if known is not None and known.case_id is None:
            raise Erased
        if known is not None:
            raise DuplicateReferral(extra={"referralId": known.referral_id, "caseId": known.case_id})
        referral_id, case = await self.take_in(referral, received, assessed)
        return ReferralReceived(
            referral_id=referral_id,
            case_id=case.case_id,
            status=case.status,
            clocks=tuple(ClockAnswer.model_validate(clock) for clock in clocks_view(assessed.clocks)),
            warnings=(
                *(WarningAnswer(rule=one.rule, text=one.text) for one in assessed.warnings),
                *_of_route(referral.route, self._call.law_book),
            ),
        )

    def assess(self, referral: ReferralIn) -> Assessed:
        """Return what a referral's facts come to; raise as `receive` does. Asks nothing of the database."""
        call = self._call
        if not call.caller.reaches(referral.area):
            raise NotFound
        if referral.child.characteristics is not None:
            call.require_sensitive_processing()
        open_area(call.law_book, referral.area, call.today)
        basis = basis_on(call.law_book, referral.area, call.today)
        return assess_referral(referral.facts(), basis, london_day(referral.referred_at))

    async def take_in(
        self, referral: ReferralIn, received: bytes, assessed: Assessed, same: Sequence[str] | None = None
    ) -> tuple[str, Case]:
        """Write a referral that was assessed and is new; return its id and its case.

        `same` are the other cases of the child, if they have been looked for already.
        """
        case = self._new_case(referral, first_due(assessed.clocks, REFERRED))
        referral_id, child = str(uuid7()), _child_row(case, referral)
        document, identifiers = referral.facts_document(), child["identifiers"]
        if same is None:  # asked before anything is written, so that it is all that is asked
            same = await ChildRepository(self._call).same(child["date_of_birth"], identifiers)
        await self._cases.add(case, record_of(AuditEvent.COLLECTION, "case.received", case, "status", "route", "area"))
        await self._cases.add_referral(
            self._referral_row(referral_id, case, referral, received),
            child,
            record_of(AuditEvent.COLLECTION, "referral.received", case, "source", *_IDENTITY_FIELDS),
        )
        facts = record_of(AuditEvent.COLLECTION, "facts.recorded", case, "child", "offences", "victims", "history")
        told, own = await with_own_record(self._call, case, document, identifiers, same=same)
        await self._cases.add_facts(case, as_bytes(told), FactsOrigin.REFERRAL, facts, own_record=own)
        if referral.child.characteristics is not None:
            said = CharacteristicsIn(characteristics=referral.child.characteristics)
            await self._add_characteristics(case, 1, said, root="/child/characteristics")
        await self._cases.add_to_timeline(case, ACTS[case.status], status=case.status)
        await outbox.tell(self._call, case, EventType.REFERRAL_RECEIVED)
        return referral_id, case

    def _new_case(self, referral: ReferralIn, due_on: date | None) -> Case:
        now = self._call.clock.now()
        return Case(
            case_id=str(uuid7()),
            area=referral.area,
            status=FIRST_STATUS[referral.route],
            route=referral.route,
            version=1,
            facts_version=1,
            round=1,
            level=1,
            received_at=now,
            updated_at=now,
            due_on=due_on,
        )

    def _referral_row(self, referral_id: str, case: Case, referral: ReferralIn, received: bytes) -> dict[str, object]:
        return {
            "referral_id": referral_id,
            "case_id": case.case_id,
            "area": case.area,
            "client_id": self._call.caller.client_id,
            "force": referral.source.force,
            "system": referral.source.system,
            "reference": referral.source.reference,
            "referred_at": referral.referred_at,
            "received_at": case.received_at,
            "received": received,
            "sha256": hashlib.sha256(received).hexdigest(),
        }

    # ── reading ──────────────────────────────────────────────────────────────

    async def referral(self, referral_id: str) -> tuple[ReferralAnswer, str]:
        """Return what the client referred, as received, with the state of its case and the decision if there is one."""
        row = await self._cases.find_referral(referral_id, self._call.caller.client_id)
        case = None if row is None else await self._cases.find(str(row.case_id))
        if row is None or case is None:
            raise NotFound
        decision = await DecisionRepository(self._call).latest_decision(case.case_id)
        await log.append(
            self._call, record_of(AuditEvent.CONSULTATION, "referral.read", case, "referral", "status", "decision")
        )
        outcome = None if decision is None else await outcome_of(self._call, case, decision)
        return referral_answer(row, case, decision, outcome), case.etag

    async def case(self, case_id: str) -> tuple[CaseAnswer, str]:
        """Return a case with its child and facts, and its entity tag."""
        found = await self._cases.find_told(case_id)
        if found is None:
            raise NotFound
        case = found.case
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "case.read", case, *_IDENTITY_FIELDS, "facts"))
        return case_answer(case, found.told), case.etag

    async def timeline(self, case_id: str) -> tuple[TimelineEntry, ...]:
        """Return everything that happened to a case, in order, with who."""
        case = await self.require(case_id)
        rows = await self._cases.timeline(case_id)
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "case.timeline-read", case, "timeline"))
        return tuple(
            TimelineEntry(occurred_at=row.occurred_at, act=row.act, status=row.status, agency=row.agency, by=row.by)
            for row in rows
        )

    async def require(self, case_id: str, *, lock: bool = False) -> Case:
        """Return a case; raise `NotFound` if it is absent or outside the caller's areas."""
        case = await self._cases.find(case_id, lock=lock)
        if case is None:
            raise NotFound
        return case

    # ── characteristics ──────────────────────────────────────────────────────

    async def characteristics(self, case_id: str) -> tuple[CharacteristicsAnswer, str]:
        """Return the newest version of the child's characteristics, and its entity tag."""
        case = await self.require(case_id)
        row = await self._cases.latest_characteristics(case_id)
        if row is None:
            raise NotFound
        read = record_of(
            AuditEvent.CONSULTATION, "characteristics.read", case, *(item["characteristic"] for item in row.items)
        )
        await log.append(self._call, read)
        return characteristics_answer(row), etag_of(row.version)

    async def put_characteristics(
        self, case_id: str, body: CharacteristicsIn
    ) -> tuple[CharacteristicsAnswer, str, bool]:
        """Add a version of the child's characteristics; return it, its entity tag, and whether it is the first."""
        case = await self.require(case_id, lock=True)
        present = await self._cases.latest_characteristics(case_id)
        if present is not None:
            self._call.require_match(etag_of(present.version))
        version = 1 if present is None else present.version + 1
        await self._add_characteristics(case, version, body, root="/characteristics")
        row = await self._cases.latest_characteristics(case_id)
        assert row is not None
        return characteristics_answer(row), etag_of(version), present is None

    async def _add_characteristics(self, case: Case, version: int, body: CharacteristicsIn, *, root: str) -> None:
        self._call.require_sensitive_processing()
        if faults := ethnicity_faults(body.characteristics, self._call.law_book, root=root):
            raise ValidationFailed(errors=faults)
        items = characteristic_rows(body, self._call.clock.now())
        names = tuple(item.characteristic for item in body.characteristics)
        event = AuditEvent.COLLECTION if version == 1 else AuditEvent.ALTERATION
        record = record_of(event, "characteristics.recorded", case, *names)
        await self._cases.add_characteristics(case, version, items, record)

    # ── moving ───────────────────────────────────────────────────────────────

    async def move(self, case: Case, to: CaseStatus, record: AuditRecord, **changes: Unpack[Counters]) -> Case:
        """Move a locked case to a status; return its new version. The only place where a status changes.

        Raises:
            WrongState: the tables know no such move.

        """
        if not may_move(case.status, to):
            raise WrongState(extra={"caseStatus": case.status.value})
        moved = self.next_version(replace(case, status=to), **changes)
        await self._cases.save(moved, record)
        await self._cases.add_to_timeline(moved, ACTS[to], status=to)
        await outbox.tell(self._call, moved, OF_STATUS[to])
        return moved

    async def touch(self, case: Case, act: str, record: AuditRecord, **changes: Unpack[Counters]) -> Case:
        """Write a new version of a locked case that stays where it is; return it."""
        touched = self.next_version(case, **changes)
        await self._cases.save(touched, record)
        await self._cases.add_to_timeline(touched, act)
        await outbox.tell(self._call, touched, EventType.CASE_UPDATED)
        return touched

    async def reopen(self, case: Case, act: str, record: AuditRecord, *, facts_version: int | None = None) -> Case:
        """Let a locked case be spoken on anew, in a new round at the first level; opinions of the last round stay kept.

        For what was agreed and can no longer be given, was refused by its authority, or has come to another area.
        """
        pre_assessed = await AssessmentRepository(self._call).latest(case.case_id) is not None
        to = CaseStatus.PRE_ASSESSED if pre_assessed else CaseStatus.RECEIVED
        await self._cases.add_to_timeline(case, act)
        version = facts_version or case.facts_version
        anew = Counters(round=case.round + 1, level=1, facts_version=version)
        if case.status is to:
            return await self.touch(case, "case.reopened", record, **anew)
        return await self.move(case, to, record, **anew)

    def next_version(self, case: Case, **changes: Unpack[Counters]) -> Case:
        """Return the next version of a case, with changes to its counters."""
        return replace(case, version=case.version + 1, updated_at=self._call.clock.now(), **changes)


def owner_of(case: Case) -> str:
    """Return who must act next."""
    return OWNERS[case.status].value


def may_read_all(call: Call) -> bool:
    """Return whether the caller reads cases of its areas, not only what its client referred."""
    return call.caller.has(Role.CASES_RO)


def _of_route(route: Route, law_book: LawBook) -> tuple[WarningAnswer, ...]:
    """Return what to know of the way by which a child came: from court, every option is open until conviction."""
    if route is not Route.COURT:
        return ()
    return (WarningAnswer(rule=FROM_COURT, text=law_book.rules[FROM_COURT].says),)


def _child_row(case: Case, referral: ReferralIn) -> dict[str, Any]:
    child = referral.child
    return {
        "child_id": str(uuid7()),
        "case_id": case.case_id,
        "area": case.area,
        "given_names": child.given_names,
        "family_name": child.family_name,
        "date_of_birth": child.date_of_birth,
        "identifiers": [identifier.model_dump(mode="json") for identifier in child.identifiers],
    }
