"""Which facts are still missing, and which disposals an answer could change.

Decides, for each fact that is not settled, where its answer matters: it holds an open disposal open, or some answer to
it changes a standing or a fit. Agreement is no open question: the child is asked at the offer. A fact counts as not
settled also where it is known and defective, such as an admission taken with no appropriate adult.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

from app.law.model import Direction, DisposalCode
from app.rules.case import Case, case_of, rescored
from app.rules.evaluate import Concerned, Evaluated, Shared, evaluate_again
from app.rules.facts import (
    UNKNOWN,
    AppropriateAdult,
    CareStatus,
    CaseFacts,
    Circumstance,
    Completion,
    Evidence,
    LegalAdvice,
    OffenceFacts,
    OfficerScore,
    PastDisposal,
    PastKind,
    ResponseKind,
    ResponseTo,
    Section45,
    Unknown,
    YesNo,
)
from app.rules.findings import Answer, Effect, Finding, OpenQuestion, Standing
from app.rules.fit import gravity
from app.rules.matter import Matter


@dataclass(frozen=True)
class Unsettled:
    """A fact that is not settled: its JSON pointer, and the case as each possible answer would make it.

    `index` is that of its offence, None for a fact of the case. A fact that moves a score moves what the score points
    to; a fact that moves a date is looked at afresh.
    """

    pointer: str
    index: int | None
    answered: Iterable[CaseFacts]

    @cached_property
    def moves_the_score(self) -> bool:
        """Whether an answer can change the score that the case goes by."""
        return self.pointer.endswith(("Factors", "/officerScore"))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """What a requirement reads that its answer can touch: its pointer, those of what holds it, or the score."""
        names = self.pointer.split("/")
        held = ["/".join(names[:count]) for count in range(len(names), 1, -1)]
        return (*held, _WHAT_THE_SCORE_POINTS_TO) if self.moves_the_score else tuple(held)


class Reader(NamedTuple):
    """A requirement that read a fact: of which disposal and offence, at which place of what was asked, and its answer.

    `number` is the offence's index, `offence` its id.
    """

    evaluated: Evaluated
    number: int
    offence: str
    place: int
    finding: Finding

    @property
    def disposal(self) -> DisposalCode:
        """The disposal of which it was asked."""
        return self.evaluated.disposal.code

    def is_touched(self, fact: Unsettled) -> bool:
        """Whether an answer to a fact that it read can change its own; of another offence only a score can."""
        return fact.index is None or fact.index == self.number or fact.moves_the_score

    @property
    def holds_open(self) -> bool:
        """Whether the disposal is open and this is among what keeps it so."""
        return self.finding.holds_open and self.evaluated.standing is Standing.OPEN

    @property
    def leaves_fit_unknown(self) -> bool:
        """Whether it leaves a rule of fit unanswered, perhaps together with another."""
        finding, standing = self.finding, self.evaluated.standing
        unanswered = finding.answer is Answer.UNKNOWN and finding.effect in _OF_FIT
        return unanswered and standing is not Standing.EXCLUDED


Readers = Mapping[str, Sequence[Reader]]
"""Who read what, by JSON pointer."""
_WHAT_THE_SCORE_POINTS_TO = "the score"


def open_questions(case: Case, evaluated: tuple[Evaluated, ...]) -> tuple[OpenQuestion, ...]:
    """The facts whose answer could change something; those that could change a standing first."""
    unsettled = tuple(_unsettled(case))
    if not unsettled:
        return ()
    readers = _readers(evaluated, {place for fact in unsettled for place in fact.places})
    asked = (_question(case, evaluated, readers, fact) for fact in unsettled)
    questions = [question for question in asked if question.could_change]
    return tuple(sorted(questions, key=lambda question: not question.changes_standing))


def _readers(evaluated: tuple[Evaluated, ...], places: AbstractSet[str]) -> Readers:
    """Who read these places, of all that was asked about every disposal."""
    found: dict[str, list[Reader]] = {}
    for one in evaluated:
        for number, (offence, pairs) in enumerate(one.asked.items()):
            for place, (asked, finding) in enumerate(pairs):
                read = () if places.isdisjoint(finding.read) else tuple(finding.read.keys() & places)
                if asked is gravity and _WHAT_THE_SCORE_POINTS_TO in places:
                    read = (*read, _WHAT_THE_SCORE_POINTS_TO)
                for pointer in read:
                    found.setdefault(pointer, []).append(Reader(one, number, offence, place, finding))
    return found


def _question(case: Case, evaluated: tuple[Evaluated, ...], readers: Readers, fact: Unsettled) -> OpenQuestion:
    touched = _touched(fact, readers)
    said = [reader for reader in readers.get(fact.pointer, ()) if reader.disposal in touched]
    standing = {reader.disposal for reader in said if reader.holds_open}
    fit = {reader.disposal for reader in said if reader.leaves_fit_unknown}
    for facts in fact.answered:
        left = [one for one in touched.values() if not standing or one[0].disposal.code not in standing | fit]
        if not left:
            break
        matters = _matters_again(case, fact, facts)
        shared: dict[str, Shared] = {matter.offence.id: {} for matter in matters}
        for one, concerned in left:
            again = evaluate_again(one, matters, concerned, shared)
            if (again.standing, again.authority) != (one.standing, one.authority):
                standing.add(one.disposal.code)
            if again.fit != one.fit:
                fit.add(one.disposal.code)
    could_change = tuple(one.disposal.code for one in evaluated if one.disposal.code in standing | fit)
    return OpenQuestion(fact.pointer, could_change, changes_standing=bool(standing))


def _touched(fact: Unsettled, readers: Readers) -> Mapping[DisposalCode, tuple[Evaluated, Concerned]]:
    """The disposals that an answer can touch, with the requirements asked of each offence that it can."""
    found: dict[DisposalCode, tuple[Evaluated, dict[str, set[int]]]] = {}
    for place in fact.places:
        for reader in readers.get(place, ()):
            if reader.is_touched(fact):
                _, concerned = found.setdefault(reader.disposal, (reader.evaluated, {}))
                concerned.setdefault(reader.offence, set()).add(reader.place)
    return found


_OF_FIT = frozenset({Effect.INDICATES, Effect.DISCOURAGES})


def _matters_again(case: Case, fact: Unsettled, facts: CaseFacts) -> tuple[Matter, ...]:
    """The offences that an answer can change, with the answer in them."""
    if fact.index is not None and fact.moves_the_score:
        return rescored(case, facts, fact.index)
    if fact.pointer.endswith("/committedOn"):
        return case_of(facts, case.law, case.protocol, case.matrix).matters
    matters = case.matters if fact.index is None else (case.matters[fact.index],)
    return tuple(replace(matter, facts=facts) for matter in matters)


# ── the facts that can be unsettled, and their possible answers ──────────────


def _unsettled(case: Case) -> Iterator[Unsettled]:
    facts = case.facts
    for index, offence in enumerate(facts.offences):
        for place, answers in _of_offence(case, index, offence):
            yield Unsettled(f"/offences/{index}{place}", index, map(partial(_with_offence, facts, index), answers))
    for pointer, answered in _of_case(facts):
        yield Unsettled(pointer, None, answered)


def _with_offence(facts: CaseFacts, index: int, offence: OffenceFacts) -> CaseFacts:
    return replace(facts, offences=(*facts.offences[:index], offence, *facts.offences[index + 1 :]))


_OF_RESPONSE: Final[tuple[tuple[str, str, frozenset[str], tuple[Any, ...]], ...]] = (
    (
        "/response/kind",
        "kind",
        frozenset({ResponseKind.UNKNOWN, ResponseKind.NOT_ASKED}),
        (ResponseKind.ADMITTED, ResponseKind.ACCEPTS_RESPONSIBILITY, ResponseKind.DENIED, ResponseKind.NO_COMMENT),
    ),
    (
        "/response/to",
        "to",
        frozenset({ResponseTo.UNKNOWN}),
        (ResponseTo.CONSTABLE, ResponseTo.AUTHORISED_PERSON, ResponseTo.OTHER),
    ),
    (
        "/response/appropriateAdult",
        "appropriate_adult",
        frozenset({AppropriateAdult.UNKNOWN, AppropriateAdult.ABSENT}),
        (AppropriateAdult.PRESENT,),
    ),
    (
        "/response/legalAdvice",
        "legal_advice",
        frozenset({LegalAdvice.UNKNOWN, LegalAdvice.NOT_OFFERED}),
        (LegalAdvice.TAKEN, LegalAdvice.DECLINED),
    ),
    ("/response/understood", "understood", frozenset({YesNo.UNKNOWN}), (YesNo.YES, YesNo.NO)),
)
_EVIDENCE = (
    Evidence.FULL_CODE_TEST_MET,
    Evidence.SUFFICIENT_TO_CHARGE,
    Evidence.SHOWS_OFFENCE,
    Evidence.INSUFFICIENT,
)
_TELLING_PAIRS = (
    (Circumstance.DOMESTIC_ABUSE, Circumstance.INTIMATE_PARTNER),
    (Circumstance.KNIFE, Circumstance.SIMPLE_POSSESSION),
    (Circumstance.KNIFE, Circumstance.REPEAT_KNIFE),
    (Circumstance.KNIFE, Circumstance.WEAPON_USED_OR_THREATENED),
)
"""The pairs of circumstances that some requirement reads together; every other reads one at a time."""
_CIRCUMSTANCES: Final = ((), *((one,) for one in Circumstance), *_TELLING_PAIRS)


def _of_offence(case: Case, index: int, offence: OffenceFacts) -> Iterator[tuple[str, Iterable[OffenceFacts]]]:
    if offence.evidence in {Evidence.UNKNOWN, Evidence.NOT_ASSESSED}:
        yield "/evidence", (replace(offence, evidence=evidence) for evidence in _EVIDENCE)
    for place, name, unsettled, answers in _OF_RESPONSE:
        if getattr(offence.response, name) in unsettled:
            yield place, [replace(offence, response=replace(offence.response, **{name: answer})) for answer in answers]
    if isinstance(offence.circumstances, Unknown):
        yield "/circumstances", (replace(offence, circumstances=flags) for flags in _CIRCUMSTANCES)
    yield from _of_score(case, index, offence)
    yield from _of_dates(case, offence)


def _of_score(case: Case, index: int, offence: OffenceFacts) -> Iterator[tuple[str, Iterable[OffenceFacts]]]:
    if isinstance(offence.aggravating, Unknown):
        answers = ((), *_one_factor(case, Direction.UP))
        yield "/aggravatingFactors", (replace(offence, aggravating=factors) for factors in answers)
    if isinstance(offence.mitigating, Unknown):
        answers = ((), *_one_factor(case, Direction.DOWN))
        yield "/mitigatingFactors", (replace(offence, mitigating=factors) for factors in answers)
    if case.gravity.offences[index].score is None:
        scale = range(case.matrix.scale_min, case.matrix.scale_max + 1)
        yield "/officerScore", (replace(offence, officer_score=OfficerScore(score, score)) for score in scale)


def _one_factor(case: Case, direction: Direction) -> tuple[tuple[str, ...], ...]:
    """One factor of that direction, if the edition has any: factors move a score by their number alone."""
    return next(((((factor.id,),)) for factor in case.matrix.factors if factor.direction is direction), ())


def _of_dates(case: Case, offence: OffenceFacts) -> Iterator[tuple[str, Iterable[OffenceFacts]]]:
    if isinstance(offence.reported_on, Unknown):
        days = (offence.committed_on, max(case.law.as_at, offence.committed_on))
        yield "/reportedOn", (replace(offence, reported_on=day) for day in days)
    if offence.committed_on != offence.committed_to:
        days = (offence.committed_on, offence.committed_to)
        yield "/committedOn", (replace(offence, committed_on=day, committed_to=day) for day in days)


def _of_case(facts: CaseFacts) -> Iterator[tuple[str, Iterable[CaseFacts]]]:
    child, exploitation = facts.child, facts.child.exploitation
    if child.care is CareStatus.UNKNOWN:
        yield (
            "/child/careStatus",
            (replace(facts, child=replace(child, care=care)) for care in (CareStatus.NONE, CareStatus.LOOKED_AFTER)),
        )
    if exploitation.indicated is YesNo.UNKNOWN:
        answers = (YesNo.YES,) if exploitation.section45 in _SUSPECTED else (YesNo.YES, YesNo.NO)
        yield (
            "/child/exploitation/indicated",
            (
                replace(facts, child=replace(child, exploitation=replace(exploitation, indicated=answer)))
                for answer in answers
            ),
        )
    if exploitation.section45 in _DEFENCE_OPEN:
        likely = () if exploitation.indicated is YesNo.NO else (Section45.LIKELY,)
        yield (
            "/child/exploitation/section45",
            (
                replace(facts, child=replace(child, exploitation=replace(exploitation, section45=answer)))
                for answer in (Section45.UNLIKELY, *likely)
            ),
        )
    yield from _of_history(facts)


_SUSPECTED = frozenset({Section45.ARGUABLE, Section45.LIKELY})
_DEFENCE_OPEN = frozenset({Section45.UNKNOWN, Section45.NOT_CONSIDERED, Section45.ARGUABLE})
_FAILED = PastDisposal(PastKind.YOUTH_CONDITIONAL_CAUTION, UNKNOWN, UNKNOWN, Completion.FAILED)


def _of_history(facts: CaseFacts) -> Iterator[tuple[str, Iterable[CaseFacts]]]:
    history = facts.history
    if isinstance(history, Unknown):
        yield "/history", (replace(facts, history=answer) for answer in ((), (_FAILED,)))
        return
    for index, past in enumerate(history):
        if past.completion is Completion.UNKNOWN:
            ends = [replace(past, completion=end) for end in (Completion.COMPLETED, Completion.FAILED)]
            yield (
                f"/history/{index}/completion",
                [replace(facts, history=(*history[:index], end, *history[index + 1 :])) for end in ends],
            )
