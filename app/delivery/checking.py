"""A delivery held against the case: what is shown of it, and every requirement and condition that fails. Pure.

Reads the advice of the day on which it was given, as the answer has it, so that age and time limits are those of that
day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.delivery.requirements import Adult, Shown, Unmet, unmet
from app.delivery.schemas import ConditionIn, DeliveryIn
from app.law.book import Law
from app.law.dates import age_on
from app.law.model import DisposalCode, ModeOfTrial, Protocol
from app.rules.conditions import Circumstances, Condition, ConditionFault, Setter, check_conditions
from app.rules.consequences import YCC_SPENT_MONTHS, conditional_caution_spent_on

Document = Mapping[str, Any]
_SERIOUSNESS = (ModeOfTrial.SUMMARY_ONLY, ModeOfTrial.EITHER_WAY, ModeOfTrial.INDICTABLE_ONLY)


@dataclass(frozen=True)
class Occasion:
    """The case on the day of the giving: the disposal, its advice and facts, the law and the area's protocol."""

    disposal: DisposalCode
    advice: Document
    facts: Document
    law: Law
    protocol: Protocol
    decided_on: date
    today: date
    decided_by_cps: bool

    @property
    def option(self) -> Document:
        """Return the disposal as it stands on that day."""
        found: Document = next(one for one in self.advice["options"] if one["disposal"] == self.disposal)
        return found


def faults_of(body: DeliveryIn, occasion: Occasion) -> tuple[Unmet, ...]:
    """Return everything that is wrong with a delivery, each with its rule: days, requirements, conditions."""
    asked = [one["rule"] for one in occasion.option["atDelivery"]]
    return (*_days(body, occasion), *unmet(asked, shown_in(body, occasion.facts)), *_conditions(body, occasion))


def _days(body: DeliveryIn, occasion: Occasion) -> Iterator[Unmet]:
    if body.given_on > occasion.today:
        yield Unmet("PRC-14", "/givenOn", "It cannot have been given on a day that is still to come.")
    if body.given_on < occasion.decided_on:
        yield Unmet("PRC-08", "/givenOn", "It cannot be given before it was decided.")


def shown_in(body: DeliveryIn, facts: Document) -> Shown:
    """Return what a delivery shows, beside the facts of its case."""
    adult = body.appropriate_adult
    return Shown(
        giver=body.given_by.role,
        trained=body.given_by.trained,
        adult=None
        if adult is None
        else Adult(adult.relation, adult.role, adult.aged18_or_over, adult.why_none_nearer is not None),
        adult_at_acceptance=_adult_at_every_response(facts),
        explained=body.explained,
        breach_warned=body.breach_warned,
        withdrawal_explained=body.withdrawal_explained,
        papers_given=body.papers_given,
        child_agreed=body.child_agreed,
        parent_agreed=body.parent_carer_agreed,
        consent=body.consent,
        signed=body.signed,
        document=frozenset(body.signed_document),
        victims=facts.get("victims") != [],
        victim_told=body.victim_told,
        victim_wishes=body.victim_wishes_reparation,
        content=frozenset(one.kind for one in body.interventions),
        conditions=len(body.conditions),
        condition_for_victim=any(one.for_victim for one in body.conditions),
        plan_child=body.plan.child is not None,
        plan_professionals=body.plan.professionals is not None,
        plan_exit=body.plan.exit is not None,
    )


def _adult_at_every_response(facts: Document) -> bool:
    responses = [offence.get("response", {}) for offence in facts["offences"]]
    return all(response.get("appropriateAdult") == "PRESENT" for response in responses)


# ── conditions ───────────────────────────────────────────────────────────────


def _conditions(body: DeliveryIn, occasion: Occasion) -> Iterator[Unmet]:
    if occasion.disposal is not DisposalCode.YOUTH_CONDITIONAL_CAUTION:
        if body.conditions:
            told = "Only a youth conditional caution has conditions; what is agreed freely is an intervention."
            yield Unmet("YCC-02", "/conditions", told)
        return
    for fault in condition_faults(body.conditions, circumstances_of(body, occasion), occasion):
        pointer = "/conditionsSetBy" if fault.pointer == "/setBy" else fault.pointer
        yield Unmet(fault.rule, pointer, fault.message)


def condition_faults(
    proposed: Iterable[ConditionIn], case: Circumstances, occasion: Occasion
) -> tuple[ConditionFault, ...]:
    """Return every fault of a set of conditions under the law and the protocol of the giving."""
    return check_conditions(tuple(_condition(one) for one in proposed), case, occasion.law, occasion.protocol)


def _condition(one: ConditionIn) -> Condition:
    return Condition(
        type=one.type,
        what=one.what,
        due_on=one.due_on,
        penalty_pence=one.penalty_pence,
        attendance_hours=one.attendance_hours,
        rehabilitative=one.rehabilitative,
        why=one.why,
    )


def circumstances_of(body: DeliveryIn, occasion: Occasion) -> Circumstances:
    """Return what the check of conditions must know of the case on the day of the giving."""
    return Circumstances(
        age=age_on(date.fromisoformat(occasion.facts["child"]["dateOfBirth"]), body.given_on),
        mode_of_trial=_most_serious(one["modeOfTrial"] for one in occasion.advice["gravity"]["offences"]),
        given_on=body.given_on,
        limit_on=_limit(occasion.advice["clocks"]),
        cps_case=occasion.option["authority"] == "CPS",
        set_by=body.conditions_set_by or (Setter.PROSECUTOR if occasion.decided_by_cps else body.given_by.role),
    )


def spent_on(occasion: Occasion, given_on: date, conditions: Iterable[ConditionIn]) -> date | None:
    """Return the day on which a caution is spent (YC-14, YCC-22); None for what is no caution."""
    if occasion.disposal is DisposalCode.YOUTH_CAUTION:
        return given_on
    ends = [one.due_on for one in conditions if one.due_on is not None]
    if occasion.disposal is not DisposalCode.YOUTH_CONDITIONAL_CAUTION or not ends:
        return None
    return conditional_caution_spent_on(given_on, max(ends), occasion.law.value(YCC_SPENT_MONTHS).number)


def _most_serious(modes: Iterable[str]) -> ModeOfTrial:
    return max((ModeOfTrial(mode) for mode in modes), key=_SERIOUSNESS.index)


def _limit(clocks: Iterable[Document]) -> date | None:
    """Return the last day for a prosecution: the earliest limit of the summary-only offences, None without one."""
    days = (clock["dueOn"] for clock in clocks if clock["name"] == "SUMMARY_TIME_LIMIT")
    return min((date.fromisoformat(day) for day in days if day is not None), default=None)


def blocked_since(then: Document, now: Document) -> list[str]:
    """Return the rules that block the option now and did not when it was decided: the time left has run out, say."""
    before = set(_blocks(then))
    return [rule for rule in dict.fromkeys(_blocks(now)) if rule not in before]


def _blocks(option: Document) -> Iterator[str]:
    for finding in option["findings"]:
        if finding["effect"] == "BLOCKS" and finding["answer"] == "NOT_MET":
            yield finding["rule"]
