"""Puts a pack together: the items, the figures of their frame, what earlier panels observed; and its files."""

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import ReasonRequired
from app.identity.call import Call
from app.scrutiny.frame_schemas import MAX_SIZE
from app.scrutiny.learning import LearningService
from app.scrutiny.pack_schemas import PackAnswer
from app.scrutiny.page import Labels
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import MARKING, Sight

_REASON = range(20, 501)  # characters


class PackService:
    """Packs, for one call."""

    def __init__(self, call: Call, scrutiny: ScrutinyService) -> None:
        self._call = call
        self._scrutiny = scrutiny

    async def export(self, sample_id: str, sight: Sight, *, reason: str | None, free: int) -> PackAnswer:
        """Return the pack of a sample to take away; of more than `free` children for a reason alone, which is logged.

        Raises:
            ReasonRequired: there are more, and no reason of 20 to 500 characters is given.
            NotFound, NotNamed, TermsNotAccepted, SampleNotReleasable: as for the pack.

        """
        frame = await self._scrutiny.require_membership(sample_id)
        children = len(await PanelRepository(self._call).items(sample_id))
        given = reason is not None and len(reason.strip()) in _REASON and reason.isprintable()
        if children > free and not given:
            raise ReasonRequired(extra={"children": children, "withoutReason": free})
        if given:
            told = [
                AuditRecord(
                    AuditEvent.DISCLOSURE,
                    "scrutiny.pack-taken",
                    area=area,
                    fields=("items",),
                    rows=children,
                    subject_id=sample_id,
                    reason=reason,
                )
                for area in frame.areas
            ]
            await log.append(self._call, *told)
        return await self.pack(sample_id, sight)

    async def pack(self, sample_id: str, sight: Sight) -> PackAnswer:
        """Return the pack of a sample; each item in it is logged as one shown.

        Raises:
            NotFound: the sample is absent or outside the caller's areas.
            NotNamed, TermsNotAccepted, SampleNotReleasable: as for the items.

        """
        items = await self._scrutiny.items(sample_id, after=0, limit=MAX_SIZE, sight=sight)
        sample = await self._scrutiny.sample(sample_id)
        frame = await self._scrutiny.frame(sample.frame_id)
        return PackAnswer(
            marking=MARKING,
            made_at=self._call.clock.now(),
            sight=sight.value,
            areas=frame.areas,
            decided_from=frame.decided_from,
            decided_to=frame.decided_to,
            sample=sample,
            items=items,
            figures=frame.figures,
            earlier_observations=await LearningService(self._call, self._scrutiny).earlier(sample_id),
        )

    def labels(self) -> Labels:
        """Return how codes and areas are said, by the law book."""
        book = self._call.law_book
        lists = {name: {item.code: item.label for item in found.items} for name, found in book.references.items()}
        return Labels(lists, book.area_names(self._call.today))
