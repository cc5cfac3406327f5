"""The facts of a case that the rules may read, and nothing else.

Decides what a fact is: a value, or UNKNOWN, which is a value too and never means "no". A closed list is a tuple when
its key was present (what is not listed is not so) and UNKNOWN when it was absent.

There is no field for a protected characteristic (age excepted, as dates) and none for engagement with an assessment,
nor for a name, an area or a text. The day of the advice is not a fact: it is the day of the law that the facts meet
(`Law.as_at`), so the two cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, TypeVar

from app.law.base import Enumeration


class Unknown(Enumeration):
    """The one word for what nobody knows."""

    UNKNOWN = "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


class YesNo(Enumeration):
    """Yes, no, or not known."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class CareStatus(Enumeration):
    """What the local authority is to the child. Read only where it protects."""

    NONE = "NONE"
    LOOKED_AFTER = "LOOKED_AFTER"
    CHILD_IN_NEED = "CHILD_IN_NEED"
    CHILD_PROTECTION = "CHILD_PROTECTION"
    CARE_LEAVER = "CARE_LEAVER"
    UNKNOWN = "UNKNOWN"


class CommunicationNeed(Enumeration):
    """Whether somebody looked for a communication need, and found one. Read only where it protects."""

    IDENTIFIED = "IDENTIFIED"
    SCREENED_NONE = "SCREENED_NONE"
    NOT_SCREENED = "NOT_SCREENED"
    UNKNOWN = "UNKNOWN"


class Nrm(Enumeration):
    """Where the child stands in the National Referral Mechanism."""

    NONE = "NONE"
    REFERRED = "REFERRED"
    REASONABLE_GROUNDS = "REASONABLE_GROUNDS"
    CONCLUSIVE_GROUNDS = "CONCLUSIVE_GROUNDS"
    NEGATIVE = "NEGATIVE"
    UNKNOWN = "UNKNOWN"


class Section45(Enumeration):
    """How likely the defence of the Modern Slavery Act 2015 s.45 is thought to be."""

    NOT_CONSIDERED = "NOT_CONSIDERED"
    UNLIKELY = "UNLIKELY"
    ARGUABLE = "ARGUABLE"
    LIKELY = "LIKELY"
    UNKNOWN = "UNKNOWN"


class Evidence(Enumeration):
    """How far the evidence goes."""

    FULL_CODE_TEST_MET = "FULL_CODE_TEST_MET"
    SUFFICIENT_TO_CHARGE = "SUFFICIENT_TO_CHARGE"
    SHOWS_OFFENCE = "SHOWS_OFFENCE"
    INSUFFICIENT = "INSUFFICIENT"
    NOT_ASSESSED = "NOT_ASSESSED"
    UNKNOWN = "UNKNOWN"


class ResponseKind(Enumeration):
    """What the child says about the offence."""

    ADMITTED = "ADMITTED"
    ACCEPTS_RESPONSIBILITY = "ACCEPTS_RESPONSIBILITY"
    DENIED = "DENIED"
    NO_COMMENT = "NO_COMMENT"
    NOT_ASKED = "NOT_ASKED"
    UNKNOWN = "UNKNOWN"


class ResponseTo(Enumeration):
    """To whom the child said it."""

    CONSTABLE = "CONSTABLE"
    AUTHORISED_PERSON = "AUTHORISED_PERSON"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class AppropriateAdult(Enumeration):
    """Whether an appropriate adult was there when the child said it."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    UNKNOWN = "UNKNOWN"


class LegalAdvice(Enumeration):
    """What became of the child's right to free legal advice."""

    TAKEN = "TAKEN"
    DECLINED = "DECLINED"
    NOT_OFFERED = "NOT_OFFERED"
    UNKNOWN = "UNKNOWN"


