"""Freezes frames, draws samples, shows items. Looks at decisions and changes none.

The order is the safeguard: who is in the frame, how many are drawn and the nonce are settled and published by digest
at the freeze; only then does the panel speak; then one draw. The nonce appears in no answer, log or record before it.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from uuid6 import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import (
    AlreadyDrawn,
    FieldError,
    NotFound,
    NotNamed,
    RedrawUnexplained,
    SampleNotReleasable,
    TermsNotAccepted,
    ValidationFailed,
)
from app.http.guard import read_id
from app.identity.call import Call
from app.scrutiny import freezing, picture, sampling, views
from app.scrutiny.allocation import AllocationImpossibleError
from app.scrutiny.entropy import Entropy
from app.scrutiny.frame_schemas import MAX_SIZE, DrawBody, FrameAnswer, FrameBody, SampleAnswer, VerificationAnswer
from app.scrutiny.freezing import Frame, Plan
from app.scrutiny.groups import lists_of
from app.scrutiny.item_schemas import ItemAnswer, TermsAnswer, TermsBody
from app.scrutiny.pseudonym import KEY_BYTES, pseudonym
from app.scrutiny.reading import decided_cases
from app.scrutiny.repository import Likeness, ScrutinyRepository
from app.scrutiny.sampling import FrameEntry
from app.scrutiny.terms import TERMS, TERMS_VERSION
from app.scrutiny.words import Dimension, FindingCategory, SamplePurpose

_SECRET_BYTES = 32
_READ_AT_FREEZE = (
    "decision",
    "facts",
    "advice",
    "opinions",
    "escalation",
    "timeliness",
    "engagement",
    "characteristics",
)
_READ_OF_FRAME = ("allocation", "exclusions", "members")
_SHOWN_IN_ITEM = ("ageBand", "area", "quarter", "offenceGroup", *_READ_AT_FREEZE)


class ScrutinyService:
    """Scrutiny, for one call."""

    def __init__(self, call: Call, entropy: Entropy) -> None:
        self._call = call
        self._entropy = entropy
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
        likeness = _likeness(body)
        await self._kept.hold(likeness)
        await self._require_explanation(body, await self._kept.drawn_alike(likeness))
        salt, nonce = self._secret(), self._secret()
        frame = await self._frame(body, salt, await self._seen(likeness))
        row = self._frame_row(body, frame, nonce)
        await self._keep_frame(row, frame, {"nonce": nonce, "salt": salt})
        return views.frame_answer(row, None)

    async def _require_explanation(self, body: FrameBody, alike: Sequence[str]) -> None:
        """Raise unless a redraw names a frame like it that is drawn, and says why; see that what is named is drawn."""
        if alike and (body.redraw_of not in alike or body.reason is None):
            raise RedrawUnexplained(extra={"drawn": list(alike)})
        named = body.redraw_of is not None and await self._kept.is_drawn(body.redraw_of)
        if not named and (body.redraw_of or body.reason) is not None:
            says = "A redraw names a frame that is drawn."
            raise ValidationFailed(says, errors=(FieldError("/redrawOf", "not-drawn", says),))

    async def _seen(self, likeness: Likeness) -> dict[str, str | None]:
        """Return what panels saw of the areas and period, with their findings; nothing for a panel's own frame."""
        if likeness.purpose == SamplePurpose.PANEL:
            return {}
        return await self._kept.seen_by_panels(likeness)

    async def _frame(self, body: FrameBody, salt: str, seen: Mapping[str, str | None]) -> Frame:
        """Read the decided cases and freeze them."""
        decided = await decided_cases(self._call.work, areas=body.areas, first=body.decided_from, last=body.decided_to)
        plan = Plan(
            strata=tuple(Dimension(one) for one in body.strata),
            size=body.size,
            minimum=body.minimum_per_stratum,
            k=body.k,
            disposals=frozenset(body.filters.disposals or ()),
            gravity=frozenset(body.filters.gravity or ()),
            seen=frozenset(seen),
            certain=frozenset(case for case, found in seen.items() if found not in {None, FindingCategory.APPROPRIATE}),
        )
        try:
            # Thousands of cases take seconds: other requests are not to wait for them.
            lists = lists_of(self._call.law_book)
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
            "redraw_of": body.redraw_of,
            "reason": body.reason,
            "frozen_at": self._call.clock.now(),
            "frozen_by": caller.user_name,
            "person_key": caller.person_key,
        }

    async def _keep_frame(self, row: dict[str, Any], frame: Frame, secrets: dict[str, str]) -> None:
        of_frame = {"frame_id": row["frame_id"], "areas": row["areas"]}
        entries = [of_frame | _entry_row(one) for one in frame.cases]
        told = [of_frame | _characteristics_row(one) for one in frame.cases]
        held = Counter(one.case.area for one in frame.cases)
        records = [
            AuditRecord(AuditEvent.COMBINATION, "scrutiny.frame-frozen", area=area, fields=_READ_AT_FREEZE, rows=count)
            for area, count in sorted(held.items())
        ]
        await self._kept.add_frame(row, of_frame | secrets, entries, told, records)

    async def frame(self, frame_id: str) -> FrameAnswer:
        """Return a frame, before its draw or after."""
        row = await self.require_frame(frame_id)
        await self._log_reading(row, "scrutiny.frame-read", *_READ_OF_FRAME)
        return views.frame_answer(_values(row), row.sample_id)

    async def frames(self, *, after: str | None, limit: int) -> list[FrameAnswer]:
        """Return frames in the order of their freezing, one more than `limit` if there is one."""
        found = await self._kept.frames(after=after, limit=limit + 1)
        for row in found[:limit]:
            await self._log_reading(row, "scrutiny.frame-read", *_READ_OF_FRAME)
        return [views.frame_answer(_values(row), row.sample_id) for row in found]

    # ── draw ─────────────────────────────────────────────────────────────────

    async def draw(self, frame_id: str, body: DrawBody) -> SampleAnswer:
        """Draw the one sample of a frame from what the panel gave and the nonce.

        Raises:
            NotFound: the frame is absent or outside the caller's areas.
            AlreadyDrawn: the frame has its sample.
            RedrawUnexplained: a frame like it was drawn meanwhile, and this one does not name it.

        """
        frame = await self.require_frame(frame_id)
        likeness = _likeness(frame)
        await self._kept.hold(likeness)
        alike = await self._kept.drawn_alike(likeness)
        if frame_id in alike:
            raise AlreadyDrawn
        if alike and frame.redraw_of not in alike:
            raise RedrawUnexplained(extra={"drawn": alike})
        nonce = (await self._kept.secrets_of(frame_id)).nonce
        sample = {
            "sample_id": str(uuid7()),
            "frame_id": frame_id,
            "areas": frame.areas,
            "contributions": [given.model_dump(mode="json") for given in body.contributions],
            "nonce": nonce,
            "seed": sampling.seed_of([given.value for given in body.contributions], nonce=nonce),
            "draw_number": len(alike) + 1,
            "drawn_at": self._call.clock.now(),
            "drawn_by": self._call.caller.user_name,
        }
        await self._keep_sample(sample, frame)
        return views.sample_answer(sample, frame)

    async def _keep_sample(self, sample: dict[str, Any], frame: Row[Any]) -> None:
        """Draw, name the cases drawn with a key that nobody keeps, and write the sample."""
        rows = {row.entry: row for row in await self._kept.entries_of(frame.frame_id)}
        sizes = {row["stratum"]: row["size"] for row in frame.allocation}
        drawn = sampling.draw(_entries(list(rows.values())), seed=sample["seed"], allocation=sizes).drawn
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

    async def sample(self, sample_id: str) -> SampleAnswer:
        """Return a sample that has been drawn."""
        sample, frame = await self._require_sample(sample_id)
        await self._log_reading(frame, "scrutiny.sample-read", "contributions", "seed")
        return views.sample_answer(_values(sample), frame)

    async def verification(self, sample_id: str) -> VerificationAnswer:
        """Return all that a stranger needs to recompute a draw."""
        sample, frame = await self._require_sample(sample_id)
        entries = _entries(await self._kept.entries_of(frame.frame_id))
        await self._log_reading(frame, "scrutiny.verification-read", "entries", "seed")
        return views.verification_answer(sample, frame, entries, await self._kept.replaced(sample_id))

    # ── items ────────────────────────────────────────────────────────────────

    async def items(self, sample_id: str, *, after: int, limit: int) -> list[ItemAnswer]:
        """Return items in the order of the draw, one more than `limit` if there is one; each one shown is logged.

        Raises:
            NotFound: the sample is absent or outside the caller's areas.
            NotNamed: the caller neither froze the frame nor is named in it.
            TermsNotAccepted: the caller has not accepted the present terms.
            SampleNotReleasable: the frame has fewer than k cases.

        """
        sample, frame = await self._require_sample(sample_id)
        await self._require_member(frame)
        found = await self._kept.items_of(sample, after=after, limit=limit + 1)
        if any(row.shown is None for row in found):
            raise SampleNotReleasable
        records = [
            AuditRecord(AuditEvent.DISCLOSURE, "scrutiny.item-read", row.case_id, row.area, _SHOWN_IN_ITEM)
            for row in found[:limit]
        ]
        if records:
            await log.append(self._call, *records)
        present = await self._present_digests(frame)
        return [views.item_answer(row, frame, changed=present.get(row.case_id) != row.case_digest) for row in found]

    async def _present_digests(self, frame: Row[Any]) -> dict[str, str]:
        """Return the digest of every case of a frame as it stands now: by it a later edit shows."""
        period = {"first": frame.decided_from, "last": frame.decided_to}
        cases = await decided_cases(self._call.work, areas=frame.areas, **period)
        return {case.case_id: case.digest for case in cases}

    async def pack(self, sample_id: str) -> tuple[SampleAnswer, list[ItemAnswer]]:
        """Return a sample with all its items, as its pack is made of them; each item is logged as with `items`."""
        items = await self.items(sample_id, after=0, limit=MAX_SIZE)
        return await self.sample(sample_id), items

    async def require_membership(self, sample_id: str) -> Row[Any]:
        """Return the frame of a sample; raise unless the caller is one of its members and has accepted the terms."""
        _, frame = await self._require_sample(sample_id)
        await self._require_member(frame)
        return frame

    async def _require_member(self, frame: Row[Any]) -> None:
        caller = self._call.caller
        if caller.user_name not in frame.members and frame.person_key not in caller.person_keys:
            raise NotNamed
        if await self._kept.accepted_terms(TERMS_VERSION) is None:
            raise TermsNotAccepted

    # ── terms ────────────────────────────────────────────────────────────────

    async def terms(self) -> TermsAnswer:
        """Return the terms, and when the caller accepted them."""
        accepted = await self._kept.accepted_terms(TERMS_VERSION)
        at = None if accepted is None else accepted.accepted_at
        return TermsAnswer(version=TERMS_VERSION, terms=list(TERMS), accepted_at=at)

    async def accept_terms(self, body: TermsBody) -> TermsAnswer:
        """Record that the caller accepts the present terms; accepting twice changes nothing."""
        if body.version not in {None, TERMS_VERSION}:
            says = "This is not the present version of the terms."
            raise ValidationFailed(says, errors=(FieldError("/version", "terms-version", says),))
        if await self._kept.accepted_terms(TERMS_VERSION) is None:
            record = AuditRecord(AuditEvent.COLLECTION, "scrutiny.terms-accepted", fields=("version",))
            await self._kept.add_terms(TERMS_VERSION, record)
        return await self.terms()

    # ── finding ──────────────────────────────────────────────────────────────

    async def require_frame(self, frame_id: str) -> Row[Any]:
        """Return a frame; raise `NotFound` if it is absent or outside the caller's areas."""
        row = await self._kept.find_frame(read_id(frame_id))
        if row is None:
            raise NotFound
        return row

    async def require_sample(self, sample_id: str) -> Row[Any]:
        """Return a sample; raise `NotFound` if it is absent or outside the caller's areas."""
        row = await self._kept.find_sample(read_id(sample_id))
        if row is None:
            raise NotFound
        return row

    async def _require_sample(self, sample_id: str) -> tuple[Row[Any], Row[Any]]:
        sample = await self.require_sample(sample_id)
        return sample, await self.require_frame(sample.frame_id)

    async def _log_reading(self, frame: Row[Any], act: str, *fields: str) -> None:
        records = [AuditRecord(AuditEvent.CONSULTATION, act, area=area, fields=fields) for area in frame.areas]
        await log.append(self._call, *records)

    def fresh_key(self) -> bytes:
        """Return a key for a pseudonym, which nobody keeps."""
        return self._entropy.bytes(KEY_BYTES)

    def _secret(self) -> str:
        return self._entropy.bytes(_SECRET_BYTES).hex()


def _likeness(frame: Any) -> Likeness:  # noqa: ANN401  (a body that asks for a frame, or the row of one)
    areas, strata = tuple(sorted(frame.areas)), tuple(sorted(frame.strata))
    return Likeness(areas, frame.decided_from, frame.decided_to, strata, str(frame.purpose))


def _values(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)


def _entries(rows: Sequence[Row[Any]]) -> list[FrameEntry]:
    return [FrameEntry(row.entry, row.stratum) for row in rows]


def _entry_row(frozen: freezing.FrozenCase) -> dict[str, Any]:
    return {
        "entry": frozen.entry.entry,
        "case_id": frozen.case.case_id,
        "area": frozen.case.area,
        "stratum": frozen.entry.stratum,
        "shown": views.shown_document(frozen.shown, observed=picture.observed(frozen.case)),
        "picture": picture.picture(frozen.case),
        "case_digest": frozen.case.digest,
    }


def _characteristics_row(frozen: freezing.FrozenCase) -> dict[str, Any]:
    shown = (frozen.shown or picture.withheld()).values
    return {"entry": frozen.entry.entry, "items": picture.characteristics(frozen.case, shown)}
