"""Answers statistics: reads, counts, withholds, computes; and logs each reading. Changes nothing."""

from collections.abc import Sequence
from datetime import date

from app.advice.evaluate import protocol_of
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import NotFound, WouldTellByDifference
from app.identity.call import Call
from app.scrutiny.groups import GROUPING_2011, lists_of
from app.statistics import answering, engagement, reading
from app.statistics.decision import Decision
from app.statistics.differencing import Period, TooManyQuestions, follows
from app.statistics.populations import Population, populations
from app.statistics.schemas import (
    CountedAnswer,
    ExcludedAnswer,
    PoolingAnswer,
    PopulationAnswer,
    ReadingAnswer,
    StatisticAnswer,
    StatisticQuery,
    SuppressionAnswer,
)
from app.statistics.suppression import BASE, Suppression, rounded, suppress
from app.statistics.tables import Tabled, children, tables_of
from app.statistics.tails import CONFIDENCE
from app.statistics.words import NOTES, REFERENCES, TITLES, By, Outcome, Stage, Statistic

_READ = ("decision", "advice", "opinions", "characteristics", "engagement", "timeliness", "history")
_POOLED_YEARS = 3
_SAYS = (
    "Counts of one to four are withheld, and with them what would tell them; counts are rounded to five. "
    "Nought is told."
)


