"""From decisions to the tables of each statistic. Pure.

A table counts; a reading says what of it is a rate: which columns make the numerator, which the denominator, which row
is the reference and which holds those of whom the group is not known. Nothing is withheld here (`suppression`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import itemgetter

from app.statistics.decision import Decision
from app.statistics.figures import FIELDS
from app.statistics.strata import Stratum
from app.statistics.suppression import Cell, Counts
from app.statistics.words import REFERENCES, STAGE_SAYS, UNKNOWN, By, Outcome, Stage, Statistic, Unit

ALL = "ALL"
_FORMALITY = tuple(Outcome)
YES, NO = "YES", "NO"


@dataclass(frozen=True)
class Reading:
    """How a table is read as rates. `across` reads the columns of its one row as parts of the whole.

    `coarse` computes the rates from rounded counts: of a table whose totals other answers tell exactly.
    """

    name: str
    says: str
    unit: Unit
    of: tuple[str, ...]
    part: tuple[str, ...]
    by: str | None = None
    reference: str | None = None
    across: bool = False
    favourable: bool = False
    coarse: bool = False


@dataclass(frozen=True)
class Tabled:
    """A table with its readings."""

    counts: Counts
    readings: tuple[Reading, ...]


class Decided(list[Decision]):
    """Decisions, and the children that they are about, who are found once for all tables."""

    @cached_property
    def children(self) -> list[Decision]:
        """Return of each child the decision that counts."""
        return children(self)


def tables_of(statistic: Statistic, decisions: Sequence[Decision]) -> dict[str, Tabled]:
    """Return the tables of a statistic, by name."""
    return _BUILDERS[statistic](decisions if isinstance(decisions, Decided) else Decided(decisions))


def family_of(statistic: Statistic, decisions: Sequence[Decision]) -> dict[str, Counts]:
    """Return the counts of a statistic, with those of every other that counts the same children.

    What one of them withholds of a line of totals the others must not tell.
    """
    decided = decisions if isinstance(decisions, Decided) else Decided(decisions)
    kin = _CHILDREN if statistic in _CHILDREN else (statistic,)
    return {name: one.counts for kind in kin for name, one in tables_of(kind, decided).items()}


_CHILDREN = (Statistic.DISPROPORTIONALITY, Statistic.ENGAGEMENT, Statistic.VOLUMES)


def part_of(name: str) -> tuple[str, str]:
    """Return the table, and the line of it, that a table is a part of; where that is withheld, so is the part."""
    outcome = name.removeprefix(_DISPOSAL)
    return (FORCES, name) if outcome == name else (_OUTCOME, outcome)


_DISPOSAL, _OUTCOME = "DISPOSAL_", "OUTCOME"


def children(decisions: Iterable[Decision]) -> list[Decision]:
    """Return of each child the most formal decision, the latest of several alike."""
    found: dict[str, Decision] = {}
    for one in decisions:
        other = found.setdefault(one.child, one)
        if other is not one and _weight(other) <= _weight(one):
            found[one.child] = one
    return list(found.values())


def _weight(one: Decision) -> tuple[int, date]:
    return _FORMALITY.index(one.outcome), one.day


def _count(pairs: Iterable[Cell], rows: Sequence[str], columns: Sequence[str]) -> Counts:
    return _counts(Counter(pairs), rows, columns)


def _counts(counted: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> Counts:
    more = sorted({row for row, _ in counted} - set(rows))
    return Counts((*rows, *more), tuple(columns), dict(counted))


# ── disproportionality ───────────────────────────────────────────────────────

_GROUPS: dict[By, tuple[str, ...]] = {
    By.ETHNICITY: ("ASIAN", "BLACK", "MIXED", "OTHER", "WHITE", UNKNOWN),
    By.SEX: ("FEMALE", "MALE", UNKNOWN),
    By.AGE_BAND: ("10-13", "14-15", "16-17", UNKNOWN),
    By.CARED_FOR: ("CARED_FOR", "NOT_CARED_FOR", UNKNOWN),
    By.SEND: (YES, NO, UNKNOWN),
    By.NEURODIVERSITY: (YES, NO, UNKNOWN),
    By.SPEECH_LANGUAGE_COMMUNICATION: (YES, NO, UNKNOWN),
}
_STAGES: dict[Stage, tuple[tuple[Outcome, ...], tuple[Outcome, ...], bool]] = {
    Stage.OUT_OF_COURT: ((Outcome.NO_CAUTION, Outcome.CAUTION), tuple(Outcome), True),
    Stage.DIVERTED: ((Outcome.NO_CAUTION,), (Outcome.NO_CAUTION, Outcome.CAUTION), True),
    Stage.CAUTIONED: ((Outcome.CAUTION,), (Outcome.NO_CAUTION, Outcome.CAUTION), False),
}


def _disproportionality(decisions: Decided) -> dict[str, Tabled]:
    """Count children who are alike in everything together, and then each characteristic of so many at once."""
    alike = Counter((_of_child(one.groups), one.outcome) for one in decisions.children)
    return {by.value: _by_group(by, place, alike) for place, by in enumerate(By)}


_of_child: Callable[[Mapping[By, str]], tuple[str, ...]] = itemgetter(*By)
"""Returns all groups that a child is in, in the order of `By`."""


def _by_group(by: By, place: int, alike: Mapping[tuple[tuple[str, ...], Outcome], int]) -> Tabled:
    cells: Counter[Cell] = Counter()
    for (groups, outcome), how_many in alike.items():
        cells[groups[place], outcome.value] += how_many
    counts = _counts(cells, _GROUPS[by], [one.value for one in Outcome])
    readings = tuple(
        Reading(
            name=stage.value,
            says=STAGE_SAYS[stage],
            unit=Unit.CHILDREN,
            of=tuple(one.value for one in of),
            part=tuple(one.value for one in part),
            by=by.value,
            reference=REFERENCES[by],
            favourable=favourable,
        )
        for stage, (part, of, favourable) in _STAGES.items()
    )
    return Tabled(counts, readings)


# ── engagement ───────────────────────────────────────────────────────────────

ENGAGED, NOT_ENGAGED = "FULL", "PARTIAL_OR_NONE"
_ENGAGEMENT = {"FULL": ENGAGED, "PARTIAL": NOT_ENGAGED, "NONE": NOT_ENGAGED}


def engagement_of(decision: Decision) -> str:
    """Return whether a child engaged with the assessment in full, in part or not at all, or was not offered it."""
    return _ENGAGEMENT.get(decision.engagement, decision.engagement)


def strata_of(decisions: Decided) -> list[Stratum]:
    """Return the 2x2 tables of engagement and diversion within gravity score and earlier disposals.

    Only children dealt with out of court whose stratum is known: what is not known cannot be held equal.
    """
    counted: defaultdict[str, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for one in decisions.children:
        if one.outcome is not Outcome.CHARGE and UNKNOWN not in one.stratum:
            counted[one.stratum][engagement_of(one), one.outcome is Outcome.NO_CAUTION] += 1
    return [
        Stratum(cells[ENGAGED, True], cells[ENGAGED, False], cells[NOT_ENGAGED, True], cells[NOT_ENGAGED, False])
        for _, cells in sorted(counted.items())
    ]


def _engagement(decisions: Decided) -> dict[str, Tabled]:
    counted = decisions.children
    rows = (ENGAGED, NOT_ENGAGED, "NOT_OFFERED", UNKNOWN)
    counts = _count([(engagement_of(one), one.outcome.value) for one in counted], rows, [one.value for one in Outcome])
    stages = (Stage.OUT_OF_COURT, Stage.DIVERTED)
    readings = tuple(
        Reading(
            name=stage.value,
            says=STAGE_SAYS[stage],
            unit=Unit.CHILDREN,
            of=tuple(one.value for one in _STAGES[stage][1]),
            part=tuple(one.value for one in _STAGES[stage][0]),
            by="ENGAGEMENT",
            reference=ENGAGED,
            favourable=True,
        )
        for stage in stages
    )
    return {"ENGAGEMENT": Tabled(counts, readings)}


# ── timeliness, completeness, departures, volumes ────────────────────────────


def _yes_or_no(pairs: Iterable[tuple[str, bool]], rows: Sequence[str], reading: Callable[[], Reading]) -> Tabled:
    return Tabled(_count([(row, YES if kept else NO) for row, kept in pairs], rows, (YES, NO)), (reading(),))


def _timeliness(decisions: Decided) -> dict[str, Tabled]:
    kept = Reading(
        name="KEPT",
        says="Clocks kept, of those that ran: the assessment, the notification, the knife referral, the time limits.",
        unit=Unit.DECISIONS,
        of=(YES, NO),
        part=(YES,),
        by="CLOCK",
        favourable=True,
    )
    days = Reading(
        name="DAYS_TO_DECISION",
        says="Decisions by the days from the receipt of the referral.",
        unit=Unit.DECISIONS,
        of=_DAYS,
        part=(),
        across=True,
    )
    pairs = [(clock, met) for one in decisions for clock, met in one.clocks.items()]
    spans = _count([(ALL, _span(one.days_to_decision)) for one in decisions], (ALL,), _DAYS)
    return {
        "CLOCKS": _yes_or_no(pairs, ("ASSESSMENT", "NOTIFICATION"), lambda: kept),
        "DAYS_TO_DECISION": Tabled(spans, (days,)),
    }


_DAYS = ("0-7", "8-14", "15-21", "22-28", "29-42", "43+")
_LAST_DAYS = (7, 14, 21, 28, 42)


def _span(days: int) -> str:
    return next((name for name, last in zip(_DAYS, _LAST_DAYS, strict=False) if days <= last), _DAYS[-1])


_DIRECTIONS = ("AS_ADVISED", "LESS_RESTRICTIVE", "MORE_RESTRICTIVE", "OTHER")


def _departures(decisions: Decided) -> dict[str, Tabled]:
    told = [one for one in decisions if one.direction]
    found = {"BY_ETHNICITY": _directions(told, By.ETHNICITY), "BY_SEX": _directions(told, By.SEX)}
    advised = Reading(
        name="ADVISED",
        says="Decisions by whether they follow what the advice indicated, of those on which it indicated a disposal.",
        unit=Unit.DECISIONS,
        of=_DIRECTIONS,
        part=(),
        across=True,
    )
    whole = _count([(ALL, one.direction) for one in told], (ALL,), _DIRECTIONS)
    reasons = sorted({reason for one in decisions for reason in one.reasons})
    because = Reading(
        name="REASONS",
        says="Decisions in which an opinion departed from advice or score for this reason, of all decisions.",
        unit=Unit.DECISIONS,
        of=(YES, NO),
        part=(YES,),
        by="REASON",
    )
    pairs = [(reason, reason in one.reasons) for one in decisions for reason in reasons]
    return {"ADVISED": Tabled(whole, (advised,))} | found | {"REASONS": _yes_or_no(pairs, reasons, lambda: because)}


def _directions(told: Sequence[Decision], by: By) -> Tabled:
    counts = _count([(one.groups[by], one.direction) for one in told], _GROUPS[by], _DIRECTIONS)
    says = {
        "MORE_RESTRICTIVE": "Decisions more restrictive than anything the advice indicated.",
        "LESS_RESTRICTIVE": "Decisions less restrictive than anything the advice indicated.",
    }
    readings = tuple(
        Reading(name, text, Unit.DECISIONS, _DIRECTIONS, (name,), by=by.value, reference=REFERENCES[by])
        for name, text in says.items()
    )
    return Tabled(counts, readings)


FORCES = "FORCES"
"""The table of how many decisions each force referred: a force withheld here is withheld in its own table."""


def _completeness(decisions: Decided) -> dict[str, Tabled]:
    forces = sorted({one.force for one in decisions})
    whole = Tabled(_count([(one.force, ALL) for one in decisions], forces, (ALL,)), ())
    return {FORCES: whole} | {
        force: _fields([one for one in decisions if one.force == force], force) for force in forces
    }


def _fields(decisions: Sequence[Decision], force: str) -> Tabled:
    reading = Reading(
        name=f"ANSWERED_{force.upper()}",
        says="Fields that somebody answered, of the decisions about referrals of this force.",
        unit=Unit.REFERRALS,
        of=(YES, NO),
        part=(YES,),
        by="FIELD",
        favourable=True,
    )
    pairs = [(field, field in one.answered) for one in decisions for field in FIELDS]
    return _yes_or_no(pairs, FIELDS, lambda: reading)


_MEANS = {
    Outcome.NO_CAUTION: "Children diverted without a caution, by disposal.",
    Outcome.CAUTION: "Children cautioned, by disposal.",
}


def _volumes(decisions: Decided) -> dict[str, Tabled]:
    counted = decisions.children
    outcomes = [one.outcome.value for one in counted]
    found = {_OUTCOME: _across(_OUTCOME, "Children by how formally they were dealt with.", outcomes, tuple(Outcome))}
    for outcome, says in _MEANS.items():
        disposals = [one.disposal for one in counted if one.outcome is outcome]
        found[_DISPOSAL + outcome] = _across(_DISPOSAL + outcome, says, disposals)
    by_quarter = _across(
        "QUARTER", "Decisions by quarter.", [one.quarter for one in decisions], unit=Unit.DECISIONS, coarse=True
    )
    levels = [str(one.level) for one in decisions]
    by_level = _across("LEVEL", "Decisions by the level at which they were made.", levels, unit=Unit.DECISIONS)
    return found | {"QUARTER": by_quarter, "LEVEL": by_level}


def _across(
    name: str,
    says: str,
    values: Sequence[str],
    columns: Sequence[str] = (),
    *,
    unit: Unit = Unit.CHILDREN,
    coarse: bool = False,
) -> Tabled:
    named = tuple(str(one) for one in columns) or tuple(sorted(set(values)))
    counts = _count([(ALL, value) for value in values], (ALL,), named)
    return Tabled(counts, (Reading(name, says, unit, named, (), across=True, coarse=coarse),))


_BUILDERS: Mapping[Statistic, Callable[[Decided], dict[str, Tabled]]] = {
    Statistic.DISPROPORTIONALITY: _disproportionality,
    Statistic.ENGAGEMENT: _engagement,
    Statistic.TIMELINESS: _timeliness,
    Statistic.DEPARTURES: _departures,
    Statistic.COMPLETENESS: _completeness,
    Statistic.VOLUMES: _volumes,
}
