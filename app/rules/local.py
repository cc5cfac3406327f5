"""What guidance or the area's own protocol says no to: switched-off options, stricter asks, and the policy blocks.

Decides POLICY_BLOCKs that a named authority may override with reasons. None of them is law, and none excludes.
"""

from app.law.model import DisposalCode as D
from app.law.protocol import ADMISSION_STRENGTH, AdmissionMode
from app.rules.facts import Circumstance, ResponseKind, YesNo
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_applicable, not_met, requirement, unknown
from app.rules.response import NOT_YET

_KIND = "/response/kind"
_NATIONALLY_ASKED = {
    D.COMMUNITY_RESOLUTION: AdmissionMode.ACCEPT,
    D.DEFERRED_CAUTION: AdmissionMode.FULL,
    D.YOUTH_CAUTION: AdmissionMode.FULL,
    D.YOUTH_CONDITIONAL_CAUTION: AdmissionMode.FULL,
}
_SAID = {ResponseKind.ADMITTED: AdmissionMode.FULL, ResponseKind.ACCEPTS_RESPONSIBILITY: AdmissionMode.ACCEPT}


_CAN_BE_OFF = tuple(code for code in D if code not in {D.NO_FURTHER_ACTION, D.CHARGE})


@requirement("offered_locally", Effect.BLOCKS, dict.fromkeys(_CAN_BE_OFF, "CFG-01"), of_disposal=True)
def offered_locally(matter: Matter) -> Ruling:
    """The area's protocol has the option on."""
    if matter.protocol.has_on(matter.disposal.code):
        return met("The area has this option on.")
    return not_met("The area has this option off; a named authority may override with reasons.")


@requirement("not_intimate_partner_abuse", Effect.BLOCKS, {D.COMMUNITY_RESOLUTION: "CR-08"})
def not_intimate_partner_abuse(matter: Matter) -> Ruling:
    """The offence is not domestic abuse by an intimate partner."""
    saw = "/circumstances"
    match matter.flagged_all(Circumstance.DOMESTIC_ABUSE, Circumstance.INTIMATE_PARTNER):
        case YesNo.YES:
            return not_met("National guidance is against it for domestic abuse by an intimate partner.", saw)
        case YesNo.NO:
            return met("The offence is not domestic abuse by an intimate partner.", saw)
        case _:
            return unknown("Nobody has said whether it is domestic abuse by an intimate partner.", saw)


@requirement("local_responsibility", Effect.BLOCKS, {D.DEFERRED_PROSECUTION: "CFG-08"})
def local_responsibility(matter: Matter) -> Ruling:
    """Where the local protocol asks it, the child accepts responsibility before a deferred prosecution."""
    if not matter.protocol.o22_dp_requires_responsibility:
        return not_applicable("The local protocol does not ask for acceptance of responsibility.")
    return _asked(matter, AdmissionMode.ACCEPT)


_COULD_ASK_MORE = (D.TRIAGE, D.OUTCOME_22, D.COMMUNITY_RESOLUTION, D.DEFERRED_PROSECUTION)


@requirement("local_admission", Effect.BLOCKS, dict.fromkeys(_COULD_ASK_MORE, "CFG-09"), of_disposal=True)
def local_admission(matter: Matter) -> Ruling:
    """The child says as much about the offence as the local protocol asks beyond what national rules ask."""
    asked = matter.protocol.admission_mode.get(matter.disposal.code, AdmissionMode.NONE)
    national = _NATIONALLY_ASKED.get(matter.disposal.code, AdmissionMode.NONE)
    if ADMISSION_STRENGTH[asked] <= ADMISSION_STRENGTH[national]:
        return not_applicable("The local protocol asks no more than national rules do.")
    return _asked(matter, asked)


def _asked(matter: Matter, asked: AdmissionMode) -> Ruling:
    """Whether what the child says is as much as is asked."""
    kind = matter.offence.response.kind
    if kind in NOT_YET:
        return unknown("Nobody has said what the child says about the offence.", _KIND)
    said = _SAID.get(kind, AdmissionMode.NONE)
    if ADMISSION_STRENGTH[said] >= ADMISSION_STRENGTH[asked]:
        return met("The child says as much as the local protocol asks.", _KIND)
    return not_met("The child says less than the local protocol asks.", _KIND)
