"""Where a local protocol would weaken a statute or what a disposal is: each place, with the rule that forbids it.

Decides only what a protocol may not say. A protocol may ask for more than the law; it may never ask for less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.law.base import DisposalCode
from app.law.protocol import ADMISSION_STRENGTH, AdmissionMode, Protocol

D = DisposalCode


@dataclass(frozen=True)
class ProtocolFault:
    """A place in a protocol (its key), the rule that it would break, and a sentence saying why."""

    key: str
    rule: str
    message: str


_CANNOT_BE_OFF: Mapping[DisposalCode, tuple[str, str]] = {
    D.NO_FURTHER_ACTION: ("GEN-04", "taking no further action is always open; an area cannot switch it off"),
    D.CHARGE: ("CHG-01", "the decision to charge belongs to the police and the CPS; an area cannot switch it off"),
}
_AT_LEAST: Mapping[DisposalCode, tuple[AdmissionMode, str]] = {
    D.COMMUNITY_RESOLUTION: (AdmissionMode.ACCEPT, "CR-01"),
    D.DEFERRED_CAUTION: (AdmissionMode.FULL, "O22-03"),
    D.YOUTH_CAUTION: (AdmissionMode.FULL, "YC-01"),
    D.YOUTH_CONDITIONAL_CAUTION: (AdmissionMode.FULL, "YCC-01"),
}
_NEVER_ASKED: Mapping[DisposalCode, str] = {
    D.NO_FURTHER_ACTION: "NFA-02",
    D.OUTCOME_21: "O21-01",
    D.CHARGE: "CHG-01",
}
_CPS_DECIDES: Mapping[tuple[str, DisposalCode], str] = {
    ("INDICTABLE_ONLY", D.CHARGE): "CHG-03",
    ("INDICTABLE_ONLY", D.YOUTH_CAUTION): "YC-07",
    ("INDICTABLE_ONLY", D.YOUTH_CONDITIONAL_CAUTION): "YCC-07",
    ("DOMESTIC_ABUSE", D.CHARGE): "CHG-02",
    ("DOMESTIC_ABUSE", D.YOUTH_CONDITIONAL_CAUTION): "YCC-07",
    ("HATE_CRIME", D.CHARGE): "OFF-03",
    ("HATE_CRIME", D.YOUTH_CONDITIONAL_CAUTION): "YCC-07",
}
_HAVE_PLANS = (
    D.OUTCOME_22,
    D.COMMUNITY_RESOLUTION,
    D.DEFERRED_CAUTION,
    D.DEFERRED_PROSECUTION,
    D.YOUTH_CONDITIONAL_CAUTION,
)
_FORBIDDEN_WORDS: Mapping[str, tuple[str, str]] = {
    "majority": ("PRC-12", "decisions are joint: a majority never decides"),
    "vote": ("PRC-12", "decisions are joint: no vote can be configured"),
    "voting": ("PRC-12", "decisions are joint: no vote can be configured"),
    "appropriateadult": ("YC-04", "the appropriate adult is a matter of statute"),
    "minimumage": ("AGE-01", "the age of criminal responsibility is a matter of statute"),
    "criminalresponsibility": ("AGE-01", "the age of criminal responsibility is a matter of statute"),
    "maximumage": ("AGE-04", "who is a child is a matter of statute"),
    "consent": ("YCC-04", "consent to conditions is a matter of statute"),
    "signature": ("YCC-02", "the signed document is a matter of statute"),
    "evidence": ("YC-01", "the evidence needed is a matter of statute"),
    "penalty": ("YCC-13", "the most that a financial penalty may ask is a matter of statute"),
    "attendance": ("YCC-12", "the cap on attendance is a matter of statute"),
    "timelimit": ("TIM-01", "the time limit for prosecution is a matter of statute"),
    "repeatlimit": ("GEN-03", "no number of earlier disposals bars another"),
    "maxrepeat": ("GEN-03", "no number of earlier disposals bars another"),
}


def protocol_faults(protocol: Protocol) -> tuple[ProtocolFault, ...]:
    """Every place in which a protocol would weaken a statute or what a disposal is; empty when there is none."""
    return (
        *_options(protocol),
        *_admission(protocol),
        *_authority(protocol),
        *_time(protocol),
        *_gravity(protocol),
        *_escalation(protocol),
    )


def forbidden_key(key: str) -> ProtocolFault | None:
    """Return the fault of a key that the law has settled, or None for a key that is merely unknown.

    `key` is as a document spells it (`majorityVote`, `appropriate_adult_required`).
    """
    plain = "".join(letter for letter in key.lower() if letter.isalnum())
    for word, (rule, message) in _FORBIDDEN_WORDS.items():
        if word in plain:
            return ProtocolFault(key, rule, message)
    return None


def _options(protocol: Protocol) -> Iterator[ProtocolFault]:
    """Options that no area can switch off."""
    for disposal, (rule, message) in _CANNOT_BE_OFF.items():
        if not protocol.has_on(disposal):
            yield ProtocolFault("optionsEnabled", rule, message)


def _admission(protocol: Protocol) -> Iterator[ProtocolFault]:
    """Options that would ask less of the child's answer than they must, or anything where nothing may be asked."""
    for disposal, (least, rule) in _AT_LEAST.items():
        asked = protocol.admission_mode.get(disposal, least)
        if ADMISSION_STRENGTH[asked] < ADMISSION_STRENGTH[least]:
            yield ProtocolFault("admissionMode", rule, f"{disposal} needs at least {least}")
    for disposal, rule in _NEVER_ASKED.items():
        if protocol.admission_mode.get(disposal, AdmissionMode.NONE) is not AdmissionMode.NONE:
            yield ProtocolFault("admissionMode", rule, f"{disposal} asks nothing of the child and cannot be made to")


