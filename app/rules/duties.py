"""What somebody must or should do in this case: at once, or if a disposal is chosen.

Decides which duties bear on the case. What must be seen before deciding is `app.rules.warnings`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from app.law.model import DisposalCode as D
from app.rules.asked_later import victims_of
from app.rules.case import Case
from app.rules.clocks import knife_referral_due
from app.rules.facts import (
    CAUTIONS,
    CareStatus,
    Circumstance,
    Consulted,
    Nrm,
    PastKind,
    Preference,
    YesNo,
    earlier,
)
from app.rules.findings import Duty, Effect, Fit, Option, Standing
from app.rules.matter import Matter
from app.rules.standing import authorities_needed

POLICE, YJS, JOINT = "POLICE", "YJS", "JOINT"
_PLANNED = (
    D.TRIAGE,
    D.OUTCOME_22,
    D.COMMUNITY_RESOLUTION,
    D.DEFERRED_CAUTION,
    D.DEFERRED_PROSECUTION,
    D.YOUTH_CAUTION,
    D.YOUTH_CONDITIONAL_CAUTION,
)
_CIF_CARE = frozenset({CareStatus.LOOKED_AFTER, CareStatus.CHILD_IN_NEED, CareStatus.CARE_LEAVER})
_SEXUAL = frozenset({"sexual", "images"})

Options = tuple[Option, ...]
Source = Callable[[Case, Options], Iterator[Duty]]


def duties_of(case: Case, options: Options) -> tuple[Duty, ...]:
    """Every duty that bears on the case, each once, while its rule is in force; none for excluded options alone."""
    sources = _UNDER_TEN if case.under_ten else _ALL
    found = {duty: None for source in sources for duty in source(case, options)}
    closed = tuple([option.disposal for option in options if option.standing is Standing.EXCLUDED])
    kept = [_still_possible(duty, _too_old(options) if duty.rule in _WHILE_A_CHILD else closed) for duty in found]
    return tuple([duty for duty in kept if duty and case.law.in_force(duty.rule)])


_WHILE_A_CHILD = frozenset({"YC-10"})
"""Duties that are shown also where present facts exclude the disposal: history alone brings them about."""


def _too_old(options: Options) -> tuple[D, ...]:
    """The disposals that the person's age closes."""
    return tuple([option.disposal for option in options if any(one.rule == "AGE-04" for one in option.not_met)])


def _still_possible(duty: Duty, closed: tuple[D, ...]) -> Duty | None:
    """A conditional duty without the disposals that are closed; None where none is left."""
    left = tuple([disposal for disposal in duty.if_disposal if disposal not in closed])
    if left == duty.if_disposal:
        return duty
    return duty._replace(if_disposal=left) if left else None


def _safeguarding(case: Case, _: Options) -> Iterator[Duty]:
    if case.under_ten:
        yield Duty(
            "AGE-01",
            POLICE,
            "Refer the child to children's social care: a child under ten is safeguarded, "
            "not dealt with for an offence.",
        )


def _exploitation(case: Case, _: Options) -> Iterator[Duty]:
    exploitation = case.facts.child.exploitation
    if exploitation.indicated is YesNo.YES and exploitation.nrm in {Nrm.NONE, Nrm.UNKNOWN}:
        yield Duty("OFF-05", POLICE, "A first responder refers the child to the National Referral Mechanism.")


def _knife(case: Case, _: Options) -> Iterator[Duty]:
    if case.flagged(Circumstance.KNIFE) is not YesNo.YES or not case.law.in_force("KNF-01"):
        return
    for matter in case.matters:
        if matter.flagged(Circumstance.KNIFE) is YesNo.YES:
            yield Duty(
                "KNF-01",
                POLICE,
                "Refer the child to the youth justice service, within one working day.",
                knife_referral_due(matter),
            )
    yield Duty("KNF-02", YJS, "Make a targeted plan; the child cannot opt out of having one.")
    yield Duty("KNF-07", YJS, "Assess for the plan with the prevention and diversion tool.")
    yield Duty(
        "KNF-04",
        YJS,
        "Tell the police if the child does not comply; they may charge the original offence.",
        if_disposal=(D.DEFERRED_PROSECUTION,),
    )


def _victims(case: Case, _: Options) -> Iterator[Duty]:
    matter = case.matters[0]
    victims = victims_of(matter)
    if any(victim.consulted in {Consulted.NO, Consulted.UNKNOWN} for victim in victims):
        yield Duty("VIC-01", JOINT, "Seek the victim's views, record them and bring them to the decision.")
    if any(victim.preference is Preference.FORMAL for victim in victims):
        informal = tuple(disposal for disposal in D if disposal != D.CHARGE)
        yield Duty(
            "VIC-02", POLICE, "Give the victim, who would like formal action, the reasons.", if_disposal=informal
        )
    if victims:
        yield Duty(
            "NFA-06",
            POLICE,
            "Tell the victim of the decision and of the right to a review.",
            if_disposal=(D.NO_FURTHER_ACTION,),
        )