class Circumstance(Enumeration):
    """What the offence was like, where a rule turns on it. The police's flag is taken as given."""

    DOMESTIC_ABUSE = "DOMESTIC_ABUSE"
    INTIMATE_PARTNER = "INTIMATE_PARTNER"
    HATE_CRIME = "HATE_CRIME"
    SEXUAL = "SEXUAL"
    KNIFE = "KNIFE"
    SIMPLE_POSSESSION = "SIMPLE_POSSESSION"
    REPEAT_KNIFE = "REPEAT_KNIFE"
    WEAPON_USED_OR_THREATENED = "WEAPON_USED_OR_THREATENED"
    CARE_PLACEMENT = "CARE_PLACEMENT"
    FAMILY_VICTIM = "FAMILY_VICTIM"
    YOUTH_PRODUCED_IMAGERY = "YOUTH_PRODUCED_IMAGERY"
    IMAGERY_AGGRAVATED = "IMAGERY_AGGRAVATED"
    TERRORISM_CONNECTED = "TERRORISM_CONNECTED"


class VictimKind(Enumeration):
    """What the victim is."""

    PERSON = "PERSON"
    BUSINESS = "BUSINESS"
    PUBLIC_BODY = "PUBLIC_BODY"
    UNKNOWN = "UNKNOWN"


class Consulted(Enumeration):
    """Whether the victim was asked."""

    YES = "YES"
    NO = "NO"
    DECLINED = "DECLINED"
    UNREACHABLE = "UNREACHABLE"
    UNKNOWN = "UNKNOWN"


class Preference(Enumeration):
    """What the victim would like. Informs; changes neither standing nor fit."""

    INFORMAL = "INFORMAL"
    FORMAL = "FORMAL"
    NO_VIEW = "NO_VIEW"
    UNKNOWN = "UNKNOWN"


class Restorative(Enumeration):
    """Whether the victim wishes anything restorative."""

    YES = "YES"
    NO = "NO"
    UNSURE = "UNSURE"
    UNKNOWN = "UNKNOWN"


class PastKind(Enumeration):
    """What a child may have been given before: a disposal, or a conviction."""

    NO_FURTHER_ACTION = "NO_FURTHER_ACTION"
    TRIAGE = "TRIAGE"
    OUTCOME_21 = "OUTCOME_21"
    OUTCOME_22 = "OUTCOME_22"
    COMMUNITY_RESOLUTION = "COMMUNITY_RESOLUTION"
    DEFERRED_CAUTION = "DEFERRED_CAUTION"
    DEFERRED_PROSECUTION = "DEFERRED_PROSECUTION"
    YOUTH_CAUTION = "YOUTH_CAUTION"
    YOUTH_CONDITIONAL_CAUTION = "YOUTH_CONDITIONAL_CAUTION"
    CHARGE = "CHARGE"
    CONVICTION = "CONVICTION"


class Completion(Enumeration):
    """How an earlier disposal ended."""

    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ONGOING = "ONGOING"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Exploitation:
    """What is known of exploitation of the child. Read only where it protects."""

    indicated: YesNo = YesNo.UNKNOWN
    nrm: Nrm = Nrm.UNKNOWN
    section45: Section45 = Section45.UNKNOWN


@dataclass(frozen=True)
class Child:
    """The child, as far as a rule may look."""

    born_on: date
    care: CareStatus = CareStatus.UNKNOWN
    communication_need: CommunicationNeed = CommunicationNeed.UNKNOWN
    exploitation: Exploitation = Exploitation()


@dataclass(frozen=True)
class Response:
    """What the child says about an offence, and how it was taken."""

    kind: ResponseKind = ResponseKind.UNKNOWN
    on: date | Unknown = UNKNOWN
    to: ResponseTo = ResponseTo.UNKNOWN
    appropriate_adult: AppropriateAdult = AppropriateAdult.UNKNOWN
    legal_advice: LegalAdvice = LegalAdvice.UNKNOWN
    understood: YesNo = YesNo.UNKNOWN


