"""Local protocols: drafted by one agency, held against the law, put in force by the other."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.audit.events import AuditEvent, AuditRecord
from app.errors import DraftOvertaken, FieldError, NotFound, ProtocolRefused
from app.identity.call import Call
from app.law.model import Protocol
from app.law.protocol_draft import DraftFault, differences, read_draft
from app.policy.approving import approved_by, drafted_by
from app.policy.repository import PolicyRepository
from app.policy.schemas import TOLD, Comparison, ProtocolDifference, ProtocolVersion


class ProtocolService:
    """Protocols, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._policy = PolicyRepository(call)

    async def versions(self, area: str) -> list[ProtocolVersion]:
        """Return every version of an area, shipped, drafted and approved, in order; raise `NotFound` for none."""
        rows = await self._policy.versions(area)
        found = [ProtocolVersion.shipped(one) for one in self._shipped(area)]
        found += [ProtocolVersion.of_row(row) for row in rows]
        if not found:
            raise NotFound
        return sorted(found, key=lambda version: version.version)

    async def version(self, area: str, number: int) -> ProtocolVersion:
        """Return a version, old ones too; raise `NotFound` if there is none."""
        for version in await self.versions(area):
            if version.version == number:
                return version
        raise NotFound

    async def protocol(self, area: str, number: int) -> Protocol:
        """Return the protocol of a version; raise `NotFound` if there is none."""
        return _document(await self.version(area, number))

    async def compare(self, area: str, before: int, after: int) -> Comparison:
        """Return the keys in which two versions differ."""
        one, other = await self.version(area, before), await self.version(area, after)
        found = differences(_document(one), _document(other))
        return Comparison(
            area=area,
            from_=before,
            to=after,
            differences=tuple(ProtocolDifference(key=d.key, before=d.before, after=d.after) for d in found),
        )

    async def draft(self, area: str, sent: Mapping[str, Any]) -> ProtocolVersion:
        """Keep a draft as the area's next version.

        What the path and the order of versions already say (`area`, `version`, `kind`) may be left out.

        Raises:
            ProtocolRefused: every fault at once, with the rule that a weakening of the law would break.

        """
        await self._policy.lock(area)
        known = self._documents(area, await self._policy.versions(area))
        number = max((one.version for one in known), default=0) + 1
        document = {"area": area, "version": number, "kind": "LOCAL"} | {
            key: value for key, value in sent.items() if key not in TOLD
        }
        report = read_draft(document, area=area, today=self._call.today, versions=known)
        if report.protocol is None:
            raise ProtocolRefused(errors=_told(report.faults), extra={"rules": _rules(report.faults)})
        row = {
            "area": area,
            "version": number,
            "document": report.protocol.model_dump(mode="json", by_alias=True),
            **drafted_by(self._call),
        }
        record = AuditRecord(AuditEvent.COLLECTION, "protocol.drafted", area=area, fields=tuple(sorted(document)))
        await self._policy.add_protocol(row, record)
        return await self.version(area, number)

    async def approve(self, area: str, number: int) -> ProtocolVersion:
        """Put a draft in force from the day that it names.

        Raises:
            NotFound: there is no such draft.
            OwnDraft, OtherAgencyNeeded, AlreadyApproved: who may approve, and once.
            DraftOvertaken: its start is no longer to come, a later version is approved, or the law now forbids it.

        """
        await self._policy.lock(area)
        rows = await self._policy.versions(area)
        draft = next((row for row in rows if row.version == number), None)
        if draft is None:
            raise NotFound
        approval = approved_by(self._call, draft)
        self._refuse_overtaken(area, draft, rows)
        record = AuditRecord(AuditEvent.ALTERATION, "protocol.approved", area=area, fields=("approval",))
        await self._policy.approve_protocol({"area": area, "version": number, **approval}, record)
        return await self.version(area, number)

    def _refuse_overtaken(self, area: str, draft: Row[Any], rows: Any) -> None:  # noqa: ANN401  (rows as they come)
        if any(row.version > draft.version and row.approved_at is not None for row in rows):
            told = FieldError("/version", "later-version-approved", "A later version has been approved.")
            raise DraftOvertaken(errors=(told,))
        earlier = [one for one in self._documents(area, rows) if one.version < draft.version]
        report = read_draft(draft.document, area=area, today=self._call.today, versions=earlier)
        if report.faults:
            raise DraftOvertaken(errors=_told(report.faults), extra={"rules": _rules(report.faults)})

    def _shipped(self, area: str) -> list[Protocol]:
        return [one for one in self._call.law_book.protocols if one.area == area and one.kind == "EXAMPLE"]

    def _documents(self, area: str, rows: Any) -> list[Protocol]:  # noqa: ANN401  (rows as they come)
        return [*self._shipped(area), *(Protocol.model_validate(row.document) for row in rows)]


def _document(version: ProtocolVersion) -> Protocol:
    return Protocol.model_validate(version.model_dump(include=set(Protocol.model_fields)))


def _told(faults: tuple[DraftFault, ...]) -> tuple[FieldError, ...]:
    return tuple(
        FieldError(fault.pointer, fault.code, fault.message + (f" ({fault.rule})" if fault.rule else ""))
        for fault in faults
    )


def _rules(faults: tuple[DraftFault, ...]) -> list[str]:
    return sorted({fault.rule for fault in faults if fault.rule})
