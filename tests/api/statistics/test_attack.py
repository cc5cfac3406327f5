"""An attacker who asks for groupings, stages and overlapping periods over HTTP, and puts all the answers together."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from app.statistics.suppression import BASE, ROOM
from tests.api.statistics.conftest import Ask, the_cases
from tests.attacker import Attacker, Place

ISLINGTON = "E09000019"
GROUPS = {"A1": "ASIAN", "B1": "BLACK", "M1": "MIXED", "O9": "OTHER", "W1": "WHITE"}
NO_CAUTION, CAUTION = "NO_CAUTION", "CAUTION"
STAGES = {
    "OUT_OF_COURT": ({NO_CAUTION, CAUTION}, {NO_CAUTION, CAUTION}),
    "DIVERTED": ({NO_CAUTION}, {NO_CAUTION, CAUTION}),
    "CAUTIONED": ({CAUTION}, {NO_CAUTION, CAUTION}),
}
Child = tuple[int, str, str, str, str]
"""Month since January 2025, ethnic group, sex, engagement, outcome."""


def the_children() -> list[Child]:
    """Return the children of Islington as they were invented."""
    return [_child(case) for case in the_cases() if case.area == ISLINGTON]


def _child(case: Any) -> Child:
    told = {row["characteristic"]: row["value"] for row in case.characteristics}
    month = 12 * (case.decided_on.year - 2025) + case.decided_on.month - 1
    outcome = CAUTION if case.decision["disposal"] == "YOUTH_CAUTION" else NO_CAUTION
    engaged = "FULL" if case.engagement == "FULL" else "PARTIAL_OR_NONE"
    return month, GROUPS.get(told.get("ETHNICITY", ""), "UNKNOWN"), told["SEX"], engaged, outcome


PLACES = list(
    product(
        range(24),
        (*GROUPS.values(), "UNKNOWN"),
        ("FEMALE", "MALE"),
        ("FULL", "PARTIAL_OR_NONE"),
        (NO_CAUTION, CAUTION),
    )
)
AT = {"ETHNICITY": 1, "SEX": 2, "ENGAGEMENT": 3}
Months = tuple[int, int]
QUESTIONS: list[list[tuple[str, Months]]] = [
    [("disproportionality", (0, 11)), ("engagement", (0, 12)), ("disproportionality", (0, 12))],
    [("volumes", (3, 20)), ("disproportionality", (0, 23)), ("engagement", (3, 20)), ("disproportionality", (3, 20))],
    [("disproportionality", (6, 11)), ("disproportionality", (0, 23)), ("disproportionality", (0, 11))],
]


def holding(months: Months, at: int, groups: Iterable[str], outcomes: Iterable[str]) -> Callable[[Place], bool]:
    """Return whether a place is of these months, groups and outcomes."""
    kept, ends = set(groups), set(outcomes)

    def holds(place: Any) -> bool:
        return bool(months[0] <= place[0] <= months[1] and place[at] in kept and place[4] in ends)

    return holds


@pytest.mark.parametrize("asked", QUESTIONS, ids=["one month more", "around and within", "parts and whole"])
async def test_no_small_count_follows_from_all_the_answers(ask: Ask, asked: list[tuple[str, Months]]) -> None:
    """Each small count of each period told keeps five possible values, whatever grouping tells of it."""
    children, attacker, told = the_children(), Attacker(PLACES), set()
    client = f"attacker of {asked}"
    for statistic, months in asked:
        answer = await ask(statistic, client=client, **days(months))
        if answer.status_code == 200:
            told.add(months)
            for holds in sums(answer.json(), months):
                attacker.learn(holds, sum(map(holds, children)))

    small = [
        (f"{months} {group} {outcome}", holds)
        for months in sorted(told)
        for at in AT.values()
        for group, outcome in product({place[at] for place in PLACES}, (NO_CAUTION, CAUTION))
        for holds in [holding(months, at, {group}, {outcome})]
        if 0 < sum(map(holds, children)) < BASE
    ]
    assert small, "nothing here is small: the attack shows nothing"
    assert attacker.narrow(small, room=ROOM) == []


def days(months: Months) -> dict[str, str]:
    """Return a question for whole months."""
    first, after = (date(2025 + month // 12, month % 12 + 1, 1) for month in (months[0], months[1] + 1))
    return {"from": first.isoformat(), "to": date.fromordinal(after.toordinal() - 1).isoformat()}


def sums(answer: dict[str, Any], months: Months) -> Iterator[Callable[[Place], bool]]:
    """Give every sum that an answer tells: of each rate told, its part and its whole; and the whole of everybody."""
    every = {NO_CAUTION, CAUTION}
    yield holding(months, 1, [*GROUPS.values(), "UNKNOWN"], every)
    for reading in answer["readings"]:
        for rate in reading["rates"]:
            if not rate["withheld"]:
                yield from _told(reading, rate["group"], months)
        if reading["unknown"] and reading["unknown"]["numerator"] is not None and reading["by"] in AT:
            yield from _told(reading, "UNKNOWN", months)


def _told(reading: dict[str, Any], group: str, months: Months) -> Iterator[Callable[[Place], bool]]:
    every = {NO_CAUTION, CAUTION}
    if reading["name"] == "DEALT_WITH":
        yield holding(months, AT["ETHNICITY"], {group}, every)
    elif reading["name"] in STAGES and reading["by"] in AT:
        part, whole = STAGES[reading["name"]]
        yield holding(months, AT[reading["by"]], {group}, part)
        yield holding(months, AT[reading["by"]], {group}, whole)
    elif reading["name"] == "OUTCOME" and group in every:
        yield holding(months, 1, [*GROUPS.values(), "UNKNOWN"], {group})
