"""Reading and writing scores, findings and closings. Every write takes the audit record of its act."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, insert, select, text

from app.audit import log
from app.audit.events import AuditRecord
from app.cases.erased import hold_off
from app.cases.models import case_timeline
from app.db.base import among
from app.events import outbox
from app.events.kinds import EventType
from app.identity.call import Call
from app.scrutiny.models import (
    scrutiny_closings,
    scrutiny_entries,
    scrutiny_findings,
    scrutiny_items,
    scrutiny_samples,
    scrutiny_scores,
    scrutiny_sightings,
)

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class PanelRepository:
    """What panels recorded that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = self.work = call.work

    async def find_item(self, sample_id: str, item_id: str) -> Row[Any] | None:
        """Return an item of a sample with its case, or None if there is none, or nothing is left of its case."""
        if self._call.writes:
            await hold_off(self._call)
        items, entries, samples = scrutiny_items.c, scrutiny_entries.c, scrutiny_samples.c
        return await self._work.one(
            select(items.item_id, items.areas, items.entry, items.stratum, entries.case_id, entries.area)
            .join(scrutiny_samples, samples.sample_id == items.sample_id)
            .join(scrutiny_entries, (entries.frame_id == samples.frame_id) & (entries.entry == items.entry))
            .where(items.sample_id == sample_id, items.item_id == item_id, entries.case_id.is_not(None))
        )

    async def hold(self, sample_id: str) -> None:
        """Hold a sample's records until the call ends: whoever scores or closes meanwhile waits."""
        await self._work.run(_HOLD, {"name": f"scrutiny-panel\x1f{sample_id}"})

    async def items(self, sample_id: str) -> Sequence[Row[Any]]:
        """Return the items of a sample, in the order of the draw."""
        items = scrutiny_items.c
        columns = (items.item_id, items.pseudonym, items.stratum, items.entry, items.position, items.replaces)
        statement = select(*columns).where(items.sample_id == sample_id)
        return await self._work.many(statement.order_by(items.position))

    async def scores(self, item_ids: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the scores of items, in the order in which they were given."""
        scores = scrutiny_scores.c
        statement = select(scrutiny_scores).where(among(scores.item_id, item_ids))
        return await self._work.many(statement.order_by(scores.score_id))

    async def scorers(self, sample_id: str) -> list[str]:
        """Return under which keys people have scored items of a sample."""
        scores, items = scrutiny_scores.c, scrutiny_items.c
        own = select(scores.person_key).join(scrutiny_items, items.item_id == scores.item_id)
        return [row.person_key for row in await self._work.many(own.where(items.sample_id == sample_id).distinct())]

    async def findings(self, item_ids: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the findings on items, in the order in which they were made; the last on an item stands."""
        findings = scrutiny_findings.c
        statement = select(scrutiny_findings).where(among(findings.item_id, item_ids))
        return await self._work.many(statement.order_by(findings.finding_id))

    async def has_seen(self, sample_id: str) -> bool:
        """Return whether the caller has been shown the characteristics of a sample's cases."""
        seen, keys = scrutiny_sightings.c, self._call.caller.person_keys
        own = select(seen.seen_at).where(seen.sample_id == sample_id, seen.person_key.in_(keys))
        return bool(await self._work.many(own))

    async def closing(self, sample_id: str) -> Row[Any] | None:
        """Return when the scoring of a sample was closed, or None."""
        return await self._work.one(select(scrutiny_closings).where(scrutiny_closings.c.sample_id == sample_id))

    async def add_score(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a member's score."""
        await self._add(scrutiny_scores, row, record)

    async def entries_of(self, frame_id: str) -> Sequence[Row[Any]]:
        """Return every entry of a frame with its stratum and its case, which is None if it was erased."""
        entries = scrutiny_entries.c
        columns = (entries.entry, entries.stratum, entries.case_id, entries.area)
        return await self._work.many(select(*columns).where(entries.frame_id == frame_id))

    async def add_item(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a reserve as an item, in the place of another."""
        await self._add(scrutiny_items, row, record)

    async def add_finding(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Add a panel's finding."""
        await self._add(scrutiny_findings, row, record)

    async def add_closing(self, row: Mapping[str, Any], record: AuditRecord) -> None:
        """Close the scoring of a sample."""
        await self._add(scrutiny_closings, row, record)

    async def tell_agencies(self, item: Row[Any], act: str) -> None:
        """Note an act in the timeline of the item's case, which both agencies read. It moves no status."""
        row = {"case_id": item.case_id, "area": item.area, "occurred_at": self._call.clock.now(), "act": act}
        who = {"agency": self._call.caller.agency, "by": self._call.caller.user_name}
        await self._work.run(insert(case_timeline), row | who)

    async def tell_of_review(self, item: Row[Any]) -> None:
        """Tell the systems that follow the item's case that the panel asks both agencies for a review."""
        await outbox.tell(self._call, item, EventType.REVIEW_REQUESTED)

    async def _add(self, table: Table, row: Mapping[str, Any], record: AuditRecord) -> None:
        await log.append(self._call, record)
        await self._work.run(insert(table), dict(row))
