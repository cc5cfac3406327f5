"""Fit: what the score and the named rules point to and away from.

Decides nothing about standing, but that Outcome 21 is closed to aggravated imagery, and that a departure may need a
local approver. The score's map indicates and never discourages; a victim's preference does neither.
"""

from collections.abc import Iterable

from app.law.model import DisposalCode as D
from app.rules.facts import CareStatus, Circumstance, Completion, Evidence, PastKind, Unknown, YesNo, all_of, earlier
from app.rules.findings import Answer, Authority, Effect, Finding, Fit, ScoreSource
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_applicable, not_met, requirement, unknown
from app.rules.standing import highest

_FLAGS = "/circumstances"
_SCORED = {
    ScoreSource.OFFICER: ("/officerScore",),
    ScoreSource.MATRIX: ("/offence", "/aggravatingFactors", "/mitigatingFactors"),
}


def fit_of(findings: Iterable[Finding]) -> Fit:
    """Discouraged by any rule, else indicated by any, else neutral."""
    found = [(finding.ground.effect, finding.ruling.answer) for finding in findings]
    if (Effect.DISCOURAGES, Answer.NOT_MET) in found:
        return Fit.DISCOURAGED
    return Fit.INDICATED if (Effect.INDICATES, Answer.MET) in found else Fit.NEUTRAL


def indicated_by_score(matter: Matter, score: int) -> tuple[D, ...]:
    """What a score points to on the local map.

    An edition with a shorter scale is matched from the top, charge to charge; its lowest score covers what lies below.
    """
    mapped, matrix = matter.protocol.gravity_map, matter.matrix
    at = score + max(map(int, mapped)) - matrix.scale_max
    points = range(score if score == matrix.scale_min else at, at + 1)
    return tuple([disposal for point in points for disposal in matter.protocol.indicated_at(point)])


@requirement(
    "gravity",
    Effect.INDICATES,
    {
        D.NO_FURTHER_ACTION: ("NFA-04", "CFG-06"),
        D.TRIAGE: "CFG-06",
        D.OUTCOME_22: "O22-12",
        D.COMMUNITY_RESOLUTION: "CFG-06",
        D.DEFERRED_CAUTION: "O22-12",
        D.DEFERRED_PROSECUTION: "O22-12",
        D.YOUTH_CAUTION: ("YC-16", "CFG-06"),
        D.YOUTH_CONDITIONAL_CAUTION: ("YCC-25", "CFG-06"),
        D.CHARGE: ("CHG-05", "CFG-06"),
    },
    of_disposal=True,
)
def gravity(matter: Matter) -> Ruling:
    """The gravity score of the case points to this disposal."""
    lead = matter.lead
    if lead.score is None:
        return unknown("There is no gravity score: the officer's is needed.", f"/offences/{lead.index}/officerScore")
    saw = tuple(f"/offences/{lead.index}{place}" for place in _SCORED[lead.source])
    if matter.disposal.code in indicated_by_score(matter, lead.score):
        return met(f"A gravity score of {lead.score} points to this disposal.", *saw)
    return not_met(f"A gravity score of {lead.score} points elsewhere, not away from this disposal.", *saw)


@requirement("evidence_insufficient", Effect.INDICATES, {D.NO_FURTHER_ACTION: "NFA-01"})
def evidence_insufficient(matter: Matter) -> Ruling:
    """The evidence is insufficient and not worth more work, so no further action is indicated."""
    if matter.offence.evidence is Evidence.INSUFFICIENT:
        return met("The evidence is insufficient.", "/evidence")
    if matter.offence.evidence in {Evidence.UNKNOWN, Evidence.NOT_ASSESSED}:
        return unknown("Nobody has said how far the evidence goes.", "/evidence")
    return not_met("The evidence is not insufficient.", "/evidence")


@requirement("not_aggravated_imagery", Effect.EXCLUDES, {D.OUTCOME_21: "O21-02"})
def not_aggravated_imagery(matter: Matter) -> Ruling:
    """No exploitation, coercion, profit, malice or adult is behind the imagery: with any, the investigation goes on."""
    match matter.flagged(Circumstance.IMAGERY_AGGRAVATED):
        case YesNo.YES:
            return not_met("The imagery is aggravated: a full investigation follows.", _FLAGS)
        case YesNo.NO:
            return met("No aggravated imagery.", _FLAGS)
        case _:
            return unknown("Nobody has said whether the offence is one of aggravated imagery.", _FLAGS)


def _pointed(answer: YesNo, words: str) -> Ruling:
    """A named rule that points to a disposal when something is so."""
    match answer:
        case YesNo.YES:
            return met(f"{words}: this disposal is pointed to.", _FLAGS)
        case YesNo.NO:
            return not_met(f"Not so: {words[0].lower()}{words[1:]}.", _FLAGS)
        case _:
            return unknown(f"Nobody has said whether it is so: {words[0].lower()}{words[1:]}.", _FLAGS)


def _not(answer: YesNo) -> YesNo:
    return {YesNo.YES: YesNo.NO, YesNo.NO: YesNo.YES}.get(answer, YesNo.UNKNOWN)


@requirement("youth_produced_imagery", Effect.INDICATES, {D.OUTCOME_21: "O21-01"})
def youth_produced_imagery(matter: Matter) -> Ruling:
    """Imagery that children made of themselves, with nothing aggravating, points to Outcome 21."""
    made = matter.flagged(Circumstance.YOUTH_PRODUCED_IMAGERY)
    plain = _not(matter.flagged(Circumstance.IMAGERY_AGGRAVATED))
    return _pointed(all_of((made, plain)), "Youth-produced imagery without anything aggravating")


