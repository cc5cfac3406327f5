"""What is asked of statistics, and what is answered."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.http.query import Query
from app.http.schema import Answer, Code, Day, Instant


class StatisticQuery(Query):
    """Whose decisions, and between which days in London, both included."""

    area: Code
    from_: Annotated[Day, Field(alias="from")]
    to: Day

    @model_validator(mode="after")
    def _period_has_a_day(self) -> Self:
        if self.from_ > self.to:
            raise PydanticCustomError("period", "The period ends before it begins.")
        return self


class IntervalAnswer(Answer):
    """A figure with its limits at 95 per cent; no `upper` where nothing bounds it."""

    value: float
    lower: float
    upper: float | None
    method: str


class BoundsAnswer(Answer):
    """Between what a figure lies."""

    lower: float
    upper: float


class FourFifthsAnswer(Answer):
    """The rate of a favourable outcome over that of the group with the highest; `fails` below four fifths."""

    highest: str
    ratio: float
    fails: bool
    p_value: float


class ComparisonAnswer(Answer):
    """A group against the reference. No index where `tooFew` says why."""

    reference: str
    relative_rate_index: IntervalAnswer | None
    disproportionality_ratio: float | None
    difference: IntervalAnswer | None
    against_the_rest: IntervalAnswer | None
    if_unknown_were_shared: BoundsAnswer | None
    if_shares_were_rounded: BoundsAnswer | None
    p_value: float | None
    adjusted_p_value: float | None
    four_fifths: FourFifthsAnswer | None
    too_few: list[str]


class RateAnswer(Answer):
    """A rate of one group, out of the stage before. Counts are rounded to five; the rate is from those before it."""

    group: str
    numerator: int | None
    denominator: int | None
    rate: float | None
    lower: float | None
    upper: float | None
    method: str | None
    withheld: bool
    comparison: ComparisonAnswer | None


class UnknownAnswer(Answer):
    """Of how many the group is not known; None where that is too few to tell."""

    numerator: int | None
    denominator: int | None


class ReadingAnswer(Answer):
    """One table of rates. `reference` is the group that the others are held against."""

    name: str
    by: str | None
    says: str
    unit: str
    reference: str | None
    unknown: UnknownAnswer | None
    rates: list[RateAnswer]


class TestAnswer(Answer):
    """A chi-square statistic with its p-value."""

    statistic: float
    degrees: int
    p_value: float


class RegressionAnswer(Answer):
    """The same comparison by logistic regression, and by what share the rates differ among children alike."""

    odds_ratio: IntervalAnswer | None
    p_value: float
    likelihood_ratio: TestAnswer | None
    average_marginal_effect: float


class PooledAnswer(Answer):
    """Engagement and diversion within gravity score and earlier disposals (Mantel and Haenszel)."""

    strata: int
    crude_odds_ratio: float | None
    odds_ratio: IntervalAnswer | None
    risk_ratio: float | None
    risk_difference: float | None
    test: TestAnswer | None
    test_corrected: TestAnswer | None
    equal_odds: TestAnswer | None
    regression: RegressionAnswer | None
    too_few: list[str]
    reading: str


class SuppressionAnswer(Answer):
    """How small numbers are protected, and how much of this answer is withheld for it."""

    threshold: int
    rounded_to: int
    withheld: int
    because_of_earlier_answers: bool
    says: str


class CountedAnswer(Answer):
    """How many are counted, rounded to five; None where that is too few to tell."""

    children: int | None
    decisions: int | None
    offences: int | None


class ExcludedAnswer(Answer):
    """What was left out, and why."""

    reason: str
    count: int | None


class PopulationAnswer(Answer):
    """Against whom children dealt with are held."""

    children: int
    grouping: str
    percent: dict[str, int]
    source: str
    says: str


class PoolingAnswer(Answer):
    """A longer period that would tell more, offered where this one is too short for an index."""

    from_: Annotated[date, Field(alias="from")]
    to: date
    says: str


class StatisticAnswer(Answer):
    """A statistic of an area and a period. `countedTo` is the last day counted: none is, until it is over."""

    statistic: str
    title: str
    area: str
    from_: Annotated[date, Field(alias="from")]
    to: date
    counted_to: date | None
    made_at: Instant
    confidence: float
    counted: CountedAnswer
    excluded: list[ExcludedAnswer]
    readings: list[ReadingAnswer]
    pooled: PooledAnswer | None
    population: PopulationAnswer | None
    grouping: str
    suppression: SuppressionAnswer
    pooling: PoolingAnswer | None
    notes: list[str]
