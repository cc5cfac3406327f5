"""Whose agreement a disposal has, and whether that is the agreement that it needs. Pure.

A disposal that the law or its own definition excludes is nobody's to allow. One that guidance or the local protocol
blocks is allowed by a named authority with reasons; one that needs an authority, by that authority: the CPS's is the
CPS's alone, an inspector's may be a superintendent's. Of several decisions on a disposal, each authority's last counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.rules.findings import Authority


class AuthorityDecision(StrEnum):
    """What the authority said."""

    AGREED = "AGREED"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Authorised:
    """An authority's recorded decision on a disposal; `reasons` says whether it gave any."""

    disposal: str
    authority: Authority
    decision: AuthorityDecision
    reasons: bool = False


_SUFFICES = {
    Authority.CPS: {Authority.CPS},
    Authority.SUPERINTENDENT: {Authority.SUPERINTENDENT},
    Authority.INSPECTOR: {Authority.INSPECTOR, Authority.SUPERINTENDENT},
}


def standing_decisions(recorded: Iterable[Authorised], disposal: str) -> dict[Authority, Authorised]:
    """Return each authority's last decision on a disposal; `recorded` is in the order of time."""
    return {one.authority: one for one in recorded if one.disposal == disposal}


def authorised(recorded: Iterable[Authorised], disposal: str, standing: str, needed: str | None) -> bool:
    """Return whether the recorded decisions let a disposal of this standing be given; `needed` names its authority."""
    agreed = {
        authority: one
        for authority, one in standing_decisions(recorded, disposal).items()
        if one.decision is AuthorityDecision.AGREED
    }
    if standing == "NEEDS_AUTHORITY" and needed is not None:
        return bool(_SUFFICES[Authority(needed)] & set(agreed))
    if standing == "POLICY_BLOCK":
        return any(one.reasons for one in agreed.values())
    return standing == "AVAILABLE"


def still_needed(recorded: Iterable[Authorised], disposal: str, standing: str, needed: str | None) -> bool:
    """Return whether a disposal waits for an authority that could let it pass and has not been recorded."""
    waits = standing in {"NEEDS_AUTHORITY", "POLICY_BLOCK"}
    return waits and not authorised(tuple(recorded), disposal, standing, needed)
