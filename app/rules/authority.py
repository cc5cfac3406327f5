"""Who must agree first: the CPS by national guidance, a senior officer by local protocol.

Decides whether an authority is needed, not whether it would agree. The police's flag is taken as given: an offence's
name alone makes no case one of domestic abuse or hate. Where several criteria hold, each is shown.
"""

from collections.abc import Iterator

from app.law.model import DisposalCode as D
from app.law.model import ModeOfTrial
from app.law.protocol import AuthorityNeeded
from app.rules.facts import Circumstance, YesNo
from app.rules.findings import AUTHORITY_RANK, Authority, Effect
from app.rules.matter import Matter
from app.rules.requirement import Ruling, met, not_applicable, not_met, requirement, unknown
from app.rules.response import REFUSED

_FLAGS = "/circumstances"


def _cps(reason: str, *saw: str) -> Ruling:
    return not_met(reason, *saw, authority=Authority.CPS)


def _by_flag(matter: Matter, flag: Circumstance, words: str) -> Ruling:
    """A criterion that turns on one circumstance of the offence."""
    match matter.flagged(flag):
        case YesNo.YES:
            return _cps(f"The offence is flagged as {words}: the CPS decides.", _FLAGS)
        case YesNo.NO:
            return met(f"The offence is not flagged as {words}.", _FLAGS)
        case _:
            return unknown(f"Nobody has said whether the offence is {words}.", _FLAGS, authority=Authority.CPS)


@requirement(
    "not_indictable_only",
    Effect.NEEDS_AUTHORITY,
    {D.YOUTH_CAUTION: "YC-07", D.YOUTH_CONDITIONAL_CAUTION: "YCC-07", D.CHARGE: "CHG-03"},
)
def not_indictable_only(matter: Matter) -> Ruling:
    """The offence is not indictable-only; if it is, the CPS decides."""
    if matter.in_law.indictable_only:
        return _cps("The offence is indictable-only: the CPS decides.", "/offence")
    return met("The offence is not indictable-only.", "/offence")


@requirement("not_domestic_abuse", Effect.NEEDS_AUTHORITY, {D.YOUTH_CONDITIONAL_CAUTION: "YCC-07", D.CHARGE: "CHG-02"})
def not_domestic_abuse(matter: Matter) -> Ruling:
    """The offence is not flagged as domestic abuse; if it is, the CPS decides."""
    return _by_flag(matter, Circumstance.DOMESTIC_ABUSE, "domestic abuse")


@requirement("not_hate_crime", Effect.NEEDS_AUTHORITY, {D.YOUTH_CONDITIONAL_CAUTION: "YCC-07", D.CHARGE: "CHG-02"})
def not_hate_crime(matter: Matter) -> Ruling:
    """The offence is not flagged as a hate crime; if it is, the CPS decides."""
    return _by_flag(matter, Circumstance.HATE_CRIME, "a hate crime")


@requirement("not_terrorism", Effect.NEEDS_AUTHORITY, {D.CHARGE: "CHG-02"})
def not_terrorism(matter: Matter) -> Ruling:
    """The offence is not connected with terrorism; if it is, the CPS decides."""
    return _by_flag(matter, Circumstance.TERRORISM_CONNECTED, "connected with terrorism")


@requirement("not_harassment", Effect.NEEDS_AUTHORITY, {D.CHARGE: "CHG-02"})
def not_harassment(matter: Matter) -> Ruling:
    """The offence is not one of harassment or stalking; if it is, the CPS decides."""
    if matter.in_law.category is None:
        return not_applicable("The code is not in our own list: look at what kind of offence it is.", "/offence")
    if matter.in_law.category == "harassment":
        return _cps("The offence is one of harassment or stalking: the CPS decides.", "/offence")
    return met("The offence is not one of harassment or stalking.", "/offence")


@requirement("no_consent_to_prosecute", Effect.NEEDS_AUTHORITY, {D.CHARGE: "CHG-02"})
def no_consent_to_prosecute(matter: Matter) -> Ruling:
    """The offence needs no consent of the DPP or a Law Officer to prosecute; if it does, the CPS decides."""
    if matter.in_law.key is None:
        return not_applicable("The code is not in our own list: look whether consent is needed.", "/offence")
    if matter.in_law.prosecution_consent:
        who = matter.in_law.prosecution_consent
        return _cps(f"Prosecution needs the consent of the {_CONSENT[who]}: the CPS decides.", "/offence")
    return met("Prosecution needs nobody's consent.", "/offence")


_CIRCUMSTANCES = frozenset(one.value for one in Circumstance)
_CONSENT = {"DPP": "Director of Public Prosecutions", "AG": "Attorney General"}


