"""All requirements of a disposal asked of every offence of a case, and what comes of them.

Decides how findings of several offences become one standing and one fit. Nothing stops early: every requirement is
asked, and every finding is kept, the met ones too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.law.model import Disposal
from app.rules.age import under_age_at_offence
from app.rules.case import Case
from app.rules.facts import YesNo
from app.rules.findings import Answer, Authority, Effect, Finding, Fit, Standing
from app.rules.fit import fit_of
from app.rules.matter import Matter
from app.rules.registry import ASKED, ASKED_OF_STANDING
from app.rules.requirement import Requirement, answered_with, finding_of
from app.rules.standing import authorities_needed, highest, standing_of, strictest

Asked = tuple[tuple[Requirement, Finding], ...]


@dataclass(frozen=True)
class Verdict:
    """What the findings on one offence come to: a standing, who must agree, and which way the rules of fit point."""

    standing: Standing
    authorities: frozenset[Authority]
    fit: Fit


def verdict_of(asked: Asked) -> Verdict:
    """What the findings on one offence come to."""
    findings = tuple(finding for _, finding in asked)
    return Verdict(standing_of(findings), authorities_needed(findings), fit_of(findings))


@dataclass(frozen=True)
class Evaluated:
    """What was asked about a disposal and found, and what it comes to, offence by offence, by the offence's id."""

    disposal: Disposal
    asked: Mapping[str, Asked]
    verdicts: Mapping[str, Verdict]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, in the order in which the requirements are asked of each offence."""
        found = (finding for asked in self.asked.values() for _, finding in asked)
        return tuple({(one.requirement, one.rule, one.reason, *one.read): one for one in found}.values())

    @property
    def standings(self) -> Mapping[str, Standing]:
        """How the disposal stands for each offence."""
        return {offence: verdict.standing for offence, verdict in self.verdicts.items()}

    @cached_property
    def standing(self) -> Standing:
        """How it stands for the case: the most restrictive."""
        return strictest(verdict.standing for verdict in self.verdicts.values())

    @property
    def authority(self) -> Authority | None:
        """The highest authority that must agree; None unless that is what the standing says."""
        if self.standing is not Standing.NEEDS_AUTHORITY:
            return None
        return highest(one for verdict in self.verdicts.values() for one in verdict.authorities)

    @cached_property
    def fit(self) -> Fit:
        """How well it suits the case: as any offence points; nothing suits where it is excluded."""
        fits = {verdict.fit for verdict in self.verdicts.values()}
        if self.standing is Standing.EXCLUDED or fits == {Fit.NEUTRAL}:
            return Fit.NEUTRAL
        return Fit.DISCOURAGED if Fit.DISCOURAGED in fits else Fit.INDICATED

    @property
    def closed_by(self) -> tuple[Finding, ...]:
        """The findings that exclude it."""
        return tuple(
            finding
            for finding in self.findings
            if finding.effect is Effect.EXCLUDES and finding.answer is Answer.NOT_MET
        )


def evaluate(case: Case, disposal: Disposal) -> Evaluated:
    """Ask every requirement of a disposal of every offence."""
    asked = {matter.offence.id: _ask(matter, disposal) for matter in case.seen_for(disposal)}
    return Evaluated(disposal, asked, {offence: verdict_of(answers) for offence, answers in asked.items()})


def is_excluded(case: Case, disposal: Disposal) -> bool:
    """Whether a disposal is excluded: what `evaluate` says, for who needs no findings."""
    return any(
        asked.effect is Effect.EXCLUDES
        and asked.rule_for(disposal.code, matter.law) is not None
        and asked.check(matter).answer is Answer.NOT_MET
        for matter in case.seen_for(disposal)
        for asked in requirements_for(matter, disposal)
    )


def _ask(matter: Matter, disposal: Disposal) -> Asked:
    found = ((asked, finding_of(asked, matter)) for asked in requirements_for(matter, disposal))
    return tuple((asked, finding) for asked, finding in found if finding)


Concerned = Mapping[str, tuple[int, ...]]
"""Which of the requirements asked of each offence a change can touch, by their place in `Evaluated.asked`."""


def evaluate_again(evaluated: Evaluated, matters: Iterable[Matter], concerned: Concerned) -> Evaluated:
    """Ask again, of changed matters, those requirements that a change can touch; the same object if nothing changed."""
    changed = {
        matter.offence.id: again
        for matter in (one.for_disposal(evaluated.disposal) for one in matters)
        if (again := _ask_again(evaluated.asked[matter.offence.id], matter, concerned.get(matter.offence.id, ())))
    }
    if not changed:
        return evaluated
    verdicts = {offence: verdict_of(answers) for offence, answers in changed.items()}
    return Evaluated(evaluated.disposal, {**evaluated.asked, **changed}, {**evaluated.verdicts, **verdicts})


def _ask_again(before: Asked, matter: Matter, places: tuple[int, ...]) -> Asked | None:
    """The requirements with their new answers; None where no answer is another."""
    after = list(before)
    for place in places:
        asked, finding = before[place]
        ruling = asked.check(matter)
        if (ruling.answer, ruling.authority) != (finding.answer, finding.authority):
            after[place] = asked, answered_with(finding, asked, ruling)
    return tuple(after) if after != list(before) else None


def requirements_for(matter: Matter, disposal: Disposal) -> tuple[Requirement, ...]:
    """The requirements to ask; those of fit are not asked of an offence committed under ten."""
    under_ten = under_age_at_offence(matter) is YesNo.YES
    return (ASKED_OF_STANDING if under_ten else ASKED)[disposal.code]
