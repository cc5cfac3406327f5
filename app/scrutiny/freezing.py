"""Builds a frame from decided cases. Pure.

Decides who is in the population, who is excluded and why, how each case is shown, its stratum, and how the sample is
shared. Everything that a draw rests on is settled here, before anybody knows the seed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.cases.states import BEFORE_DECISION, CaseStatus
from app.law.model import DisposalCode
from app.scrutiny import detection, picture, sampling
from app.scrutiny.allocation import allocate
from app.scrutiny.anonymity import NotReleasableError, QuasiIdentifiers, Shown, ladder_for, release
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import LADDER
from app.scrutiny.sampling import FrameEntry
from app.scrutiny.words import QUASI_OF, Dimension, Exclusion

ONE_STRATUM = "ALL"
CONFIDENCE = Fraction(95, 100)
FAULTY_SHARES = (Fraction(5, 100), Fraction(10, 100), Fraction(15, 100))


@dataclass(frozen=True)
class Plan:
    """What is to be frozen, as it was asked for. Empty `disposals` or `gravity` filter nothing."""

    strata: tuple[Dimension, ...]
    size: int
    minimum: int
    k: int
    disposals: frozenset[str] = frozenset()
    gravity: frozenset[int] = frozenset()


@dataclass(frozen=True)
class FrozenCase:
    """One case of a frame: its entry and stratum, and how it may be shown; None if the frame is smaller than k."""

    case: DecidedCase
    entry: FrameEntry
    shown: Shown | None


@dataclass(frozen=True)
class Frame:
    """A frame: its cases, how the sample is shared, and how many cases were left out for each reason and disposal.

    The cases stand in the order of their entries, which the secret salt makes: it tells nothing of them.
    """

    cases: tuple[FrozenCase, ...]
    allocation: Mapping[str, int]
    exclusions: Mapping[tuple[Exclusion, str], int]

    @property
    def entries(self) -> list[FrameEntry]:
        """Return the entries, in their own order."""
        return [one.entry for one in self.cases]

    @property
    def populations(self) -> dict[str, int]:
        """Return how many cases each stratum holds."""
        return sampling.populations_of(self.entries)


def freeze(decided: Sequence[DecidedCase], plan: Plan, *, salt: str, categories: Mapping[str, str]) -> Frame:
    """Return the frame of decided cases under a plan; `categories` says each offence's category.

    Raises AllocationImpossibleError when the minimum per stratum needs a larger sample.
    """
    population = [case for case in decided if _wanted(case, plan)]
    included = sorted(
        ((sampling.entry_of(case.case_id, salt=salt), case) for case in population if exclusion(case) is None),
        key=lambda entered: entered[0],
    )
    excluded = Counter((why, str(case.decision["disposal"])) for case in population if (why := exclusion(case)))
    shown = _shown([picture.quasi_identifiers(case, categories) for _, case in included], plan)
    cases = [
        FrozenCase(case, FrameEntry(entry, _stratum(case, how, plan)), how)
        for (entry, case), how in zip(included, shown, strict=True)
    ]
    held = sampling.populations_of(one.entry for one in cases)
    return Frame(tuple(cases), allocate(held, size=plan.size, minimum=plan.minimum), dict(sorted(excluded.items())))


def exclusion(case: DecidedCase) -> Exclusion | None:
    """Return why a decided case is left out, or None if it is in."""
    if case.status is CaseStatus.RESTRICTED:
        return Exclusion.RESTRICTED
    if case.status is CaseStatus.WITHDRAWN:
        return Exclusion.WITHDRAWN
    if case.status in BEFORE_DECISION:
        return Exclusion.REOPENED
    return Exclusion.CHARGED if case.decision["disposal"] == DisposalCode.CHARGE else None


def _wanted(case: DecidedCase, plan: Plan) -> bool:
    disposal, score = case.decision["disposal"], case.advice["gravity"]["score"]
    return (not plan.disposals or disposal in plan.disposals) and (not plan.gravity or score in plan.gravity)


def _shown(rows: Sequence[QuasiIdentifiers], plan: Plan) -> Sequence[Shown | None]:
    kept = {QUASI_OF[one] for one in plan.strata if one in QUASI_OF}
    try:
        return release(rows, k=plan.k, ladder=ladder_for(LADDER, population=rows, kept=kept))
    except NotReleasableError:
        return [None] * len(rows)


def _stratum(case: DecidedCase, shown: Shown | None, plan: Plan) -> str:
    seen = (shown or picture.withheld()).values
    return sampling.stratum_of(picture.stratum_values(case, seen, plan.strata)) or ONE_STRATUM


@dataclass(frozen=True)
class Detection:
    """The chance of finding at least one faulty case, if this share of the frame were faulty."""

    share: Fraction
    faulty: int
    probability: Fraction


def detections(population: int, size: int) -> list[Detection]:
    """Return what a sample of that size finds at 5, 10 and 15 per cent, as if drawn from the whole frame at once."""
    counts = [(share, detection.faulty_count(population, share)) for share in FAULTY_SHARES]
    return [
        Detection(share, faulty, detection.detection_probability(population, faulty, size)) for share, faulty in counts
    ]
