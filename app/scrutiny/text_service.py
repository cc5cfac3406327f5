"""Redacts what was written of an item's case, for a panel to read. No free text is shown before two people have agreed.

A person of the agencies, who may read the case, writes the text anew without what could show who anybody is; a scan
says where to look; a second person releases it. Only then does it stand in the item, with the name of who released it.
Nothing is overwritten: the last text released of each kind stands.
"""

from typing import Any

from sqlalchemy import Row, Select, insert, select
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.decisions.models import decisions, opinions
from app.errors import NotFound, WrongState
from app.http.guard import read_id
from app.identity.call import Call
from app.scrutiny.models import scrutiny_text_releases, scrutiny_texts
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.scan import scan
from app.scrutiny.service import ScrutinyService
from app.scrutiny.text_schemas import FlagRow, OriginalRow, TextAnswer, TextBody, TextsAnswer
from app.scrutiny.words import TextAbout

_OPINION_OF = {"POLICE": TextAbout.POLICE_OPINION, "YJS": TextAbout.YJS_OPINION}


class TextService:
    """Texts of items, for one call."""

    def __init__(self, call: Call, scrutiny: ScrutinyService) -> None:
        self._call = call
        self._scrutiny = scrutiny
        self._panel = PanelRepository(call)

    async def texts(self, sample_id: str, item_id: str) -> TextsAnswer:
        """Return what was written of an item's case, and the texts made of it; the reading is logged with the case."""
        item = await self._item(sample_id, item_id)
        await log.append(self._call, _record(AuditEvent.DISCLOSURE, "scrutiny.originals-read", item))
        kept = await self._call.work.many(_texts().where(scrutiny_texts.c.item_id == item.item_id))
        return TextsAnswer(originals=await self._originals(sample_id, item), items=[_answer(row) for row in kept])

    async def redact(self, sample_id: str, item_id: str, body: TextBody) -> TextAnswer:
        """Record a redacted text; it is shown to nobody of the panel before a second person has released it."""
        item = await self._item(sample_id, item_id)
        row = {
            "text_id": str(uuid7()),
            "item_id": item.item_id,
            "areas": item.areas,
            "about": body.about.value,
            "text": body.text,
            "redacted_by": self._call.caller.user_name,
            "person_key": self._call.caller.person_key,
            "redacted_at": self._call.clock.now(),
        }
        await log.append(self._call, _record(AuditEvent.COLLECTION, "scrutiny.text-redacted", item))
        await self._call.work.run(insert(scrutiny_texts), row)
        return await self._told(row["text_id"])

    async def release(self, sample_id: str, item_id: str, text_id: str) -> TextAnswer:
        """Release a text to the panel.

        Raises:
            NotFound: it is absent, or no text of the item.
            WrongState: the caller redacted it, or it is released already.

        """
        item = await self._item(sample_id, item_id)
        await self._panel.hold(sample_id)
        text = await self._require(item, text_id)
        if text.person_key in self._call.caller.person_keys:
            raise WrongState("A second person releases what the first has redacted.")
        if text.released_at is not None:
            raise WrongState("This text is released already.")
        row = {
            "text_id": text.text_id,
            "areas": item.areas,
            "released_by": self._call.caller.user_name,
            "person_key": self._call.caller.person_key,
            "released_at": self._call.clock.now(),
        }
        await log.append(self._call, _record(AuditEvent.DISCLOSURE, "scrutiny.text-released", item))
        await self._call.work.run(insert(scrutiny_text_releases), row)
        return await self._told(text.text_id)

    async def require(self, sample_id: str, item_id: str, text_id: str) -> None:
        """Raise `NotFound` unless the text is one of an item of a sample in the caller's areas."""
        await self._require(await self._item(sample_id, item_id), text_id)

    async def _item(self, sample_id: str, item_id: str) -> Row[Any]:
        await self._scrutiny.require_sample(sample_id)
        item = await self._panel.find_item(sample_id, read_id(item_id))
        if item is None:
            raise NotFound
        return item

    async def _require(self, item: Row[Any], text_id: str) -> Row[Any]:
        one = _texts().where(scrutiny_texts.c.text_id == read_id(text_id), scrutiny_texts.c.item_id == item.item_id)
        found = await self._call.work.one(one)
        if found is None:
            raise NotFound
        return found

    async def _told(self, text_id: str) -> TextAnswer:
        found = await self._call.work.one(_texts().where(scrutiny_texts.c.text_id == text_id))
        assert found is not None
        return _answer(found)

    async def _originals(self, sample_id: str, item: Row[Any]) -> list[OriginalRow]:
        """Return the rationales of the decision that was frozen, and of the opinions of its round before it."""
        sample = await self._scrutiny.require_sample(sample_id)
        frame = await self._scrutiny.require_frame(sample.frame_id)
        made = decisions.c
        latest = select(decisions).where(made.case_id == item.case_id, made.decided_at <= frame.frozen_at)
        decision = await self._call.work.one(latest.order_by(made.round.desc()).limit(1))
        if decision is None:
            return []
        held = opinions.c
        given = select(opinions).where(held.case_id == item.case_id, held.round == decision.round)
        rows = await self._call.work.many(given.order_by(held.level, held.agency, held.turn))
        found = [
            OriginalRow(about=_OPINION_OF[row.agency], level=row.level, text=row.rationale)
            for row in rows
            if row.agency in _OPINION_OF
        ]
        return [*found, OriginalRow(about=TextAbout.DECISION, level=decision.level, text=decision.rationale)]


def _texts() -> Select[Any]:
    released = scrutiny_text_releases.c
    return (
        select(scrutiny_texts, released.released_by, released.released_at)
        .outerjoin(scrutiny_text_releases, released.text_id == scrutiny_texts.c.text_id)
        .order_by(scrutiny_texts.c.text_id)
    )


def _record(event: AuditEvent, act: str, item: Row[Any]) -> AuditRecord:
    return AuditRecord(event, act, item.case_id, item.area, ("rationale",))


def _answer(row: Row[Any]) -> TextAnswer:
    flags = [FlagRow(kind=one.kind, begins=one.begins, ends=one.ends) for one in scan(row.text)]
    names = [name for name in TextAnswer.model_fields if name != "flags"]
    return TextAnswer(flags=flags, **{name: getattr(row, name) for name in names})