class StatisticsService:
    """Statistics, for one call."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def answer(self, statistic: Statistic, asked: StatisticQuery) -> StatisticAnswer:
        """Return a statistic of an area and a period.

        Raises:
            NotFound: the area is not one of the caller's.
            UnknownArea: no protocol is held for the area.
            WouldTellByDifference: the client has asked for too many overlapping periods.

        """
        if not self._call.caller.reaches(asked.area):
            raise NotFound
        population = populations().get(asked.area)
        period = Period(asked.from_, asked.to)
        others = await self._others(asked.area, period)
        decisions, left_out = await self._decisions(asked.area, [period, *others], population)
        await self._log(asked.area, len(decisions))
        await reading.tell(self._call, asked.area, period)
        return self._compose(statistic, asked, _Read(decisions, left_out, others, population))

    async def _others(self, area: str, period: Period) -> list[Period]:
        try:
            return follows(period, await reading.told_before(self._call, area))
        except TooManyQuestions:
            raise WouldTellByDifference from None

    async def _decisions(
        self, area: str, periods: Sequence[Period], population: Population | None
    ) -> tuple[list[Decision], dict[str, list[date]]]:
        grouping = GROUPING_2011 if population is None else population.grouping
        return await reading.decisions_of(
            self._call.work,
            area=area,
            first=min(one.first for one in periods),
            last=max(one.last for one in periods),
            lists=lists_of(self._call.law_book, grouping=grouping),
            protocol=protocol_of(self._call.law_book, area, self._call.today),
        )

    async def _log(self, area: str, rows: int) -> None:
        record = AuditRecord(AuditEvent.COMBINATION, "statistics.read", area=area, fields=_READ, rows=rows)
        await log.append(self._call, record)

    def _compose(self, statistic: Statistic, asked: StatisticQuery, read: "_Read") -> StatisticAnswer:
        counted, few_charged = without_few_charged(read.within(Period(asked.from_, asked.to)))
        tables = tables_of(statistic, counted)
        also = [tables_of(statistic, without_few_charged(read.within(one))[0]) for one in read.others]
        hidden = {name: _hidden(name, tabled, also) for name, tabled in tables.items()}
        readings = _readings(tables, hidden, few_charged=few_charged)
        if statistic is Statistic.DISPROPORTIONALITY and read.population is not None:
            name = By.ETHNICITY.value
            first = answering.dealt_with(tables[name], hidden[name], read.population, REFERENCES[By.ETHNICITY])
            readings = [first, *readings]
        readings = answering.adjusted(readings)
        pooled = engagement.pooled(counted, hidden, few=not counted) if statistic is Statistic.ENGAGEMENT else None
        return StatisticAnswer(
            statistic=statistic.value,
            title=TITLES[statistic],
            area=asked.area,
            from_=asked.from_,
            to=asked.to,
            made_at=self._call.clock.now(),
            confidence=CONFIDENCE,
            counted=_counted(counted),
            excluded=_excluded(read, Period(asked.from_, asked.to), few_charged=few_charged),
            readings=readings,
            pooled=pooled,
            population=_population(read.population) if statistic is Statistic.DISPROPORTIONALITY else None,
            grouping=GROUPING_2011 if read.population is None else read.population.grouping,
            suppression=_suppression(readings, because_of_earlier=bool(read.others)),
            pooling=_pooling(asked, readings),
            notes=list(NOTES[statistic]),
        )


class _Read:
    """What was read for one answer."""

    def __init__(
        self,
        decisions: list[Decision],
        left_out: dict[str, list[date]],
        others: list[Period],
        population: Population | None,
    ) -> None:
        self.decisions, self.left_out, self.others, self.population = decisions, left_out, others, population

    def within(self, period: Period) -> list[Decision]:
        """Return the decisions of a period."""
        return [one for one in self.decisions if period.first <= one.day <= period.last]


def without_few_charged(decisions: Sequence[Decision]) -> tuple[list[Decision], bool]:
    """Return the decisions without those to charge if fewer than five children were charged; and whether so.

    So few would follow from the difference between all children and those dealt with out of court. They are left out of
    every statistic of the period alike.
    """
    charged = {one.child for one in children(decisions) if one.outcome is Outcome.CHARGE}
    if not 0 < len(charged) < BASE:
        return list(decisions), False
    return [one for one in decisions if one.child not in charged], True


def _hidden(name: str, tabled: Tabled, also: Sequence[dict[str, Tabled]]) -> Suppression:
    told = [suppress(one[name].counts) for one in also if name in one and one[name].counts.total]
    return suppress(tabled.counts, also=told)


def _readings(tables: dict[str, Tabled], hidden: dict[str, Suppression], *, few_charged: bool) -> list[ReadingAnswer]:
    found = [one for name, tabled in tables.items() for one in answering.readings_of(tabled, hidden[name])]
    return [one for one in found if not (few_charged and one.name == Stage.OUT_OF_COURT)]


def _counted(decisions: Sequence[Decision]) -> CountedAnswer:
    return CountedAnswer(
        children=_count(len({one.child for one in decisions})),
        decisions=_count(len(decisions)),
        offences=_count(sum(one.offences for one in decisions)),
    )


def _count(count: int) -> int | None:
    return None if 0 < count < BASE else rounded(count)


def _excluded(read: _Read, period: Period, *, few_charged: bool) -> list[ExcludedAnswer]:
    found = [
        ExcludedAnswer(reason=reason, count=_count(sum(period.first <= day <= period.last for day in days)))
        for reason, days in sorted(read.left_out.items())
    ]
    return [*found, ExcludedAnswer(reason="FEWER_THAN_FIVE_CHARGED", count=None)] if few_charged else found


def _population(held: Population | None) -> PopulationAnswer | None:
    if held is None:
        return None
    return PopulationAnswer(
        children=held.children,
        grouping=held.grouping,
        percent=dict(held.percent),
        source=held.source,
        says=held.says,
    )


def _suppression(readings: Sequence[ReadingAnswer], *, because_of_earlier: bool) -> SuppressionAnswer:
    return SuppressionAnswer(
        threshold=BASE,
        rounded_to=BASE,
        withheld=sum(rate.withheld for one in readings for rate in one.rates),
        because_of_earlier_answers=because_of_earlier,
        says=_SAYS,
    )


def _pooling(asked: StatisticQuery, readings: Sequence[ReadingAnswer]) -> PoolingAnswer | None:
    """Offer three years where this period is too short for an index."""
    few = any(rate.withheld or (rate.comparison and rate.comparison.too_few) for one in readings for rate in one.rates)
    begin = _years_before(asked.to, _POOLED_YEARS)
    if not few or asked.from_ <= begin:
        return None
    return PoolingAnswer(from_=begin, to=asked.to, says="Some figures rest on too few; three years together tell more.")


def _years_before(day: date, years: int) -> date:
    begin = day.replace(year=day.year - years, day=min(day.day, 28))
    return date.fromordinal(begin.toordinal() + 1)
