"""An attacker of statistics: gathers every sum that answers tell, exactly, and solves for what they withhold.

Linear programming over who could stand where: each unknown is a count, none below nought. What has one value alone, or
fewer than five, was told.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Place = Hashable


@dataclass
class Attacker:
    """What is known: places in which children can stand, and sums over some of them."""

    places: Sequence[Place]
    sums: list[tuple[tuple[int, ...], float]] = field(default_factory=list)

    def learn(self, holds: Callable[[Place], bool], total: float) -> None:
        """Learn how many stand in the places that a condition holds for."""
        self.sums.append((tuple(at for at, place in enumerate(self.places) if holds(place)), total))

    def bounds(self, holds: Callable[[Place], bool]) -> tuple[float, float]:
        """Return the smallest and the largest that a sum could be."""
        rows = {places: total for places, total in self.sums if places}
        at = [(row, place) for row, places in enumerate(rows) for place in places]
        matrix = csr_matrix(
            (np.ones(len(at)), ([row for row, _ in at], [place for _, place in at])), (len(rows), len(self.places))
        )
        aim = np.array([float(holds(place)) for place in self.places])
        ends = []
        for sign in (1, -1):
            found = linprog(sign * aim, A_eq=matrix, b_eq=list(rows.values()), bounds=(0, 999), method="highs")
            assert found.success, found.message
            ends.append(sign * found.fun)
        return ends[0], ends[1]

    def narrow(self, targets: Iterable[tuple[str, Callable[[Place], bool]]], *, room: float) -> list[str]:
        """Return the targets whose values lie closer together than they must."""
        found = []
        for name, holds in targets:
            low, high = self.bounds(holds)
            if high - low < room - 1e-6:
                found.append(f"{name}: {low:.2f} to {high:.2f}")
        return found
