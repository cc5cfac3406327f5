"""Children whose cases are for named people alone: staff's own children, children in the news, children at risk.

Two managers of the two agencies set the limit, and lift it. From then on the database shows the case to nobody else; a
count still counts it. Every access to it raises an alert. It is the child that is limited: the database carries the
limit to the child's other cases of the area, those to come among them, where it is lifted case by case.
"""

from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.access.repository import AccessRepository
from app.access.schemas import AlertAnswer, LimitAnswer, LimitIn, Limits, Named
from app.access.words import AlertKind, LimitReason, LimitStep
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.cases.recording import record_of
from app.cases.repository import Case
from app.cases.service import CaseService
from app.errors import FieldError, FourEyes, GradeTooLow, LimitOpen, ValidationFailed, WrongAgency
from app.identity.call import Call
from app.identity.caller import Agency, Grade

_BOTH = frozenset({Agency.POLICE, Agency.YJS})


class LimitService:
    """Limits to named people, and alerts, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._cases = CaseService(call)
        self._repository = AccessRepository(call)

    async def step(self, case_id: str, body: LimitIn) -> LimitAnswer:
        """Propose a limit or its lifting, or answer the other agency's proposal.

        Raises:
            GradeTooLow: a manager is needed.
            ValidationFailed: a proposal lacks its reason or names people of one agency alone.
            LimitOpen: there is a proposal already, or none to answer.
            FourEyes, WrongAgency: the answer is for another person, of the other agency.

        """
        case = await self._cases.require(case_id, lock=True)
        grade = self._call.caller.grade
        if grade is None or grade.rank < Grade.MANAGER.rank:
            raise GradeTooLow
        rows = await self._repository.limits(case_id)
        opened = rows[-1] if rows and rows[-1].step == LimitStep.PROPOSED else None
        if body.step is LimitStep.PROPOSED:
            row = self._proposal(case, body, opened, 1 + max((one.number for one in rows), default=0))
        else:
            row = self._reply(body, opened)
        act = f"case.limit-{body.step.lower()}"
        await self._repository.add_limit(row, record_of(AuditEvent.ALTERATION, act, case, "named", "reason"))
        return _answer(row)

    def _proposal(self, case: Case, body: LimitIn, opened: Row[Any] | None, number: int) -> dict[str, Any]:
        missing = [name for name in ("reason", "says", "named") if getattr(body, name) is None]
        if missing:
            faults = (FieldError(f"/{name}", "missing", "A proposal says this.") for name in missing)
            raise ValidationFailed(errors=tuple(faults))
        named: tuple[Named, ...] = body.named or ()
        if (named and {one.agency for one in named} < _BOTH) or (
            bool(named) is (body.reason is LimitReason.NO_LONGER_NEEDED)
        ):
            told = "People of both agencies decide on a case, so both are named; nobody is, to lift the limit."
            raise ValidationFailed(errors=(FieldError("/named", "named", told),))
        if opened is not None:
            raise LimitOpen
        issuer = self._call.caller.issuer
        return self._row(body.step) | {
            "case_id": case.case_id,
            "area": case.area,
            "number": number,
            "named": sorted({f"{issuer}|{one.user_name}" for one in named}),
            "names": sorted({one.user_name for one in named}),
            "reason": body.reason,
            "says": body.says,
        }

    def _reply(self, body: LimitIn, opened: Row[Any] | None) -> dict[str, Any]:
        if opened is None:
            raise LimitOpen
        if opened.person_key in self._call.caller.person_keys:
            raise FourEyes
        if opened.agency == self._call.caller.agency:
            raise WrongAgency
        kept = ("case_id", "area", "number", "named", "names", "reason", "says")
        return self._row(body.step) | {name: getattr(opened, name) for name in kept}

    def _row(self, step: LimitStep) -> dict[str, Any]:
        caller = self._call.caller
        return {
            "limit_id": str(uuid7()),
            "step": step,
            "agency": caller.agency,
            "person_key": caller.person_key,
            "recorded_at": self._call.clock.now(),
            "recorded_by": caller.user_name,
            "carried_from": None,
        }

    async def limits(self, case_id: str) -> Limits:
        """Return every step of the limits of a case, and whether it is limited now."""
        case = await self._cases.require(case_id)
        rows = await self._repository.limits(case_id)
        await log.append(self._call, record_of(AuditEvent.CONSULTATION, "case.limits-read", case, "named", "reason"))
        confirmed = [row for row in rows if row.step == LimitStep.CONFIRMED]
        limited = bool(confirmed and confirmed[-1].named)
        return Limits(limited=limited, items=tuple(_answer(row._mapping) for row in rows))  # noqa: SLF001

    async def alerts(self, kind: AlertKind | None, after: str | None, limit: int) -> list[AlertAnswer]:
        """Return one more alert than `limit` if there is one, oldest first."""
        rows = await self._repository.alerts(kind, after, limit + 1)
        await log.append(self._call, AuditRecord(AuditEvent.CONSULTATION, "alerts.read", rows=min(len(rows), limit)))
        return [AlertAnswer(**row._mapping) for row in rows]  # noqa: SLF001


def _answer(row: Any) -> LimitAnswer:  # noqa: ANN401  (a row, or what is written as one)
    shown = {name: row[name] for name in LimitAnswer.model_fields if name != "named"}
    return LimitAnswer(**shown, named=tuple(row["names"]))
