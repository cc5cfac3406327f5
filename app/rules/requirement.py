"""What a requirement is: a legal test of one disposal, with its rule, its effect and the function that answers it.

Decides how an answer becomes a finding. The list of all requirements, in the order in which they are asked, is
`app.rules.registry`; layer, certainty and citations come from the rule in the law book, never from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.law.book import Law
from app.law.model import DisposalCode
from app.rules.citing import cited
from app.rules.findings import Answer, Authority, Cited, Effect, Finding
from app.rules.matter import Matter

PREFIX: Final[Mapping[DisposalCode, str]] = {
    DisposalCode.NO_FURTHER_ACTION: "nfa",
    DisposalCode.TRIAGE: "triage",
    DisposalCode.OUTCOME_21: "o21",
    DisposalCode.OUTCOME_22: "o22",
    DisposalCode.COMMUNITY_RESOLUTION: "cr",
    DisposalCode.DEFERRED_CAUTION: "dc",
    DisposalCode.DEFERRED_PROSECUTION: "dp",
    DisposalCode.YOUTH_CAUTION: "yc",
    DisposalCode.YOUTH_CONDITIONAL_CAUTION: "ycc",
    DisposalCode.CHARGE: "charge",
}


@dataclass(frozen=True)
class Ruling:
    """What a requirement function answers. `saw` are the places that were read; `rule` is another rule that decided."""

    answer: Answer
    reason: str
    saw: tuple[str, ...]
    rule: str | None = None
    authority: Authority | None = None
    reopens: bool = False


Check = Callable[[Matter], Ruling]
RuleIds = Mapping[DisposalCode, str | tuple[str, ...]]


@dataclass(frozen=True)
class Requirement:
    """A legal test for one or more disposals.

    `rules` names, for each disposal, the rule that asks it: where one rule succeeded another, newest first. A `dated`
    requirement is asked only while its rule is in force. One `asked_at_offer` leaves nothing open when it is unknown.
    """

    name: str
    effect: Effect
    rules: RuleIds
    check: Check
    says: str
    asked_at_offer: bool
    dated: bool

    def applies_to(self, disposal: DisposalCode) -> bool:
        """Whether it is a test of that disposal."""
        return disposal in self.rules

    def id_for(self, disposal: DisposalCode) -> str:
        """Its id for a disposal, such as `yc.admission`."""
        return f"{PREFIX[disposal]}.{self.name}"

    def rule_ids(self, disposal: DisposalCode) -> tuple[str, ...]:
        """The rules that may ask it of a disposal, newest first."""
        found = self.rules[disposal]
        return (found,) if isinstance(found, str) else found

    def rule_for(self, disposal: DisposalCode, law: Law) -> str | None:
        """The rule that asks it on that day; None for a dated requirement with no rule in force."""
        found = self.rules[disposal]
        if isinstance(found, str) and not self.dated:
            return found
        candidates = self.rule_ids(disposal)
        current = next((rule for rule in candidates if law.in_force(rule)), None)
        return current if self.dated or current else candidates[-1]


def requirement(
    name: str, effect: Effect, rules: RuleIds, *, asked_at_offer: bool = False, dated: bool = False
) -> Callable[[Check], Requirement]:
    """Make a requirement of a function whose docstring paraphrases the provision in one sentence."""

    def made(check: Check) -> Requirement:
        return Requirement(name, effect, rules, check, (check.__doc__ or "").strip(), asked_at_offer, dated)

    return made


def met(reason: str, *saw: str, rule: str | None = None) -> Ruling:
    """The requirement is met."""
    return Ruling(Answer.MET, reason, saw, rule)


def not_met(
    reason: str, *saw: str, rule: str | None = None, authority: Authority | None = None, reopens: bool = False
) -> Ruling:
    """The requirement is not met. `reopens`: the child can still change this later."""
    return Ruling(Answer.NOT_MET, reason, saw, rule, authority, reopens)


def unknown(reason: str, *saw: str, rule: str | None = None, authority: Authority | None = None) -> Ruling:
    """A fact is missing, or what is there does not settle the requirement."""
    return Ruling(Answer.UNKNOWN, reason, saw, rule, authority)


def not_applicable(reason: str, *saw: str, rule: str | None = None) -> Ruling:
    """The requirement does not arise in this case."""
    return Ruling(Answer.NOT_APPLICABLE, reason, saw, rule)


_HOLDING = frozenset({Effect.EXCLUDES, Effect.BLOCKS, Effect.NEEDS_AUTHORITY})


def finding_of(asked: Requirement, matter: Matter) -> Finding | None:
    """The finding of a requirement in a matter; None where its rule is not in force."""
    disposal = matter.disposal.code
    asking = asked.rule_for(disposal, matter.law)
    if asking is None:
        return None
    ruling = asked.check(matter)
    rule = matter.law.rule(ruling.rule or asking)
    return Finding(
        requirement=asked.id_for(disposal),
        rule=rule.id,
        disposal=disposal,
        answer=ruling.answer,
        effect=asked.effect,
        reason=ruling.reason,
        read=matter.read(*ruling.saw),
        layer=rule.layer,
        certainty=rule.certainty,
        citations=citations_of(rule.id, matter.law),
        authority=ruling.authority,
        holds_open=_holds_open(asked, ruling),
        reopens=ruling.reopens,
    )


def answered_with(finding: Finding, asked: Requirement, ruling: Ruling) -> Finding:
    """The finding with the answer of another ruling: enough to see what an answer would change, not to be shown."""
    return replace(
        finding,
        answer=ruling.answer,
        reason=ruling.reason,
        authority=ruling.authority,
        holds_open=_holds_open(asked, ruling),
    )


def _holds_open(asked: Requirement, ruling: Ruling) -> bool:
    return ruling.answer is Answer.UNKNOWN and asked.effect in _HOLDING and not asked.asked_at_offer


def citations_of(rule_id: str, law: Law) -> tuple[Cited, ...]:
    """The places in sources that a rule rests on, with title and address."""
    notes, name = law.book.notes, f"citations of {rule_id}"
    if name not in notes:
        notes[name] = cited(law.rule(rule_id).citations, law)
    found: tuple[Cited, ...] = notes[name]
    return found
