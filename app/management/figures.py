"""From decided and delivered cases to tables of counts. Pure; what of a table may be told is `app.statistics`'."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.delivery.words import Result
from app.law.dates import age_on
from app.law.model import DisposalCode
from app.management.definitions import KpiDefinition
from app.statistics.suppression import Counts

UNDER_WAY = "UNDER_WAY"
ENDINGS = (Result.COMPLETED.value, Result.NOT_COMPLETED.value, UNDER_WAY)
NO_SCORE = "NO_SCORE"
COUNTED = "COUNTED"
_GIVEN_FIRST = frozenset({DisposalCode.YOUTH_CAUTION, DisposalCode.YOUTH_CONDITIONAL_CAUTION})


@dataclass(frozen=True)
class Decision:
    """The latest decision of a case in the period, as the figures read it."""

    route: str
    disposal: str
    score: int | None
    score_status: str
    first_time: bool
    given: bool


@dataclass(frozen=True)
class Delivered:
    """A disposal with an intervention: since when, and how it ended. `child` stands for a child in one answer."""

    child: str
    born_on: date
    disposal: str
    starts_on: date
    result: str | None


def volumes(decisions: Iterable[Decision]) -> Counts:
    """Count decisions by route and disposal."""
    return _table(Counter((one.route, one.disposal) for one in decisions))


def first_time_entrants(decisions: Iterable[Decision]) -> Counts:
    """Count first-time entrants by disposal: a caution counts once it is given."""
    counted = (one for one in decisions if one.first_time and (one.given or one.disposal not in _GIVEN_FIRST))
    return _table(Counter((one.disposal, COUNTED) for one in counted))


def serious_violence(decisions: Iterable[Decision], minimum: int) -> Counts:
    """Count cases at or over a score, by where the score comes from."""
    counted = (one for one in decisions if one.score is not None and one.score >= minimum)
    return _table(Counter((one.score_status, COUNTED) for one in counted))


def indicator(delivered: Iterable[Delivered], definition: KpiDefinition) -> Counts:
    """Count the out-of-court indicator by category and ending: one record for each child in each quarter."""
    kept: dict[tuple[str, str], tuple[int, date, str, str]] = {}
    for one in delivered:
        category = definition.category_of(one.disposal)
        youngest, oldest = definition.ages
        if category is None or not youngest <= age_on(one.born_on, one.starts_on) <= oldest:
            continue
        record = (definition.rank(category), one.starts_on, category, one.result or UNDER_WAY)
        place = (one.child, quarter_of(one.starts_on))
        kept[place] = max(record, kept.get(place, record))
    return _table(Counter((category, result) for _, _, category, result in kept.values()))


def quarter_of(day: date) -> str:
    """Return the quarter of the calendar year in which a day lies."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _table(counter: Counter[tuple[str, str]]) -> Counts:
    rows = tuple(sorted({row for row, _ in counter}))
    columns = tuple(sorted({column for _, column in counter}))
    return Counts(rows, columns, dict(counter))
