"""The one way back from an item to its case: for the data protection officer, for a stated reason, seen in the log.

A panel re-opens no case and learns no child. Where an item tells of a child who needs safeguarding, a member says its
pseudonym and the reason to the data protection officer, who sits on no panel; only that officer is told the case.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, insert, select
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import FieldError, PanelMember, ValidationFailed
from app.identity.call import Call
from app.identity.caller import Role
from app.scrutiny.identification_schemas import IdentificationAnswer, IdentificationBody, IdentificationRow
from app.scrutiny.models import scrutiny_identifications, scrutiny_items
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.service import ScrutinyService

PANELS = frozenset({Role.SCRUTINY_RO, Role.SCRUTINY_SAMPLES_RW, Role.SCRUTINY_FINDINGS_RW})
_UNKNOWN = "No item of this sample has this pseudonym."


class IdentificationService:
    """Identifying items, for one call."""

    def __init__(self, call: Call, scrutiny: ScrutinyService) -> None:
        self._call = call
        self._scrutiny = scrutiny
        self._panel = PanelRepository(call)

    async def identify(self, sample_id: str, body: IdentificationBody) -> IdentificationAnswer:
        """Return the case of an item, and record who was told, when and why.

        Raises:
            NotFound: the sample is absent or outside the caller's areas.
            PanelMember: the caller sits on a panel, or has anything to do with this one.
            ValidationFailed: no item of the sample has the pseudonym.

        """
        sample = await self._scrutiny.require_sample(sample_id)
        await self._require_apart(sample)
        item = await self._item(sample_id, body.pseudonym)
        row = {
            "identification_id": str(uuid7()),
            "item_id": item.item_id,
            "areas": item.areas,
            "asked_by": body.asked_by,
            "reason": body.reason,
            "identified_by": self._call.caller.user_name,
            "person_key": self._call.caller.person_key,
            "identified_at": self._call.clock.now(),
        }
        record = AuditRecord(
            AuditEvent.COMBINATION,
            "scrutiny.item-identified",
            item.case_id,
            item.area,
            ("pseudonym", "caseId"),
            subject_id=row["identification_id"],
        )
        await log.append(self._call, record)
        await self._call.work.run(insert(scrutiny_identifications), row)
        found = await self._call.work.one(_told().where(_KEPT.identification_id == row["identification_id"]))
        assert found is not None
        return IdentificationAnswer(case_id=item.case_id, area=item.area, **_values(found))

    async def identifications(self, sample_id: str, *, after: str | None, limit: int) -> list[IdentificationRow]:
        """Return who was told of items of a sample, in the order of time; one more than `limit` if there is one."""
        sample = await self._scrutiny.require_sample(sample_id)
        await self._require_apart(sample)
        wanted = _told().where(scrutiny_items.c.sample_id == sample_id).order_by(_KEPT.identification_id)
        wanted = wanted if after is None else wanted.where(_KEPT.identification_id > after)
        rows = await self._call.work.many(wanted.limit(limit + 1))
        records = [
            AuditRecord(AuditEvent.CONSULTATION, "scrutiny.identifications-read", area=area, rows=min(len(rows), limit))
            for area in sample.areas
        ]
        await log.append(self._call, *records)
        return [IdentificationRow(**_values(row)) for row in rows]

    async def _require_apart(self, sample: Row[Any]) -> None:
        """Raise unless the caller is nobody of a panel, of this one least of all."""
        caller = self._call.caller
        frame = await self._scrutiny.require_frame(sample.frame_id)
        acted: Sequence[str] = [frame.person_key, *await self._panel.scorers(sample.sample_id)]
        if caller.roles & PANELS or caller.user_name in frame.members or caller.person_keys & set(acted):
            raise PanelMember

    async def _item(self, sample_id: str, pseudonym: str) -> Row[Any]:
        for one in await self._panel.items(sample_id):
            if one.pseudonym == pseudonym:
                found = await self._panel.find_item(sample_id, one.item_id)
                if found is not None:
                    return found
        raise ValidationFailed(_UNKNOWN, errors=(FieldError("/pseudonym", "pseudonym-unknown", _UNKNOWN),))


_KEPT = scrutiny_identifications.c


def _told() -> Select[Any]:
    items = scrutiny_items.c
    return select(scrutiny_identifications, items.sample_id, items.pseudonym).join(
        scrutiny_items, items.item_id == _KEPT.item_id
    )


def _values(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in IdentificationRow.model_fields}