def _authority(protocol: Protocol) -> Iterator[ProtocolFault]:
    """Decisions that are the CPS's and would be given to somebody else."""
    for needed in protocol.authority:
        for disposal in needed.disposals:
            rule = _CPS_DECIDES.get((needed.flag, disposal))
            if rule is not None and needed.authority != "CPS":
                yield ProtocolFault("authority", rule, f"for {needed.flag} the CPS decides on {disposal}")
    asked = {(needed.flag, disposal) for needed in protocol.authority for disposal in needed.disposals}
    for (flag, disposal), rule in _CPS_DECIDES.items():
        if (flag, disposal) not in asked:
            yield ProtocolFault("authority", rule, f"for {flag} the CPS decides on {disposal}; it cannot be left out")


def _time(protocol: Protocol) -> Iterator[ProtocolFault]:
    """Yield a safety margin that would let a deferral outlast the time limit, and plans without a length."""
    if protocol.safety_days < 0:
        yield ProtocolFault("safetyDays", "TIM-01", "a deferral cannot be planned past the time limit")
    for disposal in _HAVE_PLANS:
        if disposal not in protocol.plan_weeks:
            yield ProtocolFault("planWeeks", "CFG-10", f"{disposal} has a plan, and its length must be set")


def _gravity(protocol: Protocol) -> Iterator[ProtocolFault]:
    """Yield a map that leaves a score without any disposal."""
    for score in ("1", "2", "3", "4", "5"):
        if not any(at == score and disposals for at, disposals in protocol.gravity_map.items()):
            yield ProtocolFault("gravityMap", "CFG-06", f"score {score} points to no disposal")


def _escalation(protocol: Protocol) -> Iterator[ProtocolFault]:
    """Levels that do not follow each other from 2 on."""
    levels = [level.level for level in protocol.escalation]
    if levels != list(range(2, 2 + len(levels))):
        yield ProtocolFault("escalation", "PRC-10", "the levels follow each other from 2 on")
