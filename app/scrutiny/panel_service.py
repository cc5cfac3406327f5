"""What a panel records: each member's own score, the panel's finding, and the report. It changes no decision.

A score is hidden from the other members until all who are named have scored, or the chair has closed the scoring: so
that nobody scores after the loudest. What is recorded is signed and never changed; a later finding stands beside the
earlier.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from uuid_utils import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import NotFound, WrongState
from app.http.guard import read_id
from app.identity.call import Call
from app.scrutiny import sampling
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.panel_schemas import (
    ClosingAnswer,
    FindingAnswer,
    FindingBody,
    FindingsAnswer,
    ReportAnswer,
    ScoreAnswer,
    ScoreBody,
    ScoresAnswer,
)
from app.scrutiny.pseudonym import pseudonym
from app.scrutiny.reporting import all_spoke, answer_of, sum_up
from app.scrutiny.sampling import FrameEntry
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import FindingAction, Sight


class PanelService:
    """What panels record, for one call."""

    def __init__(self, call: Call, scrutiny: ScrutinyService) -> None:
        self._call = call
        self._scrutiny = scrutiny
        self._kept = PanelRepository(call)

    # ── scores ───────────────────────────────────────────────────────────────

    async def score(self, sample_id: str, item_id: str, body: ScoreBody) -> ScoreAnswer:
        """Record the caller's own score of an item.

        Raises:
            NotFound: the sample or the item is absent or outside the caller's areas.
            NotNamed, TermsNotAccepted: the caller may not see the items.
            WrongState: the caller has scored the item, or the scoring is closed.

        """
        frame = await self._scrutiny.require_membership(sample_id)
        item = await self._item(sample_id, item_id)
        await self._kept.hold(sample_id)
        if await self._kept.closing(sample_id) is not None:
            raise WrongState("The scoring of this sample is closed.")
        self._refuse_second_thought(body.sight, await self._kept.scores([item_id]))
        if body.sight is Sight.BLIND and body.category is not None and await self._kept.has_seen(sample_id):
            raise WrongState("You have been shown the characteristics; a score of yours is no longer a blind one.")
        row = {
            "score_id": str(uuid7()),
            "item_id": item_id,
            "areas": item.areas,
            **body.model_dump(mode="json", by_alias=False),
            "user_name": self._call.caller.user_name,
            "person_key": self._call.caller.person_key,
            "scored_at": self._call.clock.now(),
        }
        await self._kept.add_score(row, _record("scrutiny.item-scored", item, "category", "direction", "comment"))
        if body.conflict_of_interest:
            await self._replace(sample_id, item, frame)
        return _score_answer(row)

    def _refuse_second_thought(self, sight: Sight, rows: Sequence[Row[Any]]) -> None:
        """Raise unless the caller may still score so: once before seeing the characteristics, then once after."""
        mine = {row.sight for row in rows if row.person_key in self._call.caller.person_keys}
        if sight in mine or Sight.SIGHTED in mine:
            raise WrongState("You have scored this item; a score is not changed.")

    async def _replace(self, sample_id: str, item: Row[Any], frame: Row[Any]) -> None:
        """Add the next reserve of the stratum in the place of an item on which a member cannot sit.

        The reserves' order was settled by the draw, so nobody chooses. Once for an item; not where no reserve is left.
        """
        items = await self._kept.items(sample_id)
        if any(one.replaces == item.item_id for one in items):
            return
        entries = {row.entry: row for row in await self._kept.entries_of(frame.frame_id)}
        sample = await self._scrutiny.require_sample(sample_id)
        drawn = sampling.draw(
            [FrameEntry(row.entry, row.stratum) for row in entries.values()],
            seed=sample.seed,
            allocation={row["stratum"]: row["size"] for row in frame.allocation},
        )
        erased = {row.entry for row in entries.values() if row.case_id is None}  # nothing is left to score
        taken = {one.entry for one in items} | erased
        reserves = [one.entry for one in drawn.reserves if one.stratum == item.stratum and one.entry not in taken]
        if not reserves:
            return
        case = entries[reserves[0]]
        row = {
            "item_id": str(uuid7()),
            "sample_id": sample_id,
            "areas": item.areas,
            "position": max(one.position for one in items) + 1,
            "pseudonym": pseudonym(case.case_id, key=self._scrutiny.fresh_key()),
            "entry": case.entry,
            "stratum": case.stratum,
            "replaces": item.item_id,
        }
        record = AuditRecord(AuditEvent.COMBINATION, "scrutiny.reserve-drawn", case.case_id, case.area)
        await self._kept.add_item(row, record)

    async def scores(self, sample_id: str, item_id: str) -> ScoresAnswer:
        """Return the scores of an item: the caller's own, and the others' once they are open."""
        frame = await self._scrutiny.require_membership(sample_id)
        item = await self._item(sample_id, item_id)
        rows = await self._kept.scores([item_id])
        is_open = all_spoke(frame, rows) or await self._kept.closing(sample_id) is not None
        seen = [row for row in rows if is_open or row.person_key in self._call.caller.person_keys]
        await log.append(self._call, _record("scrutiny.scores-read", item, "scores", event=AuditEvent.CONSULTATION))
        return ScoresAnswer(open=is_open, items=[_score_answer(row._mapping) for row in seen])  # noqa: SLF001  (SQLAlchemy's public name)

    async def close(self, sample_id: str) -> ClosingAnswer:
        """Close the scoring of a sample: from now on scores are open, and none is added."""
        frame = await self._scrutiny.require_membership(sample_id)
        await self._kept.hold(sample_id)
        if await self._kept.closing(sample_id) is not None:
            raise WrongState("The scoring of this sample is closed.")
        row = {
            "sample_id": sample_id,
            "areas": frame.areas,
            "closed_at": self._call.clock.now(),
            "closed_by": self._call.caller.user_name,
        }
        await self._kept.add_closing(row, AuditRecord(AuditEvent.ALTERATION, "scrutiny.scoring-closed"))
        return ClosingAnswer(**{name: row[name] for name in ClosingAnswer.model_fields})

    # ── findings ─────────────────────────────────────────────────────────────

    async def find(self, sample_id: str, item_id: str, body: FindingBody) -> FindingAnswer:
        """Record the panel's finding on an item, signed by the caller."""
        await self._scrutiny.require_membership(sample_id)
        item = await self._item(sample_id, item_id)
        row = {
            "finding_id": str(uuid7()),
            "item_id": item_id,
            "areas": item.areas,
            **body.model_dump(mode="json", by_alias=False),
            "user_name": self._call.caller.user_name,
            "found_at": self._call.clock.now(),
        }
        await self._kept.add_finding(row, _record("scrutiny.item-found", item, "category", "direction", "comment"))
        if body.action is FindingAction.REQUEST_REVIEW:
            await self._kept.tell_agencies(item, "scrutiny.review-requested")
            await self._kept.tell_of_review(item)
        return FindingAnswer(**{name: row[name] for name in FindingAnswer.model_fields})

    async def findings(self, sample_id: str, item_id: str) -> FindingsAnswer:
        """Return every finding on an item, in the order in which they were made: the last stands."""
        await self._scrutiny.require_membership(sample_id)
        item = await self._item(sample_id, item_id)
        rows = await self._kept.findings([item_id])
        await log.append(self._call, _record("scrutiny.findings-read", item, "findings", event=AuditEvent.CONSULTATION))
        names = FindingAnswer.model_fields
        return FindingsAnswer(items=[FindingAnswer(**{name: getattr(row, name) for name in names}) for row in rows])

    # ── report ───────────────────────────────────────────────────────────────

    async def report(self, sample_id: str) -> ReportAnswer:
        """Return what the panel found: counts, strata, the weighted rate, agreement, what could not be judged."""
        frame = await self._scrutiny.require_membership(sample_id)
        sample = await self._scrutiny.require_sample(sample_id)
        records = [
            AuditRecord(AuditEvent.CONSULTATION, "scrutiny.report-read", area=area, fields=("findings", "scores"))
            for area in frame.areas
        ]
        await log.append(self._call, *records)
        summed = await sum_up(self._kept, sample, frame, self._call.today)
        return answer_of(summed, draws=await self._scrutiny.draws_like(frame))

    # ── finding ──────────────────────────────────────────────────────────────

    async def _item(self, sample_id: str, item_id: str) -> Row[Any]:
        item = await self._kept.find_item(sample_id, read_id(item_id))
        if item is None:
            raise NotFound
        return item

    async def require_item(self, sample_id: str, item_id: str) -> None:
        """Raise `NotFound` unless the item is one of a sample in the caller's areas."""
        await self._scrutiny.require_sample(sample_id)
        await self._item(sample_id, item_id)


def _record(act: str, item: Row[Any], *fields: str, event: AuditEvent = AuditEvent.COLLECTION) -> AuditRecord:
    return AuditRecord(event, act, item.case_id, item.area, fields)


def _score_answer(row: Any) -> ScoreAnswer:  # noqa: ANN401  (a row, or the values of one)
    return ScoreAnswer(**{name: row[name] for name in ScoreAnswer.model_fields})
