"""Recording what the CPS or a senior officer decided on a disposal. Only ever added to; the decision-maker reads it."""

from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.advice.reading import ReceiptReader
from app.audit import log
from app.audit.events import AuditEvent
from app.cases.recording import record_of
from app.cases.repository import Case
from app.cases.service import CaseService
from app.cases.states import BEFORE_DECISION, CaseStatus
from app.decisions import checks
from app.decisions.authority import AuthorityDecision, still_needed
from app.decisions.live import Live
from app.decisions.repository import DecisionRepository
from app.decisions.schemas import Authorities, AuthorityAnswer, AuthorityIn
from app.errors import FieldError, ValidationFailed, WrongAgency, WrongState
from app.identity.call import Call
from app.identity.caller import Agency
from app.rules.findings import Authority


class AuthorityService:
    """The decisions of authorities, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._decisions = DecisionRepository(call)
        self._receipts = ReceiptReader(call)

    async def record(self, case_id: str, body: AuthorityIn) -> tuple[AuthorityAnswer, Case]:
        """Record an authority's decision; a case that waited for it goes on, or is spoken on anew if it was refused.

        Raises:
            WrongAgency: the CPS speaks for itself alone.
            DisposalExcluded: no authority can allow what is excluded.
            ValidationFailed: the day has not come, or a policy block is lifted without reasons.
            WrongState: the case is decided, or never up for decision.

        """
        case = await self._cases.require(case_id, lock=True)
        checks.up_for_decision(case.route)
        if self._call.caller.agency is Agency.CPS and body.authority is not Authority.CPS:
            raise WrongAgency
        option = await self._receipts.present_option(case, body.disposal)
        checks.not_excluded(option)
        self._check(body, option.standing)
        if case.status not in BEFORE_DECISION:
            raise WrongState(extra={"caseStatus": case.status.value})
        row = self._row(case, body)
        record = record_of(AuditEvent.COLLECTION, "authority.recorded", case, "disposal", "authority", "decision")
        await self._decisions.add_authority(row, record)
        live = Live(case, await self._decisions.live_opinions(case))
        waited_for = case.status is CaseStatus.AWAITING_AUTHORITY and live.agreed == body.disposal
        recorded = await self._decisions.authorities(case)
        waits = still_needed(recorded, body.disposal, option.standing, option.authority)
        case = await self._go_on(case, body, waited_for=waited_for, waits=waits)
        return AuthorityAnswer(**{name: value for name, value in row.items() if name != "area"}), case

    def _check(self, body: AuthorityIn, standing: str) -> None:
        faults = []
        if body.decided_on > self._call.today:
            faults.append(FieldError("/decidedOn", "in-the-future", "This day has not come yet."))
        agreed = body.decision is AuthorityDecision.AGREED
        if standing == "POLICY_BLOCK" and agreed and body.reasons is None:
            faults.append(FieldError("/reasons", "missing", "Policy blocks this disposal: allowing it needs reasons."))
        if faults:
            raise ValidationFailed(errors=tuple(faults))

    async def _go_on(self, case: Case, body: AuthorityIn, *, waited_for: bool, waits: bool) -> Case:
        record = record_of(AuditEvent.ALTERATION, "authority.recorded", case, "status")
        if waited_for and body.decision is AuthorityDecision.REFUSED:
            return await self._cases.reopen(case, "authority.refused", record)
        if waited_for and not waits:
            return await self._cases.move(case, CaseStatus.OPINIONS, record)
        return await self._cases.touch(case, "authority.recorded", record)

    def _row(self, case: Case, body: AuthorityIn) -> dict[str, Any]:
        caller = self._call.caller
        return {
            "authority_id": str(uuid7()),
            "case_id": case.case_id,
            "area": case.area,
            "round": case.round,
            "facts_version": case.facts_version,
            **body.model_dump(mode="python", by_alias=False),
            "agency": caller.agency,
            "recorded_at": self._call.clock.now(),
            "recorded_by": caller.user_name or caller.client_id,
        }

    async def recorded(self, case_id: str) -> Authorities:
        """Return every authority's decision on a case."""
        case = await self._cases.require(case_id)
        rows = await self._decisions.authority_rows(case_id)
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "authority.read", case, "authority"))
        return Authorities(items=tuple(_answer(row) for row in rows))


def _answer(row: Row[Any]) -> AuthorityAnswer:
    values = row._mapping  # noqa: SLF001  (SQLAlchemy's public name for it)
    return AuthorityAnswer(**{name: value for name, value in values.items() if name != "area"})
