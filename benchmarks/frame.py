"""Drawing from a frame and freezing one: the time of each case, in a large population against a small one.

A draw gives every entry of its frame a ticket that a stranger can recompute, so that its time grows with the frame;
what must not happen is that it grows faster.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from app.cases.states import CaseStatus
from app.law.book import LawBook
from app.scrutiny.decided import DecidedCase
from app.scrutiny.freezing import Plan, freeze
from app.scrutiny.groups import lists_of
from app.scrutiny.sampling import FrameEntry, draw, entry_of
from app.scrutiny.words import Dimension
from benchmarks.measuring import Result, Sizes, compared, cpu_here
from benchmarks.world import AREA, World

_STRATA = ("A", "B", "C", "D")
_MORE = 10  # a large population is so much larger when frames are frozen: a hundred thousand cases
_DECIDED = datetime(2026, 6, 10, 9, tzinfo=UTC)


def run(world: World, sizes: Sizes) -> Iterator[Result]:
    """Measure draws from a large frame and a small one, and freezing ten times as many cases."""
    del world
    rounds = min(sizes.rounds, 3)
    large, small = _frame(sizes.rows), _frame(sizes.small_rows)
    mine, under = [], []
    for _ in range(rounds):
        under.append(cpu_here(lambda: _draw(small)) * 1e6 / len(small))
        mine.append(cpu_here(lambda: _draw(large)) * 1e6 / len(large))
    name = f"draw from {len(large):,} against {len(small):,}, each case"
    yield compared(name, mine, under, "us of CPU", limit=2.0)
    lists, cases = lists_of(LawBook.load()), _decided(sizes.small_rows * _MORE)
    few = cases[: sizes.small_rows]
    plan = Plan(strata=(Dimension.DISPOSAL,), size=10, minimum=1, k=5)
    frozen = [
        (
            cpu_here(lambda: freeze(few, plan, salt="salt", lists=lists)) * 1e6 / len(few),
            cpu_here(lambda: freeze(cases, plan, salt="salt", lists=lists)) * 1e6 / len(cases),
        )
        for _ in range(rounds)
    ]
    name = f"freezing {len(cases):,} against {len(few):,}, each case"
    yield compared(name, [one for _, one in frozen], [one for one, _ in frozen], "us of CPU", limit=1.25)


def _frame(rows: int) -> list[FrameEntry]:
    return [FrameEntry(entry_of(str(number), salt="salt"), _STRATA[number % len(_STRATA)]) for number in range(rows)]


def _draw(frame: list[FrameEntry]) -> object:
    return draw(frame, seed="seed", allocation=dict.fromkeys(_STRATA, 5))


def _decided(rows: int) -> list[DecidedCase]:
    """Return decided cases of some disposals, ages and groups."""
    first = _one()
    disposals = ("TRIAGE", "COMMUNITY_RESOLUTION", "OUTCOME_22", "YOUTH_CAUTION")
    return [
        replace(
            first,
            case_id=f"019e0000-0000-7000-8000-{number:012d}",
            decision={**first.decision, "disposal": disposals[number % len(disposals)]},
            facts={
                "child": {"dateOfBirth": f"{2009 + number % 6}-03-02", "careStatus": "NONE"},
                "offences": [{"id": "1", "offence": "theft_shop", "committedOn": "2026-05-01"}],
            },
        )
        for number in range(rows)
    ]


def _one() -> DecidedCase:
    offences = [{"id": "1", "offence": "theft_shop"}]
    matrix = {"edition": "illustrative-1", "status": "ILLUSTRATIVE"}
    gravity = {"score": 2, "leadOffence": "1", "matrix": matrix, "offences": offences}
    return DecidedCase(
        case_id="",
        area=AREA,
        status=CaseStatus.DECIDED,
        received_at=_DECIDED,
        decided_at=_DECIDED,
        decided_on=_DECIDED.date(),
        decision={"disposal": "TRIAGE", "outcomeCode": "20", "outcomeCodeWhen": "NOW", "agency": "POLICE", "level": 1},
        facts={},
        advice={"gravity": gravity, "scoreStatus": "ILLUSTRATIVE", "options": []},
        opinions=(),
        escalations=(),
        characteristics=(),
        engagement="FULL",
        pre_assessed_at=_DECIDED,
    )
