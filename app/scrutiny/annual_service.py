"""Answers the annual report: reads the samples of an area and a year, and logs the reading. Changes nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select

from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.clock import LONDON
from app.errors import NotFound
from app.identity.call import Call
from app.scrutiny import annual
from app.scrutiny.annual_schemas import AnnualAnswer, AnnualQuery
from app.scrutiny.models import scrutiny_frames, scrutiny_samples
from app.scrutiny.panel_repository import PanelRepository
from app.scrutiny.reporting import Summed, sum_up

_READ = ("findings", "scores", "observation", "response")


class AnnualService:
    """The annual report, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._kept = PanelRepository(call)

    async def report(self, asked: AnnualQuery) -> AnnualAnswer:
        """Return what the panels of an area found in a year; raise `NotFound` if the area is not the caller's."""
        if not self._call.caller.reaches(asked.area):
            raise NotFound
        summed = [await self._sum_up(sample) for sample in await self._samples(asked)]
        record = AuditRecord(
            AuditEvent.COMBINATION, "scrutiny.annual-report-read", area=asked.area, fields=_READ, rows=len(summed)
        )
        await log.append(self._call, record)
        return self._compose(asked, summed)

    async def _samples(self, asked: AnnualQuery) -> Sequence[Row[Any]]:
        samples = scrutiny_samples.c
        begins = datetime.combine(asked.from_, time(), LONDON)
        ends = datetime.combine(asked.to + timedelta(days=1), time(), LONDON)
        return await self._call.work.many(
            select(scrutiny_samples)
            .where(samples.areas.contains([asked.area]), samples.drawn_at >= begins, samples.drawn_at < ends)
            .order_by(samples.drawn_at, samples.sample_id)
        )

    async def _sum_up(self, sample: Row[Any]) -> Summed:
        frame = await self._call.work.one(select(scrutiny_frames).where(scrutiny_frames.c.frame_id == sample.frame_id))
        assert frame is not None
        return await sum_up(self._kept, sample, frame, self._call.today)

    def _compose(self, asked: AnnualQuery, summed: Sequence[Summed]) -> AnnualAnswer:
        closed = [one for one in summed if one.closed]
        learning = [row for one in closed for row in one.learning]
        return AnnualAnswer(
            area=asked.area,
            from_=asked.from_,
            to=asked.to,
            made_at=self._call.clock.now(),
            panels=[annual.panel_row(one) for one in summed],
            findings=annual.by_purpose(closed),
            strata=annual.by_stratum(closed),
            movement=annual.movement(closed),
            exclusions=annual.exclusions(summed),
            learning=learning,
            owners=annual.owners(learning),
            replaced=sum(one.replaced for one in closed),
            review_requested=sum(one.review_requested for one in closed),
            conflicts_of_interest=sum(one.conflicts_of_interest for one in closed),
            notes=list(annual.YEAR_NOTES),
        )
