"""Reading and writing frames, samples and terms. Every write takes the audit records of the act that it is part of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_once

from app.audit import log
from app.audit.events import AuditRecord
from app.db.base import among
from app.identity.call import Call
from app.scrutiny.allocation import inclusion_probability
from app.scrutiny.decided import DecidedCase
from app.scrutiny.models import (
    scrutiny_characteristics,
    scrutiny_entries,
    scrutiny_findings,
    scrutiny_frames,
    scrutiny_items,
    scrutiny_samples,
    scrutiny_secrets,
    scrutiny_sightings,
    scrutiny_terms,
    scrutiny_text_releases,
    scrutiny_texts,
)
from app.scrutiny.reading import decided_cases
from app.scrutiny.single_agency import issued_alone
from app.scrutiny.words import SamplePurpose

Values = Mapping[str, Any]
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")

_FRAMES = select(scrutiny_frames, scrutiny_samples.c.sample_id).select_from(
    scrutiny_frames.outerjoin(scrutiny_samples, scrutiny_samples.c.frame_id == scrutiny_frames.c.frame_id)
)


@dataclass(frozen=True)
class Likeness:
    """What makes two frames alike, so that drawing the second is a redraw: areas, period, strata and purpose."""

    areas: tuple[str, ...]
    decided_from: date
    decided_to: date
    strata: tuple[str, ...]
    purpose: str

    @property
    def name(self) -> str:
        """Return the name of the lock under which frames that are alike are drawn, one after the other."""
        parts = [",".join(self.areas), str(self.decided_from), str(self.decided_to), ",".join(self.strata)]
        return "\x1f".join(["scrutiny", self.purpose, *parts])


@dataclass(frozen=True)
class PanelsSaw:
    """What panels drew before a joint audit, by case: the last finding on it, if any, and its chance in each draw.

    `chances` holds every case of their frames, drawn or not.
    """

    findings: Mapping[str, str | None]
    chances: Mapping[str, Sequence[Values]]


class ScrutinyRepository:
    """The frames and samples that one call may see."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._work = call.work

    # ── frames ───────────────────────────────────────────────────────────────

    async def hold(self, likeness: Likeness) -> None:
        """Hold all frames that are alike until the call ends: whoever freezes or draws another waits."""
        await self._work.run(_HOLD, {"name": likeness.name})

    async def drawn_alike(self, likeness: Likeness) -> list[str]:
        """Return the ids of the frames that are alike and drawn, in the order of their draws."""
        frames, samples = scrutiny_frames.c, scrutiny_samples.c
        found = await self._work.many(
            select(frames.frame_id, frames.areas, frames.strata)
            .join(scrutiny_samples, samples.frame_id == frames.frame_id)
            .where(frames.decided_from == likeness.decided_from, frames.decided_to == likeness.decided_to)
            .where(frames.purpose == likeness.purpose)
            .order_by(samples.draw_number, samples.sample_id)
        )
        return [row.frame_id for row in found if alike(row.areas, row.strata, likeness)]

    async def seen_by_panels(self, likeness: Likeness) -> PanelsSaw:
        """Return what panels drew of these areas in this period, whatever else their frames held."""
        frames, samples, entries = scrutiny_frames.c, scrutiny_samples.c, scrutiny_entries.c
        items, findings = scrutiny_items.c, scrutiny_findings.c
        of_panels = (
            select(frames.frame_id, frames.allocation, samples.sample_id)
            .join(scrutiny_samples, samples.frame_id == frames.frame_id)
            .where(frames.purpose == SamplePurpose.PANEL, frames.areas.overlap(likeness.areas))
            .where(frames.decided_from <= likeness.decided_to, frames.decided_to >= likeness.decided_from)
        ).subquery()
        held = await self._work.many(
            select(entries.case_id, entries.stratum, of_panels.c.frame_id, of_panels.c.allocation)
            .join(of_panels, of_panels.c.frame_id == entries.frame_id)
            .where(entries.case_id.is_not(None))
            .order_by(of_panels.c.sample_id)
        )
        found = await self._work.many(
            select(entries.case_id, findings.category)
            .select_from(scrutiny_items)
            .join(of_panels, of_panels.c.sample_id == items.sample_id)
            .join(scrutiny_entries, (entries.frame_id == of_panels.c.frame_id) & (entries.entry == items.entry))
            .outerjoin(scrutiny_findings, findings.item_id == items.item_id)
            .where(entries.case_id.is_not(None))
            .order_by(findings.finding_id.nulls_first())
        )
        chances: dict[str, list[Values]] = {}
        for row in held:
            chances.setdefault(row.case_id, []).append(_chance(row))
        return PanelsSaw({row.case_id: row.category for row in found}, chances)

    async def population(
        self, areas: Sequence[str], first: date, last: date, only: Sequence[str] | None = None
    ) -> tuple[DecidedCase, ...]:
        """Return the cases decided between two days, both included, and the resolutions issued by the police alone.

        `only` asks for some of them.
        """
        decided = await decided_cases(self._work, areas=areas, first=first, last=last, only=only)
        book = self._call.law_book
        return decided + await issued_alone(self._work, book, areas=areas, first=first, last=last, only=only)

    async def is_drawn(self, frame_id: str) -> bool:
        """Return whether a frame of the caller's areas has its sample."""
        samples = scrutiny_samples.c
        return await self._work.one(select(samples.sample_id).where(samples.frame_id == frame_id)) is not None

    async def add_frame(
        self,
        frame: Values,
        secrets: Values,
        entries: Sequence[Values],
        characteristics: Sequence[Values],
        records: Sequence[AuditRecord],
    ) -> None:
        """Add a frozen frame with its secrets, its entries and their characteristics."""
        await log.append(self._call, *records)
        await self._work.run(insert(scrutiny_frames), dict(frame))
        await self._work.run(insert(scrutiny_secrets), dict(secrets))
        await self._work.run(insert(scrutiny_entries), [dict(entry) for entry in entries])
        await self._work.run(insert(scrutiny_characteristics), [dict(one) for one in characteristics])

    async def find_frame(self, frame_id: str) -> Row[Any] | None:
        """Return a frame, with the id of its sample if it is drawn, or None if it is absent or in another's areas."""
        return await self._work.one(_FRAMES.where(scrutiny_frames.c.frame_id == frame_id))

    async def frames(self, *, after: str | None, limit: int) -> Sequence[Row[Any]]:
        """Return frames, each with the id of its sample if it is drawn, in the order of their ids, which is of time."""
        statement = _FRAMES.order_by(scrutiny_frames.c.frame_id).limit(limit)
        return await self._work.many(
            statement if after is None else statement.where(scrutiny_frames.c.frame_id > after)
        )

    async def secrets_of(self, frame_id: str) -> Row[Any]:
        """Return the nonce and the salt of a frame; for the draw alone."""
        found = await self._work.one(select(scrutiny_secrets).where(scrutiny_secrets.c.frame_id == frame_id))
        assert found is not None
        return found

    async def entries_of(self, frame_id: str) -> Sequence[Row[Any]]:
        """Return every entry of a frame with stratum and case, which is None if it was erased, in their own order."""
        entries = scrutiny_entries.c
        return await self._work.many(
            select(entries.entry, entries.stratum, entries.case_id, entries.area, entries.case_digest)
            .where(entries.frame_id == frame_id)
            .order_by(entries.entry)
        )

    # ── samples ──────────────────────────────────────────────────────────────

    async def add_sample(self, sample: Values, items: Sequence[Values], records: Sequence[AuditRecord]) -> None:
        """Add a sample and its items."""
        await log.append(self._call, *records)
        await self._work.run(insert(scrutiny_samples), dict(sample))
        await self._work.run(insert(scrutiny_items), [dict(item) for item in items])

    async def find_sample(self, sample_id: str) -> Row[Any] | None:
        """Return a sample, or None if it is absent or in another's areas."""
        return await self._work.one(select(scrutiny_samples).where(scrutiny_samples.c.sample_id == sample_id))

    async def items_of(self, sample: Row[Any], *, after: int, limit: int) -> Sequence[Row[Any]]:
        """Return items of a sample with what was frozen of their cases, in the order of the draw.

        Of a case that was erased nothing is left to show: its item stands in the draw and in the report alone.
        """
        items, entries, told = scrutiny_items.c, scrutiny_entries.c, scrutiny_characteristics.c
        statement = (
            select(
                scrutiny_items,
                entries.case_id,
                entries.area,
                entries.shown,
                entries.picture,
                entries.case_digest,
                entries.panel_draws,
                told["items"].label("told"),
            )
            .join(scrutiny_entries, entries.entry == items.entry)
            .join(scrutiny_characteristics, told.entry == items.entry)
            .where(items.sample_id == sample.sample_id, items.position > after)
            .where(entries.frame_id == sample.frame_id, told.frame_id == sample.frame_id)
            .where(entries.case_id.is_not(None))
            .order_by(items.position)
            .limit(limit)
        )
        return await self._work.many(statement)

    async def released_texts(self, item_ids: Sequence[str]) -> Sequence[Row[Any]]:
        """Return the texts of items that two people have released, in the order of their release."""
        texts, released = scrutiny_texts.c, scrutiny_text_releases.c
        return await self._work.many(
            select(texts.item_id, texts.about, texts.text, texts.redacted_by, released.released_by)
            .join(scrutiny_text_releases, released.text_id == texts.text_id)
            .where(among(texts.item_id, item_ids))
            .order_by(released.released_at, texts.text_id)
        )

    async def note_sighting(self, sample: Row[Any]) -> None:
        """Note that the caller has been shown the characteristics of a sample's cases; the first time counts."""
        row = {"sample_id": sample.sample_id, "areas": sample.areas, "seen_at": self._call.clock.now()}
        person = {"person_key": self._call.caller.person_key}
        await self._work.run(insert_once(scrutiny_sightings).on_conflict_do_nothing(), row | person)

    async def replaced(self, sample_id: str) -> dict[str, str]:
        """Return each entry that took another's place, in that order, with the entry whose place it took."""
        items, others = scrutiny_items.c, scrutiny_items.alias("others")
        found = await self._work.many(
            select(items.entry, others.c.entry.label("replaces"))
            .join(others, others.c.item_id == items.replaces)
            .where(items.sample_id == sample_id)
            .order_by(items.position)
        )
        return {row.entry: row.replaces for row in found}

    # ── terms ────────────────────────────────────────────────────────────────

    async def accepted_terms(self, version: str) -> Row[Any] | None:
        """Return when the caller accepted a version of the terms, or None."""
        caller, terms = self._call.caller, scrutiny_terms.c
        return await self._work.one(
            select(terms.accepted_at).where(
                terms.person_key.in_(caller.person_keys),
                terms.client_id == caller.client_id,
                terms.terms_version == version,
            )
        )

    async def add_terms(self, version: str, record: AuditRecord) -> None:
        """Add the caller's acceptance of a version of the terms."""
        caller = self._call.caller
        await log.append(self._call, record)
        row = {
            "person_key": caller.person_key,
            "client_id": caller.client_id,
            "terms_version": version,
            "accepted_at": self._call.clock.now(),
        }
        await self._work.run(insert(scrutiny_terms), row)


def alike(areas: Sequence[str], strata: Sequence[str], likeness: Likeness) -> bool:
    """Return whether areas and strata are those of a likeness, in whatever order they were named."""
    return (tuple(sorted(areas)), tuple(sorted(strata))) == (likeness.areas, likeness.strata)


def _chance(row: Row[Any]) -> dict[str, Any]:
    """Return the chance that a case of a stratum had in a panel's draw."""
    held = next(one for one in row.allocation if one["stratum"] == row.stratum)
    return {
        "frameId": row.frame_id,
        "inclusionProbability": float(inclusion_probability(held["population"], held["size"])),
    }
