"""Panel meetings and contributions: kept, changed by new versions, read. What a panel says informs and never counts."""

from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.advice.evaluate import open_area, protocol_of
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.erased import hold_off
from app.cases.repository import Case, CaseRepository
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.errors import FieldError, NotFound, ValidationFailed, WrongState
from app.http.guard import read_id
from app.identity.call import Call, etag_of
from app.panels.quorum import Attending, Quorum, quorum_of
from app.panels.repository import PanelRepository
from app.panels.schemas import (
    CaseQuorum,
    ContributionAnswer,
    ContributionIn,
    MeetingAnswer,
    MeetingIn,
    QuorumAnswer,
)


class PanelService:
    """Panel meetings, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._panels = PanelRepository(call)
        self._cases = CaseService(call)

    # ── meetings ─────────────────────────────────────────────────────────────

    async def add(self, body: MeetingIn) -> tuple[MeetingAnswer, str]:
        """Add a meeting; return it and its entity tag.

        Raises:
            NotFound: the area is not one of the caller's.
            UnknownArea, ValidationFailed: no protocol is held for it, or names and cases do not fit each other.

        """
        if not self._call.caller.reaches(body.area):
            raise NotFound
        await self._refuse_misfits(body)
        return await self._keep(str(uuid7()), 1, body, AuditEvent.COLLECTION)

    async def change(self, meeting_id: str, body: MeetingIn) -> tuple[MeetingAnswer, str]:
        """Replace a meeting by a new version; return it and its entity tag. A meeting stays in its area."""
        await self._panels.lock_meeting(meeting_id)
        row = await self.require(meeting_id)
        if body.area != row.area:
            raise _fault("/area", "area-fixed", "A meeting stays in its area.")
        await self._refuse_misfits(body)
        self._call.require_match(etag_of(row.version))
        return await self._keep(meeting_id, row.version + 1, body, AuditEvent.ALTERATION)

    async def _keep(
        self, meeting_id: str, version: int, body: MeetingIn, event: AuditEvent
    ) -> tuple[MeetingAnswer, str]:
        kept = body.model_dump(mode="json", by_alias=True)
        row = {"meeting_id": meeting_id, "version": version, "area": body.area, "meets_on": body.on, "body": kept}
        fields = tuple(sorted(kept))
        record = AuditRecord(event, "panel-meeting.recorded", None, body.area, fields, subject_id=meeting_id)
        await self._panels.add_meeting(row, record)
        return self.answer(await self.require(meeting_id)), etag_of(version)

    async def _refuse_misfits(self, body: MeetingIn) -> None:
        """Raise if the meeting names members or cases that it does not have; every fault at once."""
        open_area(self._call.law_book, body.area, body.on)
        protocol_of(self._call.law_book, body.area, body.on)
        await hold_off(self._call)
        names = [member.name for member in body.members]
        faults = [
            FieldError(f"/attendance/{n}", "unknown-member", "Nobody of this name is a member.")
            for n, name in enumerate(body.attendance)
            if name not in names
        ]
        if len(set(names)) < len(names):
            faults.append(FieldError("/members", "same-name-twice", "Two members of one name cannot be told apart."))
        for n, conflict in enumerate(body.conflicts_of_interest):
            if conflict.member not in names:
                told = "Nobody of this name is a member."
                faults.append(FieldError(f"/conflictsOfInterest/{n}/member", "unknown-member", told))
            if conflict.case_id not in body.agenda:
                told = "This case is not on the agenda."
                faults.append(FieldError(f"/conflictsOfInterest/{n}/caseId", "not-on-agenda", told))
        faults += [
            FieldError(f"/agenda/{n}", "unknown-case", "There is no such case in this area.")
            for n, case_id in enumerate(body.agenda)
            if await self.case_of(case_id, body.area) is None
        ]
        if faults:
            raise ValidationFailed(errors=tuple(faults))

    async def case_of(self, case_id: str, area: str) -> Case | None:
        """Return a case of the agenda, or None where it is not, or no longer, one of the area that may be shown."""
        case = await CaseRepository(self._call).find(case_id) if _looks_like_id(case_id) else None
        hidden = case is None or case.area != area or case.status is CaseStatus.RESTRICTED
        return None if hidden else case

    async def require(self, meeting_id: str) -> Row[Any]:
        """Return a meeting in its newest version; `NotFound` if it is absent or in another's area."""
        row = await self._panels.meeting(meeting_id)
        if row is None:
            raise NotFound
        return row

    async def read(self, meeting_id: str) -> tuple[MeetingAnswer, str]:
        """Return a meeting and its entity tag."""
        row = await self.require(meeting_id)
        await log.append(self._call, *_was_read(row))
        return self.answer(row), etag_of(row.version)

    async def list_meetings(self, area: str | None, after: str | None, limit: int) -> list[MeetingAnswer]:
        """Return one more meeting than `limit` if there is one, oldest first."""
        rows = await self._panels.meetings(area, after, limit + 1)
        shown = [record for row in rows[:limit] for record in _was_read(row)]
        nothing = AuditRecord(AuditEvent.CONSULTATION, "panel-meetings.read", rows=0)
        await log.append(self._call, *(shown or [nothing]))
        return [self.answer(row) for row in rows]

    def answer(self, row: Row[Any]) -> MeetingAnswer:
        """Return a meeting as the answer has it, with its quorum by the protocol of its day."""
        body = MeetingIn.model_validate(row.body)
        by_case = tuple(
            CaseQuorum(case_id=case_id, **_quorum(self.quorum(body, case_id)).model_dump(by_alias=False))
            for case_id in body.agenda
        )
        return MeetingAnswer(
            meeting_id=row.meeting_id,
            version=row.version,
            **{name: getattr(body, name) for name in MeetingIn.model_fields},
            quorum=_quorum(self.quorum(body, None)),
            quorum_by_case=by_case,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )

    def quorum(self, body: MeetingIn, case_id: str | None) -> Quorum:
        """Return the quorum of a meeting, or for one case of it."""
        needed = protocol_of(self._call.law_book, body.area, body.on).panel.quorum
        there = [Attending(one.name, one.agency) for one in body.members if one.name in body.attendance]
        conflicted = frozenset(one.member for one in body.conflicts_of_interest if one.case_id == case_id)
        return quorum_of(needed, there, conflicted)

    # ── contributions ────────────────────────────────────────────────────────

    async def contribute(self, case_id: str, body: ContributionIn) -> ContributionAnswer:
        """Add what a panel member says of a case that is still to be decided, or whose support is reviewed."""
        case = await self._cases.require(case_id, lock=True)
        if body.meeting_id is not None and (
            not _looks_like_id(body.meeting_id) or await self._panels.meeting(body.meeting_id) is None
        ):
            raise _fault("/meetingId", "unknown-meeting", "There is no such meeting here.")
        if case.status not in BEFORE_DECISION | {CaseStatus.SUPPORT_REVIEW}:
            raise WrongState(extra={"caseStatus": case.status.value})
        contribution_id = str(uuid7())
        kept = body.model_dump(mode="json", by_alias=True)
        record = AuditRecord(
            AuditEvent.COLLECTION,
            "contribution.recorded",
            case.case_id,
            case.area,
            tuple(sorted(kept)),
            subject_id=contribution_id,
        )
        await self._panels.add_contribution(case, {"contribution_id": contribution_id, "body": kept}, record)
        await CaseRepository(self._call).add_to_timeline(case, "contribution.recorded")
        return next(one for one in await self.said_of(case) if one.contribution_id == contribution_id)

    async def contributions(self, case_id: str) -> tuple[ContributionAnswer, ...]:
        """Return what panel members said of a case in its present round."""
        case = await self._cases.require(case_id)
        found = await self.said_of(case)
        record = AuditRecord(
            AuditEvent.CONSULTATION, "contributions.read", case.case_id, case.area, ("contributions",), len(found)
        )
        await log.append(self._call, record)
        return found

    async def said_of(self, case: Case) -> tuple[ContributionAnswer, ...]:
        """Return what panel members said of a case, without a log entry of its own."""
        return tuple(
            ContributionAnswer(
                contribution_id=row.contribution_id,
                case_id=row.case_id,
                round=row.round,
                **ContributionIn.model_validate(row.body).model_dump(by_alias=False),
                recorded_at=row.recorded_at,
                recorded_by=row.recorded_by,
            )
            for row in await self._panels.contributions(case)
        )


def _quorum(found: Quorum) -> QuorumAnswer:
    return QuorumAnswer(needed=found.needed, missing=found.missing, met=found.met)


def _fault(pointer: str, code: str, message: str) -> ValidationFailed:
    return ValidationFailed(errors=(FieldError(pointer, code, message),))


def _looks_like_id(text: str) -> bool:
    try:
        return read_id(text) == text
    except NotFound:
        return False


def _was_read(row: Row[Any]) -> list[AuditRecord]:
    """Return a record for each case on a meeting's agenda, or one of the meeting alone."""
    terms: dict[str, Any] = {"area": row.area, "fields": ("meeting",), "subject_id": row.meeting_id}
    cases = row.body["agenda"] or [None]
    return [AuditRecord(AuditEvent.CONSULTATION, "panel-meetings.read", case_id, **terms) for case_id in cases]
