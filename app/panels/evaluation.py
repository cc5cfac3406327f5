"""What became of the decisions of an area, as a panel is shown it. Pure.

Counts below the smallest that is shown are left out, and so is whatever would give them away by subtraction.
"""

from collections.abc import Iterable
from typing import Final

from app.delivery.words import Result
from app.law.model import DisposalCode

SMALLEST_SHOWN: Final = 5
Counted = tuple[str, str | None, int]
Line = dict[str, object]


def shown(count: int) -> int | None:
    """Return a count, or None where it is too small to be shown; nought is shown."""
    return None if 0 < count < SMALLEST_SHOWN else count


def by_disposal(rows: Iterable[Counted]) -> tuple[Line, ...]:
    """Return for each disposal that was decided: how often, how it ended, and what is under way."""
    counts: dict[str, dict[str | None, int]] = {}
    for disposal, result, number in rows:
        counts.setdefault(disposal, {})[result] = number
    return tuple(_line(code, counts[code]) for code in DisposalCode if code in counts)


def _line(code: DisposalCode, found: dict[str | None, int]) -> Line:
    parts = {
        "completed": found.get(Result.COMPLETED, 0),
        "not_completed": found.get(Result.NOT_COMPLETED, 0),
        "under_way": found.get(None, 0),
    }
    told: dict[str, int | None] = {name: shown(count) for name, count in parts.items()}
    hidden = [name for name, count in told.items() if count is None]
    if len(hidden) == 1:
        # One missing part is the whole less the others: hide the smallest other part that is not nought too.
        others = [name for name in parts if name not in hidden and parts[name]]
        told |= dict.fromkeys([min(others, key=parts.__getitem__)] if others else [], None)
    whole = sum(parts.values())
    alone = len([count for count in parts.values() if count]) == 1 and bool(hidden)
    return {"disposal": code, "decided": None if alone else shown(whole), **told}
