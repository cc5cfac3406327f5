"""What the child says about the offence: acceptance, admission, and whether either can be relied on.

Decides the four disposals that rest on the child's word. A denial closes them on present facts only: a later reliable,
advised admission reopens them. Silence and not knowing are never an admission.
"""

from app.law.model import DisposalCode as D
from app.rules.facts import AppropriateAdult, LegalAdvice, ResponseKind, ResponseTo, YesNo
from app.rules.findings import Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_applicable, not_met, requirement, unknown

NOT_YET = frozenset({ResponseKind.NOT_ASKED, ResponseKind.UNKNOWN})
REFUSED = frozenset({ResponseKind.DENIED, ResponseKind.NO_COMMENT})
_NEEDS_ADMISSION = {
    D.DEFERRED_CAUTION: "O22-03",
    D.YOUTH_CAUTION: "YC-01",
    D.YOUTH_CONDITIONAL_CAUTION: "YCC-01",
}
_KIND = "/response/kind"


@requirement("acceptance", Effect.EXCLUDES, {D.COMMUNITY_RESOLUTION: "CR-01"})
def acceptance(matter: Matter) -> Ruling:
    """The child accepts responsibility for the offence, or admits it."""
    kind = matter.offence.response.kind
    if kind in NOT_YET:
        return unknown("Nobody has said whether the child accepts responsibility.", _KIND)
    if kind in REFUSED:
        return not_met("The child does not accept responsibility for the offence.", _KIND, rule="CR-03", reopens=True)
    if kind is ResponseKind.ADMITTED:
        return met("The child admits the offence.", _KIND)
    return met("The child accepts responsibility for the offence.", _KIND)


@requirement("admission", Effect.EXCLUDES, _NEEDS_ADMISSION)
def admission(matter: Matter) -> Ruling:
    """The child admits the offence."""
    kind = matter.offence.response.kind
    if kind in NOT_YET:
        return unknown("Nobody has said whether the child admits the offence.", _KIND)
    if kind is ResponseKind.ADMITTED:
        return met("The child admits the offence.", _KIND)
    if kind is ResponseKind.ACCEPTS_RESPONSIBILITY:
        return not_met("The child accepts responsibility, which is less than an admission.", _KIND, reopens=True)
    return not_met("The child does not admit the offence.", _KIND, reopens=True)


def _admitted_to(matter: Matter, fit_to_hear: frozenset[ResponseTo], who: str) -> Ruling:
    """Whether the admission was made to somebody whom the statute lets hear it."""
    response, saw = matter.offence.response, (_KIND, "/response/to")
    if response.kind in NOT_YET:
        return unknown("There is no admission yet that somebody could have heard.", *saw)
    if response.kind is not ResponseKind.ADMITTED:
        return not_applicable("There is no admission.", *saw)
    if response.to is ResponseTo.UNKNOWN:
        return unknown("Nobody has said to whom the child admitted the offence.", *saw)
    if response.to in fit_to_hear:
        return met(f"The admission was made to {who}.", *saw)
    return not_met(f"The admission was not made to {who}.", *saw, reopens=True)


@requirement("admission_heard", Effect.EXCLUDES, {D.YOUTH_CAUTION: "YC-01"})
def admitted_to_a_constable(matter: Matter) -> Ruling:
    """The child admits the offence to a constable."""
    return _admitted_to(matter, frozenset({ResponseTo.CONSTABLE}), "a constable")


@requirement("admission_heard", Effect.EXCLUDES, {D.YOUTH_CONDITIONAL_CAUTION: "YCC-01"})
def admitted_to_an_authorised_person(matter: Matter) -> Ruling:
    """The child admits the offence to an authorised person, as a constable is."""
    fit_to_hear = frozenset({ResponseTo.CONSTABLE, ResponseTo.AUTHORISED_PERSON})
    return _admitted_to(matter, fit_to_hear, "an authorised person")


@requirement("understood", Effect.EXCLUDES, dict.fromkeys((D.COMMUNITY_RESOLUTION, *_NEEDS_ADMISSION), "LEG-03"))
def understood(matter: Matter) -> Ruling:
    """The child understood what was said and what followed from it: else nothing reliable was said."""
    response, saw = matter.offence.response, ("/response/understood",)
    if response.kind in REFUSED:
        return not_applicable("The child has neither admitted the offence nor accepted responsibility.", *saw)
    if response.understood is YesNo.NO:
        return not_met("The child did not understand: nothing reliable was admitted or accepted.", *saw, reopens=True)
    if response.understood is YesNo.YES:
        return met("The child understood what was admitted or accepted.", *saw)
    return unknown("Nobody has said whether the child understood.", *saw)


@requirement(
    "appropriate_adult",
    Effect.EXCLUDES,
    {D.COMMUNITY_RESOLUTION: "CR-04", **dict.fromkeys(_NEEDS_ADMISSION, "LEG-02")},
)
def appropriate_adult(matter: Matter) -> Ruling:
    """An appropriate adult was there when the child spoke: else it must be taken again with one."""
    response, saw = matter.offence.response, ("/response/appropriateAdult",)
    if response.kind in REFUSED:
        return not_applicable("The child has neither admitted the offence nor accepted responsibility.", *saw)
    if response.appropriate_adult is AppropriateAdult.PRESENT:
        return met("An appropriate adult was present.", *saw)
    if response.appropriate_adult is AppropriateAdult.ABSENT:
        return unknown("It was taken with no appropriate adult: take it again with one.", *saw)
    return unknown("Nobody has said whether an appropriate adult was present.", *saw)


@requirement("legal_advice", Effect.EXCLUDES, dict.fromkeys(_NEEDS_ADMISSION, "LEG-01"))
def legal_advice(matter: Matter) -> Ruling:
    """Free legal advice was offered before the admission, and taken or declined."""
    response, saw = matter.offence.response, ("/response/legalAdvice",)
    if response.kind in REFUSED:
        return not_applicable("There is no admission.", *saw)
    if response.legal_advice is LegalAdvice.NOT_OFFERED:
        return unknown("Legal advice was not offered: offer it, and take the admission again.", *saw)
    if response.legal_advice is LegalAdvice.UNKNOWN:
        return unknown("Nobody has said whether legal advice was offered.", *saw)
    return met("Legal advice was offered.", *saw)


@requirement("no_admission_needed", Effect.NONE, {D.OUTCOME_22: "O22-02", D.DEFERRED_PROSECUTION: ("O23-04", "O22-02")})
def no_admission_needed(matter: Matter) -> Ruling:
    """Neither an admission nor an acceptance is needed, by national guidance."""
    del matter
    return met("National guidance asks for neither an admission nor an acceptance.", _KIND)


@requirement("no_full_admission_needed", Effect.NONE, {D.COMMUNITY_RESOLUTION: "CR-02"})
def no_full_admission_needed(matter: Matter) -> Ruling:
    """Accepting responsibility is enough for a community resolution; a full admission is not asked."""
    del matter
    return met("Accepting responsibility is enough: a full admission is not asked.", _KIND)