def _child_information_form(case: Case, options: Options) -> Iterator[Duty]:
    charge = next(option for option in options if option.disposal == D.CHARGE)
    if not case.law.in_force("CHG-04") or not authorities_needed(charge.findings):
        return
    if any(_form_needed(matter) for matter in case.matters):
        yield Duty(
            "CHG-04",
            POLICE,
            "Complete a Child Information Form for the CPS; it is not delegated.",
            if_disposal=(D.CHARGE,),
        )


def _form_needed(matter: Matter) -> bool:
    """The criteria of the form. Not knowing whether the child was charged before counts as never charged."""
    never_charged = not earlier(matter.facts.history, PastKind.CHARGE, PastKind.CONVICTION)
    sexual = matter.in_law.category in _SEXUAL or matter.flagged(Circumstance.SEXUAL) is YesNo.YES
    return never_charged or sexual or matter.in_law.adult_max_14_plus is True or matter.facts.child.care in _CIF_CARE


def _cautions(case: Case, _: Options) -> Iterator[Duty]:
    yield Duty(
        "YC-08",
        POLICE,
        "Refer the child to the youth justice service as soon as practicable.",
        if_disposal=(D.YOUTH_CAUTION,),
    )
    if earlier(case.facts.history, *CAUTIONS):
        yield Duty(
            "YC-10",
            YJS,
            "Assess the child and, unless it is inappropriate, arrange a rehabilitation programme.",
            if_disposal=(D.YOUTH_CAUTION,),
        )
    yield Duty(
        "YCC-09",
        POLICE,
        "Follow the Code of Practice and consult the youth justice service first.",
        if_disposal=(D.YOUTH_CONDITIONAL_CAUTION,),
    )
    yield Duty(
        "YCC-10",
        YJS,
        "Assess the child and arrange the intervention; the authorised person refers.",
        if_disposal=(D.YOUTH_CONDITIONAL_CAUTION,),
    )


def _informal(case: Case, _: Options) -> Iterator[Duty]:
    yield Duty("NFA-05", YJS, "Look whether voluntary early help suits the child.", if_disposal=(D.NO_FURTHER_ACTION,))
    yield Duty(
        "CR-12",
        POLICE,
        "Tell the youth justice service of a resolution given by the police alone.",
        if_disposal=(D.COMMUNITY_RESOLUTION,),
    )
    if earlier(case.facts.history, *(kind for kind in PastKind if kind is not PastKind.NO_FURTHER_ACTION)):
        yield Duty(
            "CR-07",
            POLICE,
            "Consult the youth justice service: the child has relevant history, which is no bar.",
            if_disposal=(D.COMMUNITY_RESOLUTION,),
        )


def _process(_: Case, __: Options) -> Iterator[Duty]:
    yield Duty("PRC-06", YJS, "Assess with the prevention and diversion assessment tool.", if_disposal=_PLANNED)
    yield Duty("GEN-04", JOINT, "Serve the aim of preventing offending, and have regard to the child's welfare.")
    yield Duty("GEN-07", JOINT, "Record an equality check: access to diversion is fair and widens no disparity.")


def _departure(case: Case, options: Options) -> Iterator[Duty]:
    """The score's map is a guide: whoever chooses something else records why."""
    if case.gravity.score is None:
        return
    departing = tuple(option.disposal for option in options if option.fit is not Fit.INDICATED)
    if departing:
        yield Duty("GEN-05", JOINT, "Record why the disposal departs from what is indicated.", if_disposal=departing)


def _override(_: Case, options: Options) -> Iterator[Duty]:
    """A policy block may be overridden, by name and with reasons."""
    for rule in ("CFG-01", "CFG-08", "CFG-09", "CR-08", "TIM-04"):
        blocked = tuple(option.disposal for option in options if _blocked_by(option, rule))
        if blocked:
            yield Duty(
                rule,
                JOINT,
                "Against policy: only a named authority may override it, with reasons.",
                if_disposal=blocked,
            )


def _blocked_by(option: Option, rule: str) -> bool:
    return option.standing is Standing.POLICY_BLOCK and any(
        finding.rule == rule and finding.effect is Effect.BLOCKS for finding in option.not_met
    )


_UNDER_TEN: Final[tuple[Source, ...]] = (_safeguarding, _exploitation)
_ALL: Final[tuple[Source, ...]] = (
    _exploitation,
    _knife,
    _victims,
    _child_information_form,
    _cautions,
    _informal,
    _process,
    _departure,
    _override,
)
