"""All requirements of a disposal asked of every offence of a case, and what comes of them.

Decides how findings of several offences become one standing and one fit. Nothing stops early: every requirement is
asked, and every finding is kept, the met ones too.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.law.model import Disposal, DisposalCode
from app.rules.age import under_age_at_offence
from app.rules.case import Case
from app.rules.facts import YesNo
from app.rules.findings import Answer, Authority, Effect, Finding, Fit, Ground, Read, Ruling, Standing
from app.rules.fit import fit_of
from app.rules.matter import Matter
from app.rules.registry import ASKED, ASKED_OF_STANDING
from app.rules.requirement import Requirement, ground_of
from app.rules.standing import authorities_needed, highest, standing_of, strictest

Questions = tuple[tuple[Requirement, Ground], ...]
"""The requirements to ask of a disposal, each with the rule that asks it."""
AllQuestions = Mapping[DisposalCode, Questions]
Asked = tuple[tuple[Requirement, Finding], ...]
Answered = dict[Requirement, tuple[Ruling, Read]]
"""What was answered about an offence so far that is the same for every disposal, and what was read for it."""
Shared = dict[Requirement, Ruling]
"""The same of an offence that a possible answer has changed, of which nothing is shown."""


@dataclass(frozen=True)
class Verdict:
    """What the findings on one offence come to: a standing, who must agree, and which way the rules of fit point.

    `authorities` is empty unless that is what the standing says.
    """

    standing: Standing
    authorities: frozenset[Authority]
    fit: Fit


def verdict_of(asked: Asked) -> Verdict:
    """What the findings on one offence come to; one that is merely met says nothing."""
    telling = tuple(
        [
            finding
            for _, finding in asked
            if finding.ruling.answer is not Answer.MET or finding.ground.effect is Effect.INDICATES
        ]
    )
    standing = standing_of(telling)
    authorities = authorities_needed(telling) if standing is Standing.NEEDS_AUTHORITY else frozenset[Authority]()
    return Verdict(standing, authorities, fit_of(telling))


@dataclass(frozen=True)
class Evaluated:
    """What was asked about a disposal and found, and what it comes to, offence by offence, by the offence's id."""

    disposal: Disposal
    asked: dict[str, Asked]
    verdicts: dict[str, Verdict]
    standing: Standing
    fit: Fit

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, in the order in which the requirements are asked of each offence."""
        found = [finding for asked in self.asked.values() for _, finding in asked]
        if len(self.asked) == 1:
            return tuple(found)
        return tuple({(one.requirement, one.rule, one.reason, *one.read): one for one in found}.values())

    @property
    def standings(self) -> Mapping[str, Standing]:
        """How the disposal stands for each offence."""
        return {offence: verdict.standing for offence, verdict in self.verdicts.items()}

    @property
    def authority(self) -> Authority | None:
        """The highest authority that must agree; None unless that is what the standing says."""
        if self.standing is not Standing.NEEDS_AUTHORITY:
            return None
        return highest(one for verdict in self.verdicts.values() for one in verdict.authorities)

    @property
    def closed_by(self) -> tuple[Finding, ...]:
        """The findings that exclude it."""
        if self.standing is not Standing.EXCLUDED:
            return ()
        return tuple(
            finding
            for finding in self.findings
            if finding.effect is Effect.EXCLUDES and finding.answer is Answer.NOT_MET
        )


def evaluate(case: Case) -> tuple[Evaluated, ...]:
    """Ask every requirement of every disposal of every offence."""
    found = [_ask(case, matter) for matter in case.matters]
    offences = [offence.id for offence in case.facts.offences]
    return tuple(
        _evaluated(disposal, dict(zip(offences, asked, strict=True)), {})
        for disposal, *asked in zip(case.law.disposals, *found, strict=True)
    )


def _evaluated(disposal: Disposal, asked: dict[str, Asked], known: Mapping[str, Verdict]) -> Evaluated:
    """What was asked about a disposal and what it comes to; the verdicts on some offences may be known.

    For the case a disposal stands as it does for the offence where that is most restrictive.
    """
    verdicts = {offence: known.get(offence) or verdict_of(answers) for offence, answers in asked.items()}
    standing = strictest([verdict.standing for verdict in verdicts.values()])
    return Evaluated(disposal, asked, verdicts, standing, _fit(standing, verdicts.values()))


def _fit(standing: Standing, verdicts: Iterable[Verdict]) -> Fit:
    """How well a disposal suits the case: as any offence points; nothing suits where it is excluded."""
    fits = {verdict.fit for verdict in verdicts}
    if standing is Standing.EXCLUDED or fits == {Fit.NEUTRAL}:
        return Fit.NEUTRAL
    return Fit.DISCOURAGED if Fit.DISCOURAGED in fits else Fit.INDICATED


def is_excluded(case: Case, disposal: Disposal) -> bool:
    """Whether a disposal is excluded: what `evaluate` says, for who needs no findings."""
    return any(
        asked.effect is Effect.EXCLUDES and asked.check(matter).answer is Answer.NOT_MET
        for matter in case.seen_for(disposal)
        for asked, _ in _questions(matter)[disposal.code]
    )


def _ask(case: Case, matter: Matter) -> list[Asked]:
    """Every finding on one offence, disposal by disposal."""
    answered: Answered = {}
    asking = _questions(matter)
    return [_ask_of(matter, case.seen_for(one)[matter.index], asking[one.code], answered) for one in case.law.disposals]


def _ask_of(matter: Matter, seen: Matter, questions: Questions, answered: Answered) -> Asked:
    """Every finding on one offence for one disposal, for which it is `seen`; what is answered is not asked again."""
    found = []
    for asked, asking in questions:
        answer = answered.get(asked)
        if answer is None:
            ruling = asked.check(seen if asked.of_disposal else matter)
            answer = ruling, matter.read(ruling.saw)
            if not asked.of_disposal:
                answered[asked] = answer
        ruling, read = answer
        ground = asking if ruling.rule is None else ground_of(asked, seen.disposal.code, ruling.rule, matter.law)
        found.append((asked, Finding(ground, ruling, read)))
    return tuple(found)


def _questions(matter: Matter) -> AllQuestions:
    """What is to be asked of an offence, disposal by disposal: worked out once for each epoch of a book."""
    law, under_ten = matter.law, under_age_at_offence(matter) is YesNo.YES
    known: dict[tuple[tuple[int, ...], bool], AllQuestions] = law.book.notes.setdefault("questions", {})
    found = known.get((law.epoch, under_ten))
    if found is None:
        found = known[law.epoch, under_ten] = {one.code: _asked_of(matter, one) for one in law.disposals}
    return found


def _asked_of(matter: Matter, disposal: Disposal) -> Questions:
    """The requirements of a disposal for which a rule is in force."""
    asking = ((asked, asked.rule_for(disposal.code, matter.law)) for asked in requirements_for(matter, disposal))
    return tuple((asked, ground_of(asked, disposal.code, rule, matter.law)) for asked, rule in asking if rule)


Concerned = Mapping[str, Collection[int]]
"""Which of the requirements asked of each offence a change can touch, by their place in `Evaluated.asked`."""


def evaluate_again(
    evaluated: Evaluated, matters: Iterable[Matter], concerned: Concerned, shared: Mapping[str, Shared]
) -> Evaluated:
    """Ask again, of changed matters, those requirements that a change can touch; the same object if nothing changed.

    `shared` is what was answered about each changed matter so far.
    """
    changed = {
        matter.offence.id: again
        for matter in matters
        if (places := concerned.get(matter.offence.id))
        and (again := _ask_again(evaluated, matter, places, shared[matter.offence.id]))
    }
    if not changed:
        return evaluated
    unchanged = {offence: verdict for offence, verdict in evaluated.verdicts.items() if offence not in changed}
    return _evaluated(evaluated.disposal, evaluated.asked | changed, unchanged)


def _ask_again(evaluated: Evaluated, matter: Matter, places: Collection[int], shared: Shared) -> Asked | None:
    """The requirements with their new answers, which are not to be shown; None where no answer is another."""
    before = evaluated.asked[matter.offence.id]
    after = {}
    for place in places:
        asked, finding = before[place]
        ruling = _ruling(asked, matter, evaluated.disposal, shared)
        if (ruling.answer, ruling.authority) != (finding.answer, finding.authority):
            after[place] = asked, finding._replace(ruling=ruling)
    return tuple([after.get(place, pair) for place, pair in enumerate(before)]) if after else None


def _ruling(asked: Requirement, matter: Matter, disposal: Disposal, shared: Shared) -> Ruling:
    if asked.of_disposal:
        return asked.check(matter.for_disposal(disposal))
    if asked not in shared:
        shared[asked] = asked.check(matter)
    return shared[asked]


def requirements_for(matter: Matter, disposal: Disposal) -> tuple[Requirement, ...]:
    """The requirements to ask; those of fit are not asked of an offence committed under ten."""
    under_ten = under_age_at_offence(matter) is YesNo.YES
    return (ASKED_OF_STANDING if under_ten else ASKED)[disposal.code]
