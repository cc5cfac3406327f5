"""Shows frames, samples and items, and holds members to the terms. Looks at decisions and changes none."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.audit import log
from app.audit.anchoring import anchor_of
from app.audit.events import AuditEvent, AuditRecord
from app.errors import (
    FieldError,
    NotFound,
    NotNamed,
    SampleNotReleasable,
    TermsNotAccepted,
    ValidationFailed,
)
from app.http.guard import read_id
from app.identity.call import Call
from app.scrutiny import views
from app.scrutiny.entropy import Entropy
from app.scrutiny.frame_schemas import FrameAnswer, SampleAnswer, VerificationAnswer
from app.scrutiny.item_schemas import ItemAnswer, TermsAnswer, TermsBody
from app.scrutiny.pseudonym import KEY_BYTES
from app.scrutiny.repository import Likeness, ScrutinyRepository
from app.scrutiny.sampling import FrameEntry
from app.scrutiny.terms import TERMS, TERMS_VERSION
from app.scrutiny.words import Sight

FROZEN = "scrutiny.frame-frozen"
"""The act by which the log holds a frame's manifest."""

READ_AT_FREEZE = (
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
_SHOWN_IN_ITEM = ("ageBand", "area", "quarter", "offenceGroup", "releasedTexts", *READ_AT_FREEZE)
_SHOWN_BLIND = tuple(name for name in _SHOWN_IN_ITEM if name != "characteristics")


class ScrutinyService:
    """Scrutiny, for one call."""

    def __init__(self, call: Call, entropy: Entropy) -> None:
        self._call = call
        self._entropy = entropy
        self._kept = ScrutinyRepository(call)

    # ── frames ───────────────────────────────────────────────────────────────

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

    # ── samples ──────────────────────────────────────────────────────────────

    async def sample(self, sample_id: str) -> SampleAnswer:
        """Return a sample that has been drawn."""
        sample, frame = await self._require_sample(sample_id)
        await self._log_reading(frame, "scrutiny.sample-read", "contributions", "seed")
        return views.sample_answer(_values(sample), frame, draws=await self.draws_like(frame))

    async def draws_like(self, frame: Row[Any]) -> int:
        """Return how many draws there are by now of a frame's areas, period, strata and purpose."""
        return len(await self._kept.drawn_alike(likeness_of(frame)))

    async def verification(self, sample_id: str) -> VerificationAnswer:
        """Return all that a stranger needs to recompute a draw."""
        sample, frame = await self._require_sample(sample_id)
        entries = entries_of(await self._kept.entries_of(frame.frame_id))
        await self._log_reading(frame, "scrutiny.verification-read", "entries", "seed")
        anchor = await anchor_of(self._call.work, FROZEN, frame.frame_id)
        return views.verification_answer(sample, frame, entries, await self._kept.replaced(sample_id), anchor)

    # ── items ────────────────────────────────────────────────────────────────

    async def items(self, sample_id: str, *, after: int, limit: int, sight: Sight) -> list[ItemAnswer]:
        """Return items in the order of the draw, one more than `limit` if there is one; each one shown is logged.

        Whoever is shown the characteristics is noted: they can no longer score blind.

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
        fields = _SHOWN_IN_ITEM if sight is Sight.SIGHTED else _SHOWN_BLIND
        records = [
            AuditRecord(AuditEvent.DISCLOSURE, "scrutiny.item-read", row.case_id, row.area, fields)
            for row in found[:limit]
        ]
        if records:
            await log.append(self._call, *records)
        if sight is Sight.SIGHTED:
            await self._kept.note_sighting(sample)
        present = await self._present_digests(frame, [row.case_id for row in found])
        texts = await self._kept.released_texts([row.item_id for row in found])
        items = [
            views.item_answer(row, frame, changed=present.get(row.case_id) != row.case_digest, texts=texts)
            for row in found
        ]
        return items if sight is Sight.SIGHTED else [views.without_characteristics(item) for item in items]

    async def _present_digests(self, frame: Row[Any], case_ids: Sequence[str]) -> dict[str, str]:
        """Return the digests of some cases of a frame as they stand now: by them a later edit shows."""
        cases = await self._kept.population(frame.areas, frame.decided_from, frame.decided_to, only=case_ids)
        return {case.case_id: case.digest for case in cases}

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


def likeness_of(frame: Any) -> Likeness:  # noqa: ANN401  (a body that asks for a frame, or the row of one)
    """Return what makes a frame like another."""
    areas, strata = tuple(sorted(frame.areas)), tuple(sorted(frame.strata))
    return Likeness(areas, frame.decided_from, frame.decided_to, strata, str(frame.purpose))


def _values(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)


def entries_of(rows: Sequence[Row[Any]]) -> list[FrameEntry]:
    """Return rows as entries of a frame."""
    return [FrameEntry(row.entry, row.stratum) for row in rows]
