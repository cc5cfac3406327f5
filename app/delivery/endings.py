"""What follows when a delivery ends. Pure: one table that reads like the contract's own sentence.

A disposal that was never given returns for decision whatever it is: nothing has been done about the matter yet.
"""

from dataclasses import dataclass

from app.cases.states import CaseStatus
from app.delivery.words import RETURNS, VOLUNTARY, Result
from app.law.model import DisposalCode as D

S = CaseStatus


@dataclass(frozen=True)
class Ending:
    """Through which statuses the case goes, whether it is decided anew, and why in a sentence, with the rules."""

    statuses: tuple[CaseStatus, ...]
    returns: bool
    says: str
    rules: tuple[str, ...]


_RETURN = (S.NOT_COMPLETED, S.PRE_ASSESSED)
_CLOSE = (S.NOT_COMPLETED, S.CLOSED)
_ANEW = "the police and the youth justice service speak anew, and the police, or the prosecutor, decide."
_UNFINISHED = {
    D.OUTCOME_22: (f"There is no automatic charge: {_ANEW}", ("O22-06",)),
    D.DEFERRED_CAUTION: (f"The caution held back is among the options: {_ANEW}", ("O22-03", "O22-06")),
    D.DEFERRED_PROSECUTION: (f"The decision whether to prosecute, which was held, is taken: {_ANEW}", ("O23-03",)),
    D.YOUTH_CONDITIONAL_CAUTION: (
        f"Whether there was a reasonable excuse is looked at first; it has ended, and {_ANEW}",
        ("YCC-05", "YCC-18", "PRC-18"),
    ),
    D.COMMUNITY_RESOLUTION: ("Recorded. It is not enforceable, and the case closes.", ("CR-10",)),
    D.TRIAGE: ("Recorded. Taking part was voluntary, and the case closes.", ("O20-01", "PRC-17")),
    D.YOUTH_CAUTION: ("Recorded. It brings no prosecution for the offence, and the case closes.", ("YC-11",)),
}


def ending(disposal: D, result: Result, *, given: bool) -> Ending:
    """Return what follows when a disposal, given or never given, ends in this way."""
    if not given:
        return Ending(_RETURN, returns=True, says=f"It was never given: {_ANEW}", rules=("PRC-17",))
    if result is Result.COMPLETED:
        return Ending((S.COMPLETED,), returns=False, says="The child did what was agreed.", rules=("PRC-16",))
    says, rules = _UNFINISHED[disposal]
    return Ending(_RETURN if disposal in RETURNS else _CLOSE, returns=disposal in RETURNS, says=says, rules=rules)


def can_be_breached(disposal: D) -> bool:
    """Return whether anything of the disposal can be breached: conditions of a youth conditional caution alone."""
    return disposal is D.YOUTH_CONDITIONAL_CAUTION


def is_voluntary(disposal: D) -> bool:
    """Return whether the child takes part in the disposal freely."""
    return disposal in VOLUNTARY
