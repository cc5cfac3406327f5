"""What a requirement is: a legal test of one disposal, with its rule, its effect and the function that answers it.

Decides how an answer is given, and what the law says of the question. The list of all requirements, in the order in
which they are asked, is `app.rules.registry`; layer, certainty and citations come from the rule in the law book, never
from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.law.book import Law
from app.law.model import DisposalCode
from app.rules.citing import cited
from app.rules.findings import Answer, Authority, Effect, Ground, Ruling
from app.rules.matter import Matter

__all__ = [
    "PREFIX",
    "Requirement",
    "Ruling",
    "ground_of",
    "met",
    "not_applicable",
    "not_met",
    "requirement",
    "unknown",
]

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


Check = Callable[[Matter], Ruling]
RuleIds = Mapping[DisposalCode, str | tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Requirement:
    """A legal test for one or more disposals.

    `rules` names, for each disposal, the rule that asks it: where one rule succeeded another, newest first. A `dated`
    requirement is asked only while its rule is in force. One `asked_at_offer` leaves nothing open when it is unknown.
    Only one that is `of_disposal` looks at the disposal: every other has one answer for all that it is asked of.
    """

    name: str
    effect: Effect
    rules: RuleIds
    check: Check
    says: str
    asked_at_offer: bool
    dated: bool
    of_disposal: bool

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
    name: str,
    effect: Effect,
    rules: RuleIds,
    *,
    asked_at_offer: bool = False,
    dated: bool = False,
    of_disposal: bool = False,
) -> Callable[[Check], Requirement]:
    """Make a requirement of a function whose docstring paraphrases the provision in one sentence."""

    def made(check: Check) -> Requirement:
        says = (check.__doc__ or "").strip()
        return Requirement(name, effect, rules, check, says, asked_at_offer, dated, of_disposal)

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


def ground_of(asked: Requirement, disposal: DisposalCode, rule_id: str, law: Law) -> Ground:
    """What the law says of a requirement that a rule asks of a disposal: worked out once for a book."""
    grounds: dict[tuple[Requirement, str, str], Ground] = law.book.notes.setdefault("grounds", {})
    known = grounds.get((asked, disposal.value, rule_id))
    if known is None:
        rule = law.rule(rule_id)
        known = grounds[asked, disposal.value, rule_id] = Ground(
            requirement=asked.id_for(disposal),
            rule=rule.id,
            disposal=disposal,
            effect=asked.effect,
            layer=rule.layer,
            certainty=rule.certainty,
            citations=cited(rule.citations, law),
            keeps_open=asked.effect in _HOLDING and not asked.asked_at_offer,
        )
    return known