@requirement("not_contested", Effect.NEEDS_AUTHORITY, {D.CHARGE: "CHG-03"})
def not_contested(matter: Matter) -> Ruling:
    """An either-way offence is not expected to be contested; an unknown plea does not by itself need the CPS."""
    saw = ("/offence", "/response/kind")
    if not matter.in_law.either_way:
        return not_applicable("The offence is not either-way.", *saw)
    if matter.offence.response.kind in REFUSED:
        return _cps("The offence is either-way and the child does not admit it: the CPS decides.", *saw)
    return met("Nothing says that the offence will be contested.", *saw)


@requirement("no_weapon_used", Effect.NEEDS_AUTHORITY, {D.CHARGE: "KNF-10"})
def no_weapon_used(matter: Matter) -> Ruling:
    """No weapon was used or threatened; if one was, the CPS decides."""
    return _by_flag(matter, Circumstance.WEAPON_USED_OR_THREATENED, "one in which a weapon was used or threatened")


@requirement("below_the_top_score", Effect.NEEDS_AUTHORITY, {D.CHARGE: "CHG-01"})
def below_the_top_score(matter: Matter) -> Ruling:
    """An either-way offence does not have the highest gravity score; if it does, the CPS decides."""
    top, score = matter.matrix.scale_max, matter.score
    saw = ("/offence", "/officerScore", "/aggravatingFactors", "/mitigatingFactors")
    if not matter.in_law.either_way:
        return not_applicable("The offence is not either-way.", "/offence")
    if score.lowest is None or score.highest is None:
        return unknown("The offence has no gravity score yet.", *saw, authority=Authority.CPS)
    if score.lowest >= top:
        return _cps("The offence is either-way with the highest gravity score: the CPS decides.", *saw)
    if score.highest < top:
        return met("The gravity score is below the highest.", *saw)
    return unknown(
        "The factors that nobody has listed decide whether the score is the highest.", *saw, authority=Authority.CPS
    )


@requirement("summary_only", Effect.NONE, {D.CHARGE: "CHG-01"})
def summary_only(matter: Matter) -> Ruling:
    """A summary-only offence is the police's to charge unless another rule gives it to the CPS."""
    if matter.in_law.summary_only:
        return met("The offence is summary-only: the police may charge unless another rule says the CPS.", "/offence")
    return not_applicable("The offence is not summary-only.", "/offence")


_MODES = frozenset(one.value for one in ModeOfTrial)
_NATIONAL = frozenset(
    {ModeOfTrial.INDICTABLE_ONLY.value, Circumstance.DOMESTIC_ABUSE.value, Circumstance.HATE_CRIME.value}
)
"""The flags for which the CPS is asked by national rules already, each with a requirement of its own."""


def _local_flag(matter: Matter, flag: str) -> YesNo:
    """Whether a flag that a protocol names holds; one that the rules cannot read does: no safeguard is dropped."""
    if flag in _CIRCUMSTANCES:
        return matter.flagged(Circumstance(flag))
    return YesNo.NO if flag in _MODES - {matter.in_law.mode_of_trial.value} else YesNo.YES


def _asked_locally(matter: Matter) -> Iterator[tuple[YesNo, Authority]]:
    """Whom the protocol asks beyond what national rules ask, and whether the case is one for it; the highest first."""
    mine = [one for one in matter.protocol.authority if matter.disposal.code in one.disposals and not _national(one)]
    for needed in sorted(mine, key=lambda one: -AUTHORITY_RANK[Authority(one.authority)]):
        yield _local_flag(matter, needed.flag), Authority(needed.authority)


def _national(needed: AuthorityNeeded) -> bool:
    """Whether a national rule asks it already."""
    return needed.authority == Authority.CPS and needed.flag in _NATIONAL


@requirement("local_authority", Effect.NEEDS_AUTHORITY, dict.fromkeys(D, "CFG-14"), of_disposal=True)
def local_authority(matter: Matter) -> Ruling:
    """The local protocol asks nobody else to agree to this disposal in a case like this."""
    asked = tuple(_asked_locally(matter))
    saw = ("/offence", _FLAGS)
    if not asked:
        return not_applicable("The local protocol asks nobody else to agree.")
    for holds, authority in asked:
        if holds is YesNo.YES:
            return not_met(f"The local protocol asks for the agreement of: {authority}.", *saw, authority=authority)
        if holds is YesNo.UNKNOWN:
            told = "Whom the local protocol asks turns on a fact that nobody has said."
            return unknown(told, *saw, authority=authority)
    return met("The local protocol asks nobody else to agree in a case like this.", *saw)
