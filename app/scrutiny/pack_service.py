"""Puts a pack together: the items, the figures of their frame, what earlier panels observed; and its files."""

from app.identity.call import Call
from app.scrutiny.frame_schemas import MAX_SIZE
from app.scrutiny.learning import LearningService
from app.scrutiny.pack_schemas import PackAnswer
from app.scrutiny.page import Labels
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import MARKING, Sight


class PackService:
    """Packs, for one call."""

    def __init__(self, call: Call, scrutiny: ScrutinyService) -> None:
        self._call = call
        self._scrutiny = scrutiny

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
