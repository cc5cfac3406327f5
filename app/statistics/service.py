"""Answers statistics: reads, counts, withholds, computes; and logs each reading. Changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from app.advice.evaluate import protocol_of
from app.audit import log
from app.audit.events import AuditEvent, AuditRecord
from app.errors import NotFound, WouldTellByDifference
from app.identity.call import Call
from app.scrutiny.groups import GROUPING_2011, lists_of
from app.statistics import answering, engagement, reading
from app.statistics.decision import Decision
from app.statistics.differencing import Layout, Period, TooManyQuestions, layout
from app.statistics.populations import Population, populations
from app.statistics.protecting import WouldTell, withheld
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
from app.statistics.suppression import BASE, Counts, Suppression, everything, rounded
from app.statistics.tables import Decided, Tabled, family_of, tables_of
from app.statistics.tails import CONFIDENCE
from app.statistics.words import NOTES, REFERENCES, TITLES, By, Outcome, Stage, Statistic

_READ = ("decision", "advice", "opinions", "characteristics", "engagement", "timeliness", "history")
_POOLED_YEARS = 3
_FEBRUARY = 2
_SAYS = (
    "Counts of one to four are withheld, and with them what would tell them, in this answer or by its difference from "
    "earlier ones; counts are rounded to five. Nought is told. A day is counted when it is over."
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
            WouldTellByDifference: with what the client was told before, the answer would tell of fewer than five.

        """
        if not self._call.caller.reaches(asked.area):
            raise NotFound
        population = populations().get(asked.area)
        period = self._counted(asked)
        if period is None:
            await self._log(asked.area, 0)
            return self._compose(statistic, asked, _Read([], {}, None, population))
        laid = await self._laid(asked.area, period)
        decisions, left_out = await self._decisions(asked.area, laid, population)
        await self._log(asked.area, len(decisions))
        answer = self._compose(statistic, asked, _Read(decisions, left_out, laid, population))
        await reading.tell(self._call, asked.area, period)
        return answer

    def _counted(self, asked: StatisticQuery) -> Period | None:
        """Return the days of the period that are over, or None.

        Today would be counted again tomorrow with one child more, whom the difference of the two answers would tell.
        """
        last = min(asked.to, self._call.today - timedelta(days=1))
        return None if last < asked.from_ else Period(asked.from_, last)

    async def _laid(self, area: str, period: Period) -> Layout:
        try:
            return layout(period, await reading.told_before(self._call, area))
        except TooManyQuestions:
            raise WouldTellByDifference from None

    async def _decisions(
        self, area: str, laid: Layout, population: Population | None
    ) -> tuple[list[Decision], dict[str, list[date]]]:
        grouping = GROUPING_2011 if population is None else population.grouping
        return await reading.decisions_of(
            self._call.work,
            areas=self._call.law_book.areas.counted_with(area, self._call.today),
            first=laid.segments[0].first,
            last=laid.segments[-1].last,
            lists=lists_of(self._call.law_book, grouping=grouping),
            protocol=protocol_of(self._call.law_book, area, self._call.today),
        )

    async def _log(self, area: str, rows: int) -> None:
        record = AuditRecord(AuditEvent.COMBINATION, "statistics.read", area=area, fields=_READ, rows=rows)
        await log.append(self._call, record)

    def _compose(self, statistic: Statistic, asked: StatisticQuery, read: "_Read") -> StatisticAnswer:
        counted, few_charged = read.counted
        tables = tables_of(statistic, counted)
        hidden = self._hidden(statistic, tables, read)
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
            counted_to=None if read.laid is None else read.laid.periods[-1].last,
            counted=_counted(counted),
            excluded=_excluded(read, few_charged=few_charged),
            readings=readings,
            pooled=pooled,
            population=_population(read.population) if statistic is Statistic.DISPROPORTIONALITY else None,
            grouping=GROUPING_2011 if read.population is None else read.population.grouping,
            suppression=_suppression(readings, because_of_earlier=read.laid is not None and len(read.laid.periods) > 1),
            pooling=_pooling(asked, readings),
            notes=list(NOTES[statistic]),
        )

    @staticmethod
    def _hidden(statistic: Statistic, tables: Mapping[str, Tabled], read: "_Read") -> dict[str, Suppression]:
        if read.laid is None:
            return {name: everything(one.counts) for name, one in tables.items()}
        try:
            return withheld(read.laid, partial(read.tables, statistic), read.atoms(statistic), tables)
        except WouldTell:
            raise WouldTellByDifference from None


