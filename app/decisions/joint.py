"""What two opinions come to. Pure.

There is no vote: two agencies speak, each once, and either they agree or they do not (inspectors on panels that decide
by majority: the joint responsibility of police and YJS is diluted).
"""

from dataclasses import dataclass
from enum import StrEnum


class JointStanding(StrEnum):
    """Where the joint decision stands at one level."""

    INCOMPLETE = "INCOMPLETE"
    AGREED = "AGREED"
    CONFLICTED = "CONFLICTED"


@dataclass(frozen=True)
class Opinion:
    """One agency's view at one level: which disposal, said by whom and why."""

    agency: str
    level: int
    disposal: str
    user_name: str
    rationale: str


def combine(police: Opinion | None, yjs: Opinion | None) -> JointStanding:
    """Return what the opinions of police and YJS at one level come to."""
    if police is None or yjs is None:
        return JointStanding.INCOMPLETE
    return JointStanding.AGREED if police.disposal == yjs.disposal else JointStanding.CONFLICTED


def dissent(opinions: tuple[Opinion, ...], decided: str) -> tuple[Opinion, ...]:
    """Return the opinions, of any level, for another disposal than the one decided; they are kept for good."""
    return tuple(opinion for opinion in opinions if opinion.disposal != decided)
