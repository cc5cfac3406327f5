"""What the management figures count, as data that somebody can look up. Decides nothing of a case."""

from functools import cache
from pathlib import Path

from pydantic import StrictInt

from app.law import yamlfile
from app.law.base import Certainty, DisposalCode, Frozen, RuleId, Text, Word

FILE = Path(__file__).parent / "definitions.yaml"


class Definition(Frozen):
    """What a figure counts, by which rule, and how sure that is."""

    rule: RuleId
    certainty: Certainty
    says: Text


class Category(Frozen):
    """A category of the out-of-court indicator; they stand in the file from the least serious to the most."""

    category: Word
    label: Text
    disposals: tuple[DisposalCode, ...]


class KpiDefinition(Definition):
    """The out-of-court indicator: its categories and the ages that count."""

    ages: tuple[StrictInt, StrictInt]
    categories: tuple[Category, ...]

    def category_of(self, disposal: str) -> str | None:
        """Return the category of a disposal, or None where the indicator does not count it."""
        return next((one.category for one in self.categories if disposal in one.disposals), None)

    def rank(self, category: str) -> int:
        """Return how serious a category is beside the others."""
        return [one.category for one in self.categories].index(category)


class ViolenceDefinition(Definition):
    """Serious violence: from which score on."""

    minimum_score: StrictInt


class Definitions(Frozen):
    """All of them."""

    kpi: KpiDefinition
    first_time_entrants: Definition
    serious_violence: ViolenceDefinition
    volumes: Definition
    agreement: Definition
    pace: Definition


@cache
def definitions() -> Definitions:
    """Return the definitions that the service ships; broken ones raise."""
    return Definitions.model_validate(yamlfile.read(FILE.read_text(encoding="utf-8")))
