"""The steps of an offer of support, in one table. Pure: says which step may follow which, and nothing else.

Support is voluntary throughout: it may be declined at every step, offered again, and left; nothing follows from that.
"""

from enum import StrEnum


class SupportStep(StrEnum):
    """How far an offer of support has come."""

    REVIEWED = "REVIEWED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


S = SupportStep

FOLLOWS: dict[SupportStep | None, frozenset[SupportStep]] = {
    None: frozenset({S.REVIEWED, S.OFFERED}),
    S.REVIEWED: frozenset({S.OFFERED, S.ENDED}),
    S.OFFERED: frozenset({S.ACCEPTED, S.DECLINED, S.ENDED}),
    S.ACCEPTED: frozenset({S.DECLINED, S.ENDED}),
    S.DECLINED: frozenset({S.OFFERED, S.ENDED}),
    S.ENDED: frozenset(),
}
"""After nothing, after each step: what may be recorded next. ENDED closes the case."""


def may_follow(last: SupportStep | None, step: SupportStep) -> bool:
    """Return whether a step may be recorded after the last one."""
    return step in FOLLOWS[last]