class _Read:
    """What was read for one answer: the decisions of its period, and of those that it touches."""

    def __init__(
        self,
        decisions: list[Decision],
        left_out: dict[str, list[date]],
        laid: Layout | None,
        population: Population | None,
    ) -> None:
        self.decisions, self.left_out, self.laid, self.population = decisions, left_out, laid, population
        self._tables: dict[int, dict[str, Counts]] = {}
        self._of: dict[int, tuple[Decided, bool]] = {}

    @property
    def counted(self) -> tuple[Decided, bool]:
        """Return the decisions that are counted of the period asked for, and whether too few were charged."""
        return (Decided(), False) if self.laid is None else self.counted_of(self.laid.of(self.laid.periods[-1]))

    def counted_of(self, segments: int) -> tuple[Decided, bool]:
        """Return the decisions that are counted of a stretch of days, and whether too few were charged in it."""
        if segments not in self._of:
            self._of[segments] = without_few_charged(Decided(self._decided(segments)))
        return self._of[segments]

    def tables(self, statistic: Statistic, segments: int) -> dict[str, Counts]:
        """Return the tables of a stretch of days, as an answer about it would count them."""
        if segments not in self._tables:
            self._tables[segments] = family_of(statistic, self.counted_of(segments)[0])
        return self._tables[segments]

    def atoms(self, statistic: Statistic) -> list[dict[str, Counts]]:
        """Return of each segment the counts of the children decided about in no other, who could stand elsewhere.

        Where so few were charged in a period that they are left out of it, nobody charged is counted here.
        """
        laid = self.laid
        if laid is None:
            return []
        if len(laid.segments) == 1:
            return [self.tables(statistic, 1)]
        few = any(self.counted_of(laid.of(one))[1] for one in laid.periods)
        apart = [self._decided(1 << at) for at in range(len(laid.segments))]
        often = Counter(child for one in apart for child in {decision.child for decision in one})
        charged = {one.child for one in self.decisions if few and one.outcome is Outcome.CHARGE}
        kept = [[one for one in part if often[one.child] == 1 and one.child not in charged] for part in apart]
        return [family_of(statistic, part) for part in kept]

    def _decided(self, segments: int) -> list[Decision]:
        days = [] if self.laid is None else self.laid.days(segments)
        return [one for one in self.decisions if any(part.first <= one.day <= part.last for part in days)]


def without_few_charged(decisions: Decided) -> tuple[Decided, bool]:
    """Return the decisions without those to charge if fewer than five children were charged; and whether so.

    So few would follow from the difference between all children and those dealt with out of court. They are left out of
    every statistic of the period alike.
    """
    charged = {one.child for one in decisions.children if one.outcome is Outcome.CHARGE}
    if not 0 < len(charged) < BASE:
        return decisions, False
    return Decided(one for one in decisions if one.child not in charged), True


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


def _excluded(read: _Read, *, few_charged: bool) -> list[ExcludedAnswer]:
    period = None if read.laid is None else read.laid.periods[-1]
    found = [
        ExcludedAnswer(reason=reason, count=_count(sum(period.first <= day <= period.last for day in days)))
        for reason, days in sorted(read.left_out.items())
        if period is not None
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
    """Return the first day of so many whole years that end with a day."""
    after = day + timedelta(days=1)
    return after.replace(year=after.year - years, day=min(after.day, 28) if after.month == _FEBRUARY else after.day)
