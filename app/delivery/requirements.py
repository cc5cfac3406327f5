"""What must be so when a disposal is given to a child, rule by rule. Pure.

The advice says which requirements bear on the case at delivery (`app.rules.asked_later`); here is what answers each.
Decides which of them are not shown to be met. Whether the disposal may still be given at all is the advice's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.delivery.words import (
    NEAREST,
    NEEDS_VICTIM,
    NOT_ENOUGH_FOR_A_KNIFE,
    AdultRelation,
    AdultRole,
    DocumentPart,
    InterventionKind,
)
from app.rules.conditions import Setter
from app.rules.facts import YesNo

POLICE_GIVERS = frozenset({Setter.CONSTABLE, Setter.SERGEANT_OR_ABOVE, Setter.QUALIFIED_OFFICER})
MAY_GIVE_YCC = frozenset(
    {Setter.SERGEANT_OR_ABOVE, Setter.QUALIFIED_OFFICER, Setter.AUTHORISED_BY_DPP, Setter.PROSECUTOR}
)
_POLICE_RELATIONS = frozenset({AdultRelation.POLICE_OFFICER, AdultRelation.POLICE_STAFF})
_POLICE_ROLES = frozenset({AdultRole.POLICE_OFFICER, AdultRole.POLICE_STAFF})


@dataclass(frozen=True)
class Adult:
    """The appropriate adult who was there. `why_none_nearer` says why nobody whom the statute names first could."""

    relation: AdultRelation
    role: AdultRole
    adult: YesNo
    why_none_nearer: bool

    @property
    def of_the_police(self) -> bool:
        """Whether the police employ this adult."""
        return self.relation in _POLICE_RELATIONS or self.role in _POLICE_ROLES


@dataclass(frozen=True)
class Shown:
    """What is shown of a delivery. What nobody said is not shown: `False` means that, never "it was refused"."""

    giver: Setter
    trained: bool
    adult: Adult | None
    adult_at_acceptance: bool
    explained: bool
    breach_warned: bool
    withdrawal_explained: bool
    papers_given: bool
    child_agreed: bool
    parent_agreed: YesNo
    consent: bool
    signed: bool
    document: frozenset[DocumentPart]
    victims: bool
    victim_told: bool
    victim_wishes: bool
    content: frozenset[InterventionKind]
    conditions: int
    condition_for_victim: bool
    plan_child: bool
    plan_professionals: bool
    plan_exit: bool


@dataclass(frozen=True)
class Unmet:
    """A requirement that is not shown to be met: its rule, where to show it, what is missing."""

    rule: str
    pointer: str
    message: str


Gap = tuple[str, str]
Check = Callable[[Shown], Iterator[Gap]]


def unmet(rules: Iterable[str], shown: Shown) -> tuple[Unmet, ...]:
    """Return every requirement among these rules that is not shown to be met, in their order.

    An appropriate adult of the police is refused whether or not the child's age asks for one (AA-04). A rule that
    nothing here can answer counts as not met: nothing is waved through.
    """
    asked = dict.fromkeys(rule for rule in rules if rule not in NOTED)
    if shown.adult is not None and shown.adult.of_the_police:
        asked |= {"AA-04": None}
    found = (Unmet(rule, pointer, message) for rule in asked for pointer, message in _gaps(rule, shown))
    return tuple(dict.fromkeys(found))


def _gaps(rule: str, shown: Shown) -> Iterator[Gap]:
    check = CHECKS.get(rule)
    return iter([("", "This service cannot yet check this requirement.")]) if check is None else check(shown)


def _triage(shown: Shown) -> Iterator[Gap]:
    if not shown.child_agreed:
        yield "/childAgreed", "The child agrees to the support offered."
    if shown.victims and not shown.victim_told:
        yield "/victimTold", "The victim is told that another body takes the action."


def _informed_agreement(shown: Shown) -> Iterator[Gap]:
    if not shown.child_agreed:
        yield "/childAgreed", "The child gives informed agreement."
    if shown.parent_agreed is YesNo.NO:
        yield "/parentCarerAgreed", "For a younger child the parent or carer agrees too; leave it out where not needed."


def _child_agreed(shown: Shown) -> Iterator[Gap]:
    if not shown.child_agreed:
        yield "/childAgreed", "The child agrees to take part."


def _adult_at_acceptance(shown: Shown) -> Iterator[Gap]:
    if shown.adult is None and not shown.adult_at_acceptance:
        yield "/appropriateAdult", "An appropriate adult is there when the child accepts responsibility."


def _adult_present(shown: Shown) -> Iterator[Gap]:
    if shown.adult is None:
        yield "/appropriateAdult", "At this age it is given in the presence of an appropriate adult."


def _adult_named_by_statute(shown: Shown) -> Iterator[Gap]:
    adult = shown.adult
    if adult is None or adult.of_the_police or adult.relation in NEAREST:
        return
    if adult.relation is AdultRelation.OTHER:
        yield "/appropriateAdult/relation", "The statute does not name such an adult."
        return
    if adult.adult is not YesNo.YES:
        yield "/appropriateAdult/aged18OrOver", "A responsible adult is 18 or over."
    if not adult.why_none_nearer:
        yield "/appropriateAdult/whyNoneNearer", "Say why no parent, guardian, carer's representative or social worker."


def _adult_not_police(shown: Shown) -> Iterator[Gap]:
    if shown.adult is not None and shown.adult.of_the_police:
        yield (
            "/appropriateAdult/relation",
            "The appropriate adult is neither a police officer nor employed by the police.",
        )


def _explained(shown: Shown) -> Iterator[Gap]:
    if not shown.explained:
        yield "/explained", "The effect is explained in ordinary language to the child and the appropriate adult."


def _constable(shown: Shown) -> Iterator[Gap]:
    if shown.giver not in POLICE_GIVERS:
        yield "/givenBy/role", "A constable gives a youth caution."
    if not shown.trained:
        yield "/givenBy/trained", "The constable who gives it is trained to."


def _ycc_explained_and_signed(shown: Shown) -> Iterator[Gap]:
    if not shown.explained:
        yield "/explained", "The effect of the caution is explained to the child."
    if not shown.breach_warned:
        yield "/breachWarned", "The child is warned of what failing a condition can bring."
    if not shown.signed:
        yield "/signed", "The child signs the document."


def _document(shown: Shown) -> Iterator[Gap]:
    for part in DocumentPart:
        if part not in shown.document:
            yield "/signedDocument", f"The signed document holds the {part.value.lower()}."


def _consent(shown: Shown) -> Iterator[Gap]:
    if not shown.consent:
        yield "/consent", "The child consents to the caution and its conditions."


def _withdrawal(shown: Shown) -> Iterator[Gap]:
    if not shown.withdrawal_explained:
        yield "/withdrawalExplained", "The child knows that consent can be withdrawn at any stage."


def _authorised(shown: Shown) -> Iterator[Gap]:
    if shown.giver not in MAY_GIVE_YCC:
        yield "/givenBy/role", "A sergeant or above, or another authorised person, gives it."


def _victims_wish(shown: Shown) -> Iterator[Gap]:
    wanted = shown.content & NEEDS_VICTIM or shown.condition_for_victim
    if wanted and not shown.victim_wishes:
        yield "/victimWishesReparation", "Reparation or a meeting only where the victim, being informed, wishes it."


def _papers(shown: Shown) -> Iterator[Gap]:
    if not shown.trained:
        yield "/givenBy/trained", "A trained officer delivers it."
    if not shown.explained:
        yield "/explained", "It is delivered in plain language."
    if not shown.papers_given:
        yield "/papersGiven", "The child is given the papers."


def _plan(shown: Shown) -> Iterator[Gap]:
    if not shown.plan_child:
        yield "/plan/child", "The plan says what the child does."
    if not shown.plan_professionals:
        yield "/plan/professionals", "The plan says what professionals do."
    if not shown.plan_exit:
        yield "/plan/exit", "The plan says how it ends."


def _knife_plan(shown: Shown) -> Iterator[Gap]:
    if not shown.content and not shown.conditions:
        yield "/interventions", "After a knife offence the youth justice service makes a targeted plan."


def _knife_content(shown: Shown) -> Iterator[Gap]:
    if shown.content and shown.content <= NOT_ENOUGH_FOR_A_KNIFE and not shown.conditions:
        yield "/interventions", "The content is more than a letter of apology, a warning or a knife-awareness course."


NOTED: Final = frozenset({"O22-05", "O22-08", "O23-07", "PRC-20", "PRC-21", "PRC-22"})
"""What is told at delivery and asks for no proof: the service keeps it itself, or it is an offer that may be made."""

CHECKS: Final[Mapping[str, Check]] = {
    "O20-01": _triage,
    "O22-07": _informed_agreement,
    "CR-01": _child_agreed,
    "O23-01": _child_agreed,
    "AA-03": _adult_at_acceptance,
    "KNF-02": _knife_plan,
    "KNF-06": _knife_content,
    "YC-04": _adult_present,
    "YCC-03": _adult_present,
    "AA-01": _adult_named_by_statute,
    "AA-04": _adult_not_police,
    "YC-05": _explained,
    "YC-17": _constable,
    "YCC-01": _ycc_explained_and_signed,
    "YCC-02": _document,
    "YCC-04": _consent,
    "YCC-05": _withdrawal,
    "YCC-08": _authorised,
    "VIC-03": _victims_wish,
    "PRC-14": _papers,
    "PRC-15": _plan,
}
"""What answers each rule. A test holds this against every rule that can be asked of what is given to a child."""
