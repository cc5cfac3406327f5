"""Freezes frames and draws their samples. Looks at decisions and changes none.

The order is the safeguard: who is in the frame, how many are drawn and the nonce are settled and published by digest
at the freeze; only then does the panel speak; then one draw. The nonce appears in no answer, log or record before it.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit.anchoring import evidence_of
from app.audit.events import AuditEvent, AuditRecord
from app.cases.erased import hold_off
from app.errors import AlreadyDrawn, FieldError, FrameChanged, NotFound, RedrawUnexplained, ValidationFailed
from app.identity.call import Call
from app.scrutiny import freezing, picture, sampling, views
from app.scrutiny.allocation import AllocationImpossibleError
from app.scrutiny.entropy import Entropy
from app.scrutiny.frame_schemas import DrawBody, FrameAnswer, FrameBody, SampleAnswer
from app.scrutiny.freezing import Frame, Plan
from app.scrutiny.groups import GROUPINGS, lists_of
from app.scrutiny.manifest import manifest_digest_of, manifest_of
from app.scrutiny.pseudonym import KEY_BYTES, pseudonym
from app.scrutiny.repository import Likeness, PanelsSaw, ScrutinyRepository
from app.scrutiny.service import FROZEN, READ_AT_FREEZE, ScrutinyService, entries_of, likeness_of
from app.scrutiny.words import Dimension, FindingCategory, Grouping, SamplePurpose

_SECRET_BYTES = 32
_NOTHING_SEEN = PanelsSaw({}, {})


class CeremonyService:
    """Freezing and drawing, for one call."""

    def __init__(self, call: Call, entropy: Entropy) -> None:
        self._call = call
        self._entropy = entropy
        self._scrutiny = ScrutinyService(call, entropy)
        self._kept = ScrutinyRepository(call)

    # ── freeze ───────────────────────────────────────────────────────────────

    async def freeze(self, body: FrameBody) -> FrameAnswer:
        """Freeze a frame of decided cases; return it without its nonce.

        Raises:
            NotFound: an area is not one of the caller's.
            ValidationFailed: no case was decided so, or the size is too small for the minimum per stratum.
            RedrawUnexplained: a frame like it is drawn, and the body does not name it and say why.

        """
        if not all(self._call.caller.reaches(area) for area in body.areas):
            raise NotFound
        likeness = likeness_of(body)
        await self._kept.hold(likeness)
        await hold_off(self._call)
        await self._require_explanation(body, await self._kept.drawn_alike(likeness))
        salt, nonce = self._secret(), self._secret()
        saw = await self._seen(likeness)
        frame = await self._frame(body, salt, saw)
        row = self._frame_row(body, frame, nonce)
        await self._keep_frame(row, frame, saw, {"nonce": nonce, "salt": salt})
        return views.frame_answer(row, None)

    async def _require_explanation(self, body: FrameBody, alike: Sequence[str]) -> None:
        """Raise unless a redraw names a frame like it that is drawn, and says why; see that what is named is drawn."""
        if alike and (body.redraw_of not in alike or body.reason is None):
            raise RedrawUnexplained(extra={"drawn": list(alike)})
        named = body.redraw_of is not None and await self._kept.is_drawn(body.redraw_of)
        if not named and (body.redraw_of or body.reason) is not None:
            says = "A redraw names a frame that is drawn."
            raise ValidationFailed(says, errors=(FieldError("/redrawOf", "not-drawn", says),))

    async def _seen(self, likeness: Likeness) -> PanelsSaw:
        """Return what panels saw of the areas and period, and with what chance; nothing for a panel's own frame."""
        if likeness.purpose == SamplePurpose.PANEL:
            return _NOTHING_SEEN
        return await self._kept.seen_by_panels(likeness)

    async def _frame(self, body: FrameBody, salt: str, saw: PanelsSaw) -> Frame:
        """Read the decided cases and freeze them."""
        decided = await self._kept.population(body.areas, body.decided_from, body.decided_to)
        plan = _plan(body, body.filters.model_dump(), saw)
        try:
            # Thousands of cases take seconds: other requests are not to wait for them.
            lists = lists_of(self._call.law_book, grouping=GROUPINGS[Grouping(body.grouping)])
            frame = await asyncio.to_thread(freezing.freeze, decided, plan, salt=salt, lists=lists)
        except AllocationImpossibleError as refused:
            says = f"The minimum per stratum needs a size of at least {refused.needed}."
            raise ValidationFailed(says, errors=(FieldError("/size", "size-too-small", says),)) from None
        if not frame.cases:
            says = "No case was decided in these areas and this period."
            raise ValidationFailed(says, errors=(FieldError("", "frame-empty", says),))
        return frame

    def _frame_row(self, body: FrameBody, frame: Frame, nonce: str) -> dict[str, Any]:
        caller = self._call.caller
        return {
            "frame_id": str(uuid7()),
            "areas": sorted(body.areas),
            "decided_from": body.decided_from,
            "decided_to": body.decided_to,
            "filters": body.filters.model_dump(mode="json", by_alias=True),
            "strata": [one.value for one in body.strata],
            "size": body.size,
            "minimum_per_stratum": body.minimum_per_stratum,
            "k": body.k,
            "purpose": body.purpose.value,
            "members": list(body.members),
            "algorithm": sampling.ALGORITHM,
            "count": len(frame.cases),
            "frame_digest": sampling.frame_digest_of(one.entry for one in frame.entries),
            "strata_digest": sampling.strata_digest_of(frame.entries),
            "nonce_commitment": sampling.commitment_of(nonce),
            "allocation": views.allocation_rows(frame),
            "exclusions": views.exclusion_rows(frame),
            "grouping": body.grouping.value,
            "completeness": [asdict(row) for row in frame.completeness],
            "figures": None if frame.figures is None else asdict(frame.figures),
            "redraw_of": body.redraw_of,
            "reason": body.reason,
            "frozen_at": self._call.clock.now(),
            "frozen_by": caller.user_name,
            "person_key": caller.person_key,
        }

    async def _keep_frame(self, row: dict[str, Any], frame: Frame, saw: PanelsSaw, secrets: dict[str, str]) -> None:
        """Write a frame, and the digest of its manifest into the log of every area that it holds cases of."""
        of_frame = {"frame_id": row["frame_id"], "areas": row["areas"]}
        evidence = manifest_digest_of(manifest_of(row))
        entries = [of_frame | _entry_row(one, saw.chances.get(one.case.case_id, ())) for one in frame.cases]
        told = [of_frame | _characteristics_row(one) for one in frame.cases]
        held = Counter(one.case.area for one in frame.cases)
        records = [
            AuditRecord(
                event=AuditEvent.COMBINATION,
                act=FROZEN,
                area=area,
                fields=READ_AT_FREEZE,
                rows=count,
                subject_id=row["frame_id"],
                evidence=evidence,
            )
            for area, count in sorted(held.items())
        ]
        await self._kept.add_frame(row, of_frame | secrets, entries, told, records)

    # ── draw ─────────────────────────────────────────────────────────────────

    async def draw(self, frame_id: str, body: DrawBody) -> SampleAnswer:
        """Draw the one sample of a frame from what the panel gave and the nonce.

        Raises:
            NotFound: the frame is absent or outside the caller's areas.
            AlreadyDrawn: the frame has its sample.
            RedrawUnexplained: a frame like it was drawn meanwhile, and this one does not name it.
            FrameChanged: the frame is not what the log says was frozen, or a case of it was erased.

        """
        frame = await self._scrutiny.require_frame(frame_id)
        likeness = likeness_of(frame)
        await self._kept.hold(likeness)
        alike = await self._kept.drawn_alike(likeness)
        if frame_id in alike:
            raise AlreadyDrawn
        if alike and frame.redraw_of not in alike:
            raise RedrawUnexplained(extra={"drawn": alike})
        secrets = await self._kept.secrets_of(frame_id)
        rows = {row.entry: row for row in await self._kept.entries_of(frame_id)}
        if any(row.case_id is None for row in rows.values()):
            raise FrameChanged("A case of this frame has been erased since; freeze another.")
        await self._require_as_frozen(frame, secrets, list(rows.values()))
        sample = {
            "sample_id": str(uuid7()),
            "frame_id": frame_id,
            "areas": frame.areas,
            "contributions": [given.model_dump(mode="json") for given in body.contributions],
            "nonce": secrets.nonce,
            "seed": sampling.seed_of([given.value for given in body.contributions], nonce=secrets.nonce),
            "draw_number": len(alike) + 1,
            "since_freeze": await self._since_freeze(frame, list(rows.values())),
            "drawn_at": self._call.clock.now(),
            "drawn_by": self._call.caller.user_name,
        }
        await self._keep_sample(sample, frame, rows)
        return views.sample_answer(sample, frame, draws=len(alike) + 1)

    async def _require_as_frozen(self, frame: Row[Any], secrets: Row[Any], rows: Sequence[Row[Any]]) -> None:
        """Raise unless the frame is what the log says was frozen, and its entries and secrets are those of its digests.

        So that whoever can write to the database past this service cannot choose who is drawn.
        """
        manifest = manifest_of(dict(frame._mapping))  # noqa: SLF001  (SQLAlchemy's public name)
        entries = entries_of(rows)
        whole = (
            await evidence_of(self._call.work, FROZEN, frame.frame_id) == {manifest_digest_of(manifest)}
            and sampling.frame_digest_of(one.entry for one in entries) == frame.frame_digest
            and sampling.strata_digest_of(entries) == frame.strata_digest
            and sampling.commitment_of(secrets.nonce) == frame.nonce_commitment
            and all(sampling.entry_of(row.case_id, salt=secrets.salt) == row.entry for row in rows)
        )
        if not whole:
            raise FrameChanged

    async def _since_freeze(self, frame: Row[Any], rows: Sequence[Row[Any]]) -> dict[str, int]:
        """Return how many cases came to the population since the freeze, left it, or have another record now."""
        plan = _plan(frame, frame.filters, await self._seen(likeness_of(frame)))
        present = await self._kept.population(frame.areas, frame.decided_from, frame.decided_to)
        now = freezing.included_of(present, plan)
        frozen = {row.case_id: row.case_digest for row in rows}
        return {
            "arrived": len(now.keys() - frozen.keys()),
            "left": len(frozen.keys() - now.keys()),
            "changed": sum(now[case_id] != digest for case_id, digest in frozen.items() if case_id in now),
        }

    async def _keep_sample(self, sample: dict[str, Any], frame: Row[Any], rows: Mapping[str, Row[Any]]) -> None:
        """Draw, name the cases drawn with a key that nobody keeps, and write the sample."""
        sizes = {row["stratum"]: row["size"] for row in frame.allocation}
        drawn = sampling.draw(entries_of(list(rows.values())), seed=sample["seed"], allocation=sizes).drawn
        key = self._entropy.bytes(KEY_BYTES)
        items = [
            {
                "item_id": str(uuid7()),
                "sample_id": sample["sample_id"],
                "areas": sample["areas"],
                "position": position,
                "pseudonym": pseudonym(rows[ticket.entry].case_id, key=key),
                "entry": ticket.entry,
                "stratum": ticket.stratum,
            }
            for position, ticket in enumerate(drawn, start=1)
        ]
        records = [
            AuditRecord(AuditEvent.COMBINATION, "scrutiny.case-drawn", rows[one.entry].case_id, rows[one.entry].area)
            for one in drawn
        ]
        await self._kept.add_sample(sample, items, records)

    def _secret(self) -> str:
        return self._entropy.bytes(_SECRET_BYTES).hex()


