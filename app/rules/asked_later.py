"""What no fact of a request can answer: asked when the decision is made, or when the disposal is delivered.

Decides which of these items belong to a disposal in this case. They are never UNKNOWN findings and hold nothing open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.law.model import DisposalCode as D
from app.rules.facts import CAUTIONS, Circumstance, Restorative, Unknown, Victim, YesNo, earlier
from app.rules.findings import Later
from app.rules.matter import Matter

AA_AGE = "appropriate_adult_age"


def _always(_: Matter) -> bool:
    return True


def _with_adult(matter: Matter) -> bool:
    """Whether the child's age on the day asks for an appropriate adult at the giving."""
    return matter.age < matter.number(AA_AGE)


def _knife(matter: Matter) -> bool:
    return matter.flagged(Circumstance.KNIFE) is YesNo.YES


def _with_victim(matter: Matter) -> bool:
    """Whether there is a victim, or nobody has said that there is none."""
    return bool(victims_of(matter)) or isinstance(matter.facts.victims, Unknown)


def _imagery(matter: Matter) -> bool:
    return matter.flagged(Circumstance.YOUTH_PRODUCED_IMAGERY) is YesNo.YES


def _unmapped(matter: Matter) -> bool:
    return matter.in_law.key is None


def _grave_kind(matter: Matter) -> bool:
    return matter.in_law.category in _GRAVE_KINDS


def _locally_named(matter: Matter) -> bool:
    return matter.protocol.local_name(matter.disposal.code) is not None


def _restorative_wish(matter: Matter) -> bool:
    return any(victim.restorative is Restorative.YES for victim in victims_of(matter))


_GRAVE_KINDS = frozenset({"violence", "sexual", "images", "weapons", "robbery"})


def _cps_only(matter: Matter) -> bool:
    return matter.in_law.indictable_only or bool(matter.in_law.prosecution_consent)


def _first_caution(matter: Matter) -> bool:
    return not earlier(matter.facts.history, *CAUTIONS)


def victims_of(matter: Matter) -> tuple[Victim, ...]:
    """The victims that are known."""
    return () if isinstance(matter.facts.victims, Unknown) else matter.facts.victims


@dataclass(frozen=True)
class Item:
    """One thing to be asked later, of some disposals, when something is so and while its rule is in force."""

    rule: str
    disposals: tuple[D, ...]
    what: str
    when: Callable[[Matter], bool] = _always

    @cached_property
    def always(self) -> bool:
        """Whether it is asked in every case while its rule is in force."""
        return self.when is _always

    @cached_property
    def later(self) -> Later:
        """What is asked, as an advice has it."""
        return Later(self.rule, self.what)


_CAUTIONS = (D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION)
_DEFERRED = (D.DEFERRED_CAUTION, D.DEFERRED_PROSECUTION)
_VOLUNTARY = (D.TRIAGE, D.OUTCOME_22, D.COMMUNITY_RESOLUTION, *_DEFERRED)
_JOINT = (*_VOLUNTARY, *_CAUTIONS)
_SUPPORTED = (D.NO_FURTHER_ACTION, D.COMMUNITY_RESOLUTION)

