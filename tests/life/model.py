"""A case's whole life as a pure reference model: what each act must answer, and what it leaves behind.

Written from the contract alone and smaller than the service: disposals here need no authority and are never excluded,
every level is that of the default protocol, and what is shown of a delivery is all that must be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

NEEDED = {1: 1, 2: 2, 3: 3}
LAST_LEVEL = 3
OPEN = frozenset({"RECEIVED", "PRE_ASSESSED", "OPINIONS", "ESCALATED"})
TO_SPEAK = frozenset({"RECEIVED", "PRE_ASSESSED", "ESCALATED"})
RETURNING = frozenset({"OUTCOME_22"})
"""What, not completed, is decided anew; the other disposals here are recorded, and the case closes."""


@dataclass(frozen=True)
class Person:
    """Somebody who speaks: a name, the agency spoken for, and a grade from 1 to 3."""

    name: str
    agency: str
    grade: int


@dataclass(frozen=True)
class Outcome:
    """What an act answers: a status, and the standing or the problem's code."""

    status: int
    word: str


@dataclass(frozen=True)
class CaseModel:
    """A case: immutable; each act returns what it answers and the case that it leaves."""

    status: str = "RECEIVED"
    level: int = 1
    version: int = 1
    facts: int = 1
    advised_on: int = 0
    pre_assessed: bool = False
    decided: str = ""
    said: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    speaks_for: Mapping[str, str] = field(default_factory=dict)

    @property
    def standing(self) -> str:
        """Return what the two opinions at the level reached come to."""
        held = [self.said[self.level, agency][1] for agency in ("POLICE", "YJS") if (self.level, agency) in self.said]
        if len(held) < 2:
            return "INCOMPLETE"
        return "AGREED" if held[0] == held[1] else "CONFLICTED"

    def assess(self) -> tuple[Outcome, "CaseModel"]:
        """Put a pre-assessment, having seen the present one."""
        if self.status not in OPEN:
            return Outcome(409, "wrong-state"), self
        status = "PRE_ASSESSED" if self.status == "RECEIVED" else self.status
        after = replace(self, status=status, version=self.version + 1, pre_assessed=True)
        return Outcome(200 if self.pre_assessed else 201, ""), after

    def advise(self) -> "CaseModel":
        """Take advice on the newest facts."""
        return replace(self, advised_on=self.facts)

    def establish(self) -> tuple[Outcome, "CaseModel"]:
        """Add facts that change no standing."""
        if self.status not in OPEN:
            return Outcome(409, "wrong-state"), self
        return Outcome(201, ""), replace(self, version=self.version + 1, facts=self.facts + 1)

    def withdraw(self) -> tuple[Outcome, "CaseModel"]:
        """Withdraw the referral."""
        if self.status not in OPEN:
            return Outcome(409, "wrong-state"), self
        return Outcome(201, ""), replace(self, version=self.version + 1, status="WITHDRAWN")

    def speak(self, who: Person, disposal: str, seen: int | None = None) -> tuple[Outcome, "CaseModel"]:
        """Record an opinion, having seen a version of the case (the present one by default)."""
        refused = self._refused_to_speak(who, self.version if seen is None else seen)
        if refused is not None:
            return refused, self
        after = replace(
            self,
            said={**self.said, (self.level, who.agency): (who.name, disposal)},
            speaks_for={**self.speaks_for, who.name: who.agency},
        )
        if after.standing == "INCOMPLETE":
            return Outcome(201, "INCOMPLETE"), after
        told = Outcome(201, after.standing)
        if after.standing == "AGREED":
            return told, replace(after, status="OPINIONS", version=self.version + 1)
        level = min(self.level + 1, LAST_LEVEL)
        return told, replace(after, status="ESCALATED", version=self.version + 1, level=level)

    def _refused_to_speak(self, who: Person, seen: int) -> Outcome | None:
        if who.grade < NEEDED[self.level]:
            return Outcome(403, "grade-too-low")
        if seen != self.version:
            return Outcome(412, "version-stale")
        if self.status not in TO_SPEAK:
            return Outcome(409, "wrong-state")
        mine = self.said.get((self.level, who.agency))
        if mine is not None and (mine[0] != who.name or self.standing != "INCOMPLETE"):
            return Outcome(409, "already-recorded")
        if self.speaks_for.get(who.name, who.agency) != who.agency:
            return Outcome(409, "four-eyes")
        return None

    def decide(self, who: Person, disposal: str) -> tuple[Outcome, "CaseModel"]:
        """Make the decision of record on the newest advice, having seen the present version."""
        refused = self._refused_to_decide(who, disposal)
        if refused is not None:
            return refused, self
        return Outcome(201, ""), replace(self, status="DECIDED", version=self.version + 1, decided=disposal)

    def _refused_to_decide(self, who: Person, disposal: str) -> Outcome | None:
        if who.grade < NEEDED[self.level]:
            return Outcome(403, "grade-too-low")
        if self.status not in OPEN:
            return Outcome(409, "wrong-state")
        if self.standing == "INCOMPLETE":
            return Outcome(409, "opinions-missing" if self.level == 1 else "escalation-open")
        if self.standing == "CONFLICTED" and self.level < LAST_LEVEL:
            return Outcome(409, "escalation-open")
        if self.standing == "AGREED" and self.said[self.level, "POLICE"][1] != disposal:
            return Outcome(409, "decision-not-agreed")
        return None if self.advised_on == self.facts else Outcome(409, "advice-stale")

    def represent(self) -> tuple[Outcome, "CaseModel"]:
        """Record what the child says of the outcome, proposed or decided, until it has ended."""
        if self.status not in OPEN | {"DECIDED", "IN_DELIVERY"}:
            return Outcome(409, "wrong-state"), self
        return Outcome(201, ""), replace(self, version=self.version + 1)

    def deliver(self) -> tuple[Outcome, "CaseModel"]:
        """Give what was decided to the child, everything shown."""
        if self.status != "DECIDED":
            return Outcome(409, "wrong-state"), self
        return Outcome(201, ""), replace(self, status="IN_DELIVERY", version=self.version + 1)

    def end(self, *, completed: bool, given: bool) -> tuple[Outcome, "CaseModel"]:
        """Say how it ended, or that it was never given; what is decided anew begins a round without opinions."""
        if self.status != ("IN_DELIVERY" if given else "DECIDED"):
            return Outcome(409, "wrong-state"), self
        if completed:
            return Outcome(201, ""), replace(self, status="COMPLETED", version=self.version + 1)
        after = replace(self, version=self.version + 2)
        if given and self.decided not in RETURNING:
            return Outcome(201, ""), replace(after, status="CLOSED")
        return Outcome(201, ""), replace(after, status="PRE_ASSESSED", level=1, said={})
