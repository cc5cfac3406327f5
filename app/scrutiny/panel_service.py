"""What a panel records: each member's own score, the panel's finding, and the report. It changes no decision.

A score is hidden from the other members until all who are named have scored, or the chair has closed the scoring: so
that nobody scores after the loudest. What is recorded is signed and never changed; a later finding stands beside the
earlier.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from uuid6 import uuid7

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import NotFound, WrongState
from app.http.guard import read_id
from app.identity.call import Call
from app.scrutiny import report
from app.scrutiny.allocation import weight
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.schemas import (
    ClosingAnswer,
    FindingAnswer,
    FindingBody,
    RateRow,
    ReportAnswer,
    ScoreAnswer,
    ScoreBody,
    ScoresAnswer,
    StratumReport,
)
from app.scrutiny.service import ScrutinyService
from app.scrutiny.words import FindingCategory, Leaning


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
        await self._scrutiny.require_membership(sample_id)
        item = await self._item(sample_id, item_id)
        await self._kept.hold(sample_id)
        if await self._kept.closing(sample_id) is not None:
            raise WrongState("The scoring of this sample is closed.")
        if any(row.person_key == self._call.caller.person_key for row in await self._kept.scores([item_id])):
            raise WrongState("You have scored this item; a score is not changed.")
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
        return _score_answer(row)

    async def scores(self, sample_id: str, item_id: str) -> ScoresAnswer:
        """Return the scores of an item: the caller's own, and the others' once they are open."""
        frame = await self._scrutiny.require_membership(sample_id)
        item = await self._item(sample_id, item_id)
        rows = await self._kept.scores([item_id])
        is_open = await self._is_open(sample_id, frame, rows)
        seen = [row for row in rows if is_open or row.person_key == self._call.caller.person_key]
        await log.append(self._call, _record("scrutiny.scores-read", item, "scores", event=AuditEvent.CONSULTATION))
        return ScoresAnswer(open=is_open, items=[_score_answer(row._mapping) for row in seen])  # noqa: SLF001  (SQLAlchemy's public name)

    async def _is_open(self, sample_id: str, frame: Row[Any], rows: Sequence[Row[Any]]) -> bool:
        """Return whether all members named have spoken on an item, or the chair has closed the scoring."""
        named = set(frame.members) or {frame.frozen_by}
        return named <= {row.user_name for row in rows} or await self._kept.closing(sample_id) is not None

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
        return FindingAnswer(**{name: row[name] for name in FindingAnswer.model_fields})

    # ── report ───────────────────────────────────────────────────────────────

    async def report(self, sample_id: str) -> ReportAnswer:
        """Return what the panel found: counts, strata, the weighted rate, agreement, what could not be judged."""
        frame = await self._scrutiny.require_membership(sample_id)
        sample = await self._scrutiny.require_sample(sample_id)
        items = await self._kept.items(sample_id)
        ids = [item.item_id for item in items]
        standing = {row.item_id: row for row in await self._kept.findings(ids)}
        scores = await self._kept.scores(ids)
        reported = _reported(items, frame, standing, scores)
        records = [
            AuditRecord(AuditEvent.CONSULTATION, "scrutiny.report-read", area=area, fields=("findings", "scores"))
            for area in frame.areas
        ]
        await log.append(self._call, *records)
        directions = Counter(row.direction for row in standing.values())
        return ReportAnswer(
            sample_id=sample_id,
            frame_id=frame.frame_id,
            population=sum(row["population"] for row in frame.allocation),
            size=len(items),
            draw_number=sample.draw_number,
            redraw_of=frame.redraw_of,
            reason=frame.reason,
            exclusions=frame.exclusions,
            counts=report.counts(reported),
            directions={word.value: directions[word.value] for word in Leaning},
            without_finding=sum(item.finding is None for item in reported),
            strata=[_stratum_report(row, reported) for row in frame.allocation],
            rate_inappropriate=_rate_row(report.rate_inappropriate(reported)),
            agreement=report.agreement(reported),
            conflicts_of_interest=sum(row.conflict_of_interest for row in scores),
        )

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


def _reported(
    items: Sequence[Row[Any]], frame: Row[Any], standing: dict[str, Row[Any]], scores: Sequence[Row[Any]]
) -> list[report.ReportedItem]:
    weights = {row["stratum"]: weight(row["population"], row["size"]) for row in frame.allocation if row["size"]}
    return [
        report.ReportedItem(
            stratum=item.stratum,
            weight=weights[item.stratum],
            finding=FindingCategory(standing[item.item_id].category) if item.item_id in standing else None,
            scores=tuple(row.category for row in scores if row.item_id == item.item_id and row.category is not None),
        )
        for item in items
    ]


def _stratum_report(row: dict[str, Any], reported: Sequence[report.ReportedItem]) -> StratumReport:
    return StratumReport(**row, counts=report.counts([item for item in reported if item.stratum == row["stratum"]]))


def _rate_row(rate: report.Rate | None) -> RateRow | None:
    if rate is None:
        return None
    return RateRow(**vars(rate), confidence=report.CONFIDENCE, method="WILSON_ON_EFFECTIVE_SIZE")