AT_DECISION: Final[tuple[Item, ...]] = (
    Item("NFA-02", (D.NO_FURTHER_ACTION,), "The police say why formal action is not in the public interest."),
    Item("O20-01", (D.TRIAGE,), "Another body has agreed to take the action."),
    Item(
        "O21-01", (D.OUTCOME_21,), "Safeguarding partners have been asked before the investigation is closed.", _imagery
    ),
    Item("O22-04", (D.OUTCOME_22,), "A reasonable investigation has taken place."),
    Item(
        "CR-06",
        (D.COMMUNITY_RESOLUTION,),
        "The offence is less serious, by its facts, impact, risk and likely penalty.",
    ),
    Item(
        "CR-05",
        (D.COMMUNITY_RESOLUTION,),
        "The victim has been asked; the views are recorded and are no veto.",
        _with_victim,
    ),
    Item(
        "CR-09",
        (D.COMMUNITY_RESOLUTION,),
        "An offence of violence, sex or weapons is low-level on its facts.",
        _grave_kind,
    ),
    Item("O20-02", (D.TRIAGE,), "What the area calls triage is this disposal and no other.", _locally_named),
    Item(
        "O22-13",
        (D.DEFERRED_PROSECUTION,),
        "The CPS has been asked, since the prosecution held back would be its own.",
        _cps_only,
    ),
    Item(
        "YC-01",
        (D.YOUTH_CAUTION,),
        "The constable does not think that the child should be prosecuted or given a youth conditional caution.",
    ),
    Item(
        "YCC-01",
        (D.YOUTH_CONDITIONAL_CAUTION,),
        "A relevant prosecutor or authorised person decides that the evidence suffices to charge and that the caution "
        "should be given.",
    ),
    Item(
        "YCC-09",
        (D.YOUTH_CONDITIONAL_CAUTION,),
        "The Code of Practice is followed and the youth justice service consulted.",
    ),
    Item(
        "YCC-11",
        (D.YOUTH_CONDITIONAL_CAUTION,),
        "Conditions rehabilitate, repair or punish; punish only where the others do not suffice.",
    ),
    Item("YCC-15", (D.YOUTH_CONDITIONAL_CAUTION,), "Each condition is appropriate, proportionate and achievable."),
    Item(
        "INT-04",
        (D.COMMUNITY_RESOLUTION, D.DEFERRED_CAUTION, *_CAUTIONS),
        "The admission or acceptance came first and was not induced by the offer.",
    ),
    Item(
        "INT-01",
        (D.DEFERRED_CAUTION, *_CAUTIONS),
        "The admission comes from an interview under caution that the code of practice would pass.",
    ),
    Item("INT-02", (D.COMMUNITY_RESOLUTION,), "How and in whose presence the acceptance was taken is noted."),
    Item(
        "CFG-16",
        (D.YOUTH_CAUTION,),
        "The local panel has seen a first youth caution.",
        lambda matter: matter.protocol.panel.first_youth_caution_needs_panel and _first_caution(matter),
    ),
    Item("PRC-08", _JOINT, "The police and the youth justice service have decided together."),
    Item(
        "PRC-09",
        _JOINT,
        "The youth justice service's recommendation has been considered; the police have the last word.",
    ),
    Item(
        "CHG-02",
        (D.CHARGE,),
        "Somebody has looked whether prosecution needs consent: our own list does not have this code.",
        _unmapped,
    ),
    Item(
        "CHG-06",
        (D.CHARGE,),
        "The prosecutor weighs the child's background, the public interest, and an out-of-court disposal.",
    ),
    Item("PRC-13", tuple(D), "The reasons, any dissent and any departure are recorded."),
)

