"""Evidence: what each disposal asks of it.

Decides whether the evidence suffices. Whether a defence of exploitation undoes it is `app.rules.exploitation`.
"""

from app.law.model import DisposalCode as D
from app.rules.facts import Evidence
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_met, requirement, unknown

CHARGE_STANDARD = frozenset({Evidence.FULL_CODE_TEST_MET, Evidence.SUFFICIENT_TO_CHARGE})
SHOWS_AN_OFFENCE = CHARGE_STANDARD | {Evidence.SHOWS_OFFENCE}
UNSETTLED = frozenset({Evidence.UNKNOWN, Evidence.NOT_ASSESSED})


@requirement(
    "evidence",
    Effect.EXCLUDES,
    {
        D.DEFERRED_CAUTION: "O22-04",
        D.DEFERRED_PROSECUTION: ("O23-05", "O22-04"),
        D.YOUTH_CAUTION: "YC-01",
        D.YOUTH_CONDITIONAL_CAUTION: "YCC-01",
        D.CHARGE: "NFA-01",
    },
)
def sufficient_to_charge(matter: Matter) -> Ruling:
    """There is sufficient evidence to charge the child with the offence."""
    evidence = matter.offence.evidence
    if evidence in UNSETTLED:
        return unknown("Nobody has said whether the evidence is sufficient to charge.", "/evidence")
    if evidence in CHARGE_STANDARD:
        return met("The evidence is sufficient to charge.", "/evidence")
    return not_met("The evidence is not sufficient to charge.", "/evidence")


@requirement("evidence", Effect.EXCLUDES, {D.OUTCOME_22: "O22-04", D.COMMUNITY_RESOLUTION: "CR-01"})
def shows_an_offence(matter: Matter) -> Ruling:
    """There is enough evidence to show that the offence occurred."""
    evidence = matter.offence.evidence
    if evidence in UNSETTLED:
        return unknown("Nobody has said whether the evidence shows an offence.", "/evidence")
    if evidence in SHOWS_AN_OFFENCE:
        return met("The evidence shows that an offence occurred.", "/evidence")
    return not_met("The evidence does not show that an offence occurred.", "/evidence")