def _plan(frame: Any, filters: Mapping[str, Any], saw: PanelsSaw) -> Plan:  # noqa: ANN401  (a body, or a frame's row)
    """Return the plan of a frame that is asked for or kept; its filters by the names of the body or of JSON."""
    found = saw.findings
    return Plan(
        strata=tuple(Dimension(one) for one in frame.strata),
        size=frame.size,
        minimum=frame.minimum_per_stratum,
        k=frame.k,
        disposals=frozenset(filters.get("disposals") or ()),
        gravity=frozenset(filters.get("gravity") or ()),
        single_agency=filters.get("single_agency", filters.get("singleAgency")),
        seen=frozenset(found),
        certain=frozenset(case for case, what in found.items() if what not in {None, FindingCategory.APPROPRIATE}),
    )


def _entry_row(frozen: freezing.FrozenCase, panel_draws: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "entry": frozen.entry.entry,
        "case_id": frozen.case.case_id,
        "area": frozen.case.area,
        "stratum": frozen.entry.stratum,
        "shown": views.shown_document(frozen.shown, observed=picture.observed(frozen.case)),
        "picture": picture.picture(frozen.case),
        "case_digest": frozen.case.digest,
        "panel_draws": list(panel_draws),
    }


def _characteristics_row(frozen: freezing.FrozenCase) -> dict[str, Any]:
    shown = (frozen.shown or picture.withheld()).values
    return {"entry": frozen.entry.entry, "items": picture.characteristics(frozen.case, shown)}