AT_DELIVERY: Final[tuple[Item, ...]] = (
    Item("NFA-06", (D.NO_FURTHER_ACTION,), "The victim is told, and of the right to a review.", _with_victim),
    Item("O20-01", (D.TRIAGE,), "The child agrees to the support offered, and the victim is told."),
    Item(
        "O22-07",
        (D.OUTCOME_22, *_DEFERRED),
        "The child, and for a younger child the parent or carer, gives informed agreement.",
    ),
    Item("O22-05", (D.OUTCOME_22, D.DEFERRED_CAUTION), "The outcome is recorded only when the activity is completed."),
    Item("CR-01", (D.COMMUNITY_RESOLUTION,), "The child agrees to take part."),
    Item("AA-03", (D.COMMUNITY_RESOLUTION,), "An appropriate adult is present when the acceptance is taken."),
    Item("O23-01", (D.DEFERRED_PROSECUTION,), "The child agrees to the diversionary conditions."),
    Item(
        "KNF-02",
        (D.DEFERRED_PROSECUTION, *_CAUTIONS, D.OUTCOME_22, D.COMMUNITY_RESOLUTION),
        "The youth justice service has made a targeted plan.",
        _knife,
    ),
    Item(
        "KNF-06",
        (D.DEFERRED_PROSECUTION, *_CAUTIONS, D.OUTCOME_22, D.COMMUNITY_RESOLUTION),
        "The content is more than a letter of apology, a warning or a knife-awareness course.",
        _knife,
    ),
    Item("YC-04", (D.YOUTH_CAUTION,), "An appropriate adult is present when the caution is given.", _with_adult),
    Item(
        "YCC-03",
        (D.YOUTH_CONDITIONAL_CAUTION,),
        "An appropriate adult is present for the explanation and the warning.",
        _with_adult,
    ),
    Item("AA-01", _CAUTIONS, "The appropriate adult is one whom the statute names.", _with_adult),
    Item(
        "AA-04", _CAUTIONS, "The appropriate adult is neither a police officer nor employed by the police.", _with_adult
    ),
    Item(
        "YC-05",
        (D.YOUTH_CAUTION,),
        "The effect is explained in ordinary language to the child and the appropriate adult.",
    ),
    Item("YC-17", (D.YOUTH_CAUTION,), "A trained constable gives it, normally at a police station."),
    Item(
        "YCC-01",
        (D.YOUTH_CONDITIONAL_CAUTION,),
        "The effect is explained, the child is warned of what a breach brings, and signs the document.",
    ),
    Item(
        "YCC-02",
        (D.YOUTH_CONDITIONAL_CAUTION,),
        "The document holds the offence, the admission, the consent and the conditions.",
    ),
    Item("YCC-04", (D.YOUTH_CONDITIONAL_CAUTION,), "The child consents to the caution and its conditions."),
    Item("YCC-05", (D.YOUTH_CONDITIONAL_CAUTION,), "The child knows that consent can be withdrawn at any stage."),
    Item("YCC-08", (D.YOUTH_CONDITIONAL_CAUTION,), "A sergeant or above, or another authorised person, gives it."),
    Item(
        "VIC-03",
        (D.COMMUNITY_RESOLUTION, D.OUTCOME_22, *_DEFERRED, *_CAUTIONS),
        "Reparation or a restorative meeting only with the victim's informed wish; a no is not held against the child.",
        _with_victim,
    ),
    Item("PRC-14", _CAUTIONS, "A trained officer delivers it in plain language, with its papers."),
    Item("PRC-15", _VOLUNTARY, "The plan says what the child does, what professionals do, and how it ends."),
    Item("O22-08", (D.OUTCOME_22,), "A restorative element is part of it, as the victim wishes.", _restorative_wish),
    Item(
        "O23-07", (D.DEFERRED_PROSECUTION,), "Child-level data send it under the legacy code that the schema still has."
    ),
    Item("PRC-20", (D.COMMUNITY_RESOLUTION,), "The youth justice service may offer voluntary work beside it."),
    Item("PRC-21", _SUPPORTED, "Turnaround is looked at, on the rules up to March 2026."),
    Item("PRC-22", _SUPPORTED, "Turnaround is looked at, on criteria that the area must supply."),
    Item("CHG-07", (D.CHARGE,), "Until conviction the CPS may send the case back for an out-of-court disposal."),
    Item("PRC-27", (D.CHARGE,), "The police file holds a Child Information Form where one is needed."),
    Item("AA-02", (D.CHARGE,), "An appropriate adult is present when the child is charged."),
)


@dataclass(frozen=True, eq=False)
class Occasion:
    """When something is asked later, and what is asked then of each disposal."""

    items: Mapping[D, tuple[Item, ...]]

    def asked(self, matters: tuple[Matter, ...]) -> tuple[Later, ...]:
        """What any offence of the case, seen for one disposal, asks of it, each thing once, in order."""
        if len(matters) == 1:
            (matter,) = matters
            return tuple([item.later for item in self._in_force(matter) if item.always or item.when(matter)])
        asked = {item.later for one in matters for item in self._in_force(one) if item.always or item.when(one)}
        return tuple([item.later for item in self.items[matters[0].disposal.code] if item.later in asked])

    def _in_force(self, matter: Matter) -> tuple[Item, ...]:
        """The items of the disposal whose rule is in force: worked out once for each epoch of a book."""
        law, disposal = matter.law, matter.disposal.code
        known: dict[tuple[Occasion, tuple[int, ...], D], tuple[Item, ...]]
        known = law.book.notes.setdefault("items in force", {})
        found = known.get((self, law.epoch, disposal))
        if found is None:
            found = tuple(item for item in self.items[disposal] if law.in_force(item.rule))
            known[self, law.epoch, disposal] = found
        return found


def _occasion(items: tuple[Item, ...]) -> Occasion:
    return Occasion({disposal: tuple(item for item in items if disposal in item.disposals) for disposal in D})


DECISION: Final = _occasion(AT_DECISION)
DELIVERY: Final = _occasion(AT_DELIVERY)
