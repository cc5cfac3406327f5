"""How much is known of the characteristics of a frame's cases, and of one case. Pure.

Counts answers, never what was answered: how often each question was asked and met with a statement, so that a panel
knows on how much it judges. What is missing tells something too, so each way of missing is counted apart; and what an
officer observed is counted beside what the child said, never with it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.cases.schemas import CharacteristicStatus
from app.scrutiny import picture
from app.scrutiny.anonymity import WITHHELD
from app.scrutiny.decided import DecidedCase, Json
from app.scrutiny.words import CHARACTERISTICS

OFFICER_DEFINED = "ETHNICITY_OFFICER_DEFINED"
_STATED = CharacteristicStatus.STATED
STATUSES = tuple(status.value for status in CharacteristicStatus)


@dataclass(frozen=True)
class Completeness:
    """Of one characteristic, of how many cases it was stated, and how many have each status."""

    characteristic: str
    known: int
    of: int
    statuses: dict[str, int]


def of_frame(cases: Sequence[DecidedCase]) -> list[Completeness]:
    """Return the completeness of every characteristic over the cases of a frame, as first recorded for each."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in CHARACTERISTICS}
    for case in cases:
        for name in CHARACTERISTICS:
            counted[name][picture.status_of(case, name)] += 1
    observed = sum(picture.observed(case) for case in cases)
    officers = Counter({_STATED.value: observed, CharacteristicStatus.UNKNOWN.value: len(cases) - observed})
    return [_row(name, found, len(cases)) for name, found in (*counted.items(), (OFFICER_DEFINED, officers))]


def _row(name: str, found: Counter[str], of: int) -> Completeness:
    return Completeness(name, found[_STATED], of, {status: found[status] for status in STATUSES})


def of_item(characteristics: Sequence[Json]) -> dict[str, int]:
    """Return of how many characteristics an item tells a statement, withholds what there is, and knows nothing."""
    first = {row["characteristic"]: row["status"] for row in reversed(characteristics)}
    known = sum(status == _STATED for status in first.values())
    withheld = sum(status == WITHHELD for status in first.values())
    return {"known": known, "withheld": withheld, "notKnown": len(first) - known - withheld}