@requirement("care_placement_incident", Effect.INDICATES, {D.OUTCOME_21: "O21-03"})
def care_placement_incident(matter: Matter) -> Ruling:
    """A low-level incident in a care placement points to Outcome 21."""
    return _pointed(matter.flagged(Circumstance.CARE_PLACEMENT), "An incident in a care placement")


def _first_simple_possession(matter: Matter) -> YesNo:
    repeat_or_used = matter.flagged(Circumstance.REPEAT_KNIFE, Circumstance.WEAPON_USED_OR_THREATENED)
    return all_of((matter.flagged_all(Circumstance.KNIFE, Circumstance.SIMPLE_POSSESSION), _not(repeat_or_used)))


def _repeat_or_used_knife(matter: Matter) -> YesNo:
    repeat_or_used = matter.flagged(Circumstance.REPEAT_KNIFE, Circumstance.WEAPON_USED_OR_THREATENED)
    return all_of((matter.flagged(Circumstance.KNIFE), repeat_or_used))


@requirement("first_simple_possession", Effect.INDICATES, {D.DEFERRED_PROSECUTION: "KNF-03"}, dated=True)
def first_simple_possession(matter: Matter) -> Ruling:
    """A first simple possession of a knife points to deferred prosecution."""
    return _pointed(_first_simple_possession(matter), "A first simple possession of a knife")


@requirement("knife_repeat_or_used", Effect.INDICATES, {D.CHARGE: "KNF-10"}, dated=True)
def knife_repeat_or_used(matter: Matter) -> Ruling:
    """A knife again, or a knife used or threatened with, points to charge."""
    return _pointed(_repeat_or_used_knife(matter), "A knife again, or a knife used or threatened with")


@requirement("not_knife_repeat_or_used", Effect.DISCOURAGES, {D.DEFERRED_PROSECUTION: "KNF-10"}, dated=True)
def not_knife_repeat_or_used(matter: Matter) -> Ruling:
    """A knife again, or a knife used or threatened with, points away from deferred prosecution."""
    match _repeat_or_used_knife(matter):
        case YesNo.YES:
            return not_met(
                "A knife again, or a knife used or threatened with: outside the default of deferral.", _FLAGS
            )
        case YesNo.NO:
            return met("Not a knife again, nor a knife used or threatened with.", _FLAGS)
        case _:
            return unknown("Nobody has said whether it is a knife again, or one used or threatened with.", _FLAGS)


@requirement("no_failed_conditional_caution", Effect.DISCOURAGES, {D.YOUTH_CONDITIONAL_CAUTION: "YCC-26"})
def no_failed_conditional_caution(matter: Matter) -> Ruling:
    """No earlier youth conditional caution was breached; one that was is no bar but weighs against a second."""
    history = matter.facts.history
    if isinstance(history, Unknown):
        return unknown("Nobody has said what the child was given before.", "/history")
    given = earlier(history, PastKind.YOUTH_CONDITIONAL_CAUTION)
    if any(past.completion is Completion.FAILED for past in given):
        return not_met("An earlier youth conditional caution was breached.", "/history")
    if any(past.completion is Completion.UNKNOWN for past in given):
        return unknown("Nobody has said how an earlier youth conditional caution ended.", "/history")
    return met("No earlier youth conditional caution was breached.", "/history")


@requirement(
    "not_placement_incident",
    Effect.DISCOURAGES,
    dict.fromkeys((D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION), "OFF-06"),
)
def not_placement_incident(matter: Matter) -> Ruling:
    """A looked-after child's incident in the placement is met restoratively first, not with a caution."""
    saw = ("/child/careStatus", _FLAGS)
    care = matter.facts.child.care
    looked_after = YesNo.UNKNOWN if care is CareStatus.UNKNOWN else _yes(care is CareStatus.LOOKED_AFTER)
    placement = matter.flagged(Circumstance.CARE_PLACEMENT)
    if placement is YesNo.NO:
        return not_applicable("Not an incident in a care placement.", _FLAGS)
    match all_of((looked_after, placement)):
        case YesNo.YES:
            return not_met("A looked-after child's incident in the placement: restorative answers come first.", *saw)
        case YesNo.NO:
            return met("Not a looked-after child's incident in the placement.", *saw)
        case _:
            return unknown("Nobody has said whether it is a looked-after child's incident in the placement.", *saw)


def _yes(holds: bool) -> YesNo:
    return YesNo.YES if holds else YesNo.NO


_POINTING = (
    gravity,
    evidence_insufficient,
    youth_produced_imagery,
    care_placement_incident,
    first_simple_possession,
    knife_repeat_or_used,
)


@requirement("in_policy", Effect.NEEDS_AUTHORITY, dict.fromkeys(D, "CFG-15"), of_disposal=True)
def in_policy(matter: Matter) -> Ruling:
    """The disposal is what the score or a named rule points to; where it is not, a local approver agrees to it."""
    authority = highest(Authority(approver.authority) for approver in matter.protocol.out_of_policy)
    if authority is None:
        return not_applicable("The local protocol names nobody who must agree to a departure.")
    code = matter.disposal.code
    asked = (one for one in _POINTING if one.applies_to(code) and one.rule_for(code, matter.law))
    rulings = [one.check(matter) for one in asked]
    answers = {ruling.answer for ruling in rulings}
    saw = tuple(dict.fromkeys(pointer for ruling in rulings for pointer in ruling.saw))
    if Answer.MET in answers:
        return met("The score or a named rule points to this disposal.", *saw)
    if Answer.UNKNOWN in answers:
        return unknown(
            "Whether this disposal departs from what is pointed to is not known yet.", *saw, authority=authority
        )
    return not_met(
        f"A departure, to which the local protocol asks for the agreement of: {authority.value.lower()}.",
        *saw,
        authority=authority,
    )
