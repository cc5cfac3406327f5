"""Standing: how the findings on a disposal become one word, for one offence and for several.

Decides the order of contract 3a.3: excluded, else blocked by policy, else open, else in need of an authority, else
available. Several offences: the most restrictive.
"""

from collections.abc import Iterable

from app.rules.findings import (
    AUTHORITY_RANK,
    STRICTNESS,
    Answer,
    Authority,
    Effect,
    Finding,
    Standing,
)


def authorities_needed(findings: Iterable[Finding]) -> frozenset[Authority]:
    """The authorities that the known facts ask for."""
    return frozenset(
        [
            finding.authority or Authority.CPS
            for finding in findings
            if finding.ruling.answer is Answer.NOT_MET and finding.ground.effect is Effect.NEEDS_AUTHORITY
        ]
    )


def highest(authorities: Iterable[Authority]) -> Authority | None:
    """The highest of several authorities; None of none."""
    return max(authorities, key=lambda authority: AUTHORITY_RANK[authority], default=None)


def holds_open(finding: Finding, settled: Authority | None) -> bool:
    """Whether not knowing this answer leaves the disposal open; not where as high an authority is needed anyway."""
    if not finding.holds_open:
        return False
    if finding.effect is not Effect.NEEDS_AUTHORITY or settled is None:
        return True
    return AUTHORITY_RANK[finding.authority or Authority.CPS] > AUTHORITY_RANK[settled]


def standing_of(findings: tuple[Finding, ...]) -> Standing:
    """How a disposal stands for one offence."""
    failed = [finding.ground.effect for finding in findings if finding.ruling.answer is Answer.NOT_MET]
    if Effect.EXCLUDES in failed:
        return Standing.EXCLUDED
    if Effect.BLOCKS in failed:
        return Standing.POLICY_BLOCK
    settled = highest(authorities_needed(findings))
    if any(holds_open(finding, settled) for finding in findings):
        return Standing.OPEN
    return Standing.NEEDS_AUTHORITY if settled else Standing.AVAILABLE


def strictest(standings: Iterable[Standing]) -> Standing:
    """The most restrictive of several standings."""
    return max(standings, key=lambda standing: STRICTNESS[standing])
