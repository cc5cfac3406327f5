"""Who must now speak, by when, and who may decide. Pure.

Levels, grades and working days are a protocol's (CFG-13); the last word is the police's, or the prosecutor's in a case
that only the CPS may decide (PRC-08 to PRC-10).
"""

from dataclasses import dataclass
from datetime import date

from app.law.calendar import working_days_after
from app.law.protocol import EscalationLevel, Protocol

FIRST_LEVEL = 1
BECAUSE_CONFLICT = "The police and the YJS hold different opinions at level {level}."


@dataclass(frozen=True)
class Escalation:
    """The level that has been reached, why, by when, and which grade of each agency must speak."""

    level: int
    because: str
    due_on: date
    police_grade: str
    yjs_grade: str


def levels_above(protocol: Protocol, level: int) -> tuple[EscalationLevel, ...]:
    """Return the protocol's levels above one, lowest first."""
    return tuple(sorted((step for step in protocol.escalation if step.level > level), key=lambda step: step.level))


def escalate(protocol: Protocol, level: int, on: date) -> Escalation | None:
    """Return where a conflict at one level goes next, or None at the last: there the police, or the CPS, decide."""
    above = levels_above(protocol, level)
    if not above:
        return None
    return Escalation(
        level=above[0].level,
        because=BECAUSE_CONFLICT.format(level=level),
        due_on=working_days_after(on, above[0].working_days),
        police_grade=above[0].police_grade,
        yjs_grade=above[0].yjs_grade,
    )


def grade_needed(protocol: Protocol, level: int, agency: str) -> str | None:
    """Return the grade that must speak for an agency at a level; None at the first, where any person may."""
    for step in protocol.escalation:
        if step.level == level:
            return step.police_grade if agency == "POLICE" else step.yjs_grade
    return None
