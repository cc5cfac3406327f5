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
from app.scrutiny import completeness, detection, figures, picture, sampling
from app.scrutiny.allocation import allocate
from app.scrutiny.anonymity import NotReleasableError, QuasiIdentifiers, Shown, ladder_for, release
from app.scrutiny.decided import DecidedCase
from app.scrutiny.groups import LADDER, Lists
from app.scrutiny.sampling import FrameEntry
from app.scrutiny.words import QUASI_OF, Dimension, Exclusion

ONE_STRATUM = "ALL"
LESS_THAN_APPROPRIATE = "PANEL_FOUND_LESS_THAN_APPROPRIATE"
CONFIDENCE = Fraction(95, 100)
FAULTY_SHARES = (Fraction(5, 100), Fraction(10, 100), Fraction(15, 100))


@dataclass(frozen=True)
class Plan:
    """What is to be frozen, as it was asked for. Empty `disposals` or `gravity` filter nothing.

    `single_agency` True takes in nothing but community resolutions that the police issued alone, False none of them.
    For a joint audit, `seen` are the ids of the cases that a panel drew, and `certain` those of them that it found less
    than appropriate: they are all drawn again, on top of the size; the other cases seen are left out.
    """

    strata: tuple[Dimension, ...]
    size: int
    minimum: int
    k: int
    disposals: frozenset[str] = frozenset()
    gravity: frozenset[int] = frozenset()
    single_agency: bool | None = None
    seen: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FrozenCase:
    """One case of a frame: its entry and stratum, and how it may be shown; None if the frame is smaller than k."""

    case: DecidedCase
    entry: FrameEntry
    shown: Shown | None


@dataclass(frozen=True)
class Frame:
    """A frame: its cases, how the sample is shared, and how many cases were left out for each reason and disposal.

    `population` counts all of each disposal, those left out among them. `figures` is None if the frame is smaller than
    k. The cases stand in the order of their entries, which the secret salt makes: it tells nothing of them.
    """

    cases: tuple[FrozenCase, ...]
    allocation: Mapping[str, int]
    exclusions: Mapping[tuple[Exclusion, str], int]
    population: Mapping[str, int]
    completeness: Sequence[completeness.Completeness]
    figures: figures.Figures | None

    @property
    def entries(self) -> list[FrameEntry]:
        """Return the entries, in their own order."""
        return [one.entry for one in self.cases]

    @property
    def populations(self) -> dict[str, int]:
        """Return how many cases each stratum holds."""
        return sampling.populations_of(self.entries)


def freeze(decided: Sequence[DecidedCase], plan: Plan, *, salt: str, lists: Lists) -> Frame:
    """Return the frame of decided cases under a plan.

    Raises AllocationImpossibleError when the minimum per stratum needs a larger sample.
    """
    population = [case for case in decided if _wanted(case, plan)]
    included = sorted(
        ((sampling.entry_of(case.case_id, salt=salt), case) for case in population if exclusion(case, plan) is None),
        key=lambda entered: entered[0],
    )
    excluded = Counter((why, str(case.decision["disposal"])) for case in population if (why := exclusion(case, plan)))
    rows = [picture.quasi_identifiers(case, lists) for _, case in included]
    shown = _shown(rows, plan)
    cases = [
        FrozenCase(case, FrameEntry(entry, _stratum(case, how, plan)), how)
        for (entry, case), how in zip(included, shown, strict=True)
    ]
    held = sampling.populations_of(one.entry for one in cases)
    members = [case for _, case in included]
    return Frame(
        cases=tuple(cases),
        allocation=_allocation(held, plan),
        exclusions=dict(sorted(excluded.items())),
        population=Counter(str(case.decision["disposal"]) for case in population),
        completeness=completeness.of_frame(members),
        figures=figures.figures_of(list(zip(members, rows, strict=True))) if len(members) >= plan.k else None,
    )


def included_of(decided: Sequence[DecidedCase], plan: Plan) -> dict[str, str]:
    """Return the cases that a plan would take in, each with its digest, by which a change shows."""
    return {case.case_id: case.digest for case in decided if _wanted(case, plan) and exclusion(case, plan) is None}


def _allocation(held: Mapping[str, int], plan: Plan) -> dict[str, int]:
    """Share the size between the strata; what a panel found less than appropriate is drawn whole, on top of it."""
    whole = {name: count for name, count in held.items() if name == LESS_THAN_APPROPRIATE}
    shared = allocate(
        {name: count for name, count in held.items() if name not in whole}, size=plan.size, minimum=plan.minimum
    )
    return dict(sorted((shared | whole).items()))


def exclusion(case: DecidedCase, plan: Plan) -> Exclusion | None:
    """Return why a decided case is left out of a plan, or None if it is in."""
    if case.status is CaseStatus.RESTRICTED:
        return Exclusion.RESTRICTED
    if case.status is CaseStatus.WITHDRAWN:
        return Exclusion.WITHDRAWN
    if case.status in BEFORE_DECISION:
        return Exclusion.REOPENED
    if case.decision["disposal"] == DisposalCode.CHARGE:
        return Exclusion.CHARGED
    return Exclusion.SEEN_BY_PANEL if case.case_id in plan.seen - plan.certain else None


def _wanted(case: DecidedCase, plan: Plan) -> bool:
    disposal, score = case.decision["disposal"], case.advice["gravity"]["score"]
    alone = plan.single_agency in {None, case.single_agency}
    return alone and (not plan.disposals or disposal in plan.disposals) and (not plan.gravity or score in plan.gravity)


def _shown(rows: Sequence[QuasiIdentifiers], plan: Plan) -> Sequence[Shown | None]:
    kept = {QUASI_OF[one] for one in plan.strata if one in QUASI_OF}
    try:
        return release(rows, k=plan.k, ladder=ladder_for(LADDER, population=rows, kept=kept))
    except NotReleasableError:
        return [None] * len(rows)


def _stratum(case: DecidedCase, shown: Shown | None, plan: Plan) -> str:
    if case.case_id in plan.certain:
        return LESS_THAN_APPROPRIATE
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
