"""How many children of which group live in an area, as published. Decides nothing; reads `populations.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.law.yamlfile import read


@dataclass(frozen=True)
class Population:
    """The children of 10 to 17 of an area: how many, and what per cent of them each ethnic group is."""

    area: str
    children: int
    grouping: str
    percent: Mapping[str, int]
    source: str
    says: str

    def of(self, group: str) -> float:
        """Return about how many children of a group there are."""
        return self.children * self.percent[group] / sum(self.percent.values())


@cache
def populations() -> Mapping[str, Population]:
    """Return the population of each area for which one is held."""
    rows = read(files("app.statistics").joinpath("populations.yaml").read_text(encoding="utf-8"))
    return {row["area"]: Population(**row) for row in rows}
