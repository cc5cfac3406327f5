"""What must be seen before deciding, and changes nothing by itself.

Decides which warnings bear on the case. A warning is never a bar: what closes an option is a requirement.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from app.law.dates import age_on, months_after, years_after
from app.law.model import DisposalCode as D
from app.rules.age import RESPONSIBILITY, adult_on, adult_today
from app.rules.asked_later import victims_of
from app.rules.case import Case
from app.rules.clocks import beyond_the_calendar, clocks_of
from app.rules.facts import (
    CAUTIONS,
    CareStatus,
    Circumstance,
    CommunicationNeed,
    Evidence,
    LegalAdvice,
    PastDisposal,
    PastKind,
    Preference,
    Section45,
    Unknown,
    YesNo,
    earlier,
)
from app.rules.findings import OffenceScore, Warn
from app.rules.matter import Matter
from app.rules.response import NOT_YET, REFUSED

RESTRICTION_YEARS = "discharge_restriction_years"
LOOK_BACK_YEARS = "simple_caution_look_back_years"
ABUSE_AGE = "domestic_abuse_age"
Possible = Callable[[D], bool]
"""Whether a disposal is not excluded."""
Source = Callable[[Case, Possible], Iterator[Warn]]


def warnings_of(case: Case, possible: Possible) -> tuple[Warn, ...]:
    """Every warning that bears on the case, each once, while its rule is in force."""
    sources = (_under_ten,) if case.under_ten else _ALL
    found = {warning: None for source in sources for warning in source(case, possible)}
    return tuple(warning for warning in found if case.law.in_force(warning.rule))


def _under_ten(case: Case, _: Possible) -> Iterator[Warn]:
    yield Warn("AGE-01", "The child was under ten at the offence and cannot be guilty of it.")
    matter = case.matters[0]
    if matter.age >= matter.number(RESPONSIBILITY):
        yield Warn("AGE-02", "The child is ten or over today: the age at the offence governs all the same.")


def _age(case: Case, _: Possible) -> Iterator[Warn]:
    matter = case.matters[0]
    if adult_today(matter):
        yield Warn(
            "AGE-04",
            "The person is 18 or over: the adult menu applies (community resolution, Outcome 22, adult "
            "cautions, charge), and the youth court is lost if 18 before the first appearance.",
        )
        yield Warn(
            "AGE-05",
            "For an adult simple caution section 17 of the Criminal Justice and Courts Act 2015 applies; "
            "earlier youth cautions count in its look-back.",
        )
        yield from _looked_back(case)
        return
    days = (adult_on(matter) - matter.as_at).days
    if days <= case.protocol.turning18_warn_days:
        yield Warn(
            "AGE-08", f"The child turns 18 on {adult_on(matter).isoformat()}: fix the days of decision and delivery."
        )


def _evidence(case: Case, _: Possible) -> Iterator[Warn]:
    if any(matter.offence.evidence is Evidence.SUFFICIENT_TO_CHARGE for matter in case.matters):
        yield Warn(
            "O23-05" if case.law.in_force("O23-05") else "NFA-01",
            "The evidence suffices to charge; nobody says that the Full Code Test is met, which a charge or its "
            "deferral should rest on.",
        )


def _response(case: Case, _: Possible) -> Iterator[Warn]:
    for matter in case.matters:
        response = matter.offence.response
        if response.kind in REFUSED | NOT_YET:
            continue
        if response.legal_advice in {LegalAdvice.NOT_OFFERED, LegalAdvice.UNKNOWN}:
            yield Warn(
                "LEG-01",
                "Nothing shows that free legal advice was offered before the child accepted or admitted anything.",
            )


def _communication(case: Case, _: Possible) -> Iterator[Warn]:
    match case.facts.child.communication_need:
        case CommunicationNeed.IDENTIFIED:
            yield Warn(
                "LEG-03",
                "The child has a communication need: look hard at whether an admission is clear and was "
                "understood, and adjust every step.",
            )
        case CommunicationNeed.NOT_SCREENED | CommunicationNeed.UNKNOWN:
            yield Warn("LEG-03", "Nobody has looked for a communication need: an unclear admission is none.")


def _gravity(case: Case, _: Possible) -> Iterator[Warn]:
    for score in case.gravity.offences:
        yield from _score(case, score)


def _score(case: Case, score: OffenceScore) -> Iterator[Warn]:
    where = f"Offence {score.id}: "
    if score.score is None:
        yield Warn("GEN-05", f"{where}the matrix has no score for it; the officer's is needed.")
    if score.differs_from_officer:
        yield Warn(
            "GEN-05",
            f"{where}the officer's score is used and differs from the matrix's own, which is "
            f"{score.matrix_score}; the difference needs a reason.",
        )
    if score.officer_base is None or score.officer_score is None:
        return
    if abs(score.officer_score - score.officer_base) > case.matrix.max_movement:
        yield Warn("GEN-05", f"{where}the officer's score moves further from its base than factors may move it.")


def _knife(case: Case, _: Possible) -> Iterator[Warn]:
    if case.flagged(Circumstance.KNIFE) is not YesNo.YES:
        return
    if not case.law.in_force("KNF-01"):
        yield Warn(
            "KNF-09",
            "National police guidance on knives before 2026 leans to charge at 16 and 17, and to a youth "
            "conditional caution under 16 if the child admits.",
        )
        return
    yield Warn("KNF-05", "Charge on a first occasion stays open where it is the most appropriate.")
    yield Warn("KNF-06", "A letter of apology, a warning or a knife-awareness course alone is discouraged as content.")
    yield Warn("KNF-08", "The knife guidance is not statutory; the youth justice service has due regard to it.")
    yield from beyond_the_calendar(clocks_of(case))


def _offence_types(case: Case, _: Possible) -> Iterator[Warn]:
    if case.flagged(Circumstance.DOMESTIC_ABUSE) is YesNo.YES:
        yield Warn("OFF-01", "Flagged as domestic abuse: charge is the CPS's; the flag is taken as given.")
        if any(_too_young_for_abuse(matter) for matter in case.matters):
            yield Warn(
                "OFF-02",
                "The child was under 16 at the offence: not domestic abuse in the statutory sense; the "
                "police's flag is taken as given.",
            )
    if case.flagged(Circumstance.HATE_CRIME) is YesNo.YES:
        yield Warn("OFF-03", "Flagged as a hate crime: charge is the CPS's.")
    if case.flagged(Circumstance.SEXUAL) is YesNo.YES or _category(case, "sexual", "images"):
        yield Warn("OFF-04", "A sexual offence: ask for a specialist assessment.")
    if case.flagged(Circumstance.TERRORISM_CONNECTED) is YesNo.YES:
        yield Warn(
            "OFF-08",
            "Connected with terrorism: the CPS and counter-terrorism police; a youth diversion order is a "
            "court's, not a police disposal.",
        )
    if any(matter.in_law.motoring for matter in case.matters):
        yield Warn("OFF-07", "A traffic offence: out-of-court disposals can and should be considered.")
    if any(matter.in_law.key == "theft_shop" for matter in case.matters):
        yield Warn("TIM-05", "Shop theft of any value: no six-month limit is applied; check what has commenced.")


def _category(case: Case, *categories: str) -> bool:
    return any(matter.in_law.category in categories for matter in case.matters)


def _too_young_for_abuse(matter: Matter) -> bool:
    age = age_on(matter.facts.child.born_on, matter.offence.committed_on)
    return matter.flagged(Circumstance.DOMESTIC_ABUSE) is YesNo.YES and age < matter.number(ABUSE_AGE)


def _exploitation(case: Case, _: Possible) -> Iterator[Warn]:
    exploitation = case.facts.child.exploitation
    if exploitation.indicated is YesNo.YES or exploitation.section45 in {Section45.ARGUABLE, Section45.LIKELY}:
        yield Warn(
            "OFF-05", "Exploitation: ask for early CPS advice, and rest no caution on an exploited child's admission."
        )
        if any(matter.in_law.defence_barred for matter in case.matters):
            yield Warn(
                "OFF-05",
                "The section 45 defence does not reach an offence of Schedule 4 (UNVERIFIED list); "
                "exploitation still weighs in the public interest, and the referral duty stays.",
            )


def _care(case: Case, _: Possible) -> Iterator[Warn]:
    if case.flagged(Circumstance.CARE_PLACEMENT) is YesNo.YES:
        yield Warn(
            "OFF-06",
            "An incident in a care placement: would the police be called had it happened in a family "
            "home? Restorative answers come first.",
        )
        if case.facts.child.care is CareStatus.UNKNOWN:
            yield Warn("OFF-06", "Nobody has said whether the child is looked after.")


def _sexual_notification(case: Case, _: Possible) -> Iterator[Warn]:
    listed = any(matter.in_law.sexual_notification is True for matter in case.matters)
    unlisted = any(
        matter.in_law.sexual_notification is None and matter.flagged(Circumstance.SEXUAL) is YesNo.YES
        for matter in case.matters
    )
    if (listed or unlisted) and not adult_today(case.matters[0]):
        yield Warn("YC-18", "A caution for this offence can bring notification requirements: have it checked first.")


_CAUTIONS = (D.YOUTH_CAUTION, D.YOUTH_CONDITIONAL_CAUTION)


def _history(case: Case, _: Possible) -> Iterator[Warn]:
    history = case.facts.history
    if isinstance(history, Unknown):
        yield Warn(
            "YC-10",
            "Nobody has said what the child was given before: with an earlier caution the youth justice "
            "service must assess.",
        )
        return
    if history:
        yield Warn("GEN-03", "Earlier disposals bar nothing: there is no escalator.")
    if earlier(history, *CAUTIONS) and not adult_today(case.matters[0]):
        yield Warn(
            "YC-12",
            "After another youth caution a court may not discharge conditionally for an offence of the "
            "next two years, unless the circumstances are exceptional.",
        )
    yield from _restricted(case, history)
    yield from _repeats(case, history)


def _restricted(case: Case, history: tuple[PastDisposal, ...]) -> Iterator[Warn]:
    """The restriction of conditional discharge that earlier cautions already put on the offence at hand."""
    for matter in case.matters:
        years = matter.number(RESTRICTION_YEARS)
        committed = matter.offence.committed_on
        if any(_within(day, committed, years) for day in _restricting(history)):
            yield Warn(
                "YC-12",
                f"Offence {matter.offence.id} falls within two years of a youth caution that restricts "
                "conditional discharge on conviction.",
            )
        conditional = _given_days(history, PastKind.YOUTH_CONDITIONAL_CAUTION)
        if any(_within(day, committed, years) for day in conditional):
            yield Warn(
                "YCC-20",
                f"Offence {matter.offence.id} falls within two years of a youth conditional caution, "
                "which restricts conditional discharge on conviction.",
            )


def _restricting(history: tuple[PastDisposal, ...]) -> Iterator[date]:
    """Youth cautions that restrict: the last of two or more, and any that followed a youth conditional caution."""
    cautions, conditional = (
        _given_days(history, kind) for kind in (PastKind.YOUTH_CAUTION, PastKind.YOUTH_CONDITIONAL_CAUTION)
    )
    for day in cautions:
        last_of_several = len(cautions) > 1 and day == max(cautions)
        if last_of_several or any(earlier_day < day for earlier_day in conditional):
            yield day


def _given_days(history: tuple[PastDisposal, ...], kind: PastKind) -> tuple[date, ...]:
    """The days, where known, on which something of that kind was given."""
    return tuple(past.given_on for past in earlier(history, kind) if not isinstance(past.given_on, Unknown))


def _within(given_on: date, committed_on: date, years: int) -> bool:
    """Whether the offence was committed on or after the caution and within that many years of it."""
    return given_on <= committed_on <= years_after(given_on, years)


def _looked_back(case: Case) -> Iterator[Warn]:
    """What the look-back of an adult simple caution finds: a caution or conviction not long before the offence."""
    history = () if isinstance(case.facts.history, Unknown) else case.facts.history
    kinds = (PastKind.YOUTH_CAUTION, PastKind.YOUTH_CONDITIONAL_CAUTION, PastKind.CONVICTION)
    given = [day for kind in kinds for day in _given_days(history, kind)]
    for matter in case.matters:
        years = matter.law.value(LOOK_BACK_YEARS)
        committed = matter.offence.committed_on
        if years.in_force and any(_within(day, committed, years.number) for day in given):
            yield Warn(
                "AGE-05",
                f"Offence {matter.offence.id} falls within {years.number} years of a caution or conviction: if that "
                "was for a similar offence, an adult simple caution needs exceptional circumstances.",
            )


def _repeats(case: Case, history: tuple[PastDisposal, ...]) -> Iterator[Warn]:
    """The local trigger for a second look at repeated disposals; never a bar."""
    for review in case.protocol.repeat_review:
        since = months_after(case.law.as_at, -review.window_months)
        recent = [day for day in _given_days(history, PastKind(review.disposal.value)) if day >= since]
        if len(recent) >= review.count:
            yield Warn(
                "CFG-07",
                f"The child had {len(recent)} such disposals in {review.window_months} months: a "
                "supervisor looks again. No bar follows.",
            )


def _victims(case: Case, _: Possible) -> Iterator[Warn]:
    victims = victims_of(case.matters[0])
    if any(victim.preference is Preference.FORMAL for victim in victims):
        yield Warn(
            "VIC-02", "A victim would like formal action: the view changes neither standing nor fit; give reasons."
        )


def _never_given(case: Case, _: Possible) -> Iterator[Warn]:
    if _category(case, "drugs", "alcohol", "public_order", "theft"):
        yield Warn("GEN-02", "A penalty notice or a cannabis warning is never given to a child.")


def _several(case: Case, _: Possible) -> Iterator[Warn]:
    if len(case.matters) > 1:
        yield Warn("GEN-06", "Several offences: each is decided on its own facts; record why outcomes differ.")


def _biometrics(case: Case, possible: Possible) -> Iterator[Warn]:
    if any(matter.in_law.recordable for matter in case.matters) and any(map(possible, _CAUTIONS)):
        yield Warn("INT-03", "After a caution for a recordable offence the police may hold or take biometrics.")


_ALL: Final[tuple[Source, ...]] = (
    _age,
    _evidence,
    _response,
    _communication,
    _gravity,
    _knife,
    _offence_types,
    _exploitation,
    _care,
    _sexual_notification,
    _history,
    _victims,
    _never_given,
    _several,
    _biometrics,
)
