"""All requirements of a disposal asked of every offence of a case, and what comes of them.

Decides how findings of several offences become one standing and one fit. Nothing stops early: every requirement is
asked, and every finding is kept, the met ones too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.law.model import Disposal
from app.rules.age import under_age_at_offence
from app.rules.case import Case
from app.rules.facts import YesNo
from app.rules.findings import Answer, Authority, Effect, Finding, Fit, Standing
from app.rules.fit import fit_of
from app.rules.matter import Matter
from app.rules.registry import ALL, REQUIREMENTS, asked_of
from app.rules.requirement import Requirement, finding_of
from app.rules.standing import authorities_needed, highest, standing_of, strictest

Asked = tuple[tuple[Requirement, Finding], ...]


@dataclass(frozen=True)
class Evaluated:
    """What was asked about a disposal and found, offence by offence, by the id of the offence."""

    disposal: Disposal
    asked: Mapping[str, Asked]

    @property
    def by_offence(self) -> Mapping[str, tuple[Finding, ...]]:
        """The findings of each offence."""
        return {offence: tuple(finding for _, finding in asked) for offence, asked in self.asked.items()}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding once, in the order in which the requirements are asked of each offence."""
        found = (finding for findings in self.by_offence.values() for finding in findings)
        return tuple({(one.requirement, one.rule, one.reason, *one.read): one for one in found}.values())

    @property
    def standings(self) -> Mapping[str, Standing]:
        """How the disposal stands for each offence."""
        return {offence: standing_of(findings) for offence, findings in self.by_offence.items()}

    @property
    def standing(self) -> Standing:
        """How it stands for the case: the most restrictive."""
        return strictest(self.standings.values())

    @property
    def authority(self) -> Authority | None:
        """The highest authority that must agree; None unless that is what the standing says."""
        if self.standing is not Standing.NEEDS_AUTHORITY:
            return None
        return highest(one for findings in self.by_offence.values() for one in authorities_needed(findings))

    @property
    def fit(self) -> Fit:
        """How well it suits the case; nothing suits where it is excluded."""
        return Fit.NEUTRAL if self.standing is Standing.EXCLUDED else fit_of(self.findings)

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
    return Evaluated(disposal, {matter.offence.id: _ask(matter, disposal) for matter in case.seen_for(disposal)})


def _ask(matter: Matter, disposal: Disposal) -> Asked:
    found = ((asked, finding_of(asked, matter)) for asked in requirements_for(matter, disposal))
    return tuple((asked, finding) for asked, finding in found if finding)


def evaluate_again(
    evaluated: Evaluated, matters: Iterable[Matter], concerns: Callable[[Requirement, Finding], bool]
) -> Evaluated:
    """Ask again, of changed matters, those requirements that the change concerns; all other findings stay."""
    changed = {
        matter.offence.id: _ask_again(evaluated.asked[matter.offence.id], matter, concerns)
        for matter in (one.for_disposal(evaluated.disposal) for one in matters)
    }
    return Evaluated(evaluated.disposal, {**evaluated.asked, **changed})


def _ask_again(before: Asked, matter: Matter, concerns: Callable[[Requirement, Finding], bool]) -> Asked:
    return tuple(
        (asked, (finding_of(asked, matter) or finding) if concerns(asked, finding) else finding)
        for asked, finding in before
    )


def requirements_for(matter: Matter, disposal: Disposal) -> tuple[Requirement, ...]:
    """The requirements to ask; those of fit are not asked of an offence committed under ten."""
    under_ten = under_age_at_offence(matter) is YesNo.YES
    return asked_of(disposal.code, REQUIREMENTS if under_ten else ALL)
