"""How far two readers agree beyond chance: Cohen's kappa, plain and weighted. Pure."""

from collections.abc import Callable, Sequence


def kappa(table: Sequence[Sequence[float]], *, weighted: bool = False) -> float | None:
    """Return kappa of a square table of how often the first reader said the row and the second the column.

    Weighted, a difference of one step counts less than one of two (linear); the categories are then in their order.
    None for an empty table, or where chance alone explains everything.
    """
    size, total = len(table), sum(map(sum, table))
    if size < 2 or not total:  # noqa: PLR2004  (one category cannot be disagreed about)
        return None
    said = [sum(row) / total for row in table]
    heard = [sum(row[column] for row in table) / total for column in range(size)]
    cost = _linear(size) if weighted else _plain
    seen = sum(cost(i, j) * table[i][j] / total for i in range(size) for j in range(size))
    chance = sum(cost(i, j) * said[i] * heard[j] for i in range(size) for j in range(size))
    return 1 - seen / chance if chance else None


def _plain(one: int, other: int) -> float:
    return float(one != other)


def _linear(size: int) -> Callable[[int, int], float]:
    return lambda one, other: abs(one - other) / (size - 1)