@dataclass(frozen=True)
class OfficerScore:
    """The base and the score that the officer gave, on the scale of the edition in force."""

    base: int
    score: int


@dataclass(frozen=True)
class OffenceFacts:
    """One offence. `committed_to` equals `committed_on` when the offence has one day."""

    id: str
    committed_on: date
    committed_to: date
    offence: str | None = None
    cjs_code: str | None = None
    reported_on: date | Unknown = UNKNOWN
    evidence: Evidence = Evidence.UNKNOWN
    response: Response = Response()
    circumstances: tuple[Circumstance, ...] | Unknown = UNKNOWN
    aggravating: tuple[str, ...] | Unknown = UNKNOWN
    mitigating: tuple[str, ...] | Unknown = UNKNOWN
    officer_score: OfficerScore | Unknown = UNKNOWN


@dataclass(frozen=True)
class Victim:
    """A victim's part. Informs; never a veto."""

    kind: VictimKind = VictimKind.UNKNOWN
    consulted: Consulted = Consulted.UNKNOWN
    preference: Preference = Preference.UNKNOWN
    restorative: Restorative = Restorative.UNKNOWN
    supports_action: YesNo = YesNo.UNKNOWN


@dataclass(frozen=True)
class PastDisposal:
    """Something the child was given before."""

    kind: PastKind
    given_on: date | Unknown = UNKNOWN
    offence: str | Unknown = UNKNOWN
    completion: Completion = Completion.UNKNOWN


@dataclass(frozen=True)
class Agreement:
    """Whether the child agrees. Asked at the offer: not knowing it yet closes and opens nothing."""

    to_take_part: YesNo = YesNo.UNKNOWN
    to_conditions: YesNo = YesNo.UNKNOWN


@dataclass(frozen=True)
class CaseFacts:
    """All that the rules may read of a case."""

    child: Child
    offences: tuple[OffenceFacts, ...]
    victims: tuple[Victim, ...] | Unknown = UNKNOWN
    history: tuple[PastDisposal, ...] | Unknown = UNKNOWN
    agreement: Agreement = Agreement()

    @cached_property
    def shown(self) -> dict[tuple[int, str], tuple[str, Any]]:
        """Places of these facts, by offence, that were read before, as they are shown; other facts have none."""
        return {}

    @cached_property
    def reads(self) -> dict[tuple[int, date, tuple[str, ...]], dict[str, Any]]:
        """Places that were read together, by offence and day of the advice, as they are shown; likewise."""
        return {}


T = TypeVar("T")


def listed(member: T, closed_list: tuple[T, ...] | Unknown) -> YesNo:
    """Whether a closed list holds a member; UNKNOWN where there is no list."""
    if isinstance(closed_list, Unknown):
        return YesNo.UNKNOWN
    return YesNo.YES if member in closed_list else YesNo.NO


def all_of(answers: Iterable[YesNo]) -> YesNo:
    """Three-valued "and": one NO decides, else one UNKNOWN leaves it unknown."""
    found = set(answers)
    if YesNo.NO in found:
        return YesNo.NO
    return YesNo.UNKNOWN if YesNo.UNKNOWN in found else YesNo.YES


def any_of(answers: Iterable[YesNo]) -> YesNo:
    """Three-valued "or": one YES decides, else one UNKNOWN leaves it unknown."""
    found = set(answers)
    if YesNo.YES in found:
        return YesNo.YES
    return YesNo.UNKNOWN if YesNo.UNKNOWN in found else YesNo.NO


def earlier(history: tuple[PastDisposal, ...] | Unknown, *kinds: PastKind) -> tuple[PastDisposal, ...]:
    """What the history names of these kinds; empty where no history is known."""
    if isinstance(history, Unknown):
        return ()
    return tuple(past for past in history if past.kind in kinds)


CAUTIONS = (PastKind.YOUTH_CAUTION, PastKind.YOUTH_CONDITIONAL_CAUTION)
